"""The service `documents` on the bus."""

from base64 import b64encode
from collections.abc import Sequence
from typing import Any

from services.chassis import Call, Database, Event, Peers, every, offload, rpc, subscribe
from services.chassis.settings import Settings
from services.contracts.actors import ANYONE, CITIZEN, SERVICE
from services.contracts.documents import RenderCopy
from services.contracts.registry import dump
from services.documents import activation, copies, erasing, issuing, letters, reading, rendering, verifying
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

    @rpc(allow=SERVICE)
    def render_copy(self, call: Call) -> dict[str, Any]:
        """What somebody sent, for themselves; it is not kept."""
        sections = dump(RenderCopy, call.data)["sections"]
        address = f"{self.settings.portal_url}/applications/{call.data['case_id']}"
        letter = copies.write(**{**call.data, "sections": sections}, address=address)
        content = offload(rendering.render, letter)
        return {"filename": letter.filename, "content_base64": b64encode(content).decode()}

    @rpc(allow=SERVICE)
    def render_activation_letter(self, call: Call) -> dict[str, Any]:
        """The letter that activates an account made at the counter; it is printed and not kept."""
        letter = activation.write(**call.data)
        content = offload(rendering.render, letter)
        return {"filename": letter.filename, "content_base64": b64encode(content).decode()}

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

    @subscribe("account.erasure_requested")
    def on_account_erasure_requested(self, event: Event) -> None:
        """The contents go; what proves a printed document genuine stays."""
        with self.db.reading() as session:
            contents = erasing.contents_of(session, **event.data)
        offload(self._forget, contents)
        with event.transaction() as session:
            erasing.erase(session, **event.data)

    @every(seconds=3600)
    def end_retention(self) -> None:
        """Documents whose time is over, and what was issued while its account was erased."""
        with self.db.reading() as session:
            late, over = erasing.late_contents(session), erasing.over(session)
        offload(self._forget, [*late, *(sha256 for _, sha256 in over)])
        if over:
            with self.db.transaction() as session:
                erasing.end_retention(session, cases=[case_id for case_id, _ in over])

    def _forget(self, contents: Sequence[str]) -> None:
        for sha256 in contents:
            self.blobs.delete(sha256)

    @property
    def blobs(self) -> BlobStore:
        """Where the bytes are kept."""
        return FileBlobs(self.settings.var_dir / "documents")
