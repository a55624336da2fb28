"""A running portal as the journeys see it: its address, its API for what a journey needs beforehand, its line to the broker."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import requests

from deploy.broker import temporary_vhost
from deploy.samples import SAMPLE_PASSWORD
from deploy.stack import Stack
from tests import answers
from tests.integration.proxy import Proxy, proxied
from tests.patience import PATIENCE_SECONDS
from tests.people import with_account

SOEGEL, LINGEN, EMSLAND = "034545407", "034540032", "03454"
IBAN = "DE89 3704 0044 0532 0130 00"


class Session:
    """Somebody who is signed in, through the API."""

    def __init__(self, url: str, email: str, password: str = SAMPLE_PASSWORD) -> None:
        self._url = f"{url}api/v1"
        self.email = email
        self._http = requests.Session()
        opened = self.post("/sessions", email=email, password=password)
        self.token: str = opened["token"]
        self.account_id: str = opened["actor"]["account_id"]
        self._http.headers["Authorization"] = f"Bearer {self.token}"

    def get(self, path: str) -> dict[str, Any]:
        """What is at the address."""
        return self._answer(self._http.get(self._url + path, timeout=PATIENCE_SECONDS))

    def post(self, path: str, **body: Any) -> dict[str, Any]:
        """Do what the address does."""
        headers = {"Idempotency-Key": str(uuid4())}
        return self._answer(self._http.post(self._url + path, json=body, headers=headers, timeout=PATIENCE_SECONDS))

    def put(self, path: str, **body: Any) -> dict[str, Any]:
        """Set what is at the address."""
        return self._answer(self._http.put(self._url + path, json=body, timeout=PATIENCE_SECONDS))

    @staticmethod
    def _answer(response: requests.Response) -> dict[str, Any]:
        assert response.ok, f"{response.request.method} {response.request.path_url}: {response.status_code} {response.text}"
        found: dict[str, Any] = response.json() if response.content else {}
        return found


@dataclass
class Portal:
    """The whole house."""

    stack: Stack
    line: Proxy
    """Between gateway and broker."""

    @property
    def url(self) -> str:
        """Ends with a slash."""
        return self.stack.url

    @property
    def caught(self) -> str:
        """Where the sandbox shows the mails it has caught."""
        return self.stack.plan.shared["BANK_URL"].removesuffix("/bank") + "/mail/messages"

    def sign_in(self, email: str) -> Session:
        """One of the sample people, or somebody who registered with the samples' password."""
        return Session(self.url, email)

    def newcomer(self) -> Session:
        """A citizen whom the portal has not seen before, and who therefore sees only what the test made."""
        return self.sign_in(with_account(self.stack.var))

    def link_for(self, to: str, page: str, *, since: int = 0) -> str:
        """The path of the link to this page in the newest mail to an address, once it has come; `since` passes over as many."""

        def links() -> list[str]:
            pattern = rf"^\S+?://[^/]+/({re.escape(page)}\S*)\r?$"
            found = [re.search(pattern, mail["text"], re.MULTILINE) for mail in self.mails(to)[since:]]
            return [link[1] for link in found if link]

        newest: str = until(links, bool)[-1]
        return newest

    def mails(self, to: str) -> list[dict[str, Any]]:
        """Mails to an address, oldest first."""
        listed: list[dict[str, Any]] = requests.get(self.caught, params={"to": to}, timeout=PATIENCE_SECONDS).json()["messages"]
        return listed

    def form(self, service: str, ars: str = SOEGEL) -> list[dict[str, Any]]:
        """The sections of a service's form."""
        slug = {SOEGEL: "soegel", LINGEN: "lingen", EMSLAND: "landkreis-emsland"}[ars]
        found = requests.get(f"{self.url}api/v1/municipalities/{slug}/services/{service}", timeout=PATIENCE_SECONDS).json()
        sections: list[dict[str, Any]] = found["sections"]
        return sections

    def draft(self, citizen: Session, service: str, ars: str = SOEGEL, *, in_cart: bool = False, **given: Any) -> str:
        """A complete form in progress, with the answers that are given."""
        answered = answers.fill(self.form(service, ars), **given)
        draft_id: str = citizen.post("/drafts", service=service, ars=ars, answers=answered)["draft_id"]
        if in_cart:
            citizen.put(f"/cart/items/{draft_id}")
        return draft_id

    def order(self, citizen: Session, *services: str, ars: str = SOEGEL, paid: bool = True, **given: Any) -> dict[str, Any]:
        """An order of these services, with the answers that are given."""
        wanted = [{"service": s, "ars": ars, "answers": answers.fill(self.form(s, ars), **given)} for s in services]
        mandate = {"holder": "Max Mustermann", "iban": IBAN, "agrees": True} if paid else None
        ordered: dict[str, Any] = citizen.post("/applications", applications=wanted, mandate=mandate)["order"]
        return ordered

    def completed_application(self, citizen: Session) -> dict[str, Any]:
        """A dog registration that ended with its document."""
        case_id = self.order(citizen, "dog-registration")["cases"][0]["case_id"]
        self.sign_in("clerk.soegel@example.org").post(f"/cases/{case_id}/decision", decision="approve")
        done: dict[str, Any] = until(lambda: citizen.get(f"/applications/{case_id}"), lambda case: case["state"] == "completed")
        return done


def until(ask: Any, fits: Any) -> Any:
    """The first answer that fits; events need a moment."""
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        answer = ask()
        if fits(answer):
            return answer
        assert time.monotonic() < end, f"not within {PATIENCE_SECONDS} s: {answer}"
        time.sleep(0.2)


@contextmanager
def running(var: Path) -> Iterator[Portal]:
    """A portal whose gateway reaches the broker by a line that can be cut."""
    with (
        temporary_vhost() as uris,
        proxied(uris["gateway"]) as line,
        Stack(var, uris={**uris, "gateway": line.uri}) as stack,
    ):
        yield Portal(stack, line)
