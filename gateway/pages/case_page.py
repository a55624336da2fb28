"""A page on which something is done about a case: it has the case, and the names of its service and place."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from falcon.asgi import Request, Response

from gateway import visit
from gateway.body import Form
from gateway.pages.directory import Directory, directory
from gateway.pages.form_page import FormPage
from gateway.pages.language import Speech
from gateway.pages.rendering import reading, render
from gateway.visit import Visit
from services.contracts.errors import Failure


@dataclass(frozen=True)
class Look:
    """A case as it is now, and who looks at it."""

    it: Visit
    talk: Speech
    names: Directory
    case: Mapping[str, Any]


class CasePage(FormPage):
    """A page says with `contents` what stands on it beside the case, and with `submit` what it does."""

    survives_outage: ClassVar[bool] = False
    method: ClassVar[str] = "get_case"
    """How the case is read: as its office or as its applicant."""
    template: ClassVar[str]

    async def contents(self, look: Look, form: Form | None, failure: Failure | None) -> dict[str, Any]:
        """What the template needs beside `case`, `title` and `place`."""
        raise NotImplementedError

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """The case is shown as it is now, also after a conflict. Raises not_found for a case that is not the reader's."""
        it, talk = visit.of(req), reading(req)
        names, case = await asyncio.gather(directory(it, talk), it.ask("applications", self.method, case_id=params["case_id"]))
        more = await self.contents(Look(it, talk, names, case), form, failure)
        named = {"title": names.service(case["service"]), "place": names.place(case["ars"])}
        await render(req, resp, self.template, case=case, **named, **more)
