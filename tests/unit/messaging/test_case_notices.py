"""What an office reads of what its applicant was told: of its case and nothing else, and what became of the mails."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.chassis import clock, ids
from services.contracts.errors import NotFound
from services.messaging import mailbox, mailing, noticing
from services.messaging.model import MOMENT, NEXT_TRY
from tests.unit.messaging.test_mailing import AWAY, DUE, ERIKA, START, House, house
from tests.unit.messaging.test_noticing import sample

__all__ = ["house"]
ORDER, CASE, OTHER_CASE = ids.new_id(), ids.new_id(), ids.new_id()


def tell(house: House, event: str, at: datetime = START, **changes: Any) -> None:
    data = {**sample(event), "account_id": ERIKA, "order_id": ORDER, **changes}
    with clock.fixed(at), house.db.transaction() as session:
        noticing.note(session, kind=event.replace(".", "_"), at=at.isoformat(), data=data)


def read(house: House, case_id: str = CASE) -> list[dict[str, Any]]:
    with house.db.reading() as session:
        found: list[dict[str, Any]] = mailbox.list_case_notices(session, case_id=case_id, order_id=ORDER)["notices"]
    return found


def mails(house: House) -> list[str | None]:
    return [notice["mail"] and notice["mail"]["state"] for notice in read(house)]


def test_an_office_reads_what_was_told_of_its_case_and_its_order_and_of_no_other(house: House):
    for seconds, (event, case_id) in enumerate(
        [("order.placed", None), ("payment.secured", None), ("application.submitted", CASE), ("payment.refunded", OTHER_CASE)]
    ):
        tell(house, event, START + timedelta(seconds=seconds), **({"case_id": case_id} if case_id else {}))
    tell(house, "payment.secured", order_id=ids.new_id())
    tell(house, "device.added", order_id=None)
    assert [notice["kind"] for notice in read(house)] == ["application_submitted", "payment_secured", "order_placed"]
    assert [notice["kind"] for notice in read(house, OTHER_CASE)] == ["payment_refunded", "payment_secured", "order_placed"]
    assert all(set(notice) == {"kind", "at", "mail"} for notice in read(house)), "no sum, and not whether it was read"


def test_nothing_was_told_of_a_case_that_nobody_heard_of(house: House):
    assert read(house) == []


def test_what_calls_for_no_mail_has_none_and_what_does_waits_until_it_is_sent(house: House):
    tell(house, "order.placed", START - timedelta(seconds=1))
    tell(house, "application.submitted", case_id=CASE)
    assert mails(house) == ["waiting", None]
    with clock.fixed(DUE), house.db.transaction() as session:
        assert mailing.claim_mail(session) is not None
    assert mails(house) == ["waiting", None]
    house.run(DUE + timedelta(hours=1))
    assert read(house)[0]["mail"] == {"state": "sent", "sent_at": DUE + timedelta(hours=1)}


def test_one_mail_tells_of_all_that_happened_in_its_moment_and_the_next_of_the_rest(house: House):
    tell(house, "application.submitted", case_id=CASE)
    tell(house, "application.rejected", START + timedelta(seconds=1), case_id=CASE)
    house.run()
    tell(house, "payment.refunded", DUE + timedelta(seconds=1), case_id=CASE)
    assert mails(house) == ["waiting", "sent", "sent"]


@pytest.mark.parametrize("failure", [AWAY, NotFound("accounts.no_account", "There is no such account.")])
def test_a_mail_that_was_given_up_has_failed_and_one_that_waits_for_its_next_try_has_not(house: House, failure: Any):
    tell(house, "application.submitted", case_id=CASE)
    house.post.fails_with = failure
    house.run()
    assert mails(house) == ["waiting" if failure is AWAY else "failed"]
    for days in range(1, len(NEXT_TRY) + 3):
        house.run(DUE + timedelta(days=days))
    assert mails(house) == ["failed"]


def test_what_a_merged_mail_would_have_told_the_one_it_merged_into_tells(house: House):
    tell(house, "application.submitted", case_id=CASE)
    with clock.fixed(DUE), house.db.transaction() as session:
        claim = mailing.claim_mail(session)
        assert claim is not None
    tell(house, "application.rejected", DUE + timedelta(seconds=1), case_id=CASE)
    with clock.fixed(DUE), house.db.transaction() as session:
        mailing.settle_failed(session, claim, AWAY)
    assert mails(house) == ["waiting", "waiting"]
    house.run(DUE + timedelta(seconds=1) + MOMENT)
    assert mails(house) == ["sent", "sent"]


def test_of_what_was_told_before_mails_were_kept_it_is_not_known(house: House):
    tell(house, "application.submitted", datetime(2026, 1, 1, tzinfo=UTC), case_id=CASE)
    with house.db.transaction() as session:
        session.connection().exec_driver_sql("UPDATE notices SET mail_id = 'unknown'")
    assert mails(house) == ["unknown"]
