"""What applications keeps: offers and their fees, drafts, orders and cases with their history."""

from datetime import date, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import JSON, Date, ForeignKey, ForeignKeyConstraint, Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from services.chassis.columns import UtcDateTime
from services.chassis.own_key import OwnKey, seal, unseal
from services.contracts.errors import Conflict, Invalid

DRAFT_LIFETIME = timedelta(days=30)


class Entity(DeclarativeBase):
    """Base of all tables of applications."""


class Offer(Entity):
    """A service of the catalogue as one municipality offers it, and the office that decides.

    A withdrawn one is kept with its fees. What an administrator has changed in the portal carries when and by whom: loading the
    network folder leaves it alone, but for `rates`, which only the folder tells. `version` lets only one of two administrators
    at once succeed.
    """

    __tablename__ = "offers"

    service: Mapped[str] = mapped_column(String(80), primary_key=True)
    ars: Mapped[str] = mapped_column(String(12), primary_key=True)
    office_id: Mapped[str] = mapped_column(String(80))
    is_withdrawn: Mapped[bool] = mapped_column(default=False)
    changed_in_portal_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    changed_in_portal_by: Mapped[str | None] = mapped_column(String(36))
    version: Mapped[int] = mapped_column(Integer)
    rates: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON)
    fees: Mapped[list["FeeRule"]] = relationship(order_by="FeeRule.valid_from", cascade="all, delete-orphan", lazy="selectin")

    __mapper_args__ = {"version_id_col": version}


class FeeRule(Entity):
    """What an offer costs from a day on, and by which law. Cents."""

    __tablename__ = "fee_rules"
    __table_args__ = (ForeignKeyConstraint(["service", "ars"], ["offers.service", "offers.ars"], ondelete="CASCADE"),)

    service: Mapped[str] = mapped_column(String(80), primary_key=True)
    ars: Mapped[str] = mapped_column(String(12), primary_key=True)
    valid_from: Mapped[date] = mapped_column(Date, primary_key=True)
    base_cents: Mapped[int] = mapped_column(Integer)
    each_further_cents: Mapped[int | None] = mapped_column(Integer)
    pieces_field: Mapped[str | None] = mapped_column(String(60))
    legal_basis: Mapped[str] = mapped_column(String(300))
    is_example: Mapped[bool]


class Answered(OwnKey):
    """What was answered in a form, sealed with a key of its own: it is readable as `answers`, and set as a whole."""

    sealed_answers: Mapped[bytes] = mapped_column(LargeBinary)

    @property
    def answers(self) -> dict[str, Any]:
        """By name of the field."""
        return opened_answers(self.own_key, self.sealed_answers)

    @answers.setter
    def answers(self, answers: dict[str, Any]) -> None:
        self.sealed_answers = seal(self.own_key, orjson.dumps(answers), ANSWERS)


ANSWERS = "answers"


def opened_answers(key: bytes, sealed: bytes) -> dict[str, Any]:
    """The answers of a row that was read as columns."""
    answers: dict[str, Any] = orjson.loads(unseal(key, sealed, ANSWERS))
    return answers


