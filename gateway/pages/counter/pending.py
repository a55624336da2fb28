"""Checks that wait for the second officer."""

import asyncio
from collections.abc import Mapping
from typing import Any, ClassVar

from falcon.asgi import Request, Response

from gateway import visit
from gateway.body import Form
from gateway.pages import identity_words
from gateway.pages.counter.comparing import DOCUMENT_LABELS
from gateway.pages.counter.offices import own_offices
from gateway.pages.form_page import FormPage, told
from gateway.pages.language import Speech
from gateway.pages.rendering import reading, render, see_other
from gateway.pages.staff_areas import IDENTITY_OFFICERS
from services.contracts.accounts.profile import IDENTITY
from services.contracts.errors import Failure, Invalid


class Pending:
    """Checks that wait for a second officer, of all one's own offices."""

    allow: ClassVar[Any] = IDENTITY_OFFICERS

    async def on_get(self, req: Request, resp: Response) -> None:
        """Nothing personal stands in the list."""
        it, talk = visit.of(req), reading(req)
        offices = await own_offices(it, talk)
        found = await asyncio.gather(
            *(it.ask("accounts", "list_pending_checks", office_id=office["value"]) for office in offices)
        )
        checks = [
            {**described(talk, check), "office": office["label"]}
            for office, listed in zip(offices, found, strict=True)
            for check in listed["checks"]
        ]
        await render(req, resp, "counter_pending.html", checks=checks)


class PendingCheck(FormPage):
    """A check, as the second officer looks at it."""

    allow: ClassVar[Any] = IDENTITY_OFFICERS
    survives_outage: ClassVar[bool] = False

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """Raises not_found for a check of another office."""
        it, talk = visit.of(req), reading(req)
        check = await it.ask("accounts", "get_pending_check", check_id=params["check_id"])
        pairs = [
            (identity_words.label(talk, name), identity_words.spoken(talk, name, check["values"][name]))
            for name in IDENTITY
            if check["values"].get(name)
        ]
        document = [
            (
                identity_words.said(talk, DOCUMENT_LABELS, "document.kind"),
                identity_words.said(talk, identity_words.DOCUMENT_KINDS, check["document_kind"]),
            ),
            (identity_words.said(talk, DOCUMENT_LABELS, "document.issuing_authority"), check["issuing_authority"]),
            (identity_words.said(talk, DOCUMENT_LABELS, "document.valid_until"), talk.day(check["document_valid_until"])),
        ]
        await render(
            req,
            resp,
            "counter_confirm.html",
            check=described(talk, check),
            office=await identity_words.office_name(it, talk, check["office_id"]),
            pairs=pairs,
            document=document,
            corrected=[identity_words.label(talk, name) for name in check["corrected"]],
            reasons=identity_words.options(talk, identity_words.DECLINE_REASONS),
            **told(talk, failure, {"reason": ("reason", talk.gettext("Reason"))}),
        )

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """`do` is `confirm` or `decline`, which needs a reason."""
        it, check_id = visit.of(req), params["check_id"]
        if form.get("do") == "decline":
            if not form.get("reason"):
                raise Invalid("invalid", "A reason is needed.", fields={"reason": ["choice"]})
            await it.ask("accounts", "decline_check", check_id=check_id, reason=form.get("reason"))
            see_other(resp, "/staff/counter/pending?done=identity_declined")
            return
        check = await it.ask("accounts", "get_pending_check", check_id=check_id)
        done = await it.ask("accounts", "confirm_check", check_id=check_id)
        if check["way"] == "account":
            see_other(
                resp, f"/staff/counter/people/{done['account_id']}/letter?office={check['office_id']}&done=identity_verified"
            )
        else:
            see_other(resp, "/staff/counter?done=identity_verified")


def described(talk: Speech, check: Mapping[str, Any]) -> dict[str, Any]:
    """A waiting check in words."""
    return {
        **check,
        "way_name": identity_words.said(talk, identity_words.WAYS, check["way"]),
        "document": identity_words.said(talk, identity_words.DOCUMENT_KINDS, check["document_kind"]),
    }
