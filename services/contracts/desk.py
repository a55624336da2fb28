"""Contract of the clerk's desk: what one can ask of the queue, and what clerks do with cases beside deciding them."""

from marshmallow import ValidationError, fields, validate, validates_schema

from services.contracts import values
from services.contracts.payments import MANNERS
from services.contracts.registry import Method, Nothing, Reply, Request

CASE_STATES = (
    "awaiting_payment",
    "submitted",
    "in_review",
    "awaiting_applicant",
    "awaiting_second",
    "withheld",
    "approved",
    "completed",
    "rejected",
    "withdrawn",
)
OPEN = "open"
"""In a filter: every state in which the office has something to do."""
ORDERS = ("newest", "oldest", "due")
ME, NOBODY = "me", "nobody"
URGENCIES = ("soon", "overdue")
FORM_PLACES = ("step", "review", "cart")
MOST_FIELDS = 50
MOST_IN_BATCH = 500


class ListCases(Request):
    """A page of the queue. `before` is the `case_id` the last page ended with, in whatever order.

    `is_overdue` leaves those whose time is over; they come in the order in which they were due.
    """

    state = values.choice(*CASE_STATES, OPEN, allow_none=True, load_default=None)
    service = values.slug(allow_none=True, load_default=None)
    office_id = values.office_id(allow_none=True, load_default=None)
    assignee = fields.String(
        allow_none=True,
        load_default=None,
        validate=validate.Regexp(rf"({ME}|{NOBODY}|{values.UUID.pattern})\Z", error="choice"),
        metadata={"description": "`me` (also for whom one is deputy), `nobody`, or the account of a colleague."},
    )
    is_overdue = fields.Boolean(load_default=False)
    number = fields.String(
        allow_none=True,
        load_default=None,
        validate=validate.Regexp(r"[0-9a-f]{4,8}(-[0-9a-f-]{0,27})?\Z", error="case_number"),
        metadata={"description": "The number of a case, or how it begins."},
    )
    ordered_from = fields.Date(allow_none=True, load_default=None, metadata={"description": "First day of ordering, in Germany."})
    ordered_until = fields.Date(allow_none=True, load_default=None, metadata={"description": "Last day of ordering."})
    order = values.choice(*ORDERS, load_default="newest")
    before = values.Id(allow_none=True, load_default=None)
    limit = fields.Integer(strict=True, load_default=50, validate=validate.Range(min=1, max=500, error="limit"))


class SearchCases(Request):
    """Cases of an applicant, by whole words of their name in any order; accents and spelling do not matter."""

    name = values.Text(most=100, required=True)
    limit = fields.Integer(strict=True, load_default=50, validate=validate.Range(min=1, max=200, error="limit"))


class AssignCase(Request):
    """Whose the case is from now on; null gives it back to the office."""

    case_id = values.Id(required=True)
    assignee_id = values.Id(allow_none=True, required=True)


class AddNote(Request):
    """A note for the office; the citizen reads it only in the copy of all their data."""

    case_id = values.Id(required=True)
    text = values.OfficialText(most=2000, required=True)


class AskForCorrection(Request):
    """Which fields the citizen shall look at again, and why; they read the message. `attachments.<place>` asks for files."""

    case_id = values.Id(required=True)
    fields_ = fields.List(
        values.Text(most=80),
        required=True,
        data_key="fields",
        validate=validate.Length(min=1, max=MOST_FIELDS, error="count"),
    )
    message = values.OfficialText(most=2000, required=True)


class ConfirmDecision(Request):
    """What the second approver says to an approval; sending it back needs a note for the first one."""

    case_id = values.Id(required=True)
    confirms = values.Flag(required=True)
    note = values.OfficialText(most=2000, least=0, allow_none=True, load_default=None)


