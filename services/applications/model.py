"""What applications keeps: offers and their fees, drafts, orders and cases with their history."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    and_,
    false,
)
from sqlalchemy import case as choose
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from services.chassis.columns import UtcDateTime
from services.chassis.own_key import OwnKey, Sealed, seal, unseal
from services.contracts.errors import Conflict, Forbidden, Invalid

DRAFT_LIFETIME = timedelta(days=30)


class Entity(DeclarativeBase):
    """Base of all tables of applications."""


class Offer(Entity):
    """A service of the catalogue as one municipality offers it, and the office that decides.

    A withdrawn one is kept with its fees. What an administrator has changed in the portal carries when and by whom: loading the
    network folder leaves it alone, but for `rates`, which only the folder tells. `text` is what the municipality itself says of
    the service, in both languages. `version` lets only one of two administrators at once succeed.
    """

    __tablename__ = "offers"

    service: Mapped[str] = mapped_column(String(80), primary_key=True)
    ars: Mapped[str] = mapped_column(String(12), primary_key=True)
    office_id: Mapped[str] = mapped_column(String(80))
    is_withdrawn: Mapped[bool] = mapped_column(default=False)
    changed_in_portal_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    changed_in_portal_by: Mapped[str | None] = mapped_column(String(36))
    version: Mapped[int] = mapped_column(Integer)
    text: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
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
    sealed_taken: Mapped[bytes | None] = mapped_column(LargeBinary)

    answers = Sealed[dict[str, Any]]()
    taken = Sealed[list[str] | None]()
    """Names of answers that were taken over from the account and have not been changed since."""


class Draft(Answered, Entity):
    """A form in progress: what has been typed, valid or not. Cents: the fee as it was when the draft came into the cart."""

    __tablename__ = "drafts"
    __table_args__ = (Index("drafts_of_account", "account_id", "id"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    account_id: Mapped[str] = mapped_column(String(36))
    acted_by: Mapped[str | None] = mapped_column(String(36))
    grant_id: Mapped[str | None] = mapped_column(String(36))
    service: Mapped[str] = mapped_column(String(80))
    ars: Mapped[str] = mapped_column(String(12))
    edition_id: Mapped[str | None] = mapped_column(String(64))
    in_cart_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cart_fee_cents: Mapped[int | None] = mapped_column(Integer)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    warned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    furthest: Mapped[int | None] = mapped_column(Integer)
    files: Mapped[list["File"]] = relationship(back_populates="draft", order_by="File.id", passive_deletes="all")

    def touch(self, now: datetime) -> None:
        """It was worked on: it lives another 30 days."""
        self.changed_at = now
        self.expires_at = now + DRAFT_LIFETIME
        self.warned_at = None


class Edition(Entity):
    """A service in one of its versions: the newest counts for what begins, drafts and cases keep theirs.

    `definition` is the service as it was read, `source` the text it was read from (null in versions older than migration 0012).
    `ars` is the municipality in whose name it was published, null for what came with the portal.
    """

    __tablename__ = "editions"
    __table_args__ = (Index("editions_of_service", "service", "number", unique=True),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    service: Mapped[str] = mapped_column(String(80))
    number: Mapped[int] = mapped_column(Integer)
    digest: Mapped[str] = mapped_column(String(64))
    definition: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    source: Mapped[str | None] = mapped_column(Text, deferred=True)
    ars: Mapped[str | None] = mapped_column(String(12))
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_by: Mapped[str | None] = mapped_column(String(36))
    note: Mapped[str] = mapped_column(Text)

    @property
    def has_source(self) -> bool:
        """Whether its text is kept."""
        return self.source is not None


class WorkingCopy(Entity):
    """A service in the making, with or without mistakes. `based_on` is the number of the version that counted then, or 0."""

    __tablename__ = "working_copies"

    service: Mapped[str] = mapped_column(String(80), primary_key=True)
    ars: Mapped[str] = mapped_column(String(12))
    source: Mapped[str] = mapped_column(Text)
    based_on: Mapped[int] = mapped_column(Integer)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[str] = mapped_column(String(36))
    version: Mapped[int] = mapped_column(Integer)

    __mapper_args__ = {"version_id_col": version}


class FormProgress(Entity):
    """How many of the forms begun in a month came to a place of the form, and how many went on. `month` is its first day.

    `position` counts the steps from 0; behind them come the review and the cart, from which one goes on by ordering.
    """

    __tablename__ = "form_progress"

    office_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    service: Mapped[str] = mapped_column(String(80), primary_key=True)
    edition_id: Mapped[str] = mapped_column(ForeignKey("editions.id"), primary_key=True)
    month: Mapped[date] = mapped_column(Date, primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    reached: Mapped[int] = mapped_column(Integer)
    passed: Mapped[int] = mapped_column(Integer)


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
    collected_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cases: Mapped[list["Case"]] = relationship(back_populates="order", order_by="Case.id")

    def pay(self) -> None:
        """The payment is secured. Raises conflict if nothing was to be paid."""
        self.state = _next(ORDER_STATES, self.state, "pay", "applications.order_wrong_state")


CASE_STATES: dict[tuple[str, str], str] = {
    ("awaiting_payment", "submit"): "submitted",
    ("submitted", "review"): "in_review",
    ("submitted", "approve"): "approved",
    ("in_review", "approve"): "approved",
    ("submitted", "propose"): "awaiting_second",
    ("in_review", "propose"): "awaiting_second",
    ("awaiting_second", "confirm"): "approved",
    ("awaiting_second", "send_back"): "in_review",
    ("submitted", "reject"): "rejected",
    ("in_review", "reject"): "rejected",
    ("submitted", "withhold"): "withheld",
    ("in_review", "withhold"): "withheld",
    ("withheld", "reject"): "rejected",
    ("withheld", "review"): "in_review",
    ("submitted", "ask"): "awaiting_applicant",
    ("in_review", "ask"): "awaiting_applicant",
    ("awaiting_applicant", "correct"): "in_review",
    ("awaiting_applicant", "call_back"): "in_review",
    ("submitted", "hand_over"): "submitted",
    ("in_review", "hand_over"): "submitted",
    ("submitted", "withdraw"): "withdrawn",
    ("in_review", "withdraw"): "withdrawn",
    ("awaiting_applicant", "withdraw"): "withdrawn",
    ("awaiting_second", "withdraw"): "withdrawn",
    ("withheld", "withdraw"): "withdrawn",
    ("approved", "issue"): "completed",
    ("approved", "send"): "completed",
}
"""(state, event) → state of a case; any other pair is a conflict. `issue` belongs to the ending `document`, `send` to `post`."""

OPEN = ("submitted", "in_review", "awaiting_applicant", "awaiting_second", "withheld", "approved")
"""The case is with an office and not done; it may wait for somebody else."""
UNTOLD = ("in_review", "awaiting_second", "withheld")
"""States that an applicant is not told where the answer is neutral: to them the case is as it came in."""
ANSWERED_EVERY = timedelta(days=28)
"""From receipt: neutral refusals reach applicants on these days only, so that their time tells nothing either."""
TOLD = ("hand_over", "send_back", "correct", "call_back")
"""Events that the history names, as the state they lead to does not tell them."""

ENDINGS = {"issue": "document", "send": "post"}


class Case(Answered, Entity):
    """An application as the office works on it. Cents. `version` lets only one of two clerks at once succeed.

    Where its refusal must not show why (`is_neutral`), the applicant is told less of its course than the office, and a refusal
    goes out at `answer_at`.
    """

    __tablename__ = "cases"
    __table_args__ = (
        Index("cases_of_order", "order_id"),
        Index("cases_of_account", "account_id", "id"),
        Index("cases_of_account_by_state", "account_id", "state", "id"),
        Index("cases_of_office", "office_id", "id", "state"),
        Index("cases_of_office_by_state", "office_id", "state", "id"),
        Index("cases_closed", "state", "service", "changed_at"),
        Index("cases_of_office_by_service", "office_id", "state", "service", "id", "due_on"),
        Index("cases_of_office_by_assignee", "office_id", "state", "assignee_id", "id"),
        Index("cases_of_office_by_assignee_and_service", "office_id", "state", "assignee_id", "service", "id"),
        Index("cases_of_office_by_day", "office_id", "state", "due_on", "id", "service", "assignee_id"),
        Index("cases_received", "office_id", "service", "submitted_at"),
        Index("cases_decided", "office_id", "service", "decided_at", "submitted_at", "state"),
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
    sealed_taken: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    fee_cents: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(20))
    sealed_reason: Mapped[bytes | None] = mapped_column(LargeBinary)
    document_id: Mapped[str | None] = mapped_column(String(36))
    sealed_behalf: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed_identity: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    given_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    given_back_by: Mapped[str | None] = mapped_column(String(20))
    assignee_id: Mapped[str | None] = mapped_column(String(36))
    due_on: Mapped[date | None] = mapped_column(Date)
    is_neutral: Mapped[bool] = mapped_column(default=False, server_default=false())
    answer_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer)
    order: Mapped[Order] = relationship(back_populates="cases")
    history: Mapped[list["Step"]] = relationship(order_by="Step.number")
    files: Mapped[list["File"]] = relationship(back_populates="case", order_by="File.id", passive_deletes="all")
    corrections: Mapped[list["Correction"]] = relationship(order_by="Correction.number", back_populates="case")
    notes: Mapped[list["Note"]] = relationship(order_by="Note.id", back_populates="case")
    names: Mapped[list["CaseName"]] = relationship(cascade="all, delete-orphan")
    reason = Sealed[str | None]()
    behalf = Sealed[dict[str, str] | None]()
    identity = Sealed[Mapping[str, Any] | None]()
    """Who applied, as it was verified then; see `identities`."""

    __mapper_args__ = {"version_id_col": version}

    def begin(self, now: datetime) -> None:
        """A new case: a free one is with the office at once, the others wait for the payment."""
        self._enter("awaiting_payment" if self.fee_cents else "submitted", now, self.acted_by)

    def submit(self, now: datetime) -> None:
        """The payment is secured: the case enters its office's queue."""
        self._go("submit", now, None)

    def assign(self, clerk_id: str | None) -> None:
        """From now on it is this clerk's, or nobody's. Raises conflict where there is nothing left to do for the office."""
        if self.state not in OPEN:
            raise wrong_state("applications.wrong_state")
        self.assignee_id = clerk_id

    @hybrid_property
    def told_state(self) -> str:
        """The state as the applicant is told."""
        return "submitted" if self.is_neutral and self.state in UNTOLD else self.state

    @told_state.inplace.expression
    @classmethod
    def _told_state(cls) -> ColumnElement[str]:
        return choose((and_(cls.is_neutral, cls.state.in_(UNTOLD)), "submitted"), else_=cls.state)

    @property
    def told_changed_at(self) -> datetime:
        """When it came into the state that the applicant is told."""
        return self.changed_at if self.told_state == self.state else self.submitted_at or self.changed_at

    @property
    def told_history(self) -> "list[Step]":
        """The course as the applicant is told."""
        return [step for step in self.history if not (self.is_neutral and step.state in UNTOLD)]

    @property
    def proposed_by(self) -> str | None:
        """Who approved what waits for the second approver."""
        return self.history[-1].account_id if self.state == "awaiting_second" else None

    @property
    def open_correction(self) -> "Correction | None":
        """What the citizen is asked for now."""
        return self.corrections[-1] if self.state == "awaiting_applicant" else None

    def ask(self, now: datetime, clerk_id: str, names: list[str], message: str) -> None:
        """The citizen shall look at some answers again; a case that was nobody's is the asking clerk's."""
        self._go("ask", now, clerk_id)
        self.assignee_id = self.assignee_id or clerk_id
        number = len(self.corrections) + 1
        asked = Correction(number=number, fields=names, asked_at=now, asked_by=clerk_id)
        self.corrections.append(asked)
        asked.message = message

    def correct(self, now: datetime, account_id: str) -> None:
        """The citizen has answered."""
        asked = self.open_correction
        self._go("correct", now, account_id)
        if asked is not None:
            asked.answered_at = now

    def call_back(self, now: datetime, clerk_id: str) -> None:
        """The office goes on without an answer."""
        self._go("call_back", now, clerk_id)
        self.assignee_id = clerk_id

    def propose(self, now: datetime, clerk_id: str) -> None:
        """The office would grant it; a second person has to agree."""
        self._go("propose", now, clerk_id)

    def confirm(self, now: datetime, approver_id: str) -> None:
        """The second person agrees. Raises forbidden for the one who proposed it."""
        self._check_other(approver_id)
        self._go("confirm", now, approver_id)

    def send_back(self, now: datetime, approver_id: str) -> None:
        """The second person does not agree. Raises forbidden for the one who proposed it."""
        self._check_other(approver_id)
        self._go("send_back", now, approver_id)

    def withdraw(self, now: datetime, account_id: str) -> None:
        """The citizen does not want it any more; possible until it is decided."""
        self._go("withdraw", now, account_id)

    def hand_over(self, now: datetime, clerk_id: str, ars: str, office_id: str) -> None:
        """Another office works on it from now on, from the beginning; the history goes with it."""
        self._go("hand_over", now, clerk_id)
        self.ars, self.office_id, self.assignee_id = ars, office_id, None
        self.history[-1].office_id = office_id

    def review(self, now: datetime, clerk_id: str) -> None:
        """A clerk begins to work on it, or again while a refusal waits for its day; it is theirs."""
        self._go("review", now, clerk_id)
        self.assignee_id, self.answer_at = clerk_id, None

    def approve(self, now: datetime, clerk_id: str) -> None:
        """The office grants what was asked for."""
        self._go("approve", now, clerk_id)

    def withhold(self, now: datetime, clerk_id: str) -> None:
        """The office refuses; the citizen reads it on the next of the days on which such answers go out."""
        self._go("withhold", now, clerk_id)
        received = self.submitted_at or now
        self.answer_at = received + max(1, -((received - now) // ANSWERED_EVERY)) * ANSWERED_EVERY

    def reject(self, now: datetime, clerk_id: str | None, reason: str | None) -> None:
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

    def _check_other(self, account_id: str) -> None:
        if self.state == "awaiting_second" and account_id == self.proposed_by:
            raise Forbidden("applications.same_person", "The second approver is somebody else than the first.")

    def _go(self, event: str, now: datetime, account_id: str | None) -> None:
        if ENDINGS.get(event, self.ending) != self.ending:
            raise wrong_state("applications.wrong_state")
        self._enter(_next(CASE_STATES, self.state, event, "applications.wrong_state"), now, account_id, event)

    def _enter(self, state: str, now: datetime, account_id: str | None, event: str = "") -> None:
        self.state = state
        self.changed_at = now
        if state == "submitted" and self.submitted_at is None:
            self.submitted_at = now
        if state == "approved":
            self.approved_at = now
        if state in ("approved", "rejected"):
            self.decided_at = now
        self.history.append(
            Step(
                number=len(self.history) + 1,
                state=state,
                at=now,
                account_id=account_id,
                event=event if event in TOLD else None,
            )
        )


class Step(Entity):
    """One step in the life of a case, and who took it; nobody where the portal did."""

    __tablename__ = "steps"

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    state: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    account_id: Mapped[str | None] = mapped_column(String(36))
    event: Mapped[str | None] = mapped_column(String(20))
    office_id: Mapped[str | None] = mapped_column(String(80))


class Correction(Entity):
    """What an office asked a citizen to look at again: names of fields, and a message they read.

    `changed` names the answers that are others since, `before` has those of them that were there, as they were until then; both
    are null while it is not answered, and where nobody wrote it down.
    """

    __tablename__ = "corrections"

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    fields: Mapped[list[str]] = mapped_column(JSON)
    sealed_message: Mapped[bytes] = mapped_column(LargeBinary)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_by: Mapped[str] = mapped_column(String(36))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    changed: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    sealed_before: Mapped[bytes | None] = mapped_column(LargeBinary)
    case: Mapped[Case] = relationship(back_populates="corrections")
    message = Sealed[str](lambda asked: f"correction {asked.number}")
    before = Sealed[dict[str, Any] | None](lambda asked: f"before correction {asked.number}")

    @property
    def own_key(self) -> bytes:
        """The key of its case."""
        return self.case.own_key


class Note(Entity):
    """What staff wrote down about a case, for the office."""

    __tablename__ = "notes"
    __table_args__ = (Index("notes_of_case", "case_id", "id"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    account_id: Mapped[str] = mapped_column(String(36))
    office_id: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    sealed_text: Mapped[bytes] = mapped_column(LargeBinary)
    case: Mapped[Case] = relationship(back_populates="notes")
    text = Sealed[str](lambda note: f"note {note.id}")

    @property
    def own_key(self) -> bytes:
        """The key of its case."""
        return self.case.own_key


class NameKey(OwnKey, Entity):
    """The key with which an office marks the names of its cases; `id` is the office."""

    __tablename__ = "name_keys"

    id: Mapped[str] = mapped_column(String(80), primary_key=True)


class CaseName(Entity):
    """The mark that a word of a name leaves at the office of a case."""

    __tablename__ = "case_names"
    __table_args__ = (Index("names_of_case", "case_id"),)

    office_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    token: Mapped[bytes] = mapped_column(LargeBinary(8), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)


class Batch(OwnKey, Entity):
    """One decision of a clerk for many cases, with a key for its words.

    `actor` is the clerk with the roles they had when they started it.
    """

    __tablename__ = "batches"
    __table_args__ = (Index("batches_unfinished", "finished_at", "id"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    account_id: Mapped[str] = mapped_column(String(36))
    actor: Mapped[dict[str, Any]] = mapped_column(JSON)
    decision: Mapped[str] = mapped_column(String(20))
    sealed_reason: Mapped[bytes | None] = mapped_column(LargeBinary)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    items: Mapped[list["BatchItem"]] = relationship(order_by="BatchItem.number", cascade="all, delete-orphan")
    reason = Sealed[str | None]()


class BatchItem(Entity):
    """A case of a batch, and what came of it: nothing yet, `done`, or the slug of what was in the way."""

    __tablename__ = "batch_items"

    batch_id: Mapped[str] = mapped_column(ForeignKey("batches.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    case_id: Mapped[str] = mapped_column(String(36))
    outcome: Mapped[str | None] = mapped_column(String(80))


class Deputy(Entity):
    """Whose cases a clerk has beside their own for a time, both days included."""

    __tablename__ = "deputies"
    __table_args__ = (Index("deputies_for", "stands_in", "last_day"), Index("deputies_of", "account_id", "last_day"))

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    account_id: Mapped[str] = mapped_column(String(36))
    stands_in: Mapped[str] = mapped_column(String(36))
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)


def wrong_state(slug: str) -> Conflict:
    """The answer to an event that the state does not allow."""
    return Conflict(slug, "This is not possible in its present state. Please look at it again.")


def _next(table: dict[tuple[str, str], str], state: str, event: str, slug: str) -> str:
    if (state, event) not in table:
        raise wrong_state(slug)
    return table[state, event]


class File(Entity):
    """A file that was attached to a draft, and goes with it into the case. Its bytes and its name are sealed with their key.

    One that the office asked for later belongs to the case at once, and has the number of the correction that it is sent with.
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
    correction: Mapped[int | None] = mapped_column(Integer)
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
        """Give it its name, once it belongs to a draft or case."""
        self.sealed_name = seal(self.own_key, filename.encode(), f"name of {self.id}")
