"""Every RPC of every service, called by everybody: who is let in is what docs/permissions.md says."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.chassis.rpc_server import Rpc
from services.contracts import operations
from services.contracts.actors import ANYONE, staff
from services.contracts.registry import SERVICES
from tests.fakes.bus import sample
from tests.unit.permissions import answering, written
from tests.unit.permissions.answering import Service
from tests.unit.permissions.people import EVERYBODY, actor

OF_EVERY_SERVICE = "every service"
"""The owner of what the chassis answers for all of them."""


@pytest.fixture(params=SERVICES)
def service(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Service]:
    with answering.service(request.param, tmp_path) as found:
        yield found


def name_of(service: str, method: str) -> str:
    return f"{OF_EVERY_SERVICE}.{method}" if method in operations.METHODS else f"{service}.{method}"


def request_of(service: str, method: str) -> dict[str, Any]:
    """The golden sample; that there is one is another test's business."""
    try:
        return sample(service, method, "request")
    except FileNotFoundError:
        return {}


def found(service: Service, methods: list[str]) -> dict[str, dict[str, bool]]:
    """Who is let in, by really calling."""
    return {
        name_of(service.name, method): {
            who: service.admits(method, actor(who), **request_of(service.name, method)) for who in EVERYBODY
        }
        for method in methods
    }


def table(service: str) -> dict[str, dict[str, bool]]:
    """What is written of this service."""
    rows = written.read(written.FILE.read_text(encoding="utf-8"), "RPC")
    return {name: may for name, may in rows.items() if name.partition(".")[0] in (service, OF_EVERY_SERVICE)}


def test_everybody_may_call_what_the_table_says_and_nothing_else(service: Service):
    assert written.differences(table(service.name), found(service, answering.methods(service.name))) == []


def test_every_entrypoint_is_in_the_contract_and_so_in_the_table(service: Service):
    assert set(service.server.entrypoints) | set(operations.METHODS) == set(answering.methods(service.name))


def test_the_table_speaks_of_no_other_service():
    rows = written.read(written.FILE.read_text(encoding="utf-8"), "RPC")
    assert {name.partition(".")[0] for name in rows} == {*SERVICES, OF_EVERY_SERVICE}


@pytest.fixture
def applications(tmp_path: Path) -> Iterator[Service]:
    with answering.service("applications", tmp_path) as opened:
        yield opened


def test_control_a_method_that_admits_more_than_is_written_is_named(applications: Service):
    applications.server.entrypoints["decide_case"] = Rpc(ANYONE)
    told = written.differences(table("applications"), found(applications, answering.methods("applications")))
    assert "applications.decide_case: stranger may, and the table says otherwise" in told
    assert all(sentence.startswith("applications.decide_case: ") for sentence in told)


def test_control_a_method_that_refuses_whom_the_table_admits_is_named(applications: Service):
    applications.server.entrypoints["list_cases"] = Rpc(staff("approver"))
    told = written.differences(table("applications"), found(applications, answering.methods("applications")))
    assert told == ["applications.list_cases: clerk may not, and the table says otherwise"]


def test_control_a_method_that_is_not_written_down_is_named(applications: Service):
    rows = {name: may for name, may in table("applications").items() if name != "applications.mark_sent"}
    [told] = written.differences(rows, found(applications, answering.methods("applications")))
    assert told.startswith("not in the table, and would read: | `applications.mark_sent` | – | – | ✓ |")


def test_control_a_row_for_nothing_is_named(applications: Service):
    rows = {**table("applications"), "applications.forget_everything": dict.fromkeys(EVERYBODY, False)}
    told = written.differences(rows, found(applications, answering.methods("applications")))
    assert told == ["in the table, but there is no such thing: applications.forget_everything"]
