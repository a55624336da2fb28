"""Another network is a copy of a folder: cut to one town, renamed, checked, loaded, shown."""

import os
import shutil
from pathlib import Path

import pytest
from falcon.testing import TestClient
from sqlalchemy.orm import Session

from deploy.network import __main__ as command
from gateway.app import create_app
from services.accounts import municipalities
from services.applications import offering
from services.chassis.database import make_engine
from services.chassis.migrate import migrate
from services.chassis.settings import Settings, database_url
from services.contracts.actors import Actor
from services.payments.model import Treasury
from tests.fakes.bus import FakeBus

EMSLAND = Path(__file__).parents[3] / "deploy" / "networks" / "emsland"
TAKERS = ("accounts", "applications", "payments")


@pytest.fixture
def databases(tmp_path, monkeypatch):
    """Fresh ones, each with a session to look into it."""
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "var"))
    (tmp_path / "var").mkdir()
    sessions, engines = {}, []
    for service in TAKERS:
        monkeypatch.delenv(f"DATABASE_URL_{service.upper()}", raising=False)
        migrate(service, database_url(service, os.environ))
        engines.append(make_engine(database_url(service, os.environ)))
        sessions[service] = Session(engines[-1])
    yield sessions
    for session in sessions.values():
        session.close()
    for engine in engines:
        engine.dispose()


@pytest.fixture
def twistetal(tmp_path):
    """The folder of Emsland, copied, with one town left in it under another name."""
    folder = Path(shutil.copytree(EMSLAND, tmp_path / "twistetal"))
    for path in (folder / "members").glob("*.yaml"):
        if path.stem != "twist":
            path.unlink()
    (folder / "members" / "twist.yaml").rename(folder / "members" / "twistetal.yaml")
    for path, changes in {
        folder / "network.yaml": {"slug: emsland": "slug: twistetal", "name: Emsland": "name: Twistetal"},
        folder / "members" / "twistetal.yaml": {"slug: twist\n": "slug: twistetal\n", "Gemeinde Twist": "Gemeinde Twistetal"},
    }.items():
        text = path.read_text(encoding="utf-8")
        for old, new in changes.items():
            assert old in text
            text = text.replace(old, new)
        path.write_text(
            text.partition("# Stands at")[0] + "staff_second_factor" + text.partition("\nstaff_second_factor")[2]
            if path.stem == "network"
            else text,
            encoding="utf-8",
        )
    return folder


@pytest.fixture
def portal(databases, tmp_path):
    """A gateway that asks what was loaded."""
    bus = FakeBus()
    accounts, applications = databases["accounts"], databases["applications"]
    bus.answer("accounts", "list_municipalities", lambda _: municipalities.list_municipalities(accounts))
    bus.answer("accounts", "get_municipality", lambda _, key: municipalities.get_municipality(accounts, key=key))
    bus.answer("applications", "list_services", lambda _, ars: offering.list_services(applications, Actor(), ars=ars))
    settings = Settings("gateway", "amqp://nowhere.invalid", "", tmp_path, "http://127.0.0.1", "only-for-tests-" * 3)
    return lambda path, **query: TestClient(create_app(bus, settings)).simulate_get(
        path, host="127.0.0.1", params=query, headers={"Accept-Language": "de"}
    )


def test_a_copy_with_one_town_is_a_network_of_its_own(databases, twistetal, portal, capsys):
    assert command.main(["check", str(twistetal)]) == 0
    assert "no mistakes; 1 members, " in capsys.readouterr().out
    assert command.main(["load", str(twistetal)]) == 0

    start = portal("/").text
    assert "<title>" in start
    assert "Amtsgang Twistetal" in start
    assert "Gemeinde Twistetal" in start
    assert "Emsland" not in start
    assert "Sögel" not in start
    town = portal("/twistetal/").text
    assert "Bürgerbüro" in town
    assert "Leistungen des Landkreises" not in town, "there is none in this network"
    assert portal("/", q="49767").headers["Location"] == "/twistetal/"
    assert portal("/soegel/").status_code == 404
    assert [t.name for t in databases["payments"].query(Treasury)] == ["Gemeindekasse Twist"]


def test_who_was_a_member_before_is_withdrawn_and_remembered(databases, twistetal, portal):
    assert command.main(["load", str(EMSLAND)]) == 0
    assert command.main(["load", str(twistetal)]) == 0
    assert portal("/soegel/").status_code == 404
    accounts = databases["accounts"]
    assert [m["slug"] for m in municipalities.list_municipalities(accounts)["municipalities"]] == ["twistetal"]
    assert municipalities.get_municipality(accounts, key="034545407")["name"] == "Samtgemeinde Sögel", "old cases name it"
    assert databases["payments"].get(Treasury, "034545407") is not None, "debits may be on their way to it"
    services = offering.list_services(databases["applications"], Actor(), ars=None)["services"]
    assert {ars for service in services for ars in service["offered_by"]} == {"034540054"}


def test_a_copy_with_a_mistake_changes_nothing(databases, twistetal, portal, capsys):
    assert command.main(["load", str(EMSLAND)]) == 0
    path = twistetal / "members" / "twistetal.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("kind: municipality", "kind: county"), encoding="utf-8")
    assert command.main(["load", str(twistetal)]) == 1
    assert "members/twistetal.yaml:" in capsys.readouterr().err
    assert portal("/soegel/").status_code == 200
    assert portal("/twistetal/").status_code == 404
