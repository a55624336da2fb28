"""Documents of a citizen: the list, and the file itself."""

import asyncio
import base64
from collections.abc import Mapping
from typing import Any, ClassVar

from falcon.asgi import Request, Response

from gateway import visit
from gateway.pages.directory import directory
from gateway.pages.rendering import reading, render
from services.contracts.actors import CITIZEN


class Documents:
    """All documents, newest first."""

    allow: ClassVar[Any] = CITIZEN

    async def on_get(self, req: Request, resp: Response) -> None:
        """Only one's own."""
        it = visit.of(req)
        names, found = await asyncio.gather(directory(it, reading(req)), it.ask("documents", "list_documents"))
        await render(req, resp, "documents.html", documents=[names.named(d) for d in found["documents"]])


class Download:
    """The PDF."""

    allow: ClassVar[Any] = CITIZEN

    async def on_get(self, req: Request, resp: Response, document_id: str) -> None:
        """Raises not_found for another's document."""
        send_pdf(resp, await visit.of(req).ask("documents", "get_document_content", document_id=document_id))


def send_pdf(resp: Response, document: Mapping[str, Any]) -> None:
    """A document with its content, to be kept as a file."""
    resp.content_type = document["media_type"]
    resp.downloadable_as = document["filename"]
    resp.data = base64.b64decode(document["content_base64"])
