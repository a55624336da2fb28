"""The service's handler: from an approved case to a document, once, whatever goes wrong in between."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pypdf
import pytest
from sqlalchemy import select

from services.chassis import ids, inbox, outbox, tables
from services.chassis.database import Transactions, make_engine
from services.contracts.actors import Actor
from services.contracts.errors import Unavailable
from services.documents import issuing
from services.documents.model import Document, Entity
from services.documents.service import Documents
from tests.unit.documents import sample_cases

HANDLER = "documents.on.application.approved"


class Peers:
    """Applications and accounts, or what is left of them."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {"get_case_for_document": sample_cases.case(), "get_office": sample_cases.OFFICE}
        self.asked: list[str] = []

    def call(self, _service: str, method: str, **_data: Any) -> dict[str, Any]:
        self.asked.append(method)
        answer = self.answers[method]
        if isinstance(answer, Exception):
            raise answer
        return dict(answer)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Any]:
    engine = make_engine(f"sqlite:///{tmp_path / 'documents.sqlite'}")
    Entity.metadata.create_all(engine)
    tables.METADATA.create_all(engine)
    made: Any = Documents()
    made.db = Transactions("documents", engine)
    made.peers = Peers()
    made.settings = SimpleNamespace(portal_url=sample_cases.PORTAL, var_dir=tmp_path)
    yield made
    engine.dispose()


def deliver(service: Any, event_id: str, ending: str = "document") -> inbox.Outcome:
    data = {"case_id": sample_cases.CASE, "ending": ending}
    envelope = {"id": event_id, "type": "", "subject": sample_cases.CASE, "time": "2026-10-02T22:30:01Z"}
    return inbox.handle(service.db, HANDLER, envelope, data, service.on_application_approved)


def documents(service: Any) -> list[Document]:
    with service.db.reading() as session:
        return list(session.scalars(select(Document)))


def events(service: Any) -> int:
    with service.db.reading() as session:
        return outbox.pending(session)[0]


def test_an_approved_case_gets_its_document(service: Any):
    assert deliver(service, ids.new_id()) is inbox.Outcome.DONE
    (document,) = documents(service)
    content = service.blobs.get(document.sha256)
    assert len(content) == document.size
    text = pypdf.PdfReader(service.blobs.folder / document.sha256[:2] / document.sha256).pages[-1].extract_text()
    assert f"{sample_cases.PORTAL}/verify/{document.verification_code}" in text.replace("\n", "")
    assert events(service) == 1


def test_the_same_event_twice_makes_one_document(service: Any):
    event = ids.new_id()
    assert [deliver(service, event), deliver(service, event)] == [inbox.Outcome.DONE, inbox.Outcome.DUPLICATE]
    assert len(documents(service)) == events(service) == 1


def test_another_event_of_the_same_case_makes_no_second_document(service: Any):
    deliver(service, ids.new_id())
    assert deliver(service, ids.new_id()) is inbox.Outcome.DONE
    assert len(documents(service)) == events(service) == 1


def test_a_repeat_after_a_crash_gives_the_same_bytes(service: Any, monkeypatch: pytest.MonkeyPatch):
    class Killed(BaseException):
        pass

    def killed(*_: Any, **__: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(issuing, "issue", killed)
        deliver(service, "an event")
    assert documents(service) == []
    assert deliver(service, "an event") is inbox.Outcome.DONE
    blobs = [path for path in service.blobs.folder.rglob("*") if path.is_file()]
    assert [path.name for path in blobs] == [document.sha256 for document in documents(service)]


@pytest.mark.parametrize("peer", ["get_case_for_document", "get_office"])
def test_a_peer_that_is_away_leaves_nothing_behind_and_the_event_comes_again(service: Any, peer: str):
    answer, service.peers.answers[peer] = service.peers.answers[peer], Unavailable("rpc.no_such_service", "Try again.")
    event = ids.new_id()
    with pytest.raises(Unavailable):
        deliver(service, event)
    assert (documents(service), events(service)) == ([], 0)
    service.peers.answers[peer] = answer
    assert deliver(service, event) is inbox.Outcome.DONE
    assert len(documents(service)) == 1


def test_a_case_that_ends_by_post_needs_no_document_and_nobody_is_asked(service: Any):
    assert deliver(service, ids.new_id(), ending="post") is inbox.Outcome.DONE
    assert (documents(service), events(service), service.peers.asked) == ([], 0, [])


def test_the_content_travels_as_base64(service: Any):
    deliver(service, ids.new_id())
    (document,) = documents(service)
    call = SimpleNamespace(data={"document_id": document.id}, actor=Actor("citizen", sample_cases.CITIZEN))
    reply = service.get_document_content(call)
    assert reply["media_type"] == "application/pdf"
    assert reply["content_base64"].startswith("JVBERi0")
    assert reply["document_id"] == document.id
