"""Contract of `documents`: what a citizen receives, and how anyone checks it."""

from marshmallow import fields, validate

from services.contracts import values
from services.contracts.forms import Section
from services.contracts.operations import RecordsErased
from services.contracts.registry import Fact, Method, Reply, Request


class DocumentId(Request):
    """Which document."""

    document_id = values.Id(required=True)


class ListDocuments(Request):
    """All of one's own documents, or those of one case."""

    case_id = values.Id(allow_none=True, load_default=None)


class Document(Reply):
    """A document without its content."""

    document_id = values.Id(required=True)
    case_id = values.Id(required=True)
    service = values.slug(required=True)
    ars = values.ars(required=True)
    title = fields.Nested(values.Bilingual, required=True)
    filename = fields.String(required=True)
    size = fields.Integer(required=True, metadata={"description": "Bytes."})
    sha256 = fields.String(required=True)
    verification_code = fields.String(required=True)
    issued_at = fields.AwareDateTime(required=True)


class Documents(Reply):
    """Documents, newest first."""

    documents = fields.List(fields.Nested(Document), required=True)


class DocumentContent(Document):
    """A document with its content."""

    media_type = fields.String(required=True)
    content_base64 = fields.String(required=True)


class VerifyDocument(Request):
    """The code printed on a document, as typed: spaces, hyphens and case do not matter."""

    code = fields.String(required=True, validate=validate.Length(max=80, error="too_long"))


class Verification(Reply):
    """What anyone may know of a document: that it is genuine, what it is, who issued it, when, and its fingerprint."""

    title = fields.Nested(values.Bilingual, required=True)
    municipality = fields.String(required=True)
    office = fields.Nested(values.Bilingual, required=True)
    issued_at = fields.AwareDateTime(required=True)
    sha256 = fields.String(required=True)
    size = fields.Integer(required=True, metadata={"description": "Bytes."})


class RenderActivationLetter(Request):
    """What stands in the letter that activates an account made at the counter. Nothing of it is kept."""

    municipality = fields.String(required=True)
    office = fields.String(required=True)
    office_address = fields.String(required=True)
    phone = fields.String(required=True)
    email = fields.String(required=True)
    recipient = fields.String(required=True)
    code = fields.String(required=True)
    page = fields.String(required=True, metadata={"description": "Address of the page that asks for the code."})
    address = fields.String(required=True, metadata={"description": "That address with the code, for the QR code."})
    printed_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True)


class OfficeOfCopy(Reply):
    """Who got an application, as `get_office` of accounts tells it."""

    name = fields.Nested(values.Bilingual, required=True)
    address = fields.String(required=True)
    email = fields.String(required=True)
    phone = fields.String(required=True)
    municipality = fields.Dict(keys=fields.String(), required=True)


class CorrectionOfCopy(Reply):
    """What was sent with a correction: the names of what changed, and the new answers to it, where there is one."""

    answered_at = fields.AwareDateTime(required=True)
    changed = fields.List(fields.String(), required=True)
    answers = fields.Dict(required=True)


class RenderCopy(Request):
    """What was sent with an application, and to whom. Nothing of it is kept."""

    case_id = values.Id(required=True)
    service_name = fields.Nested(values.Bilingual, required=True)
    placed_at = fields.AwareDateTime(required=True)
    submitted_at = fields.AwareDateTime(allow_none=True, required=True, metadata={"description": "Null before it is paid."})
    office = fields.Nested(OfficeOfCopy, required=True)
    sections = fields.List(fields.Nested(Section), required=True)
    answers = fields.Dict(required=True)
    corrected_at = fields.AwareDateTime(
        allow_none=True,
        load_default=None,
        metadata={"description": "Where the first answers were not kept: of which correction these are."},
    )
    corrections = fields.List(fields.Nested(CorrectionOfCopy), load_default=list)


class RenderedLetter(Reply):
    """A letter as PDF, for the service that asked; about 60 KB."""

    filename = fields.String(required=True)
    content_base64 = fields.String(required=True)


class DocumentIssued(Fact):
    """A document of a case exists and can be read."""

    document_id = values.Id(required=True)
    case_id = values.Id(required=True)
    account_id = values.Id(required=True)
    service = values.slug(required=True)
    ars = values.ars(required=True)
    grant_id = values.Id(allow_none=True, metadata={"description": "The membership or mandate it was applied for under."})


METHODS = {
    "list_documents": Method(ListDocuments, Documents),
    "get_document": Method(DocumentId, Document, errors=("documents.no_document",)),
    "get_document_content": Method(DocumentId, DocumentContent, errors=("documents.no_document",)),
    "render_copy": Method(RenderCopy, RenderedLetter),
    "render_activation_letter": Method(RenderActivationLetter, RenderedLetter),
    "verify_document": Method(VerifyDocument, Verification, errors=("documents.unknown_code",)),
}
EVENTS: dict[str, type[Fact]] = {"document.issued": DocumentIssued, "documents.erased": RecordsErased}
