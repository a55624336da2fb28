"""The mailbox."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from services.chassis import ids, testing
from services.contracts.actors import Actor
from services.contracts.errors import NotFound
from services.messaging import mailbox
from services.messaging.model import Entity, Notice

OWNER = Actor("citizen", "01926b2e-5c3a-7d2e-9b1f-3f2a5c6d7e80")
OTHER = Actor("citizen", "01926b2e-5c3a-7d2e-9b1f-3f2a5c6d7e99")


@pytest.fixture
def session() -> Iterator[Session]:
    with testing.session("messaging", Entity.metadata) as opened:
        yield opened


def notices(session: Session, count: int, actor: Actor = OWNER) -> list[str]:
    """Their ids, newest first; two of each moment, and what happened first was heard last."""
    made = [(datetime(2026, 10, 30 - number // 2, tzinfo=UTC), ids.new_id()) for number in range(count)]
    session.add_all(Notice(id=one, account_id=actor.own_id, kind="order_placed", at=at, is_read=False) for at, one in made)
    session.flush()
    return [one for _, one in sorted(made, reverse=True)]


def test_notices_come_newest_first_in_pages(session: Session):
    expected = notices(session, 5)
    first = mailbox.list_notices(session, OWNER, before=None, limit=2)
    second = mailbox.list_notices(session, OWNER, before=expected[1], limit=2)
    last = mailbox.list_notices(session, OWNER, before=expected[3], limit=2)
    pages = [[n["notice_id"] for n in page["notices"]] for page in (first, second, last)]
    assert pages == [expected[:2], expected[2:4], expected[4:]]
    assert [page["more"] for page in (first, second, last)] == [True, True, False]


def test_unread_counts_all_of_ones_own_and_reading_lowers_it(session: Session):
    (newest, *_) = notices(session, 3)
    notices(session, 4, OTHER)
    assert mailbox.list_notices(session, OWNER, before=None, limit=1)["unread"] == 3
    assert mailbox.read_notice(session, OWNER, notice_id=newest)["is_read"] is True
    assert mailbox.read_notice(session, OWNER, notice_id=newest)["is_read"] is True
    assert mailbox.list_notices(session, OWNER, before=None, limit=1)["unread"] == 2


def test_an_empty_mailbox(session: Session):
    assert mailbox.list_notices(session, OWNER, before=None, limit=50) == {"notices": [], "unread": 0, "more": False}


def test_somebody_elses_notice_does_not_exist_and_stays_unread(session: Session):
    (theirs,) = notices(session, 1, OTHER)
    with pytest.raises(NotFound, match=r"messaging\.no_notice"):
        mailbox.read_notice(session, OWNER, notice_id=theirs)
    assert mailbox.list_notices(session, OTHER, before=None, limit=1)["unread"] == 1
    with pytest.raises(NotFound, match=r"messaging\.no_notice"):
        mailbox.list_notices(session, OWNER, before=theirs, limit=10)
