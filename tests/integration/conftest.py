"""What integration tests share: a virtual host of their own, a client as the gateway has it, and both kinds of database."""

import os
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partialmethod

import pytest
import pytest_asyncio

from deploy.broker import temporary_vhost
from deploy.broker.server import find
from deploy.trouble import Trouble
from gateway.bus import Bus
from tests import postgresql
from tests.patience import PATIENCE_SECONDS


def pytest_configure(config: pytest.Config) -> None:
    """Start the broker, if need be, before several processes of pytest would do so at once."""
    if not hasattr(config, "workerinput"):
        try:
            find(os.environ)
        except Trouble as trouble:
            raise pytest.UsageError(str(trouble)) from None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests come first, so that none of them is what everybody waits for at the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="module")
def vhost() -> Iterator[str]:
    """The administrator's address of an empty virtual host."""
    with temporary_vhost(declared=False) as uris:
        yield uris["admin"]


class PatientBus(Bus):
    """Gives a busy machine time to answer; whoever tests a deadline names it."""

    call = partialmethod(Bus.call, deadline=PATIENCE_SECONDS)


@pytest_asyncio.fixture
async def bus(vhost: str) -> AsyncIterator[Bus]:
    """A client that has reached the broker, with a long deadline unless the call names one."""
    client = PatientBus(vhost)
    await client.start()
    assert await client.ready(within=PATIENCE_SECONDS)
    yield client
    await client.close()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[postgresql.Server]:
    """A PostgreSQL of this test run."""
    with postgresql.server() as running:
        yield running


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def new_database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """Gives the address of an empty database for a service; whoever asks for it runs on SQLite and on PostgreSQL."""
    if request.param == "postgresql":
        server: postgresql.Server = request.getfixturevalue("postgresql_server")
        return server.new_database
    folder = tmp_path_factory.mktemp("databases")
    return lambda service: f"sqlite:///{folder / service}.sqlite"
