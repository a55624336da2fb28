"""The counter: a code that is shown, the person compared with a document, an account made on the spot."""

import asyncio
from collections.abc import Mapping
from typing import Any, ClassVar

from falcon.asgi import Request, Response

from gateway import visit
from gateway.body import Form
from gateway.pages import identity_words
from gateway.pages.counter.comparing import aligned, check_labels, compared, fields, seen
from gateway.pages.counter.offices import office_of, own_offices
from gateway.pages.form_page import FormPage, told, values
from gateway.pages.rendering import reading, render, see_other
from gateway.pages.staff_areas import IDENTITY_OFFICERS
from services.chassis import ids
from services.contracts.errors import Failure, Invalid, NotFound


class Counter(FormPage):
    """The officer's start page: takes a code, typed or scanned, and leads to everything else."""

    allow: ClassVar[Any] = IDENTITY_OFFICERS
    survives_outage: ClassVar[bool] = False

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """`?code=` comes from the QR code that the citizen shows."""
        it, talk = visit.of(req), reading(req)
        typed = values(form, "code", "office_id")
        if form is None:
            typed["code"] = (req.get_param("code") or "")[:40]
        offices = await own_offices(it, talk)
        waiting = await asyncio.gather(
            *(it.ask("accounts", "list_pending_checks", office_id=office["value"]) for office in offices)
        )
        labels = {"code": ("code", talk.gettext("Code of the citizen")), "office_id": ("office_id", talk.gettext("Office"))}
        await render(
            req,
            resp,
            "counter.html",
            form=typed,
            offices=offices,
            waiting=sum(len(found["checks"]) for found in waiting),
            **told(talk, failure, labels),
        )

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """Show who the code belongs to."""
        it = visit.of(req)
        try:
            visitor = await it.ask("accounts", "look_at_visit_code", office_id=office_of(form), code=form.get("code"))
        except NotFound as failure:
            raise Invalid(failure.slug, failure.text, fields={"code": ["visit_code"]}) from None
        fresh = [("code", form.get("code")), ("office_id", office_of(form))]
        fresh += [(f"values.{name}", identity_words.as_typed(name, value)) for name, value in visitor["values"].items()]
        await show_check(req, resp, Form(fresh), None, visitor)


class Check(FormPage):
    """What the officer sees of the person who showed a code."""

    allow: ClassVar[Any] = IDENTITY_OFFICERS
    survives_outage: ClassVar[bool] = False

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """Without a code there is nothing to check."""
        if form is None:
            see_other(resp, "/staff/counter")
            return
        await show_check(req, resp, form, failure, None)

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """Record it; with two officers it waits for the second."""
        try:
            done = await visit.of(req).ask(
                "accounts",
                "record_check",
                idempotency_key=form.get("key") or ids.new_id(),
                code=form.get("code"),
                values=seen(form),
                **compared(form),
            )
        except NotFound as failure:
            raise Invalid(failure.slug, failure.text, fields={"code": ["visit_code"]}) from None
        see_other(resp, f"/staff/counter?done=identity_{done['state']}")


class NewAccount(FormPage):
    """An account for somebody who has none, made at the counter."""

    allow: ClassVar[Any] = IDENTITY_OFFICERS
    survives_outage: ClassVar[bool] = False

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """Everything as the document shows it."""
        talk = reading(req)
        form = form or Form()
        labels = {**check_labels(talk), "email": ("email", talk.gettext("E-mail address"))}
        await render(
            req,
            resp,
            "counter_account.html",
            email=form.get("email"),
            offices=await own_offices(visit.of(req), talk),
            **fields(talk, form),
            **told(talk, aligned(failure), labels),
        )

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """Then its letter is printed, at once or when a second officer has confirmed."""
        done = await visit.of(req).ask(
            "accounts",
            "open_counter_account",
            idempotency_key=form.get("key") or ids.new_id(),
            values=seen(form),
            email=form.get("email").strip() or None,
            language=form.get("language_of_account") or "de",
            **compared(form),
        )
        if done["state"] == "verified":
            see_other(resp, f"/staff/counter/people/{done['account_id']}/letter?office={office_of(form)}&done=account_opened")
        else:
            see_other(resp, "/staff/counter?done=identity_recorded")


async def show_check(
    req: Request, resp: Response, form: Form, failure: Failure | None, visitor: Mapping[str, Any] | None
) -> None:
    """The page of a check: the account's values to be compared and corrected, and what is seen of the document."""
    talk = reading(req)
    office = await identity_words.office_name(visit.of(req), talk, form.get("office_id"))
    await render(
        req,
        resp,
        "counter_check.html",
        code=form.get("code"),
        office=office,
        visitor=visitor,
        **fields(talk, form),
        **told(talk, aligned(failure), check_labels(talk)),
    )
