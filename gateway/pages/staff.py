"""For clerks: the queue of their offices, and the page of a case."""

import asyncio
from typing import Any, ClassVar

from falcon.asgi import Request, Response

from gateway import visit
from gateway.body import Form
from gateway.pages import answers, attachments, passing_on, words
from gateway.pages.applications import PAGE, paging
from gateway.pages.directory import Directory, directory, office
from gateway.pages.form_page import FormPage, told, values
from gateway.pages.language import Speech
from gateway.pages.rendering import reading, render, see_other
from gateway.pages.staff_areas import CASE_READERS
from gateway.visit import Visit
from services.contracts.actors import ROLES, Actor, staff
from services.contracts.applications import CASE_STATES
from services.contracts.errors import Failure, Invalid

SEEN_BY_CLERKS = tuple(state for state in CASE_STATES if state != "awaiting_payment")
"""A case reaches its office when its payment is secured."""


class Queue:
    """The start page of staff: cases of their own offices, newest first; without such an office, what else there is for them."""

    allow: ClassVar[Any] = staff(*ROLES)

    async def on_get(self, req: Request, resp: Response) -> None:
        """`?state=` filters, `?before=` leads through the pages."""
        it, talk = visit.of(req), reading(req)
        if not it.actor.may(CASE_READERS):
            await render(req, resp, "staff_start.html", roles=role_names(talk, it.actor))
            return
        state = req.get_param("state") or ""
        if state not in SEEN_BY_CLERKS:
            state = ""
        names, found = await asyncio.gather(
            directory(it, talk),
            it.ask("applications", "list_cases", state=state or None, before=req.get_param("before") or None, limit=PAGE),
        )
        states = [{"value": key, "label": talk.gettext(words.CASE_STATES[key].label)} for key in SEEN_BY_CLERKS]
        pages = paging(req, "/staff", [c["case_id"] for c in found["cases"]], more=found["more"], state=state)
        await render(
            req,
            resp,
            "staff.html",
            cases=[names.named(c) for c in found["cases"]],
            state=state,
            states=states,
            offices=await office_names(it, names),
            **pages,
        )


async def office_names(it: Visit, names: Directory) -> list[str]:
    """The offices whose cases the signed-in person sees."""
    ids = sorted(it.actor.offices("clerk") | it.actor.offices("approver"))
    found = await asyncio.gather(*(office(it, office_id) for office_id in ids if "*" not in office_id))
    whole = [names.place(office_id.partition("/")[0]) for office_id in ids if office_id.endswith("/*")]
    return whole + [
        f"{names.talk.local(o['name'])}, {names.place(o['office_id'].partition('/')[0])}" for o in found if o is not None
    ]


def role_names(talk: Speech, actor: Actor) -> list[str]:
    """What the signed-in person is, once each."""
    held = {role.role for role in actor.roles}
    return [talk.gettext(words.ROLES[role]) for role in ROLES if role in held]


class Case(FormPage):
    """A case as the clerk works on it."""

    allow: ClassVar[Any] = {"GET": CASE_READERS, "POST": staff("clerk")}
    survives_outage: ClassVar[bool] = False

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """After a conflict it shows the present state. Raises not_found for a case of another office."""
        it, talk = visit.of(req), reading(req)
        names, case, files = await asyncio.gather(
            directory(it, talk),
            it.ask("applications", "get_case", case_id=params["case_id"]),
            attachments.of_case(it, talk, "list_case_files", params["case_id"]),
        )
        _ = talk.gettext
        responsible = await office(it, case["office_id"])
        facts = [
            (_("Office"), talk.local(responsible["name"]) if responsible else case["office_id"]),
            (_("Fee"), talk.money(case["fee"]) if case["fee"]["cents"] else _("free of charge")),
            (_("Ends with"), _("sending by post") if case["ending"] == "post" else _("document as PDF")),
            (_("Number"), case["case_id"]),
        ]
        labels = {"reason": ("reason", _("Reason of a rejection"))}
        await render(
            req,
            resp,
            "case.html",
            case=case,
            may_decide=it.actor.has_role("clerk", case["office_id"]),
            name=names.service(case["service"]),
            place=names.place(case["ars"]),
            groups=answers.groups(talk, case["sections"], case["answers"]),
            files=files,
            recipients=passing_on.recipients(talk, case),
            facts=facts,
            form=values(form, "reason"),
            **told(talk, failure, labels),
        )

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """`do` is `review`, `approve`, `reject` or `sent`."""
        it, case_id, do = visit.of(req), params["case_id"], form.get("do")
        if do == "review":
            await it.ask("applications", "review_case", case_id=case_id)
        elif do == "sent":
            await it.ask("applications", "mark_sent", case_id=case_id)
        elif do in ("approve", "reject"):
            reason = form.get("reason").replace("\r\n", "\n").strip()
            if do == "reject" and not reason:
                raise Invalid("invalid", "The reason is missing.", fields={"reason": ["reason_required"]})
            # A reason belongs to a rejection; what was typed before the clerk changed their mind is left out.
            await it.ask("applications", "decide_case", case_id=case_id, decision=do, reason=reason if do == "reject" else None)
        else:
            raise Invalid("invalid", "There is no such step.")
        see_other(resp, f"/staff/cases/{case_id}?done={do}")
