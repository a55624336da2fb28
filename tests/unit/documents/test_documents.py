"""Issuing, reading and verifying documents."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.chassis import ids, testing
from services.contracts import registry
from services.contracts.actors import Actor
from services.contracts.documents import METHODS
from services.contracts.errors import Invalid, NotFound
from services.documents import issuing, letters, reading, verifying
from services.documents.model import Document, Entity, Reservation
from tests.unit.documents import sample_cases

OWNER = Actor("citizen", sample_cases.CITIZEN)
OTHER = Actor("citizen", "01926b2e-5c3a-7d2e-9b1f-3f2a5c6d7e99")
SERVICE = Actor("service")


@pytest.fixture
def session() -> Iterator[Session]:
    with testing.session("documents", Entity.metadata) as opened:
        yield opened


def issue(session: Session, case_id: str = sample_cases.CASE) -> Reservation:
    case = {**sample_cases.case(), "case_id": case_id}
    reservation = issuing.reserve(session, case_id=case_id)
    letter = letters.write(
        case, sample_cases.OFFICE, verification_code=reservation.verification_code, portal_url=sample_cases.PORTAL
    )
    issuing.issue(
        session, reservation=reservation, case=case, office=sample_cases.OFFICE, letter=letter, sha256="ab" * 32, size=42
    )
    session.flush()
    return reservation


def crossed(method: str, reply: dict[str, Any]) -> dict[str, Any]:
    """The reply as it arrives at a caller."""
    schema = METHODS[method].reply
    return registry.load(schema, registry.dump(schema, reply))


def test_a_case_is_promised_one_id_and_one_code(session: Session):
    first = issuing.reserve(session, case_id=sample_cases.CASE)
    again = issuing.reserve(session, case_id=sample_cases.CASE)
    other = issuing.reserve(session, case_id=ids.new_id())
    assert (again.document_id, again.verification_code) == (first.document_id, first.verification_code)
    assert other.verification_code != first.verification_code


def test_issuing_says_so_with_facts_only(session: Session):
    reservation = issue(session)
    assert testing.published(session) == [
        (
            "document.issued",
            {
                "document_id": reservation.document_id,
                "case_id": sample_cases.CASE,
                "account_id": sample_cases.CITIZEN,
                "service": "business-registration",
                "ars": "034540032",
                "grant_id": None,
            },
        )
    ]


def test_a_case_gets_one_document_however_often_it_is_issued(session: Session):
    issue(session)
    issue(session)
    assert session.scalar(select(func.count()).select_from(Document)) == 1
    assert len(testing.published(session)) == 1


def test_the_owner_reads_the_document(session: Session):
    reservation = issue(session)
    found = crossed("get_document", reading.get_document(session, OWNER, document_id=reservation.document_id))
    assert found["title"]["de"] == "Empfangsbescheinigung über die Gewerbeanmeldung"
    assert found["filename"] == "empfangsbescheinigung-gewerbeanmeldung-2026-10-03.pdf"
    assert found["issued_at"] == sample_cases.APPROVED
    assert found["verification_code"] == reservation.verification_code


@pytest.mark.parametrize("actor", [OTHER, Actor("staff", sample_cases.CITIZEN[:-1] + "1")])
def test_somebody_elses_document_does_not_exist(session: Session, actor: Actor):
    reservation = issue(session)
    with pytest.raises(NotFound, match=r"documents\.no_document"):
        reading.get_document(session, actor, document_id=reservation.document_id)
    assert reading.list_documents(session, actor) == {"documents": []}


def test_a_document_nobody_issued_is_not_found(session: Session):
    with pytest.raises(NotFound):
        reading.get_document(session, OWNER, document_id=ids.new_id())


def test_ones_own_documents_newest_first_and_by_case(session: Session):
    first, second = issue(session), issue(session, ids.new_id())
    listed = crossed("list_documents", reading.list_documents(session, OWNER))["documents"]
    assert [document["document_id"] for document in listed] == [second.document_id, first.document_id]
    of_case = reading.list_documents(session, OWNER, case_id=sample_cases.CASE)["documents"]
    assert [document["document_id"] for document in of_case] == [first.document_id]


def test_a_service_names_the_case_it_asks_for(session: Session):
    issue(session)
    assert len(reading.list_documents(session, SERVICE, case_id=sample_cases.CASE)["documents"]) == 1
    with pytest.raises(Invalid):
        reading.list_documents(session, SERVICE)


def test_anyone_with_the_code_learns_what_it_is_and_not_whose(session: Session):
    reservation = issue(session)
    typed = reservation.verification_code.lower().replace("-", " ")
    known = crossed("verify_document", verifying.verify_document(session, code=typed))
    assert known == {
        "title": {"de": "Empfangsbescheinigung über die Gewerbeanmeldung", "en": "Receipt for the business registration"},
        "municipality": "Stadt Lingen (Ems)",
        "office": {"de": "Gewerbeamt", "en": "Trade office"},
        "issued_at": sample_cases.APPROVED,
        "sha256": "ab" * 32,
        "size": 42,
    }


@pytest.mark.parametrize("code", ["", "%", "MB4V-ZRKD-YS28-TBPN", "7K2M"])
def test_a_code_of_no_document_is_not_found(session: Session, code: str):
    issue(session)
    with pytest.raises(NotFound, match=r"documents\.unknown_code"):
        verifying.verify_document(session, code=code)


def test_a_code_that_was_only_promised_verifies_nothing(session: Session):
    reservation = issuing.reserve(session, case_id=sample_cases.CASE)
    with pytest.raises(NotFound):
        verifying.verify_document(session, code=reservation.verification_code)
