"""The service `documents` on the bus."""

from base64 import b64encode
from typing import Any

from services.chassis import Call, Database, Event, Peers, offload, rpc, subscribe
from services.chassis.settings import Settings
from services.contracts.actors import ANYONE, CITIZEN, SERVICE
from services.documents import issuing, letters, reading, rendering, verifying
from services.documents.providers.blobs import BlobStore, FileBlobs


class Documents:
    """What you receive: documents, where they are kept, and how anyone checks them."""

    name = "documents"
    db = Database()
    peers = Peers()
    settings = Settings.dependency()

    @rpc(allow=CITIZEN | SERVICE)
    def list_documents(self, call: Call) -> dict[str, Any]:
        """One's own documents, or those of one case."""
        with self.db.reading() as session:
            return reading.list_documents(session, call.actor, **call.data)

    @rpc(allow=CITIZEN | SERVICE)
    def get_document(self, call: Call) -> dict[str, Any]:
        """A document without its content."""
        with self.db.reading() as session:
            return reading.get_document(session, call.actor, **call.data)

    @rpc(allow=CITIZEN | SERVICE)
    def get_document_content(self, call: Call) -> dict[str, Any]:
        """A document with its content."""
        document = self.get_document(call)
        content = offload(self.blobs.get, document["sha256"])
        return {**document, "media_type": "application/pdf", "content_base64": b64encode(content).decode()}

    @rpc(allow=ANYONE)
    def verify_document(self, call: Call) -> dict[str, Any]:
        """What anyone may know of a document."""
        with self.db.reading() as session:
            return verifying.verify_document(session, **call.data)

    @subscribe("application.approved")
    def on_application_approved(self, event: Event) -> None:
        """The document of an approved case, made once; a case that ends by post has none."""
        if event.data["ending"] != "document":
            with event.transaction():
                return
        case = self.peers.call("applications", "get_case_for_document", case_id=event.data["case_id"])
        office = self.peers.call("accounts", "get_office", office_id=case["office_id"])
        with self.db.transaction() as session:
            reservation = issuing.reserve(session, case_id=case["case_id"])
        letter = letters.write(case, office, verification_code=reservation.verification_code, portal_url=self.settings.portal_url)
        content = offload(rendering.render, letter)
        sha256 = offload(self.blobs.put, content)
        with event.transaction() as session:
            issuing.issue(
                session, reservation=reservation, case=case, office=office, letter=letter, sha256=sha256, size=len(content)
            )

    @property
    def blobs(self) -> BlobStore:
        """Where the bytes are kept."""
        return FileBlobs(self.settings.var_dir / "documents")
