"""Signing in and out, and the switch of language."""

from typing import Any, ClassVar
from urllib.parse import quote

from falcon.asgi import Request, Response

from gateway import second_step, session, visit
from gateway.body import Form
from gateway.errors import own_path
from gateway.pages import staff_areas
from gateway.pages.form_page import FormPage, told, values
from gateway.pages.rendering import reading, render, see_other, switch_language
from services.chassis.relying_party import is_reached
from services.contracts.actors import ANYONE, Actor
from services.contracts.errors import Failure, Invalid, Unauthenticated

CAME_BACK = {
    "too_late": Unauthenticated("accounts.no_challenge", "This took too long."),
    "passkey": Unauthenticated("accounts.passkey_refused", "The passkey could not be used."),
    "eid": Unauthenticated("accounts.eid_refused", "The answer of the electronic identity could not be used."),
    "eid_unknown": Unauthenticated("accounts.eid_not_linked", "No account is linked with this electronic identity."),
}
"""Why somebody is back at the sign-in page, by the word in its address (`?why=too_late`)."""


def home(actor: Actor) -> str:
    """The own start page: of staff, that of their first area."""
    return staff_areas.start(actor) if actor.kind == "staff" else "/home"


def way_on(form: Form, opened: dict[str, Any], done: str = "") -> str:
    """Where to go after signing in: where the person wanted to, else their own start page."""
    start = home(Actor.from_dict(opened["actor"]))
    wish = own_path(form.get("next"), "")
    if wish.rstrip("/") == "/staff":
        # Staff came by the address of the queue, which an operator may not have.
        wish = start
    return wish or (f"{start}?done={done}" if done else start)


class SignIn(FormPage):
    """Signing in, for citizens and for staff."""

    def __init__(self, *, is_staff: bool) -> None:
        self.is_staff = is_staff

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """Whoever is signed in already goes on."""
        it, talk = visit.of(req), reading(req)
        if form is None and it.is_signed_in:
            see_other(resp, home(it.actor))
            return
        typed = values(form, "email", "password", "next")
        if form is None:
            typed["next"] = own_path(req.get_param("next") or "", "")
        labels = {
            "email": ("email", talk.gettext("E-mail address")),
            "password": ("password", talk.gettext("Password")),
        }
        has_passkeys = is_reached(it.house.settings.portal_url, req.get_header("Host") or "")
        shown = {"form": typed, "staff": self.is_staff, "has_passkeys": has_passkeys}
        failure = failure or CAME_BACK.get(req.get_param("why") or "")
        await render(req, resp, "sign_in.html", **shown, **told(talk, failure, labels))

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """Open a session."""
        typed = values(form, "email", "password")
        empty = {name: ["required"] for name, value in typed.items() if not value.strip()}
        if empty:
            raise Invalid("invalid", "Some fields are empty.", fields=empty)
        it = visit.of(req)
        opened = await it.ask("accounts", "sign_in", email=typed["email"].strip(), password=typed["password"], client=it.client)
        if opened.get("second_factor"):
            second_step.begin(req, resp, opened["second_factor"])
            wish = own_path(form.get("next"), "") or ("/staff" if self.is_staff else "")
            see_other(resp, f"/sign-in/second-factor?next={quote(wish, safe='')}")
            return
        if it.is_signed_in:
            # The session of before is not left behind, whosever it was.
            await it.ask("accounts", "sign_out", token=it.token)
        session.start(req, resp, opened)
        see_other(resp, way_on(form, opened))


class SignOut:
    """Ends the session, here and in the browser."""

    allow: ClassVar[Any] = ANYONE
    works_without_party: ClassVar[bool] = True

    async def on_post(self, req: Request, resp: Response) -> None:
        """Signing out twice is no error."""
        it = visit.of(req)
        if it.token:
            await it.ask("accounts", "sign_out", token=it.token)
        session.end(req, resp)
        see_other(resp, "/?done=signed_out")


class Language:
    """Switches the language of a page without a form of its own."""

    allow: ClassVar[Any] = ANYONE
    works_without_party: ClassVar[bool] = True

    async def on_post(self, req: Request, resp: Response) -> None:
        """And goes back to the page."""
        form = visit.of(req).form
        switch_language(req, resp, form.get("language"))
        see_other(resp, own_path(form.get("next")))
