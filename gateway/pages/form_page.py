"""A page with a form: it shows itself with what was typed whenever something is not right yet, so that nothing typed is lost."""

from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlencode

from falcon.asgi import Request, Response

from gateway import visit
from gateway.body import Form
from gateway.errors import here
from gateway.pages import rendering
from gateway.pages.language import Speech
from services.chassis import ids
from services.contracts.actors import ANYONE
from services.contracts.errors import Conflict, Failure, Forbidden, Invalid, RateLimited, Unauthenticated

Labels = Mapping[str, tuple[str, str]]


class FormPage:
    """GET shows the form, POST hands it in. A page says with `show` how it looks and with `submit` what it does."""

    allow: ClassVar[Any] = ANYONE
    survives_outage: ClassVar[bool] = True
    """Whether `show` can put the typed form on the page while the services are away."""

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """Answer with the page: fresh, or with what was typed and what was wrong with it."""
        raise NotImplementedError

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """Do what the form asks, then lead on to the next page."""
        raise NotImplementedError

    async def on_get(self, req: Request, resp: Response, **params: str) -> None:
        """The fresh page."""
        await self.show(req, resp, None, None, **params)

    async def on_post(self, req: Request, resp: Response, **params: str) -> None:
        """The form comes in; the switch of language in the page's head sends it too, to keep what was typed."""
        form = visit.of(req).form
        if form.get("language"):
            rendering.switch_language(req, resp, form.get("language"))
            await self.show(req, resp, form, None, **params)
            return
        try:
            await self.submit(req, resp, form, **params)
        except (Invalid, Conflict, Unauthenticated, RateLimited) as failure:
            if isinstance(failure, Unauthenticated) and self.allow != ANYONE:
                raise
            await self.show_failure(req, resp, form, failure, **params)
        except Forbidden as failure:
            # What was typed has been saved by then; the page is opened again when the level is reached.
            if failure.slug != "applications.level_needed":
                raise
            level = failure.fields.get("level", ["substantial"])[0]
            rendering.see_other(resp, f"/step-up?{urlencode({'level': level, 'next': here(req)})}")

    async def show_failure(self, req: Request, resp: Response, form: Form, failure: Failure, **params: str) -> None:
        """The page again, with what went wrong."""
        rendering.status_for(resp, failure)
        await self.show(req, resp, form, failure, **params)


def told(talk: Speech, failure: Failure | None, labels: Labels) -> dict[str, Any]:
    """What a template needs to tell a failure: errors beside the fields, or what is wrong with the whole."""
    if failure is None:
        return {"errors": [], "trouble": None}
    if failure.fields:
        return {"errors": rendering.field_errors(talk, failure.fields, labels), "trouble": None}
    return {"errors": [], "trouble": rendering.told(talk, failure)}


def key_of(form: Form | None) -> str:
    """The idempotency key the form came with, so that trying again is the same command; a new one for a fresh form."""
    return (form.get("key") if form else "") or ids.new_id()


def values(form: Form | None, *names: str) -> dict[str, str]:
    """What was typed into these fields, empty where nothing was."""
    return {name: form.get(name) if form else "" for name in names}
