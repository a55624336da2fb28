"""One person at the portal's JSON API: signs in, asks, sends, and waits for what follows by itself."""

import secrets
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar

import requests

from deploy.trouble import Trouble

T = TypeVar("T")

TIMEOUT_SECONDS = 20.0
PATIENCE_SECONDS = 60.0
LOOK_AGAIN_SECONDS = 0.2
ACCEPTABLE = (HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.ACCEPTED, HTTPStatus.NO_CONTENT)


class Refused(Trouble):
    """The portal answered, but not as this step expects it."""

    def __init__(self, step: str, response: requests.Response) -> None:
        problem = response.json() if "json" in response.headers.get("Content-Type", "") else {}
        said = problem.get("detail") or problem.get("title") or "without a word"
        super().__init__(
            f"{step} failed: the portal answered {response.status_code}, {said} {problem.get('fields') or ''}".rstrip()
        )
        self.status = response.status_code
        self.fields: dict[str, list[str]] = problem.get("fields") or {}


class Person:
    """Somebody who uses the API. Where the portal says "try again in a moment", the same request is sent again."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self._http = requests.Session()
        self._http.headers["Accept"] = "application/json"

    def sign_in(self, email: str, password: str) -> dict[str, Any]:
        """Sign in; everything after it is sent with the token."""
        return self._signed_in(self.post("/sessions", email=email, password=password))

    def confirm(self, token: str, password: str) -> dict[str, Any]:
        """Confirm the address of a registration, which signs in as well."""
        return self._signed_in(self.post("/accounts/confirmation", token=token, password=password))

    def _signed_in(self, session: dict[str, Any]) -> dict[str, Any]:
        self._http.headers["Authorization"] = f"Bearer {session['token']}"
        return session

    def get(self, path: str, **query: Any) -> Any:
        """What stands at an address of the API."""
        return self.send("GET", path, params=query).json()

    def post(self, path: str, **body: Any) -> Any:
        """Send something; with a fresh idempotency key."""
        return self.send("POST", path, json=body, headers={"Idempotency-Key": secrets.token_hex(16)}).json()

    def put(self, path: str, **body: Any) -> Any:
        """Change something."""
        return self.send("PUT", path, json=body).json()

    def download(self, path: str) -> bytes:
        """A file."""
        return self.send("GET", path, headers={"Accept": "*/*"}).content

    def page(self, path: str) -> str:
        """A web page, as anybody's browser gets it."""
        response = requests.get(self.url + path, timeout=TIMEOUT_SECONDS)
        if response.status_code != HTTPStatus.OK:
            raise Trouble(f"the page {path} answered {response.status_code}.")
        return response.text

    def refused(self, path: str) -> int:
        """The status with which the portal refuses to show something; raises `Trouble` if it shows it."""
        try:
            self.send("GET", path)
        except Refused as refusal:
            return refusal.status
        raise Trouble(f"{path} should not be shown to this person, but it was.")

    def send(self, method: str, path: str, **request: Any) -> requests.Response:
        """One request to the API; sent again, with the same key, while the portal asks for a moment."""
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                response = self._http.request(method, f"{self.url}/api/v1{path}", timeout=TIMEOUT_SECONDS, **request)
            except requests.ConnectionError:
                raise Trouble(f"nothing answers at {self.url}: start the portal with `make run`, or say --url.") from None
            except requests.Timeout:
                raise Trouble(f"{method} {path} got no answer within {TIMEOUT_SECONDS:.0f} s.") from None
            if response.status_code in ACCEPTABLE:
                return response
            if response.status_code != HTTPStatus.SERVICE_UNAVAILABLE or time.monotonic() > until:
                raise Refused(f"{method} {path}", response)
            time.sleep(float(response.headers.get("Retry-After", 1)))


def wait_for(what: str, look: Callable[[], T | None]) -> T:
    """What follows by itself, as soon as it is there; raises `Trouble` if it does not come."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > until:
            raise Trouble(f"{what} did not come within {PATIENCE_SECONDS:.0f} s; `make status` and the log say why.")
        time.sleep(LOOK_AGAIN_SECONDS)
