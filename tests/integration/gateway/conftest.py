"""A whole portal for the tests of the gateway, and people who use it over HTTP."""

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
import requests

from deploy.samples import SAMPLE_PASSWORD
from deploy.stack import Stack
from tests.patience import PATIENCE_SECONDS
from tests.people import with_account


class Client:
    """Somebody who uses the API; remembers the token."""

    def __init__(self, url: str) -> None:
        self.url = f"{url}api/v1"
        self.http = requests.Session()
        self.email = ""

    def sign_in(self, email: str, password: str = SAMPLE_PASSWORD) -> "Client":
        answer = self.post("/sessions", {"email": email, "password": password})
        assert answer.status_code == 201, answer.text
        self.email = email
        self.http.headers["Authorization"] = f"Bearer {answer.json()['token']}"
        return self

    def get(self, path: str, **query: object) -> requests.Response:
        return self.http.get(self.url + path, params={k: str(v) for k, v in query.items()}, timeout=PATIENCE_SECONDS)

    def post(self, path: str, body: object = None, key: str | None = None) -> requests.Response:
        headers = {"Idempotency-Key": key or str(uuid4())}
        return self.http.post(self.url + path, json={} if body is None else body, headers=headers, timeout=PATIENCE_SECONDS)

    def put(self, path: str, body: object = None) -> requests.Response:
        return self.http.put(self.url + path, json={} if body is None else body, timeout=PATIENCE_SECONDS)

    def delete(self, path: str) -> requests.Response:
        return self.http.delete(self.url + path, timeout=PATIENCE_SECONDS)


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Everything running, with the sample people."""
    with Stack(tmp_path_factory.mktemp("portal") / "var") as stack:
        yield stack


@pytest.fixture
def anyone(portal: Stack) -> Client:
    """Nobody who is signed in."""
    return Client(portal.url)


@pytest.fixture
def staff(portal: Stack) -> Callable[[str], Client]:
    """`staff("clerk.soegel")` is that sample person."""
    return lambda name: Client(portal.url).sign_in(f"{name}@example.org")


@pytest.fixture
def new_citizen(portal: Stack) -> Callable[..., Client]:
    """A citizen nobody else has, signed in."""

    def register(given_names: str = "Erika", family_name: str = "Musterfrau") -> Client:
        return Client(portal.url).sign_in(with_account(portal.var, given_names, family_name))

    return register
