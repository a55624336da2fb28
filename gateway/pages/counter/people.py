"""People who were looked up at the counter: an identity taken back, lost second factors, the activation letter."""

import base64
from collections.abc import Mapping
from typing import Any, ClassVar

from falcon.asgi import Request, Response

from gateway import visit
from gateway.body import Form
from gateway.pages import identity_words
from gateway.pages.counter.comparing import aligned, check_labels, compared, fields
from gateway.pages.counter.offices import office_of, own_offices
from gateway.pages.form_page import FormPage, told, values
from gateway.pages.language import Speech
from gateway.pages.rendering import reading, render, see_other
from gateway.pages.staff_areas import IDENTITY_OFFICERS
from services.chassis import ids
from services.contracts.accounts.profile import IDENTITY
from services.contracts.errors import Failure, Invalid, NotFound


class Find(FormPage):
    """Looks somebody up, for a reason that is recorded."""

    allow: ClassVar[Any] = IDENTITY_OFFICERS
    survives_outage: ClassVar[bool] = False

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """One question; nobody is listed without it."""
        await self._page(req, resp, form, failure, None)

    async def _page(
        self, req: Request, resp: Response, form: Form | None, failure: Failure | None, people: list[dict[str, Any]] | None
    ) -> None:
        talk = reading(req)
        labels = {
            "reason": ("reason", talk.gettext("Reason")),
            "email": ("email", talk.gettext("E-mail address")),
            "family_name": ("family_name", talk.gettext("Family name")),
            "birth_date": ("birth_date", talk.gettext("Date of birth")),
        }
        await render(
            req,
            resp,
            "counter_find.html",
            form=values(form, "office_id", "reason", "email", "family_name", "birth_date"),
            offices=await own_offices(visit.of(req), talk),
            reasons=identity_words.options(talk, identity_words.LOOKUP_REASONS),
            revocations=identity_words.options(talk, identity_words.REVOCATION_REASONS),
            people=people,
            **told(talk, failure, labels),
        )

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """Show who was found, with what can be done."""
        typed: dict[str, Any] = values(form, "reason", "email", "family_name", "birth_date")
        try:
            found = await visit.of(req).ask("accounts", "find_person", office_id=office_of(form), **typed)
        except NotFound as failure:
            if failure.slug != "accounts.nobody_found":
                raise
            await self._page(req, resp, form, None, [])
            return
        talk = reading(req)
        await self._page(req, resp, form, None, [person(talk, one) for one in found["people"]])


def person(talk: Speech, found: Mapping[str, Any]) -> dict[str, Any]:
    """Somebody who was looked up, in words."""
    pairs = [
        (identity_words.label(talk, name), identity_words.spoken(talk, name, found["values"][name]))
        for name in IDENTITY
        if found["values"].get(name)
    ]
    return {**found, "pairs": pairs, "name": f"{found['values'].get('given_names', '')} {found['values'].get('family_name', '')}"}


class Revoke:
    """Takes a verified identity back."""

    allow: ClassVar[Any] = IDENTITY_OFFICERS

    async def on_post(self, req: Request, resp: Response, account_id: str) -> None:
        """Raises conflict where nothing was verified in person, forbidden for oneself."""
        it = visit.of(req)
        if not it.form.get("reason"):
            raise Invalid("invalid", "A reason is needed.", fields={"reason": ["choice"]})
        asked: dict[str, Any] = {"office_id": office_of(it.form), "account_id": account_id, "reason": it.form.get("reason")}
        await it.ask("accounts", "revoke_identity", **asked)
        see_other(resp, "/staff/counter?done=identity_revoked")


class LostFactors(FormPage):
    """Lets somebody in again who lost every second factor."""

    allow: ClassVar[Any] = IDENTITY_OFFICERS
    survives_outage: ClassVar[bool] = False

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """The document must show what the account has verified, which the officer has just looked up."""
        talk = reading(req)
        form = form or Form([("office_id", req.get_param("office") or "")])
        await render(
            req,
            resp,
            "counter_factors.html",
            offices=await own_offices(visit.of(req), talk),
            **fields(talk, form),
            **told(talk, aligned(failure), check_labels(talk)),
        )

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """The person sets up a new second factor at the next sign-in."""
        done = await visit.of(req).ask(
            "accounts",
            "remove_lost_factors",
            idempotency_key=form.get("key") or ids.new_id(),
            account_id=params["account_id"],
            **compared(form),
        )
        said = "factors_removed" if done["state"] == "verified" else "identity_recorded"
        see_other(resp, f"/staff/counter?done={said}")


class Letter:
    """Prints the activation letter of an account that was made here."""

    allow: ClassVar[Any] = IDENTITY_OFFICERS

    async def on_get(self, req: Request, resp: Response, account_id: str) -> None:
        """A page with one button, so that going back prints nothing."""
        office_id = req.get_param("office") or ""
        await render(req, resp, "counter_letter.html", office_id=office_id, account_id=account_id)

    async def on_post(self, req: Request, resp: Response, account_id: str) -> None:
        """The PDF; every earlier letter is void."""
        it = visit.of(req)
        letter = await it.ask("accounts", "print_activation_letter", office_id=office_of(it.form), account_id=account_id)
        resp.content_type = "application/pdf"
        resp.downloadable_as = letter["filename"]
        resp.set_header("Cache-Control", "no-store")
        resp.data = base64.b64decode(letter["content_base64"])
