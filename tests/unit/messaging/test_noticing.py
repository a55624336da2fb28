"""Which events become notices, and which call for a mail."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.chassis import subscriptions, testing
from services.contracts import registry
from services.contracts.messaging import NOTICE_KINDS
from services.messaging import noticing
from services.messaging.model import Entity, Mail, Notice
from services.messaging.service import Messaging

SAMPLES = Path(__file__).parents[2] / "contract" / "samples"
TIME = "2026-10-02T10:00:00.250000Z"
EVENTS = [kind.replace("_", ".", 1) for kind in NOTICE_KINDS]


def sample(event: str) -> dict[str, Any]:
    path = SAMPLES / registry.events()[event].service / f"{event}.event.json"
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return data


@pytest.fixture
def session() -> Iterator[Session]:
    with testing.session("messaging", Entity.metadata) as opened:
        yield opened


def note(session: Session, event: str, **changes: Any) -> Notice:
    notice = noticing.note(session, kind=event.replace(".", "_"), at=TIME, data={**sample(event), **changes})
    assert notice is not None
    session.flush()
    return notice


def mails(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Mail)) or 0


def test_every_kind_of_notice_has_its_event_and_its_handler():
    assert {subscription.event for subscription in subscriptions.of(Messaging)} == {
        *EVENTS,
        "mail.requested",
        "account.erasure_requested",
    }
    assert set(EVENTS) <= set(registry.events())


@pytest.mark.parametrize("event", EVENTS)
def test_an_event_becomes_a_notice_that_fits_its_contract(session: Session, event: str):
    notice = note(session, event).as_dict()
    assert registry.check(registry.method("messaging", "read_notice").reply, {**notice, "at": notice["at"].isoformat()}) == {}
    assert notice["at"].isoformat() == "2026-10-02T10:00:00.250000+00:00"
    told = {name: sample(event).get(name) for name in ("order_id", "case_id", "document_id", "service", "ars")}
    assert {name: notice[name] for name in told} == told


def test_sums_are_told(session: Session):
    assert note(session, "order.placed").amount_cents == sample("order.placed")["total"]["cents"]
    assert note(session, "payment.refunded").amount_cents == sample("payment.refunded")["amount"]["cents"]
    assert note(session, "application.submitted").amount_cents is None


def test_an_order_that_costs_nothing_says_so(session: Session):
    assert note(session, "order.placed", total={"cents": 0, "currency": "EUR"}).amount_cents == 0


@pytest.mark.parametrize(
    ("event", "changes", "expected"),
    [
        ("account.registered", {}, 1),
        ("order.placed", {}, 0),
        ("payment.secured", {}, 0),
        ("application.submitted", {}, 1),
        ("application.approved", {}, 0),
        ("application.rejected", {}, 1),
        ("application.completed", {"ending": "post"}, 1),
        ("application.completed", {"ending": "document"}, 0),
        ("document.issued", {}, 1),
        ("payment.refunded", {}, 1),
    ],
)
def test_only_what_matters_to_a_person_calls_for_a_mail(session: Session, event: str, changes: dict[str, Any], expected: int):
    note(session, event, **changes)
    assert mails(session) == expected
