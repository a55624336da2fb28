"""The migrations make what the models say and can be undone, on SQLite and on PostgreSQL."""

from collections.abc import Callable, Iterator
from importlib import import_module

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect

from services.chassis.database import make_engine
from services.chassis.migrate import configuration, migrate
from services.contracts.registry import SERVICES

CHASSIS = {"outbox", "inbox", "idempotency", "audit_log", "audit_head", "erased_accounts", "alembic_version"}


@pytest.fixture(params=SERVICES)
def service(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def engine(new_database: Callable[[str], str], service: str) -> Iterator[Engine]:
    """Its migrated database."""
    url = new_database(f"migrated_{service}")
    migrate(service, url)
    opened = make_engine(url)
    yield opened
    opened.dispose()


def test_the_tables_are_those_of_the_model_and_can_be_taken_away(engine: Engine, service: str):
    metadata = import_module(f"services.{service}.model").Entity.metadata
    with engine.connect() as connection:
        ours = {"include_name": lambda name, kind, _parents: kind != "table" or name not in CHASSIS}
        assert compare_metadata(MigrationContext.configure(connection, opts=ours), metadata) == []
    with engine.connect() as connection:
        command.downgrade(configuration(service, connection), "base")
    assert inspect(engine).get_table_names() == ["alembic_version"]
