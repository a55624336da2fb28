"""Notices, and the e-mails that call a citizen to the mailbox."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Boolean, Index, Integer, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from services.chassis.columns import UtcDateTime
from services.contracts.errors import Conflict
from services.contracts.values import euros

MOMENT = timedelta(seconds=10)
"""What happens within it is told in one mail."""

LEASE = timedelta(minutes=2)
"""How long a sender may take; then another one tries."""

NEXT_TRY = (
    timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15),
    timedelta(hours=1), timedelta(hours=4), timedelta(hours=12), timedelta(hours=24),
)  # fmt: skip
"""Waiting times after each failure; after the last one the mail is given up. The notice stays in the mailbox anyway."""


NEXT = {
    ("queued", "claim"): "sending",
    ("sending", "claim"): "sending",
    ("sending", "deliver"): "sent",
    ("sending", "postpone"): "queued",
    ("sending", "merge"): "merged",
    ("sending", "give_up"): "given_up",
}
"""The life of a mail. Whoever claims a mail that is being sent already found its lease over: the sender died."""


class Entity(DeclarativeBase):
    """Everything that `messaging` stores."""


class Notice(Entity):
    """One thing that happened, in one citizen's mailbox."""

    __tablename__ = "notices"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    account_id: Mapped[str] = mapped_column(String(36))
    grant_id: Mapped[str | None] = mapped_column(String(36))
    kind: Mapped[str] = mapped_column(String(30))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    is_read: Mapped[bool] = mapped_column(Boolean, default=False)
    order_id: Mapped[str | None] = mapped_column(String(36))
    case_id: Mapped[str | None] = mapped_column(String(36))
    document_id: Mapped[str | None] = mapped_column(String(36))
    service: Mapped[str | None] = mapped_column(String(80))
    ars: Mapped[str | None] = mapped_column(String(12))
    amount_cents: Mapped[int | None] = mapped_column(Integer)
    mail_id: Mapped[str | None] = mapped_column(String(36))
    """The e-mail that tells of it; none where the mailbox is enough."""

    def as_dict(self) -> dict[str, Any]:
        """The notice as its reader sees it."""
        return {
            "notice_id": self.id,
            "kind": self.kind,
            "at": self.at,
            "is_read": self.is_read,
            "order_id": self.order_id,
            "case_id": self.case_id,
            "document_id": self.document_id,
            "service": self.service,
            "ars": self.ars,
            "amount": None if self.amount_cents is None else euros(self.amount_cents),
        }


Index("notices_of_account", Notice.account_id, Notice.at, Notice.id)
Index("notices_of_case", Notice.case_id)
Index("notices_of_order", Notice.order_id)
Index(
    "notices_unread",
    Notice.account_id,
    sqlite_where=Notice.is_read.is_(False),
    postgresql_where=Notice.is_read.is_(False),
)


class Mail(Entity):
    """One e-mail: `queued`, `sending`, and in the end `sent`, `merged` into another one, or `given_up`.

    It calls the holder of an account to the mailbox (`account_id`), or is what accounts asked for (`request_id`). The address is
    asked for just before sending and stored nowhere.
    """

    __tablename__ = "mails"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    account_id: Mapped[str | None] = mapped_column(String(36))
    request_id: Mapped[str | None] = mapped_column(String(36))
    state: Mapped[str] = mapped_column(String(10))
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    queued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failure: Mapped[str | None] = mapped_column(String(80))

    def become(self, step: str) -> None:
        """Take a step of its life; raises conflict where the life of a mail has no such step."""
        if (self.state, step) not in NEXT:
            raise Conflict("messaging.wrong_state", "This mail is not in a state that allows this.")
        self.state = NEXT[self.state, step]

    def claim(self, now: datetime) -> None:
        """Somebody begins to send it and has until the end of the lease."""
        self.become("claim")
        self.attempts += 1
        self.due_at = now + LEASE

    def deliver(self, now: datetime) -> None:
        """The mail server took it."""
        self.become("deliver")
        self.sent_at, self.failure = now, None

    def postpone(self, now: datetime, failure: str) -> None:
        """It could not be sent now: it waits for its next try, or is given up after the last one."""
        self.failure = failure
        if self.attempts > len(NEXT_TRY):
            self.become("give_up")
        else:
            self.become("postpone")
            self.due_at = now + NEXT_TRY[self.attempts - 1]

    def give_up(self, failure: str) -> None:
        """It can never be sent."""
        self.become("give_up")
        self.failure = failure


# At most one call to the mailbox waits for each citizen: what happens meanwhile is told by it too.
Index(
    "mails_queued",
    Mail.account_id,
    unique=True,
    sqlite_where=Mail.state == "queued",
    postgresql_where=Mail.state == "queued",
)
Index("mails_due", Mail.state, Mail.due_at)
