"""Deputies: who has one's cases while one is away, and whose cases one has oneself."""

import asyncio
from typing import Any, ClassVar

from falcon.asgi import Request, Response

from gateway import visit
from gateway.body import Form
from gateway.pages.answers import iso_date
from gateway.pages.desk.colleagues import colleagues
from gateway.pages.form_page import FormPage, key_of, told, values
from gateway.pages.rendering import reading, render, see_other
from services.contracts.actors import staff
from services.contracts.errors import Failure, Invalid

FIELDS = ("stands_in", "first_day", "last_day")


class Deputies(FormPage):
    """The absences that are now or to come, and a form for another one."""

    allow: ClassVar[Any] = staff("clerk")
    survives_outage: ClassVar[bool] = False

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """Only clerks with whom one shares an office can be chosen."""
        it, talk = visit.of(req), reading(req)
        people, found = await asyncio.gather(colleagues(it), it.ask("applications", "list_deputies"))
        me, _ = it.actor.person_id, talk.gettext
        rows = [
            {
                **row,
                "is_mine": row["account_id"] == me,
                "person": people.name(row["stands_in"] if row["account_id"] == me else row["account_id"])
                or _("a former colleague"),
            }
            for row in found["deputies"]
        ]
        labels = {"stands_in": _("Deputy"), "first_day": _("From"), "last_day": _("Until")}
        await render(
            req,
            resp,
            "deputies.html",
            rows=rows,
            choices=people.clerks(but=me),
            form=values(form, *FIELDS),
            key=key_of(form),
            **told(talk, failure, {name: (name, label) for name, label in labels.items()}),
        )

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """`do` is `name` or `end`."""
        it, do = visit.of(req), form.get("do")
        if do == "end":
            await it.ask("applications", "end_deputy", deputy_id=form.get("deputy_id"))
            see_other(resp, "/staff/deputies?done=deputy_ended")
            return
        asked: dict[str, Any] = {"stands_in": form.get("stands_in")}
        asked |= {name: iso_date(form.get(name)) for name in ("first_day", "last_day")}
        if missing := {name: ["required"] for name in FIELDS if not form.get(name).strip()}:
            raise Invalid("invalid", "Some fields need another look.", fields=missing)
        await it.ask("applications", "name_deputy", idempotency_key=form.get("key"), **asked)
        see_other(resp, "/staff/deputies?done=deputy_named")
