"""Contract of `messaging`: the notices in a citizen's mailbox, and what an office may know of them."""

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
MAIL_STATES = ("waiting", "sent", "failed", "unknown")


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


class ListCaseNotices(Request):
    """Which case, and the order it came with."""

    case_id = values.Id(required=True)
    order_id = values.Id(required=True)


class NoticeMail(Reply):
    """The e-mail that called to the mailbox: still `waiting`, `sent`, `failed` for good; `unknown` before it was kept."""

    state = values.choice(*MAIL_STATES, required=True)
    sent_at = fields.AwareDateTime(allow_none=True, required=True)


class CaseNotice(Reply):
    """One thing the applicant was told about a case or its order."""

    kind = values.choice(*NOTICE_KINDS, required=True)
    at = fields.AwareDateTime(required=True)
    mail = fields.Nested(NoticeMail, allow_none=True, required=True, metadata={"description": "Null where none calls to it."})


class CaseNotices(Reply):
    """What the applicant was told about a case, newest first. Empty also where the account was erased, the mailbox with it."""

    notices = fields.List(fields.Nested(CaseNotice), required=True)


METHODS = {
    "list_notices": Method(ListNotices, Notices, errors=("messaging.no_notice",)),
    "list_case_notices": Method(ListCaseNotices, CaseNotices),
    "read_notice": Method(NoticeId, Notice, errors=("messaging.no_notice",)),
}
EVENTS: dict[str, type] = {"mailbox.erased": RecordsErased}
