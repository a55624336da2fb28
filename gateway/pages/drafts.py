"""The form of a service: filled in, saved as it is typed, put into the cart."""

from collections.abc import Mapping
from typing import Any, ClassVar

import falcon
from falcon.asgi import Request, Response

from gateway import visit
from gateway.body import Form
from gateway.pages import answers, prefilling
from gateway.pages.form_page import FormPage
from gateway.pages.language import Speech
from gateway.pages.rendering import reading, render, see_other, told
from services.contracts.actors import CITIZEN
from services.contracts.errors import Failure, Invalid


class Draft(FormPage):
    """A form in progress. The page carries which service it is of, so that it can be drawn again while the services are away."""

    allow: ClassVar[Any] = CITIZEN

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """Saved answers that do not fit are told at once, empty ones only after an attempt to order."""
        it, talk = visit.of(req), reading(req)
        if form is None:
            draft = await it.ask("applications", "get_draft", draft_id=params["draft_id"])
            service = await it.house.catalogue.service(draft["service"], draft["ars"])
            typed = answers.typed_from(service["sections"], draft["answers"])
            errors = {name: slugs for name, slugs in draft["errors"].items() if typed.get(name)}
        else:
            service = await it.house.catalogue.service(form.get("service"), form.get("ars"))
            typed = answers.typed_in(service["sections"], form)
            errors = answers.without_prefix(failure.fields) if failure else {}
        await self._page(req, resp, talk, service, typed, errors, None if errors else failure)

    async def _page(
        self,
        req: Request,
        resp: Response,
        talk: Speech,
        service: Mapping[str, Any],
        typed: Mapping[str, str],
        errors: Mapping[str, list[str]],
        failure: Failure | None,
    ) -> None:
        it = visit.of(req)
        municipality = await it.house.catalogue.municipality(service["ars"])
        known = await prefilling.known(it, talk, service["sections"])
        has_taken = req.get_param("taken") is not None
        await render(
            req,
            resp,
            "draft.html",
            service=service,
            municipality=municipality,
            sections=prefilling.with_origins(talk, answers.views(talk, service["sections"], typed, errors), known),
            may_take=not has_taken and prefilling.is_offered(known, typed),
            differing=prefilling.differing(known, typed) if has_taken else [],
            errors=answers.summary_of_errors(talk, service["sections"], errors),
            trouble=told(talk, failure) if failure else None,
        )

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """`do` is `keep` (saved while typing), `later` (saved, go home), `cart` (must be complete), `take` (from the profile)."""
        it, draft_id = visit.of(req), params["draft_id"]
        service = await it.house.catalogue.service(form.get("service"), form.get("ars"))
        if form.get("do") == "take":
            await self._take(req, resp, form, service, draft_id)
            return
        draft = await it.ask("applications", "save_draft", draft_id=draft_id, answers=answers.read(service["sections"], form))
        if form.get("do") == "keep":
            resp.status = falcon.HTTP_204
            return
        if form.get("do") == "later":
            see_other(resp, "/home?done=saved#drafts")
            return
        if draft["errors"]:
            raise Invalid("invalid", "Some fields need another look.", fields=draft["errors"])
        await it.ask("applications", "add_to_cart", draft_id=draft_id)
        see_other(resp, "/cart?done=in_cart")

    async def _take(self, req: Request, resp: Response, form: Form, service: Mapping[str, Any], draft_id: str) -> None:
        """Fill what is empty from the profile, and replace what the citizen ticked; nothing else that was typed."""
        it = visit.of(req)
        known = await prefilling.known(it, reading(req), service["sections"])
        typed = prefilling.filled(known, answers.typed_in(service["sections"], form), form.all("replace"))
        filled = Form([(answers.PREFIX + name, value) for name, value in typed.items()])
        await it.ask("applications", "save_draft", draft_id=draft_id, answers=answers.read(service["sections"], filled))
        see_other(resp, f"/drafts/{draft_id}?taken&done=taken_over")


class Discard:
    """Throws a form in progress away."""

    allow: ClassVar[Any] = CITIZEN

    async def on_post(self, req: Request, resp: Response, draft_id: str) -> None:
        """Raises not_found for another's draft."""
        await visit.of(req).ask("applications", "discard_draft", draft_id=draft_id)
        see_other(resp, "/home?done=discarded")
