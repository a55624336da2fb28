"""Contract of the mails that accounts asks for: those that hold a link, or go to an address that is no account's."""

from marshmallow import fields

from services.contracts import values
from services.contracts.registry import Fact, Method, Reply, Request

MAIL_KINDS = (
    "confirm_address", "address_taken", "reset_password", "password_changed", "address_changed", "new_address",
    "staff_invitation", "activation", "mandate_asked", "organisation_invitation", "disuse_warning", "erasure_receipt",
    "security_changed",
)  # fmt: skip
"""What such a mail can be about; messaging has the words of each."""


class MailId(Request):
    """Which mail."""

    mail_id = values.Id(required=True)


class RequestedMail(Reply):
    """Everything a mail is made of, for services only. It is not sent any more once `expires_at` has passed."""

    mail_id = values.Id(required=True)
    kind = values.choice(*MAIL_KINDS, required=True)
    to = fields.String(required=True)
    language = values.language(required=True)
    link = fields.String(required=True, metadata={"description": "Whole address of a page; empty if there is none."})
    data = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    expires_at = fields.AwareDateTime(required=True)


class MailRequestedFact(Fact):
    """A mail is to be sent within seconds."""

    mail_id = values.Id(required=True)


METHODS = {"get_mail": Method(MailId, RequestedMail, errors=("accounts.no_mail",))}
EVENTS: dict[str, type[Fact]] = {"mail.requested": MailRequestedFact}
