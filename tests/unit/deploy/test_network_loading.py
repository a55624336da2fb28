import os
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

import services.payments.network
from deploy.network import load, read
from deploy.network.loading import Loaded
from deploy.trouble import Trouble
from services.chassis.database import make_engine
from services.chassis.migrate import migrate
from services.chassis.settings import database_url

EMSLAND = Path(__file__).parents[3] / "deploy" / "networks" / "emsland"
TAKERS = ("accounts", "applications", "payments")


@pytest.fixture
def empty(tmp_path, monkeypatch):
    """Databases of nobody, under a folder of their own."""
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    for service in TAKERS:
        monkeypatch.delenv(f"DATABASE_URL_{service.upper()}", raising=False)


@pytest.fixture
def migrated(empty):
    for service in TAKERS:
        migrate(service, database_url(service, os.environ))


def members():
    engine = make_engine(database_url("accounts", os.environ))
    try:
        with Session(engine) as session:
            return session.scalars(text("SELECT slug FROM municipalities WHERE NOT is_withdrawn ORDER BY slug")).all()
    finally:
        engine.dispose()


@pytest.mark.usefixtures("migrated")
def test_every_service_with_a_part_in_it_takes_the_network_and_a_second_time_too():
    for _ in range(2):
        assert load(read(EMSLAND)) == Loaded(list(TAKERS), [])
        assert len(members()) == 20


@pytest.mark.usefixtures("migrated")
def test_where_one_service_fails_no_other_keeps_its_part(monkeypatch):
    def fail(*_, **__):
        raise RuntimeError("on purpose")

    monkeypatch.setattr(services.payments.network, "load", fail)
    with pytest.raises(RuntimeError):
        load(read(EMSLAND))
    assert members() == []


@pytest.mark.usefixtures("empty")
def test_databases_without_tables_are_named_with_what_to_do():
    with pytest.raises(Trouble, match=r"accounts.*make migrate"):
        load(read(EMSLAND))
