"""Mails: one per moment, sent when the mail server is there, never lost, never blocking."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from services.chassis import clock, erased, tables
from services.chassis.database import Transactions, make_engine
from services.contracts.accounts.mails import MAIL_KINDS
from services.contracts.errors import Conflict, Failure, Invalid, NotFound, Unavailable
from services.contracts.values import LANGUAGES
from services.messaging import mailing, wording
from services.messaging.model import LEASE, MOMENT, NEXT, NEXT_TRY, Entity, Mail
from tests.unit.messaging.memory_post import MemoryPost

ERIKA = "01926b2e-5c3a-7d2e-9b1f-3f2a5c6d7e80"
MAX = "01926b2e-5c3a-7d2e-9b1f-3f2a5c6d7e99"
CONFIRMATION = "01926b2e-5c3a-7d2e-9b1f-3f2a5c6d7ea1"
PORTAL = "https://portal.example.org"
START = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
DUE = START + MOMENT
AWAY = Unavailable("messaging.mail_server_unavailable", "The mail server cannot be reached right now.")


class House:
    """The service with its database, the accounts and a mail server."""

    def __init__(self, db: Transactions) -> None:
        self.db = db
        self.post = MemoryPost()
        self.contacts: dict[str, Any] = {
            ERIKA: {"email": "erika@example.org", "language": "de"},
            MAX: {"email": "max@example.org", "language": "en"},
        }
        self.requested: dict[str, Any] = {
            CONFIRMATION: {
                "mail_id": CONFIRMATION, "kind": "confirm_address", "to": "new@example.org", "language": "de",
                "link": f"{PORTAL}/register/confirmation?token=secret", "data": {},
            }
        }  # fmt: skip

    def queue(self, account_id: str = ERIKA, at: datetime = START) -> None:
        with clock.fixed(at), self.db.transaction() as session:
            mailing.queue_mail(session, account_id=account_id)

    def run(self, at: datetime = DUE) -> int:
        with clock.fixed(at):
            return mailing.send_due(self.db.reading, self.db.transaction, self.ask, self.post, PORTAL)

    def ask(self, _service: str, method: str, **question: str) -> dict[str, Any]:
        answer = self.contacts[question["account_id"]] if method == "get_contact" else self.requested[question["mail_id"]]
        if isinstance(answer, Failure):
            raise answer
        return dict(answer)

    def mails(self) -> list[Mail]:
        with self.db.reading() as session:
            return list(session.scalars(select(Mail).order_by(Mail.id)))

    def states(self) -> list[str]:
        return [mail.state for mail in self.mails()]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    engine = make_engine(f"sqlite:///{tmp_path / 'messaging.sqlite'}")
    Entity.metadata.create_all(engine)
    tables.METADATA.create_all(engine)
    with engine.begin() as connection:
        erased.create(connection)
    yield House(Transactions("messaging", engine))
    engine.dispose()


def test_a_mail_calls_to_the_mailbox_in_the_citizens_language_and_tells_nothing(house: House):
    house.queue(ERIKA)
    house.queue(MAX)
    assert house.run() == 2
    german, english = sorted(house.post.taken, key=lambda letter: letter.to)
    assert (german.to, german.subject, german.language) == ("erika@example.org", "Neue Nachricht in Ihrem Postfach", "de")
    assert (english.to, english.subject, english.language) == ("max@example.org", "New message in your mailbox", "en")
    assert f"{PORTAL}/mailbox" in german.text
    assert f"{PORTAL}/mailbox" in english.text
    assert house.states() == ["sent", "sent"]
    assert house.mails()[0].sent_at == DUE


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_its_words(language: str):
    subject, text = wording.mail(language, PORTAL)
    assert subject
    assert PORTAL in text


def test_what_happens_in_one_moment_is_one_mail(house: House):
    for seconds in range(5):
        house.queue(at=START + timedelta(seconds=seconds))
    assert house.run(START) == 0
    assert house.run() == 1
    house.queue(at=DUE + timedelta(seconds=1))
    assert house.run(DUE + timedelta(minutes=1)) == 1
    assert len(house.post.taken) == 2


def test_a_mail_server_that_is_away_is_tried_again_later_and_later(house: House):
    house.queue()
    house.post.fails_with = AWAY
    at = DUE
    for pause in NEXT_TRY:
        assert house.run(at) == 0
        (mail,) = house.mails()
        assert (mail.state, mail.failure, mail.due_at) == ("queued", AWAY.slug, at + pause)
        assert house.run(mail.due_at - timedelta(seconds=1)) == 0
        at = mail.due_at
    house.post.fails_with = None
    assert house.run(at) == 1
    assert (house.mails()[0].state, house.mails()[0].failure) == ("sent", None)


def test_a_mail_that_never_goes_out_is_given_up(house: House):
    house.queue()
    house.post.fails_with = AWAY
    for at in [DUE + timedelta(days=days) for days in range(len(NEXT_TRY) + 3)]:
        house.run(at)
    assert house.states() == ["given_up"]
    assert house.mails()[0].attempts == len(NEXT_TRY) + 1


def test_while_the_mail_server_is_away_one_mail_at_most_is_tried_in_a_run(house: House):
    house.queue(ERIKA)
    house.queue(MAX)
    house.post.fails_with = AWAY
    house.run()
    assert sorted(mail.attempts for mail in house.mails()) == [0, 1]


def test_an_address_that_is_refused_is_given_up_and_holds_up_nobody(house: House):
    house.queue(ERIKA)
    house.queue(MAX, at=START + timedelta(milliseconds=1))
    house.contacts[ERIKA] = NotFound("accounts.no_account", "There is no such account.")
    assert house.run(DUE + timedelta(seconds=1)) == 1
    assert sorted(house.states()) == ["given_up", "sent"]
    house.queue(MAX, at=DUE + timedelta(minutes=1))
    house.post.fails_with = Invalid("messaging.address_refused", "The mail server refuses this address.")
    assert house.run(DUE + timedelta(minutes=2)) == 0
    assert sorted(house.states()) == ["given_up", "given_up", "sent"]


def test_what_happens_while_a_mail_waits_for_its_next_try_joins_it(house: House):
    house.queue()
    house.post.fails_with = AWAY
    house.run()
    house.queue(at=DUE + timedelta(seconds=5))
    assert house.states() == ["queued"]


def test_what_happens_while_a_mail_is_being_sent_gets_its_own_and_a_failed_one_merges_into_it(house: House):
    house.queue()
    with clock.fixed(DUE), house.db.transaction() as session:
        claim = mailing.claim_mail(session)
        assert claim is not None
    house.queue(at=DUE + timedelta(seconds=1))
    assert house.states() == ["sending", "queued"]
    with clock.fixed(DUE), house.db.transaction() as session:
        mailing.settle_failed(session, claim, AWAY)
    assert house.states() == ["merged", "queued"]


def test_two_senders_never_take_the_same_mail(house: House):
    house.queue()
    with clock.fixed(DUE), house.db.transaction() as session:
        assert mailing.claim_mail(session) is not None
        session.flush()
        assert mailing.claim_mail(session) is None


def test_a_mail_whose_sender_died_is_sent_by_the_next(house: House):
    house.queue()
    with clock.fixed(DUE), house.db.transaction() as session:
        died = mailing.claim_mail(session)
    assert died is not None
    assert house.run(DUE + LEASE - timedelta(seconds=1)) == 0
    assert house.run(DUE + LEASE) == 1
    # Should it come back after all, its word no longer counts.
    with clock.fixed(DUE + LEASE), house.db.transaction() as session:
        mailing.settle_failed(session, died, AWAY)
    assert house.states() == ["sent"]


def test_no_address_in_any_log_line(house: House):
    house.queue(ERIKA)
    house.queue(MAX)
    with capture_logs() as lines:
        house.run()
        house.queue(ERIKA, at=DUE)
        house.post.fails_with = Invalid("messaging.address_refused", "The mail server refuses this address.")
        house.run(DUE + MOMENT)
    assert {line["event"] for line in lines} == {"mail.sent", "mail.failed"}
    assert "@" not in str(lines)


def test_a_mail_that_accounts_asked_for_goes_at_once_and_is_no_call_to_the_mailbox(house: House):
    house.queue(at=START)
    with clock.fixed(START), house.db.transaction() as session:
        mailing.queue_requested(session, mail_id=CONFIRMATION)
        mailing.queue_requested(session, mail_id=CONFIRMATION)
    assert house.run(START) == 2
    letter = house.post.taken[0]
    assert (letter.to, letter.subject, letter.language) == (
        "new@example.org", "Bitte bestätigen Sie Ihre E-Mail-Adresse", "de",
    )  # fmt: skip
    assert f"{PORTAL}/register/confirmation?token=secret" in letter.text
    assert house.run() == 1
    assert house.post.taken[-1].to == "erika@example.org"


def test_a_mail_whose_time_is_over_is_given_up_and_one_for_which_the_server_is_away_waits(house: House):
    with clock.fixed(START), house.db.transaction() as session:
        mailing.queue_requested(session, mail_id=CONFIRMATION)
    house.post.fails_with = AWAY
    assert house.run(START) == 0
    assert house.states() == ["queued"]
    house.post.fails_with = None
    house.requested[CONFIRMATION] = NotFound("accounts.no_mail", "There is no such mail to be sent any more.")
    assert house.run(START + NEXT_TRY[0]) == 0
    assert house.states() == ["given_up"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", MAIL_KINDS)
def test_every_kind_of_mail_has_its_words_and_says_why_it_came(kind: str, language: str):
    subject, text = wording.requested(kind, language, f"{PORTAL}/page?token=1", PORTAL, {})
    assert subject
    assert f"{PORTAL}/page?token=1" in text
    assert text.startswith({"de": "Guten Tag,", "en": "Hello,"}[language])
    assert max(map(len, text.splitlines())) < 998, "RFC 5322, 2.1.1"


def test_no_words_are_left_of_a_kind_that_is_gone():
    assert {path.stem for path in wording.MAILS.glob("*.yaml")} == set(MAIL_KINDS)


def test_the_life_of_a_mail_has_no_other_steps(house: House):
    states = {"queued", "sending", "sent", "merged", "given_up"}
    assert {state for state, _ in NEXT} | set(NEXT.values()) == states
    for state in states:
        for step in ("claim", "deliver", "postpone", "merge", "give_up"):
            if (state, step) not in NEXT:
                with pytest.raises(Conflict):
                    Mail(id="", account_id=ERIKA, state=state).become(step)
