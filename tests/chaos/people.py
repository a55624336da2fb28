"""The people of a chaos run: citizens who send until they are answered, clerks who decide until there is nothing left."""

import random
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import requests

from deploy.samples import SAMPLE_PASSWORD, SAMPLES
from services.contracts.wire import DEFAULT_DEADLINE
from tests.answers import fill

ENDINGS_OF_TRYING = frozenset({200, 201, 204})
PATIENCE_SECONDS = 180
"""How long somebody repeats a request that is answered with "try again in a moment"."""
ANSWER_SECONDS = 4 * DEFAULT_DEADLINE
"""How long somebody waits for the answer to one request: several times what the portal gives itself."""

MANDATE = {"holder": "Erika Musterfrau", "iban": "DE89370400440532013000", "agrees": True}
PLACES = ("soegel", "lingen")
SERVICES = ("business-registration", "dog-registration", "birth-certificate")


class GaveUpError(Exception):
    """The portal refused something it should have taken, or did not answer for minutes."""


class Person:
    """Somebody with a browser: repeats what was not answered, always with the same idempotency key."""

    def __init__(self, url: str, patience: float = PATIENCE_SECONDS) -> None:
        self._url = f"{url}/api/v1"
        self._patience = patience
        self._session = requests.Session()
        self.put_off = 0
        self.unanswered = 0

    def ask(self, verb: str, path: str, *, key: str | None = None, expect: frozenset[int] = frozenset(), **body: Any) -> Any:
        """Send until it is answered; gives the JSON, or the status if it is one of `expect`."""
        until = time.monotonic() + self._patience
        while time.monotonic() < until:
            try:
                answer = self._session.request(
                    verb,
                    self._url + path,
                    json=body or None,
                    headers={"Idempotency-Key": key} if key else {},
                    timeout=ANSWER_SECONDS,
                )
            except requests.RequestException:
                self.unanswered += 1
                time.sleep(random.uniform(0.1, 0.4))  # noqa: S311 - jitter
                continue
            if answer.status_code in ENDINGS_OF_TRYING:
                return answer.json() if answer.content else None
            if answer.status_code in expect:
                return answer.status_code
            if answer.status_code != 503 or "Retry-After" not in answer.headers:
                raise GaveUpError(f"{verb} {path} answered {answer.status_code}: {answer.text[:300]}")
            self.put_off += 1
            time.sleep(random.uniform(0.1, 0.4))  # noqa: S311 - jitter
        raise GaveUpError(f"{verb} {path} was not answered within {self._patience} s")

    def sign_in(self, email: str, password: str = SAMPLE_PASSWORD) -> None:
        """Sign in and stay so."""
        token = self.ask("POST", "/sessions", email=email, password=password)["token"]
        self._session.headers["Authorization"] = f"Bearer {token}"


@dataclass
class Tally:
    """What was promised to the citizens: each accepted submission by its idempotency key. Shared by all threads."""

    wanted: int
    orders: dict[str, str] = field(default_factory=dict)
    cents: int = 0
    repeats: int = 0
    troubles: list[str] = field(default_factory=list)
    _begun: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def next(self) -> int | None:
        """The number of the next submission; None when all are begun."""
        with self._lock:
            if self._begun >= self.wanted:
                return None
            self._begun += 1
            return self._begun

    def accept(self, key: str, order: dict[str, Any]) -> None:
        """The portal said yes."""
        with self._lock:
            if key in self.orders:
                self.repeats += 1
                if self.orders[key] != order["order_id"]:
                    self.troubles.append(f"the key {key} got two orders")
            else:
                self.orders[key] = order["order_id"]
                self.cents += order["total"]["cents"]


class Citizen(threading.Thread):
    """Submits applications until the tally is full; now and then sends one again with its key."""

    def __init__(self, url: str, email: str, tally: Tally, patience: float = PATIENCE_SECONDS) -> None:
        super().__init__(name="citizen", daemon=True)
        self.person = Person(url, patience)
        self._email = email
        self._tally = tally

    def run(self) -> None:
        """Sign in, then submit."""
        try:
            self.person.sign_in(self._email)
            forms = {(p, s): self._form(p, s) for p in PLACES for s in SERVICES}
            while (number := self._tally.next()) is not None:
                self._submit(number, *forms[PLACES[number % 2], SERVICES[number % 3]])
        except (GaveUpError, KeyError) as error:
            self._tally.troubles.append(repr(error))

    def _form(self, place: str, service: str) -> tuple[dict[str, Any], bool]:
        offer = self.person.ask("GET", f"/municipalities/{place}/services/{service}")
        more = {"copies": 2} if service == "birth-certificate" else {}
        application = {"service": service, "ars": offer["ars"], "answers": fill(offer["sections"], **more)}
        return application, offer["fee"]["base"]["cents"] > 0

    def _submit(self, number: int, application: dict[str, Any], costs: bool) -> None:
        key = uuid4().hex
        body: dict[str, Any] = {"applications": [application]} | ({"mandate": MANDATE} if costs else {})
        for _ in range(2 if number % 20 == 0 else 1):
            self._tally.accept(key, self.person.ask("POST", "/applications", key=key, **body)["order"])


class Clerk(threading.Thread):
    """Decides every case of the own offices: one of sixteen is rejected; what ends by post is posted."""

    def __init__(self, url: str, email: str, stop: threading.Event, tally: Tally) -> None:
        super().__init__(name="clerk", daemon=True)
        self._person = Person(url)
        self._email = email
        self._stop_working = stop
        self._tally = tally

    def run(self) -> None:
        """Work until told to stop."""
        try:
            self._person.sign_in(self._email)
            while not self._stop_working.is_set():
                if not self._work("submitted", self._decide) + self._work("approved", self._post):
                    self._stop_working.wait(0.5)
        except GaveUpError as error:
            self._tally.troubles.append(repr(error))

    def _work(self, state: str, act: Any) -> int:
        cases = self._person.ask("GET", f"/cases?state={state}&limit=200")["cases"]
        return sum(act(case) for case in cases)

    def _decide(self, case: dict[str, Any]) -> int:
        is_rejected = case["case_id"].endswith("0")
        words = {"decision": "reject", "reason": "Die Angaben passen nicht zusammen."} if is_rejected else {"decision": "approve"}
        # 409: our first try was heard although its answer was lost.
        self._person.ask("POST", f"/cases/{case['case_id']}/decision", expect=frozenset({409}), **words)
        return 1

    def _post(self, case: dict[str, Any]) -> int:
        if case["ending"] != "post":
            return 0
        self._person.ask("POST", f"/cases/{case['case_id']}/dispatch", expect=frozenset({409}))
        return 1


def clerks_of_places(url: str, stop: threading.Event, tally: Tally) -> list[Clerk]:
    """A clerk for each place that gets submissions; the county's has nothing to decide here."""
    return [Clerk(url, s.email, stop, tally) for s in SAMPLES if s.role == "clerk" and s.where != "03454"]
