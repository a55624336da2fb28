"""The gateway over a fake bus, as every test here meets it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from falcon.testing import Result
from falcon.testing import TestClient as AnyClient

from gateway.app import create_app
from services.chassis.settings import Settings
from tests.fakes.bus import FakeBus

PORTAL_URL = "http://portal.example"
ERIKA = "0198c5a1-7b1e-7c3d-9a55-1f2e3d4c5b6a"
SOEGEL = "034545407/standesamt"

Portal = Callable[..., AnyClient]


class TestClient(AnyClient):
    """A client that asks for the portal by its own name, unless told another `host`."""

    def simulate_request(self, *args: Any, **kwargs: Any) -> Result:
        """Falcon's own default is a name that is not the portal's."""
        return super().simulate_request(*args, **{"host": "portal.example", **kwargs})


@pytest.fixture
def bus() -> FakeBus:
    """A bus on which one citizen, one clerk and one operator are signed in."""
    bus = FakeBus()
    bus.sign_in("erika", kind="citizen", account_id=ERIKA)
    bus.sign_in("max", kind="citizen", account_id="0198c5a1-7b1e-7c3d-9a55-1f2e3d4c5b6b")
    bus.sign_in(
        "clerk", kind="staff", account_id="0198c5a1-0000-7c3d-9a55-1f2e3d4c5b6a", roles=[{"role": "clerk", "office_id": SOEGEL}]
    )
    bus.sign_in(
        "operator",
        kind="staff",
        account_id="0198c5a1-0000-7c3d-9a55-1f2e3d4c5b6b",
        roles=[{"role": "operator", "office_id": "*"}],
    )
    return bus


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        service="gateway", amqp_uri="amqp://nowhere.invalid", database_url="", var_dir=tmp_path,
        portal_url=PORTAL_URL, secret_key="only-for-tests-only-for-tests-only",
    )  # fmt: skip


@pytest.fixture
def app(bus: FakeBus, settings: Settings) -> Any:
    return create_app(bus, settings)


@pytest.fixture
def client(app: Any) -> TestClient:
    """Nobody in particular."""
    return TestClient(app)


@pytest.fixture
def as_(app: Any) -> Portal:
    """`as_("erika")` is a client of the API with her token."""

    def signed_in(token: str, **headers: str) -> TestClient:
        return TestClient(app, headers={"Authorization": f"Bearer {token}", **headers})

    return signed_in
