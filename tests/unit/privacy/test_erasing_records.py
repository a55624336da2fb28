"""What each service erases of an account, what it keeps and until when, and how the export pages through what there is."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from services.applications import casework, deciding, drafting, expiring, ordering
from services.applications import erasing as applications
from services.applications import network as offers
from services.applications.holdings import HOLDINGS
from services.applications.model import Case, Draft, Order, Step
from services.chassis import clock, erased, ids, testing
from services.chassis.holdings import export_page
from services.chassis.tables import IDEMPOTENCY
from services.contracts.actors import Actor, Behalf
from services.contracts.errors import Forbidden, Invalid
from services.documents import erasing as documents
from services.documents.model import Document, Reservation
from services.documents.providers.blobs import FileBlobs
from services.messaging import erasing as messaging
from services.messaging import noticing
from services.messaging.model import Mail, Notice
from services.payments import erasing as payments
from services.payments.model import Booking, Mandate, Payment, Share
from tests.unit.applications import portal
from tests.unit.payments import orders

NOW = datetime(2026, 9, 1, 10, 0, tzinfo=UTC)
ACCOUNT = "01926b2e-7d21-7a00-8b1c-00000000e61a"
OTHER = "01926b2e-7d21-7a00-8b1c-00000000a4a1"


@pytest.fixture(autouse=True)
def _now():
    with clock.fixed(NOW):
        yield


def later(**more: float) -> Any:
    return clock.fixed(NOW + timedelta(**more))


def count(session, entity) -> int:
    return session.scalar(select(func.count()).select_from(entity)) or 0


def told(session, name: str) -> dict[str, Any]:
    return [data for event, data in testing.published(session) if event == name][-1]


@pytest.fixture
def applying(opened):
    session = opened("applications")
    offers.load(session, portal.network())
    return session


def citizen(account_id=ACCOUNT):
    return Actor("citizen", account_id)


def decided(session, who, service=portal.DOG, office="steueramt"):
    order = portal.submit(session, who, (service, portal.SOEGEL))
    clerk = portal.clerk(f"{portal.SOEGEL}/{office}")
    deciding.decide_case(session, clerk, case_id=order["cases"][0]["case_id"], decision="reject", reason="Es fehlt etwas.")
    return order


def test_drafts_and_unpaid_orders_go_and_decided_cases_stay_for_their_years(applying):
    drafting.start_draft(applying, citizen(), service=portal.DOG, ars=portal.SOEGEL, answers={})
    drafting.start_draft(applying, citizen(OTHER), service=portal.DOG, ars=portal.SOEGEL, answers={})
    portal.submit(applying, citizen(), (portal.BIRTH, portal.SOEGEL))
    decided(applying, citizen())
    applying.execute(insert(IDEMPOTENCY).values(owner=ACCOUNT, key="k", fingerprint="f", created_at=NOW))
    applications.erase(applying, account_id=ACCOUNT)
    assert [draft.account_id for draft in applying.scalars(select(Draft))] == [OTHER]
    assert [case.state for case in applying.scalars(select(Case))] == ["rejected"]
    assert (count(applying, Order), count(applying, IDEMPOTENCY)) == (1, 0)
    until = "2036-12-31T23:00:00+00:00"
    assert told(applying, "applications.erased") == {
        "account_id": ACCOUNT,
        "erased": 2,
        "kept": [{"category": "cases", "count": 1, "until": until}],
    }


def test_erasing_twice_erases_nothing_more(applying):
    decided(applying, citizen())
    applications.erase(applying, account_id=ACCOUNT)
    applications.erase(applying, account_id=ACCOUNT)
    assert told(applying, "applications.erased")["erased"] == 0
    assert count(applying, Case) == 1


def test_what_comes_in_during_an_erasure_is_erased_soon(applying):
    applications.erase(applying, account_id=ACCOUNT)
    drafting.start_draft(applying, citizen(), service=portal.DOG, ars=portal.SOEGEL, answers={})
    applying.flush()
    assert applications.look_again(applying) == 1
    assert count(applying, Draft) == 0
    with later(days=3):
        assert list(erased.recently(applying)) == []


@pytest.mark.parametrize(
    ("state", "is_open"), [("submitted", True), ("in_review", True), ("approved", True), ("rejected", False)]
)
def test_cases_that_an_office_works_on_are_open(applying, state, is_open):
    order = portal.submit(applying, citizen(), (portal.DOG, portal.SOEGEL))
    applying.get_one(Case, order["cases"][0]["case_id"]).state = state
    applying.flush()
    assert applications.count_open_cases(applying, Actor("service"), account_id=ACCOUNT) == {"open_cases": int(is_open)}
    assert applications.count_open_cases(applying, Actor("service"), account_id=OTHER) == {"open_cases": 0}


def test_an_unpaid_case_is_open_for_an_hour_as_it_may_be_paid_already(applying):
    portal.submit(applying, citizen(), (portal.BIRTH, portal.SOEGEL))
    with later(minutes=59):
        assert applications.count_open_cases(applying, Actor("service"), account_id=ACCOUNT)["open_cases"] == 1
    with later(minutes=61):
        assert applications.count_open_cases(applying, Actor("service"), account_id=ACCOUNT)["open_cases"] == 0


def test_cases_are_deleted_when_their_years_are_over_and_not_before(applying):
    decided(applying, citizen())
    waiting = portal.submit(applying, citizen(), (portal.DOG, portal.SOEGEL))
    with clock.fixed(datetime(2036, 12, 31, 22, 59, tzinfo=UTC)):
        assert applications.end_retention(applying) == 0
    with clock.fixed(datetime(2036, 12, 31, 23, 1, tzinfo=UTC)):
        assert applications.end_retention(applying) == 1
    assert [case.order_id for case in applying.scalars(select(Case))] == [waiting["order_id"]]
    assert (count(applying, Order), count(applying, Step)) == (1, 1)


def test_a_draft_is_told_of_once_five_days_before_it_goes(applying):
    draft = drafting.start_draft(applying, citizen(), service=portal.DOG, ars=portal.SOEGEL, answers={})
    with later(days=24):
        assert expiring.announce_expiring_drafts(applying) == 0
    with later(days=26):
        assert expiring.announce_expiring_drafts(applying) == 1
        assert expiring.announce_expiring_drafts(applying) == 0
        assert told(applying, "draft.expiring")["draft_id"] == draft["draft_id"]
        drafting.save_draft(applying, citizen(), draft_id=draft["draft_id"], answers={})
    with later(days=31):
        assert expiring.delete_expired_drafts(applying) == 0
    with later(days=52):
        assert expiring.announce_expiring_drafts(applying) == 1, "worked on again, and left again"
    with later(days=57):
        assert expiring.delete_expired_drafts(applying) == 1


def test_the_export_pages_through_everything_of_one_person_and_nothing_else(applying):
    for who in (citizen(), citizen(OTHER)):
        drafting.start_draft(applying, who, service=portal.DOG, ars=portal.SOEGEL, answers={})
        order = decided(applying, who)
        casework.get_case(applying, portal.clerk(f"{portal.SOEGEL}/steueramt"), case_id=order["cases"][0]["case_id"])
    applying.flush()
    records, after = [], None
    while True:
        page = export_page(applying, citizen(), HOLDINGS, after=after, limit=1)
        records += page["records"]
        assert len(page["records"]) <= 1
        after = page["next"]
        if after is None:
            break
    tables = [record["table"] for record in records]
    assert {name: tables.count(name) for name in dict.fromkeys(tables)} == {
        "drafts": 1, "orders": 1, "cases": 1, "steps": 2, "audit_log": 2,
    }  # fmt: skip
    assert OTHER not in str(records)
    assert ordering.get_order(applying, citizen(), order_id=records[1]["values"]["id"])
    with pytest.raises(Invalid):
        export_page(applying, citizen(), HOLDINGS, after="editions:0", limit=1)
    with pytest.raises(Forbidden):
        export_page(applying, Actor("citizen", ACCOUNT, behalf=Behalf("person", OTHER, "g")), HOLDINGS, after=None, limit=1)


@pytest.fixture
def paying(opened):
    session = opened("payments")
    orders.load_treasuries(session)
    return session


def test_an_unpaid_payment_goes_and_a_paid_one_stays_in_the_books(paying):
    paid, unpaid = orders.place(paying, (orders.SOEGEL, 3000)), orders.place(paying, (orders.SOEGEL, 3000))
    orders.pay(paying, paid)
    paying.flush()
    for order in (paid, unpaid):
        payments.erase(paying, account_id=order.account_id)
    assert [payment.account_id for payment in paying.scalars(select(Payment))] == [paid.account_id]
    first, second = [data for name, data in testing.published(paying) if name == "payments.erased"]
    assert [(thing["category"], thing["until"]) for thing in first["kept"]] == [
        ("payments", "2036-12-31T23:00:00+00:00"),
        ("mandates", (NOW + timedelta(days=427)).isoformat()),
    ]
    assert (second["erased"], second["kept"]) == (1, [])


def test_name_and_account_go_after_fourteen_months_and_the_payment_leads_to_nobody_after_ten_years(paying):
    order = orders.place(paying, (orders.SOEGEL, 3000))
    orders.pay(paying, order)
    paying.flush()
    mandate = paying.scalars(select(Mandate)).one()
    with later(days=428):
        assert payments.blank_mandates(paying) == 0, "it was never collected"
    mandate.state = "used"
    for share in paying.scalars(select(Share)):
        share.state = "collected"
    paying.flush()
    with later(days=426):
        assert payments.blank_mandates(paying) == 0
    with later(days=428):
        assert payments.blank_mandates(paying) == 1
        assert payments.blank_mandates(paying) == 0
    paying.expire_all()
    assert (mandate.holder, mandate.iban) == ("", "")
    assert mandate.reference
    with clock.fixed(datetime(2036, 12, 31, 22, tzinfo=UTC)):
        assert payments.end_retention(paying) == 0
    with clock.fixed(datetime(2037, 1, 1, 0, tzinfo=UTC)):
        assert payments.end_retention(paying) == 1
        assert payments.end_retention(paying) == 0
    assert paying.scalars(select(Payment.account_id)).all() == [""]
    assert count(paying, Booking) == 1, "lines of the book are only ever added"


def test_the_mailbox_goes_whole_and_nothing_new_comes_in(opened):
    session = opened("messaging")
    for account_id in (ACCOUNT, OTHER):
        noticing.note(session, kind="account_registered", at=NOW.isoformat(), data={"account_id": account_id})
    messaging.erase(session, account_id=ACCOUNT)
    noticing.note(session, kind="account_registered", at=NOW.isoformat(), data={"account_id": ACCOUNT})
    session.flush()
    assert [notice.account_id for notice in session.scalars(select(Notice))] == [OTHER]
    assert [mail.account_id for mail in session.scalars(select(Mail))] == [OTHER]
    assert told(session, "mailbox.erased") == {"account_id": ACCOUNT, "erased": 2, "kept": []}


def issued(session, sha256, account_id=ACCOUNT):
    document = Document(
        id=ids.new_id(), case_id=ids.new_id(), account_id=account_id, service="dog-registration", ars="034545407",
        title={"de": "Bestätigung", "en": "Confirmation"}, municipality="Sögel", office={"de": "Steueramt", "en": "Tax office"},
        filename="bestaetigung.pdf", size=1, sha256=sha256, verification_code=sha256[:19], issued_at=NOW,
    )  # fmt: skip
    code = Reservation(case_id=document.case_id, document_id=document.id, verification_code=sha256[:19], reserved_at=NOW)
    session.add_all([document, code])
    session.flush()
    return document


def test_a_document_loses_its_content_and_stays_verifiable_for_ten_years(opened, tmp_path):
    session, blobs = opened("documents"), FileBlobs(tmp_path)
    document = issued(session, blobs.put(b"%PDF- Erika Musterfrau"))
    for sha256 in documents.contents_of(session, account_id=ACCOUNT):
        blobs.delete(sha256)
        blobs.delete(sha256)
    documents.erase(session, account_id=ACCOUNT)
    documents.erase(session, account_id=ACCOUNT)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert document.as_verification()["municipality"] == "Sögel"
    first, second = [data for name, data in testing.published(session) if name == "documents.erased"]
    assert (first["erased"], second["erased"]) == (1, 0)
    assert first["kept"] == [{"category": "document_checks", "count": 1, "until": "2036-12-31T23:00:00+00:00"}]
    assert documents.over(session) == []
    with clock.fixed(datetime(2037, 1, 1, tzinfo=UTC)):
        over = documents.over(session)
        documents.end_retention(session, cases=[case_id for case_id, _ in over])
    assert (count(session, Document), count(session, Reservation)) == (0, 0)


def test_a_document_issued_while_its_account_was_erased_loses_its_content_too(opened):
    session = opened("documents")
    documents.erase(session, account_id=ACCOUNT)
    issued(session, "a" * 64)
    issued(session, "b" * 64, OTHER)
    assert documents.late_contents(session) == ["a" * 64]