class HandOverCase(Request):
    """To which municipality, whose office for the same service works on it from now on; the note goes with it.

    Within the municipality of the case to the office of that id, whatever it is responsible for.
    """

    case_id = values.Id(required=True)
    ars = values.ars(required=True)
    office_id = values.office_id(
        metadata={
            "description": "An office of the municipality that has the case; without it, the one that has the service there."
        }
    )
    note = values.OfficialText(most=2000, required=True)


class HandedOver(Reply):
    """Where the case is now."""

    case_id = values.Id(required=True)
    ars = values.ars(required=True)
    office_id = values.office_id(required=True)


class Note(Reply):
    """A note of the office."""

    account_id = values.Id(required=True, metadata={"description": "Who wrote it."})
    office_id = values.office_id(required=True)
    at = fields.AwareDateTime(required=True)
    text = fields.String(required=True)


class Correction(Reply):
    """What the office asked to be looked at again, and when the citizen answered; null where that is to come."""

    fields_ = fields.List(fields.String(), required=True, data_key="fields")
    message = fields.String(required=True)
    asked_at = fields.AwareDateTime(required=True)
    answered_at = fields.AwareDateTime(allow_none=True, required=True)
    changed = fields.List(
        fields.String(),
        allow_none=True,
        metadata={"description": "Answers that are others since; null where nobody wrote it down."},
    )
    before = fields.Dict(
        allow_none=True,
        metadata={"description": "Those of the changed answers that were there, as they were; null where nobody kept them."},
    )
    after = fields.Dict(
        allow_none=True, metadata={"description": "Those of the changed answers that were there afterwards, as they were then."}
    )


def _once_each(case_ids: list[str]) -> None:
    if len(set(case_ids)) < len(case_ids):
        raise ValidationError("only_once")


class PaymentOfCase(Reply):
    """What became of the fee of a case; null where it has not happened, or where it happened before it was written down."""

    secured_at = fields.AwareDateTime(allow_none=True, required=True)
    collected_at = fields.AwareDateTime(allow_none=True, required=True)
    given_back_at = fields.AwareDateTime(allow_none=True, required=True)
    given_back_by = values.choice(
        *MANNERS,
        allow_none=True,
        required=True,
        metadata={"description": "`released`: it was never collected; `refunded`: it was paid back."},
    )


class StartBatch(Request):
    """One decision for many cases; each is decided on its own, and has its own result."""

    case_ids = fields.List(
        values.Id(),
        required=True,
        validate=[validate.Length(min=1, max=MOST_IN_BATCH, error="count"), _once_each],
    )
    decision = values.choice("approve", "reject", required=True)
    reason = values.OfficialText(most=2000, least=0, allow_none=True, load_default=None)


class BatchId(Request):
    """Which one."""

    batch_id = values.Id(required=True)


class BatchItem(Reply):
    """A case of a batch: null while it waits, then `done`, or the slug of what was in the way."""

    case_id = values.Id(required=True)
    outcome = fields.String(allow_none=True, required=True)


class Batch(Reply):
    """How far a batch is."""

    batch_id = values.Id(required=True)
    decision = values.choice("approve", "reject", required=True)
    started_at = fields.AwareDateTime(required=True)
    finished_at = fields.AwareDateTime(allow_none=True, required=True)
    items = fields.List(fields.Nested(BatchItem), required=True)


class Deputy(Reply):
    """Who stands in for whom, from the first to the last day."""

    deputy_id = values.Id(required=True, metadata={"description": "Names this row."})
    account_id = values.Id(required=True, metadata={"description": "The clerk who is away."})
    stands_in = values.Id(required=True, metadata={"description": "The colleague who has their cases meanwhile."})
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)


class Deputies(Reply):
    """Who stands in for oneself, and for whom one stands in; what is over is left out."""

    deputies = fields.List(fields.Nested(Deputy), required=True)


