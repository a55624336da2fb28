"""Which virtual host a var folder gets: one with events in it is taken over or left alone, never emptied."""

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import pytest

from deploy import broker
from deploy.broker import tenancy
from deploy.broker.address import Address
from deploy.broker.administration import Load
from deploy.broker.leaving import leave
from deploy.broker.rights import rights
from deploy.broker.tenancy import Tenancy, move_in
from deploy.trouble import Trouble


class Broker:
    """Virtual hosts and what a portal has in each."""

    def __init__(self, **loads: Load) -> None:
        self.loads = loads
        self.removed: list[str] = []

    def apply(self, definitions: Mapping[str, Any]) -> None:
        for vhost in definitions["vhosts"]:
            self.loads.setdefault(vhost["name"], Load())

    def vhosts(self) -> list[str]:
        return list(self.loads)

    def load(self, vhost: str) -> Load:
        return self.loads.get(vhost, Load())

    def remove(self, vhost: str, users: Collection[str]) -> None:
        self.removed.append(vhost)
        self.loads.pop(vhost, None)


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> Broker:
    found = Broker()
    monkeypatch.setattr(tenancy, "find", lambda environment: Address())
    monkeypatch.setattr(tenancy, "administration", lambda address, url: found)
    monkeypatch.setattr(tenancy, "lets_in", lambda uri: True)
    return found


def record(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder / "broker.json"


def test_the_first_portal_gets_the_plain_name_and_keeps_it(there: Broker, tmp_path: Path) -> None:
    first = move_in({}, record(tmp_path / "var"))
    assert first.vhost == "amtsgang"
    assert move_in({}, record(tmp_path / "var")) == first


def test_a_second_portal_gets_one_of_its_own_and_takes_it_over_with_its_events(there: Broker, tmp_path: Path) -> None:
    there.loads["amtsgang"] = Load(events=2, workers=5)
    second = move_in({}, record(tmp_path / "var"))
    assert second.vhost.startswith("amtsgang-")
    record(tmp_path / "var").unlink()
    there.loads[second.vhost] = Load(events=1)
    again = move_in({}, record(tmp_path / "var"))
    assert again.vhost == second.vhost
    assert again.passwords != second.passwords
    assert there.loads[second.vhost].events == 1
    assert there.removed == []


def test_events_of_which_nobody_knows_whose_they_are_stop_the_start(there: Broker, tmp_path: Path) -> None:
    there.loads["amtsgang"] = Load(events=1)
    record(tmp_path / "var").with_name("applications.sqlite").touch()
    with pytest.raises(Trouble, match="make run AMQP_VHOST=amtsgang`"):
        move_in({}, record(tmp_path / "var"))
    assert move_in({"AMQP_VHOST": "amtsgang"}, record(tmp_path / "var")).vhost == "amtsgang"
    assert there.loads["amtsgang"].events == 1


def test_a_folder_without_a_past_starts_beside_the_events_of_another(there: Broker, tmp_path: Path) -> None:
    there.loads["amtsgang"] = Load(events=1)
    assert move_in({}, record(tmp_path / "var")).vhost.startswith("amtsgang-")
    assert there.loads["amtsgang"].events == 1


def test_a_portal_that_works_keeps_its_passwords(there: Broker, tmp_path: Path) -> None:
    there.loads["town"] = Load(workers=5)
    with pytest.raises(Trouble, match="works on virtual host town"):
        move_in({"AMQP_VHOST": "town"}, record(tmp_path / "var"))


def test_a_restored_record_leads_back_but_not_to_a_portal_that_works(there: Broker, tmp_path: Path) -> None:
    home = move_in({}, record(tmp_path / "var"))
    record(tmp_path / "copy").write_bytes(record(tmp_path / "var").read_bytes())
    there.loads["amtsgang"] = Load(events=1, workers=5)
    with pytest.raises(Trouble, match="stop that one"):
        move_in({}, record(tmp_path / "copy"))
    there.loads["amtsgang"] = Load(events=1)
    assert move_in({}, record(tmp_path / "copy")) == home
    there.loads["amtsgang"] = Load(events=1, workers=5)  # now its own
    assert move_in({}, record(tmp_path / "copy")) == home


def test_events_count_those_of_the_house_and_workers_those_who_answer() -> None:
    rows = [
        ("payments.on.order.placed", 2, 1),
        ("payments.on.order.placed.dead", 1, 0),
        ("rpc-payments", 4, 3),
        ("statistics.all", 9, 1),
    ]
    assert Load.of(rows) == Load(events=3, workers=3)


def test_leaving_wants_the_name_and_a_stopped_portal(there: Broker, tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="nothing to remove"):
        leave(tmp_path, "amtsgang")
    move_in({}, record(tmp_path))
    for wrong in ("", "amtsgang-other"):
        with pytest.raises(Trouble, match="make leave-broker VHOST=amtsgang`"):
            leave(tmp_path, wrong)
    from deploy.occupancy import occupied

    with occupied(tmp_path), pytest.raises(Trouble, match="already running"):
        leave(tmp_path, "amtsgang")
    assert there.removed == []
    assert leave(tmp_path, "amtsgang") == "amtsgang"
    assert there.removed == ["amtsgang"]
    assert not broker.is_set_up(tmp_path)


def test_a_record_without_a_folder_is_that_of_an_older_version_and_ones_own(there: Broker, tmp_path: Path) -> None:
    Tenancy(Address(), "town", dict.fromkeys(rights(), "secret")).save(record(tmp_path), "x")
    old = json.loads(record(tmp_path).read_text())
    del old["folder"]
    record(tmp_path).write_text(json.dumps(old))
    there.loads["town"] = Load(workers=5)
    assert move_in({}, record(tmp_path)).vhost == "town"