class Draft(Answered, Entity):
    """A form in progress: what has been typed, valid or not."""

    __tablename__ = "drafts"
    __table_args__ = (Index("drafts_of_account", "account_id", "id"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    account_id: Mapped[str] = mapped_column(String(36))
    acted_by: Mapped[str | None] = mapped_column(String(36))
    grant_id: Mapped[str | None] = mapped_column(String(36))
    service: Mapped[str] = mapped_column(String(80))
    ars: Mapped[str] = mapped_column(String(12))
    in_cart_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    warned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    files: Mapped[list["File"]] = relationship(back_populates="draft", order_by="File.id", passive_deletes="all")

    def touch(self, now: datetime) -> None:
        """It was worked on: it lives another 30 days."""
        self.changed_at = now
        self.expires_at = now + DRAFT_LIFETIME
        self.warned_at = None


class Edition(Entity):
    """A service of the catalogue as it read when somebody applied; equal wordings share one row. The id is their SHA-256."""

    __tablename__ = "editions"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    service: Mapped[str] = mapped_column(String(80))
    name: Mapped[dict[str, str]] = mapped_column(JSON)
    legal_basis: Mapped[list[str]] = mapped_column(JSON)
    template: Mapped[str] = mapped_column(String(80))
    sections: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    attachments: Mapped[list[dict[str, Any]]] = mapped_column(JSON)


ORDER_STATES: dict[tuple[str, str], str] = {("awaiting_payment", "pay"): "paid"}
"""(state, event) → state of an order; any other pair is a conflict. A free order is `free` from the start."""


class Order(Entity):
    """One checkout, with a case for every application in it. Cents."""

    __tablename__ = "orders"
    __table_args__ = (Index("orders_of_account", "account_id", "id"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    account_id: Mapped[str] = mapped_column(String(36))
    acted_by: Mapped[str | None] = mapped_column(String(36))
    grant_id: Mapped[str | None] = mapped_column(String(36))
    state: Mapped[str] = mapped_column(String(20))
    total_cents: Mapped[int] = mapped_column(Integer)
    placed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    cases: Mapped[list["Case"]] = relationship(back_populates="order", order_by="Case.id")

    def pay(self) -> None:
        """The payment is secured. Raises conflict if nothing was to be paid."""
        self.state = _next(ORDER_STATES, self.state, "pay", "applications.order_wrong_state")


CASE_STATES: dict[tuple[str, str], str] = {
    ("awaiting_payment", "submit"): "submitted",
    ("submitted", "review"): "in_review",
    ("submitted", "approve"): "approved",
    ("in_review", "approve"): "approved",
    ("submitted", "reject"): "rejected",
    ("in_review", "reject"): "rejected",
    ("approved", "issue"): "completed",
    ("approved", "send"): "completed",
}
"""(state, event) → state of a case; any other pair is a conflict. `issue` belongs to the ending `document`, `send` to `post`."""

ENDINGS = {"issue": "document", "send": "post"}


class Case(Answered, Entity):
    """An application as the office works on it. Cents. `version` lets only one of two clerks at once succeed."""

    __tablename__ = "cases"
    __table_args__ = (
        Index("cases_of_order", "order_id"),
        Index("cases_of_account", "account_id", "id"),
        Index("cases_of_account_by_state", "account_id", "state", "id"),
        Index("cases_of_office", "office_id", "id", "state"),
        Index("cases_of_office_by_state", "office_id", "state", "id"),
        Index("cases_by_state", "state", "id"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"))
    account_id: Mapped[str] = mapped_column(String(36))
    acted_by: Mapped[str | None] = mapped_column(String(36))
    grant_id: Mapped[str | None] = mapped_column(String(36))
    service: Mapped[str] = mapped_column(String(80))
    ars: Mapped[str] = mapped_column(String(12))
    office_id: Mapped[str] = mapped_column(String(80))
    ending: Mapped[str] = mapped_column(String(20))
    edition_id: Mapped[str] = mapped_column(ForeignKey("editions.id"))
    sealed_answers: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    fee_cents: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(Text)
    document_id: Mapped[str | None] = mapped_column(String(36))
    behalf: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer)
    order: Mapped[Order] = relationship(back_populates="cases")
    edition: Mapped[Edition] = relationship()
    history: Mapped[list["Step"]] = relationship(order_by="Step.number")
    files: Mapped[list["File"]] = relationship(back_populates="case", order_by="File.id", passive_deletes="all")

    __mapper_args__ = {"version_id_col": version}

    def begin(self, now: datetime) -> None:
        """A new case: a free one is with the office at once, the others wait for the payment."""
        self._enter("awaiting_payment" if self.fee_cents else "submitted", now, self.acted_by)

    def submit(self, now: datetime) -> None:
        """The payment is secured: the case enters its office's queue."""
        self._go("submit", now, None)

    def review(self, now: datetime, clerk_id: str) -> None:
        """A clerk begins to work on it."""
        self._go("review", now, clerk_id)

    def approve(self, now: datetime, clerk_id: str) -> None:
        """The office grants what was asked for."""
        self._go("approve", now, clerk_id)

    def reject(self, now: datetime, clerk_id: str, reason: str | None) -> None:
        """The office refuses; the citizen reads why. Raises invalid without a reason."""
        if not reason:
            raise Invalid("invalid", "Please say why.", fields={"reason": ["required"]})
        self._go("reject", now, clerk_id)
        self.reason = reason

    def issue(self, now: datetime, document_id: str) -> None:
        """The document exists."""
        self._go("issue", now, None)
        self.document_id = document_id

    def send(self, now: datetime, clerk_id: str) -> None:
        """The office has posted what was ordered."""
        self._go("send", now, clerk_id)

    def _go(self, event: str, now: datetime, account_id: str | None) -> None:
        if ENDINGS.get(event, self.ending) != self.ending:
            raise wrong_state("applications.wrong_state")
        self._enter(_next(CASE_STATES, self.state, event, "applications.wrong_state"), now, account_id)

    def _enter(self, state: str, now: datetime, account_id: str | None) -> None:
        self.state = state
        self.changed_at = now
        if state == "submitted":
            self.submitted_at = now
        if state == "approved":
            self.approved_at = now
        self.history.append(Step(number=len(self.history) + 1, state=state, at=now, account_id=account_id))


class Step(Entity):
    """One step in the life of a case, and who took it; nobody where the portal did."""

    __tablename__ = "steps"

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    state: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    account_id: Mapped[str | None] = mapped_column(String(36))


def wrong_state(slug: str) -> Conflict:
    """The answer to an event that the state does not allow."""
    return Conflict(slug, "This is not possible in its present state. Please look at it again.")


def _next(table: dict[tuple[str, str], str], state: str, event: str, slug: str) -> str:
    if (state, event) not in table:
        raise wrong_state(slug)
    return table[state, event]


class File(Entity):
    """A file that was attached to a draft, and goes with it into the case. Its bytes and its name are sealed with their key.

    Where the row is gone, whether deleted or with its draft or case, the bytes are noise, and are swept away.
    """

    __tablename__ = "files"
    __table_args__ = (Index("files_of_draft", "draft_id"), Index("files_of_case", "case_id"))

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    draft_id: Mapped[str | None] = mapped_column(ForeignKey("drafts.id", ondelete="CASCADE"))
    case_id: Mapped[str | None] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    place: Mapped[str] = mapped_column(String(60))
    sealed_name: Mapped[bytes] = mapped_column(LargeBinary)
    size: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str | None] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(20))
    is_scanned: Mapped[bool] = mapped_column(default=False)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    draft: Mapped[Draft | None] = relationship(back_populates="files")
    case: Mapped[Case | None] = relationship(back_populates="files")

    @property
    def own_key(self) -> bytes:
        """The key of the draft or case it belongs to."""
        owner = self.draft or self.case
        if owner is None:
            raise LookupError(f"file {self.id} belongs to nothing")
        return owner.own_key

    @property
    def filename(self) -> str:
        """As the citizen's device called it."""
        return unseal(self.own_key, self.sealed_name, f"name of {self.id}").decode()

    def call(self, filename: str) -> None:
        """Give it its name, once it belongs to a draft."""
        self.sealed_name = seal(self.own_key, filename.encode(), f"name of {self.id}")
