"""Cases of a person, looked for by name; sent as a form, so that the name stands in no address."""

import asyncio
from typing import Any, ClassVar

from falcon.asgi import Request, Response

from gateway import visit
from gateway.body import Form
from gateway.pages.desk.colleagues import colleagues
from gateway.pages.directory import directory
from gateway.pages.form_page import FormPage, told, values
from gateway.pages.rendering import reading, render
from gateway.pages.staff_areas import CASE_READERS
from services.contracts.errors import Failure, Invalid

MOST = 100


class Search(FormPage):
    """A name, and below it the newest cases of who is called so."""

    allow: ClassVar[Any] = CASE_READERS

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """Without a name nothing is looked for."""
        await self._page(req, resp, form, failure)

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """The cases stand on the same page."""
        name = form.get("name").strip()
        if not name:
            raise Invalid("invalid", "Some fields need another look.", fields={"name": ["required"]})
        it, talk = visit.of(req), reading(req)
        names, people, found = await asyncio.gather(
            directory(it, talk), colleagues(it), it.ask("applications", "search_cases", name=name, limit=MOST)
        )
        cases = [{**names.named(case), "assignee": people.name(case.get("assignee_id"))} for case in found["cases"]]
        await self._page(req, resp, form, None, cases=cases, has_more=found["more"])

    async def _page(self, req: Request, resp: Response, form: Form | None, failure: Failure | None, **found: Any) -> None:
        talk = reading(req)
        labels = {"name": ("name", talk.gettext("Name"))}
        await render(req, resp, "case_search.html", form=values(form, "name"), **found, **told(talk, failure, labels))
