import os
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

import services.payments.network
from deploy.network import load, loading, read
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


class Unwilling(Session):
    """A session of one service whose database gives no more space when it comes to the commit."""

    service = ""

    def commit(self):
        if self.info.get("service") == self.service:
            raise OperationalError("COMMIT", {}, sqlite3.OperationalError("disk I/O error"))
        super().commit()


@pytest.mark.usefixtures("migrated")
@pytest.mark.parametrize(("service", "taken"), [("applications", "nothing was loaded"), ("accounts", "payments took it already")])
def test_a_database_that_does_not_commit_is_named_with_those_that_did(monkeypatch, service, taken):
    monkeypatch.setattr(Unwilling, "service", service)
    monkeypatch.setattr(loading, "Session", Unwilling)
    with pytest.raises(Trouble, match=f"{service} did not commit.*{taken}.*run `make network` again"):
        load(read(EMSLAND))
    assert members() == [], "nobody sees a member before all of it is there"


@pytest.mark.usefixtures("migrated")
def test_loading_again_completes_what_was_cut_off(monkeypatch, tmp_path):
    monkeypatch.setattr(Unwilling, "service", "accounts")
    with monkeypatch.context() as cut:
        cut.setattr(loading, "Session", Unwilling)
        with pytest.raises(Trouble):
            load(read(EMSLAND))
    load(read(EMSLAND))
    assert len(members()) == 20


@pytest.mark.usefixtures("empty")
def test_databases_without_tables_are_named_with_what_to_do():
    with pytest.raises(Trouble, match=r"accounts.*make migrate"):
        load(read(EMSLAND))
