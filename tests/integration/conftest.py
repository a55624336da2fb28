"""What integration tests share: a virtual host of their own, a client as the gateway has it, and both kinds of database."""

from collections.abc import AsyncIterator, Callable, Iterator

import pytest
import pytest_asyncio

from deploy.broker import temporary_vhost
from gateway.bus import Bus
from tests import postgresql


@pytest.fixture(scope="module")
def vhost() -> Iterator[str]:
    """The administrator's address of an empty virtual host."""
    with temporary_vhost(declared=False) as uris:
        yield uris["admin"]


@pytest_asyncio.fixture
async def bus(vhost: str) -> AsyncIterator[Bus]:
    """A client that has reached the broker."""
    client = Bus(vhost)
    await client.start()
    assert await client.ready(within=5)
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
