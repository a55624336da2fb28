"""Password, e-mail address and sessions of an account, and the pages of the links about them."""

from contextlib import suppress
from typing import Any, ClassVar

from falcon.asgi import Request, Response

from gateway import session, visit
from gateway.body import Form
from gateway.pages import stepping_up
from gateway.pages.form_page import FormPage, told, values
from gateway.pages.rendering import reading, render, see_other
from services.contracts.actors import ANYONE, SIGNED_IN
from services.contracts.errors import Conflict, Failure, Forbidden, Invalid, NotFound
from services.contracts.levels import reaches

SESSIONS = "/account/sessions"


class Forgotten(FormPage):
    """The password is forgotten: a link by mail. The answer is the same whether the address has an account."""

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """One field."""
        talk = reading(req)
        labels = {"email": ("email", talk.gettext("E-mail address"))}
        await render(req, resp, "password_forgotten.html", form=values(form, "email"), **told(talk, failure, labels))

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """Have the mail sent."""
        it = visit.of(req)
        language = reading(req).language
        await it.ask("accounts", "request_password_reset", email=form.get("email").strip(), language=language, client=it.client)
        see_other(resp, "/password/sent")


class Sent:
    """Look into your mailbox."""

    allow: ClassVar[Any] = ANYONE

    async def on_get(self, req: Request, resp: Response) -> None:
        """The same for every address."""
        await render(req, resp, "password_sent.html")


class Reset(FormPage):
    """A new password by the link of the mail."""

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """Whether the link still counts shows when the form is sent."""
        talk = reading(req)
        token = (form.get("token") if form else req.get_param("token")) or ""
        labels = {"new_password": ("new_password", talk.gettext("New password"))}
        typed = values(form, "new_password")
        await render(req, resp, "password_reset.html", token=token, form=typed, **told(talk, failure, labels))

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """Set it; then sign in with it."""
        talk = reading(req)
        try:
            await visit.of(req).ask(
                "accounts", "reset_password", token=form.get("token")[:200] or "-", new_password=form.get("new_password")
            )
        except Invalid as failure:
            raise _about(failure, "password", "new_password") from None
        except NotFound:
            resp.status = 410
            label = talk.gettext("Ask for another link")
            await render(req, resp, "link_over.html", again="/password/forgotten", again_label=label)
            return
        session.end(req, resp)
        see_other(resp, "/sign-in?done=password_set")


class Password(FormPage):
    """Another password."""

    allow: ClassVar[Any] = SIGNED_IN

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """The present one is asked for unless a second factor was shown lately."""
        talk = reading(req)
        labels = {
            "password": ("password", talk.gettext("Present password")),
            "new_password": ("new_password", talk.gettext("New password")),
        }
        typed = values(form, "password", "new_password")
        await render(req, resp, "password.html", form=typed, needs_password=needs_password(req), **told(talk, failure, labels))

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """Set it; other sessions end."""
        it = visit.of(req)
        try:
            await it.ask(
                "accounts",
                "change_password",
                token=it.token,
                password=form.get("password") or None,
                new_password=form.get("new_password"),
            )
        except Invalid as failure:
            own = failure.slug == "accounts.weak_password"
            raise (_about(failure, "password", "new_password") if own else failure) from None
        except Forbidden as failure:
            stepping_up.lead(resp, failure, "/account/password")
            return
        see_other(resp, f"{SESSIONS}?done=password_changed")


class Email(FormPage):
    """Another e-mail address."""

    allow: ClassVar[Any] = SIGNED_IN

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """The present one is shown."""
        talk = reading(req)
        labels = {
            "email": ("email", talk.gettext("New e-mail address")),
            "password": ("password", talk.gettext("Present password")),
        }
        typed = values(form, "email", "password")
        await render(req, resp, "email.html", form=typed, needs_password=needs_password(req), **told(talk, failure, labels))

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """A mail goes to the new address; until it is confirmed nothing changes."""
        it = visit.of(req)
        try:
            await it.ask("accounts", "change_email", email=form.get("email").strip(), password=form.get("password") or None)
        except Forbidden as failure:
            stepping_up.lead(resp, failure, "/account/email")
            return
        see_other(resp, f"{SESSIONS}?done=email_asked")


class EmailLink(FormPage):
    """What a link about a change of address opens: `confirm_email` for the new one, `undo_email_change` for the old one."""

    def __init__(self, method: str, template: str, done: str) -> None:
        self.method, self.template, self.done = method, template, done

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """One button: programs that look into mails follow links, too."""
        token = (form.get("token") if form else req.get_param("token")) or ""
        await render(req, resp, self.template, token=token, **told(reading(req), failure, {}))

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """Do it."""
        it, talk = visit.of(req), reading(req)
        try:
            await it.ask("accounts", self.method, token=form.get("token")[:200] or "-")
        except (NotFound, Conflict):
            resp.status = 410
            await render(req, resp, "link_over.html", again="/", again_label=talk.gettext("To the start page"))
            return
        see_other(resp, f"{SESSIONS if it.is_signed_in and self.done == 'email_changed' else '/sign-in'}?done={self.done}")


class Sessions:
    """Where the account is signed in, and signing out there."""

    allow: ClassVar[Any] = SIGNED_IN

    async def on_get(self, req: Request, resp: Response) -> None:
        """The one of this browser first."""
        it = visit.of(req)
        found = await it.ask("accounts", "list_sessions", token=it.token)
        await render(req, resp, "sessions.html", sessions=found["sessions"])

    async def on_post(self, req: Request, resp: Response) -> None:
        """End one, or all others."""
        it = visit.of(req)
        session_id = it.form.get("session_id")
        if session_id:
            with suppress(NotFound, Invalid):
                await it.ask("accounts", "end_session", session_id=session_id)
            if session_id == it.session_id:
                session.end(req, resp)
                see_other(resp, "/?done=signed_out")
                return
        else:
            await it.ask("accounts", "end_other_sessions", token=it.token)
        see_other(resp, f"{SESSIONS}?done=signed_out_there")


def needs_password(req: Request) -> bool:
    """Whether the present password is asked for; where there is a second factor it is asked for instead."""
    return not reaches(visit.of(req).actor.session_level, "substantial")


def _about(failure: Invalid, field: str, shown: str) -> Invalid:
    """The failure with what it says of one field said of the field as the page calls it."""
    fields = {shown if name == field else name: mistakes for name, mistakes in failure.fields.items()}
    return Invalid(failure.slug, failure.text, fields)
