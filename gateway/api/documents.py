"""Operations on documents: one's own, and the verification that is open to everybody."""

from base64 import b64decode
from typing import Any

from falcon.asgi import Response

from gateway.api.operation import Operation
from services.contracts.actors import ANYONE, CITIZEN

DOCUMENT = "/documents/{document_id}"


def render_content(resp: Response, reply: dict[str, Any]) -> None:
    """The file itself, as a download."""
    resp.content_type = reply["media_type"]
    resp.downloadable_as = reply["filename"]
    resp.data = b64decode(reply["content_base64"])


OPERATIONS = (
    Operation("GET", "/documents", "documents", "list_documents", "One's own documents, newest first", CITIZEN),
    Operation("GET", DOCUMENT, "documents", "get_document", "A document without its content", CITIZEN),
    Operation(
        "GET", f"{DOCUMENT}/content", "documents", "get_document_content", "The PDF of a document", CITIZEN,
        render=render_content, media_type="application/pdf",
    ),
    Operation("GET", "/verifications/{code}", "documents", "verify_document", "Check a document by its code", ANYONE),
)  # fmt: skip
