"""Operations on one's own data: who looked at it, all of it as one file, and its end."""

from http import HTTPStatus
from typing import Any

from falcon.asgi import Response
from marshmallow import fields, validate

from gateway import audit_log
from gateway.api.operation import Operation
from gateway.pages import archive
from gateway.pages.language import speech
from gateway.visit import Visit
from services.contracts.accounts.privacy import Proof
from services.contracts.actors import ANYONE, CITIZEN, SIGNED_IN, staff
from services.contracts.operations import AuditEntry, ListAuditEntries
from services.contracts.registry import SERVICES, Reply, method

ERASURE = "/accounts/current/erasure"
PAGE = 50


class AuditQuestion(ListAuditEntries):
    """Which entries of all services together; `before` is the `next` of the page before."""

    before = fields.String(  # type: ignore[assignment]  # of five logs there are five numbers
        allow_none=True, load_default=None, validate=validate.Regexp(rf"{audit_log.CURSOR}\Z", error="cursor")
    )


class AuditEntryOfService(AuditEntry):
    """An entry, and whose log it stands in."""

    service = fields.String(required=True, validate=validate.OneOf(SERVICES))


class AuditPage(Reply):
    """Entries, newest first; `next` is null after the last page."""

    entries = fields.List(fields.Nested(AuditEntryOfService), required=True)
    next = fields.String(allow_none=True, required=True)


async def list_audit_entries(
    visit: Visit, key: str | None, *, before: str | None = None, limit: int = PAGE, **question: Any
) -> dict[str, Any]:
    """The logs of all services as one. Raises unavailable if one of them does not answer."""
    entries, cursor = await audit_log.page(visit, question, audit_log.places(before or ""), limit)
    return {"entries": entries, "next": cursor or None}


async def export_records(visit: Visit, key: str | None, *, password: str) -> dict[str, Any]:
    """Everything as one file, in the language of the account, while it is made."""
    await visit.ask("accounts", "confirm_password", password=password)
    first = await archive.first_pages(visit)
    return {"pieces": archive.archive(visit, speech((visit.person or {}).get("language") or "de"), first)}


def render_archive(resp: Response, reply: dict[str, Any]) -> None:
    """The file in pieces, as a download."""
    resp.content_type = "application/zip"
    resp.downloadable_as = "amtsgang-export.zip"
    resp.stream = reply["pieces"]


OPERATIONS = (
    Operation(
        "GET", "/audit-log", "accounts", "list_audit_entries",
        "Who looked at or changed what, newest first: of oneself, or of the offices one administers", SIGNED_IN,
        handler=list_audit_entries, request_schema=AuditQuestion, reply_schema=AuditPage,
    ),
    Operation(
        "POST", "/accounts/current/export", "accounts", "export_records", "Everything the portal holds of oneself, as ZIP",
        CITIZEN,
        handler=export_records, request_schema=Proof, render=render_archive, media_type="application/zip",
        errors=method("accounts", "confirm_password").errors,
    ),
    Operation("GET", ERASURE, "accounts", "get_erasure_outlook", "What stands against deleting one's own account", CITIZEN),
    Operation(
        "POST", ERASURE, "accounts", "request_erasure", "Delete one's own account, at once and for good", CITIZEN,
        HTTPStatus.ACCEPTED, location="/erasures/{receipt_token}",
    ),
    Operation("GET", "/erasures/{token}", "accounts", "get_erasure_receipt", "How far an erasure is, and what is kept", ANYONE),
    Operation(
        "GET", "/operations/erasures", "accounts", "list_unfinished_erasures", "Erasures that wait for a service",
        staff("operator"),
    ),
)  # fmt: skip
