"""Contract of `messaging`: the notices in a citizen's mailbox."""

from marshmallow import fields, validate

from services.contracts import values
from services.contracts.operations import RecordsErased
from services.contracts.registry import Method, Reply, Request

NOTICE_KINDS = (
    "account_registered", "account_security_changed", "device_added", "order_placed", "payment_secured", "application_submitted",
    "application_approved", "application_rejected", "application_completed", "document_issued", "payment_refunded",
    "application_correction_asked", "application_withdrawn", "application_handed_over",
    "draft_expiring", "identity_verified", "identity_renewed", "identity_revoked", "identity_expired",
    "identity_expiry_announced",
    "mandate_asked", "mandate_granted", "mandate_declined", "mandate_revoked", "membership_offered", "membership_changed",
    "membership_ended",
)  # fmt: skip


class ListNotices(Request):
    """A page of notices, newest first; `before` is the `notice_id` the last page ended with."""

    before = values.Id(allow_none=True, load_default=None)
    limit = fields.Integer(strict=True, load_default=50, validate=validate.Range(min=1, max=200, error="limit"))


class NoticeId(Request):
    """Which notice."""

    notice_id = values.Id(required=True)


class Notice(Reply):
    """One notice: its kind and the things it speaks of. The words are the page's, in the reader's language."""

    notice_id = values.Id(required=True)
    kind = values.choice(*NOTICE_KINDS, required=True)
    at = fields.AwareDateTime(required=True)
    is_read = fields.Boolean(required=True)
    order_id = values.Id(allow_none=True, required=True)
    case_id = values.Id(allow_none=True, required=True)
    document_id = values.Id(allow_none=True, required=True)
    service = values.slug(allow_none=True, required=True)
    ars = values.ars(allow_none=True, required=True)
    amount = fields.Nested(values.Money, allow_none=True, required=True)


class Notices(Reply):
    """Notices, newest first, and how many are unread in all."""

    notices = fields.List(fields.Nested(Notice), required=True)
    unread = fields.Integer(required=True)
    more = fields.Boolean(required=True)


METHODS = {
    "list_notices": Method(ListNotices, Notices, errors=("messaging.no_notice",)),
    "read_notice": Method(NoticeId, Notice, errors=("messaging.no_notice",)),
}
EVENTS: dict[str, type] = {"mailbox.erased": RecordsErased}
