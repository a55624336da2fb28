"""Documents as two processes on the bus that share the work, on SQLite and on PostgreSQL."""

import asyncio
import base64
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest

from gateway.bus import Bus
from services.chassis import ids
from services.contracts.actors import Actor
from services.contracts.errors import Forbidden, Invalid, NotFound, Unauthenticated
from services.documents.providers.blobs import fingerprint
from tests.echo.running import Running
from tests.integration.answering import answering
from tests.integration.events import WATCHER, depth, eventually, take, tell, watch
from tests.patience import PATIENCE_SECONDS
from tests.services import relaying, running_service
from tests.unit.documents import sample_cases

SUBSCRIPTION = "documents.on.application.approved"


@dataclass
class Documents:
    """The service, scaled to two, and its relay."""

    vhost: str
    folder: Path
    processes: list[Running]

    def approve(self, ending: str = "document", times: int = 1) -> tuple[str, Actor]:
        """Say that a new case was approved; gives it with its citizen."""
        case_id, account_id = ids.new_id(), ids.new_id()
        APPROVED[case_id] = account_id
        data = {
            "case_id": case_id,
            "order_id": ids.new_id(),
            "account_id": account_id,
            "service": "business-registration",
            "ars": "034540032",
            "office_id": "034540032/gewerbeamt",
            "ending": ending,
        }
        tell(self.vhost, "application.approved", case_id, data, times, time="2026-10-02T22:30:00Z")
        return case_id, Actor("citizen", account_id)

    def issued(self, case_id: str) -> list[dict[str, Any]]:
        """The events about a case since the last look."""
        events = [orjson.loads(message.body) for message in take(self.vhost, WATCHER)]
        return [event for event in events if event["data"]["case_id"] == case_id]


APPROVED: dict[str, str] = {}
"""Whose the approved cases are."""


def case_for_document(case_id: str) -> dict[str, Any]:
    return {**sample_cases.case(), "case_id": case_id, "account_id": APPROVED[case_id]}


def office(office_id: str) -> dict[str, Any]:
    return {**sample_cases.OFFICE, "office_id": office_id}


@pytest.fixture(scope="module")
def documents(vhost: str, new_database: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Documents]:
    url, folder = new_database("documents"), tmp_path_factory.mktemp("documents")
    with ExitStack() as stack:
        processes = []
        for instance in ("1", "2"):
            (folder / instance).mkdir()
            process = running_service(
                "documents", vhost, url, folder / instance, INSTANCE=instance, PORTAL_URL=sample_cases.PORTAL
            )
            processes.append(stack.enter_context(process))
        (folder / "2" / "documents").symlink_to(folder / "1" / "documents")
        watch(vhost, "documents")
        stack.enter_context(relaying("documents", vhost, url))
        stack.enter_context(answering(vhost, "applications", {"get_case_for_document": case_for_document}))
        stack.enter_context(answering(vhost, "accounts", {"get_office": office}))
        yield Documents(vhost, folder, processes)


async def of_case(bus: Bus, case_id: str, actor: Actor) -> list[dict[str, Any]]:
    """The documents of a case, once there is one."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        found = await bus.call("documents", "list_documents", actor, case_id=case_id)
        if found["documents"] or time.monotonic() > until:
            return list(found["documents"])


async def test_an_approved_case_gets_one_document_however_often_it_is_told(bus: Bus, documents: Documents):
    case_id, citizen = documents.approve(times=5)
    (document,) = await of_case(bus, case_id, citizen)
    content = await bus.call("documents", "get_document_content", citizen, document_id=document["document_id"])
    pdf = base64.b64decode(content["content_base64"])
    assert (content["media_type"], len(pdf), fingerprint(pdf)) == ("application/pdf", document["size"], document["sha256"])
    assert pdf.startswith(b"%PDF-")
    assert eventually(lambda: depth(documents.vhost, WATCHER) >= 1)
    await asyncio.sleep(0.5)
    (event,) = documents.issued(case_id)
    assert event["type"] == "de.amtsgang.documents.document.issued.v1"
    assert event["data"] == {
        "document_id": document["document_id"],
        "case_id": case_id,
        "account_id": citizen.account_id,
        "service": "business-registration",
        "ars": "034540032",
        "grant_id": None,
    }
    assert "Erika" not in orjson.dumps(event).decode()


async def test_the_document_is_its_owners_and_anyone_may_verify_it(bus: Bus, documents: Documents):
    case_id, citizen = documents.approve()
    (document,) = await of_case(bus, case_id, citizen)
    stranger = Actor("citizen", ids.new_id())
    for method in ("get_document", "get_document_content"):
        with pytest.raises(NotFound):
            await bus.call("documents", method, stranger, document_id=document["document_id"])
        with pytest.raises(Unauthenticated):
            await bus.call("documents", method, Actor(), document_id=document["document_id"])
        with pytest.raises(Forbidden):
            await bus.call("documents", method, Actor("staff", ids.new_id()), document_id=document["document_id"])
    assert (await bus.call("documents", "list_documents", stranger))["documents"] == []
    typed = document["verification_code"].replace("-", " ").lower()
    known = await bus.call("documents", "verify_document", Actor(), code=typed)
    assert (known["municipality"], known["sha256"]) == ("Stadt Lingen (Ems)", document["sha256"])
    assert not {"document_id", "case_id", "account_id", "filename"} & set(known)
    with pytest.raises(NotFound):
        await bus.call("documents", "verify_document", Actor(), code="0000-0000-0000-0000")
    with pytest.raises(Invalid):
        await bus.call("documents", "verify_document", Actor(), code="0" * 81)


async def test_many_cases_at_once_each_get_their_own(bus: Bus, documents: Documents):
    approved = [documents.approve(times=2) for _ in range(10)]
    found = [await of_case(bus, *one) for one in approved]
    assert [len(one) for one in found] == [1] * 10
    assert len({one["verification_code"] for (one,) in found}) == len({one["sha256"] for (one,) in found}) == 10
    assert all(process.log.read_text().count("event.handled") > 1 for process in documents.processes)


async def test_a_case_that_ends_by_post_gets_none(bus: Bus, documents: Documents):
    case_id, citizen = documents.approve(ending="post")
    assert eventually(lambda: depth(documents.vhost, SUBSCRIPTION) == 0)
    assert (await bus.call("documents", "list_documents", citizen, case_id=case_id))["documents"] == []


async def test_no_log_names_a_person_or_a_code(bus: Bus, documents: Documents):
    case_id, citizen = documents.approve()
    (document,) = await of_case(bus, case_id, citizen)
    logs = "".join(process.log.read_text() for process in documents.processes)
    assert "event.handled" in logs
    assert "Erika" not in logs
    assert document["verification_code"] not in logs