class NameDeputy(Request):
    """A colleague has one's cases from the first to the last day, at most a year."""

    stands_in = values.Id(required=True)
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)

    @validates_schema
    def check_days(self, data: dict[str, object], **_: object) -> None:
        """The last day does not lie before the first."""
        if str(data["last_day"]) < str(data["first_day"]):
            raise ValidationError("day_order", "last_day")


class DeputyId(Request):
    """Which one."""

    deputy_id = values.Id(required=True)


class GetWaitingTime(Request):
    """Of a service at a municipality."""

    service = values.slug(required=True)
    ars = values.ars(required=True)


class WaitingTime(Reply):
    """How many days the office took, from receipt to decision: half of the cases at most `median_days`, nine of ten `p90_days`.

    Null where it has decided too few lately to say something honest.
    """

    service = values.slug(required=True)
    ars = values.ars(required=True)
    median_days = fields.Integer(allow_none=True, required=True)
    p90_days = fields.Integer(allow_none=True, required=True)


class GetStatistics(Request):
    """Of one office or service, or of all one may see; over the last months, the present one included."""

    office_id = values.office_id(allow_none=True, load_default=None)
    service = values.slug(allow_none=True, load_default=None)
    months = fields.Integer(strict=True, load_default=12, validate=validate.Range(min=1, max=24, error="limit"))


class Figures(Reply):
    """A service at an office. `open` and `overdue` are now, the others over the time asked for."""

    office_id = values.office_id(required=True)
    service = values.slug(required=True)
    received = fields.Integer(required=True)
    approved = fields.Integer(required=True)
    rejected = fields.Integer(required=True)
    open = fields.Integer(required=True)
    overdue = fields.Integer(required=True)
    median_days = fields.Integer(allow_none=True, required=True)
    p90_days = fields.Integer(allow_none=True, required=True)


class Month(Reply):
    """What came in and what was decided in a month, as `2026-09`, and how many days that took half of the cases, and nine of ten.

    The days are null for fewer than ten decisions.
    """

    month = fields.String(required=True)
    received = fields.Integer(required=True)
    decided = fields.Integer(required=True)
    median_days = fields.Integer(allow_none=True)
    p90_days = fields.Integer(allow_none=True)


class Statistics(Reply):
    """By office and service, and by month."""

    figures = fields.List(fields.Nested(Figures), required=True)
    months = fields.List(fields.Nested(Month), required=True)


class FormPlace(Reply):
    """A place of a form: a step, or behind the steps the review and the cart, which have no title of their own.

    Who was not asked a step is counted neither in `reached` nor in `passed`; from the cart one goes on by ordering.
    """

    kind = values.choice(*FORM_PLACES, required=True)
    title = fields.Nested(values.Bilingual, allow_none=True, required=True)
    reached = fields.Integer(required=True)
    passed = fields.Integer(required=True)


class FormFigures(Reply):
    """The form of a service at an office, in one of its editions, which was filled in there since a month (its first day)."""

    office_id = values.office_id(required=True)
    service = values.slug(required=True)
    edition_id = fields.String(required=True)
    since = fields.Date(required=True)
    steps = fields.List(fields.Nested(FormPlace), required=True)


class FormStatistics(Reply):
    """How far the forms came that were begun in the time asked for; one in progress counts as not gone on yet."""

    forms = fields.List(fields.Nested(FormFigures), required=True)


METHODS = {
    "get_waiting_time": Method(GetWaitingTime, WaitingTime, errors=("applications.not_offered",)),
    "get_statistics": Method(GetStatistics, Statistics),
    "get_form_statistics": Method(GetStatistics, FormStatistics),
    "start_batch": Method(StartBatch, Batch, idempotent=True, errors=("invalid",)),
    "get_batch": Method(BatchId, Batch, errors=("applications.no_batch",)),
    "name_deputy": Method(NameDeputy, Deputy, idempotent=True, errors=("invalid",)),
    "end_deputy": Method(DeputyId, Nothing, errors=("applications.no_deputy",)),
    "list_deputies": Method(Nothing, Deputies),
}
