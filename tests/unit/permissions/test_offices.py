"""A role is worth nothing where it was not given: every RPC for a role is called from the right and from the wrong office."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from services.contracts.actors import Actor
from services.contracts.errors import Failure, Forbidden, NotFound
from services.contracts.registry import SERVICES
from tests.unit.permissions import answering
from tests.unit.permissions.answering import Service
from tests.unit.permissions.people import LINGEN, SOEGEL, actor
from tests.unit.permissions.scenes import SCENES, Peers, Scene

LISTS = {"list_cases", "search_cases", "get_statistics", "get_form_statistics", "list_administered_municipalities"}
"""These leave out what belongs to others, and refuse nobody."""

PERSONAL = {"name_deputy", "end_deputy", "list_deputies", "start_batch", "get_batch"}
"""These concern the caller's own things: no office is asked for. A batch decides nothing of another office (its own test)."""


def roles_of(service: str) -> Iterator[tuple[str, str]]:
    """Every RPC that names roles, with each role; that of the operator is valid everywhere."""
    kind = answering.kind_of(service)
    for method, rpc in answering.rpcs_of(kind):
        for allowed in sorted(rpc.allow):
            role = allowed.removeprefix("staff:")
            if role not in (allowed, "operator") and method not in PERSONAL:
                yield method, role


ALL = [(service, method, role) for service in SERVICES for method, role in roles_of(service)]


@contextmanager
def scene(name: str, folder: Path) -> Iterator[tuple[Service, Scene]]:
    with answering.service(name, folder, peers=Peers()) as service:
        yield service, SCENES[name](service)


def outcome(service: Service, method: str, who: Actor, data: dict[str, Any]) -> Failure | dict[str, Any]:
    """What the actor gets; a failure is an answer, too."""
    try:
        return service.ask(method, who, **data)
    except Failure as failure:
        return failure


def ends(role: str) -> list[tuple[str, str]]:
    """Where the role is not the right one: another office of the same place, and the same office of another place."""
    elsewhere = (LINGEN, "")
    return [elsewhere] if role in ("administrator", "editor") else [elsewhere, (SOEGEL, "standesamt")]


@pytest.mark.parametrize(("name", "method", "role"), ALL)
def test_a_role_in_another_office_opens_nothing(tmp_path: Path, name: str, method: str, role: str):
    for ars, office in ends(role):
        with scene(name, tmp_path) as (service, prepared):
            data = prepared.request(service, method)
            found = outcome(service, method, actor(role.replace("_", " "), ars, office or prepared.office), data)
        if method in LISTS:
            assert isinstance(found, dict)
            assert SOEGEL not in str(found)
            continue
        assert isinstance(found, (NotFound, Forbidden)), f"{method} as {role} of {ars}/{office}: {found}"


@pytest.mark.parametrize(("name", "method", "role"), ALL)
def test_control_the_right_office_gets_another_answer(tmp_path: Path, name: str, method: str, role: str):
    """Whatever the right one gets, it is not the refusal that the wrong one gets: so it was the office that decided."""
    right, wrong = (_as(tmp_path, name, method, role, ars) for ars in (SOEGEL, LINGEN))
    assert right != wrong
    assert not isinstance(right, Forbidden)


def _as(folder: Path, name: str, method: str, role: str, ars: str) -> Any:
    with scene(name, folder) as (service, prepared):
        data = prepared.request(service, method)
        found = outcome(service, method, actor(role.replace("_", " "), ars, prepared.office), data)
    return found.slug if isinstance(found, Failure) else found
