"""Whether a document is genuine: for anyone who holds one."""

import hashlib
from typing import Any, ClassVar
from urllib.parse import quote

from falcon.asgi import Request, Response

from gateway import visit
from gateway.body import Form
from gateway.pages.form_page import FormPage, told, values
from gateway.pages.rendering import reading, render, see_other, status_for
from gateway.refusals import BodyTooLarge
from services.contracts.actors import ANYONE
from services.contracts.errors import Failure, Invalid, NotFound

MOST_BYTES = 5_000_000
ROOM_FOR_THE_FORM = 20_000


class Verify(FormPage):
    """Asks for the code."""

    allow: ClassVar[Any] = ANYONE

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """The code as it was typed stays."""
        await show_code_form(req, resp, values(form, "code"), failure)

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """Go on to the document's own address."""
        code = form.get("code").strip()
        if not code:
            raise Invalid("invalid", "The code is missing.", fields={"code": ["required"]})
        if len(code) > 80:  # noqa: PLR2004 - as in the contract
            raise Invalid("invalid", "The code is too long.", fields={"code": ["too_long"]})
        see_other(resp, f"/verify/{quote(code, safe='')}")


async def show_code_form(req: Request, resp: Response, form: dict[str, str], failure: Failure | None) -> None:
    """The page that asks for the code."""
    talk = reading(req)
    labels = {"code": ("code", talk.gettext("Code on the document"))}
    await render(req, resp, "verify.html", form=form, **told(talk, failure, labels))


class Verification(FormPage):
    """What anyone may know of a document, at the address that is printed on it; compares a file with it."""

    allow: ClassVar[Any] = ANYONE
    survives_outage: ClassVar[bool] = False
    body_limit = MOST_BYTES + ROOM_FOR_THE_FORM

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """An unknown code gets the form again."""
        await self._answer(req, resp, params["code"], failure, "")

    async def _answer(self, req: Request, resp: Response, code: str, failure: Failure | None, comparison: str) -> None:
        talk = reading(req)
        try:
            found = await visit.of(req).ask("documents", "verify_document", code=code)
        except (NotFound, Invalid) as unknown:
            is_typo = isinstance(unknown, Invalid)
            told_as = NotFound("documents.unknown_code", unknown.text) if is_typo else unknown
            status_for(resp, told_as)
            await show_code_form(req, resp, {"code": code}, told_as)
            return
        if isinstance(failure, BodyTooLarge):
            failure = Invalid(failure.slug, failure.text, fields={"file": ["file_too_large"]})
        labels = {"file": ("file", talk.gettext("PDF file"))}
        shown = told(talk, failure, labels)
        await render(req, resp, "verification.html", verification=found, comparison=comparison, **shown)

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """Compare fingerprints. The file is not kept."""
        upload = form.files.get("file")
        if upload is None:
            raise Invalid("invalid", "The file is missing.", fields={"file": ["file_missing"]})
        if len(upload.content) > MOST_BYTES:
            raise Invalid("invalid", "The file is too large.", fields={"file": ["file_too_large"]})
        found = await visit.of(req).ask("documents", "verify_document", code=params["code"])
        is_same = hashlib.sha256(upload.content).hexdigest() == found["sha256"]
        await self._answer(req, resp, params["code"], None, "same" if is_same else "different")
