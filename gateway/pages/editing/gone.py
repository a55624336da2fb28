"""For editors whose working copy somebody has discarded or published meanwhile: what they typed, and the way to begin again."""

from typing import Any, ClassVar

from falcon.asgi import Request, Response

from gateway import visit
from gateway.body import Form
from gateway.pages.editing.copies import ROOT, ask, crumbs, home
from gateway.pages.form_page import FormPage, key_of
from gateway.pages.language import Speech
from gateway.pages.rendering import reading, render, status_for
from gateway.pages.staff_areas import EDITORS
from services.contracts.errors import NotFound

GONE = "applications.no_working_copy"


class CopyPage(FormPage):
    """A page on which something is typed into a working copy."""

    allow: ClassVar[Any] = EDITORS
    survives_outage: ClassVar[bool] = False

    async def on_post(self, req: Request, resp: Response, **params: str) -> None:
        """As every form; where the working copy is gone, what was typed stays on the page."""
        try:
            await super().on_post(req, resp, **params)
        except NotFound as failure:
            if failure.slug != GONE:
                raise
            await self._gone(req, resp, failure, params["ars"], params["service"])

    def typed(self, talk: Speech, form: Form) -> list[tuple[str, str]]:
        """What was typed, with its labels."""
        raise NotImplementedError

    async def _gone(self, req: Request, resp: Response, failure: NotFound, ars: str, service: str) -> None:
        it, talk = visit.of(req), reading(req)
        try:
            found = (await ask(it, "list_editions", ars, service=service))["service"]
        except NotFound:
            found = None
        status_for(resp, failure)
        await render(
            req,
            resp,
            "editing_gone.html",
            typed=[(label, text) for label, text in self.typed(talk, it.form) if text.strip()],
            service=found,
            base=home(ars, service) if found else f"{ROOT}/{ars}/new",
            key=key_of(None),
            crumbs=crumbs(req, ars),
        )
