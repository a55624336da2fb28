"""What every service answers alike: its state, its audit log, what it holds of a person. The chassis provides these methods."""

from marshmallow import fields, validate

from services.contracts import values
from services.contracts.registry import Fact, Method, Nothing, Reply, Request


class QueueState(Reply):
    """One queue of the service."""

    name = fields.String(required=True)
    messages = fields.Integer(required=True)


class Status(Reply):
    """State of a service as seen from the process that answers."""

    service = fields.String(required=True)
    instance = fields.String(required=True)
    started_at = fields.AwareDateTime(required=True)
    outbox_pending = fields.Integer(required=True)
    outbox_age_seconds = fields.Float(required=True, metadata={"description": "Age of the oldest unpublished event; 0 if none."})
    queues = fields.List(fields.Nested(QueueState), required=True)


class ListAuditEntries(Request):
    """A page of the service's audit log, newest first; `before` is the `sequence` the last page ended with.

    `of` is `myself` (what concerns or was done by the one who asks) or `offices` (for administrators the offices they
    administer, for operators everything). The other fields narrow it further; `action` may end in `.*` (`office.*`).
    """

    of = values.choice("myself", "offices", required=True)
    office_id = values.office_id(allow_none=True, load_default=None)
    subject_id = values.Id(allow_none=True, load_default=None)
    action = values.Text(most=80, least=0, allow_none=True, load_default=None)
    ars = values.ars(
        allow_none=True, load_default=None, metadata={"description": "Entries of the offices of this municipality only."}
    )
    actor_id = values.Id(allow_none=True, load_default=None)
    since = fields.AwareDateTime(allow_none=True, load_default=None)
    until = fields.AwareDateTime(allow_none=True, load_default=None, metadata={"description": "Excluded itself."})
    before = fields.Integer(
        strict=True, allow_none=True, load_default=None, validate=validate.Range(min=1, max=2**53, error="number")
    )
    limit = fields.Integer(strict=True, load_default=50, validate=validate.Range(min=1, max=200, error="limit"))


class AuditEntry(Reply):
    """One entry. Who of the staff it was is told to staff only: citizens learn the office (decision 0021)."""

    sequence = fields.Integer(required=True)
    at = fields.AwareDateTime(required=True)
    action = fields.String(required=True)
    actor_kind = fields.String(required=True)
    actor_id = fields.String(allow_none=True, required=True)
    subject_id = fields.String(allow_none=True, required=True)
    office_id = fields.String(allow_none=True, required=True)
    reason = fields.String(required=True)
    about = fields.Dict(required=True)


class AuditEntries(Reply):
    """Entries, newest first; `more` says whether another page follows."""

    entries = fields.List(fields.Nested(AuditEntry), required=True)
    more = fields.Boolean(required=True)


class ExportRecords(Request):
    """A page of everything the service holds of the one who asks; `after` is the `next` of the page before."""

    after = values.Text(most=80, least=0, allow_none=True, load_default=None)
    limit = fields.Integer(strict=True, load_default=50, validate=validate.Range(min=1, max=200, error="limit"))


class Record(Reply):
    """One row: the table it is in and its values by column."""

    table = fields.String(required=True)
    values = fields.Dict(required=True)


class Records(Reply):
    """Some records in a stable order; `next` is null after the last page."""

    records = fields.List(fields.Nested(Record), required=True)
    next = fields.String(allow_none=True, required=True)


KEPT = ("cases", "payments", "mandates", "document_checks")
"""What an erasure may leave, because a law or the office's duty keeps it; pages have the words and the reason of each."""


class Kept(Fact):
    """So many things of a category stay, the last of them until a day."""

    category = values.choice(*KEPT, required=True)
    count = fields.Integer(required=True)
    until = fields.AwareDateTime(required=True)


class RecordsErased(Fact):
    """A service has erased what it held of an account, and kept what it must."""

    account_id = values.Id(required=True)
    erased = fields.Integer(required=True)
    kept = fields.List(fields.Nested(Kept), required=True)


METHODS = {
    "get_status": Method(Nothing, Status),
    "list_audit_entries": Method(ListAuditEntries, AuditEntries),
    "export_records": Method(ExportRecords, Records, errors=("accounts.acting_for_another",)),
}
