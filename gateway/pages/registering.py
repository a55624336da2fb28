"""Registering: the form, what to do next, and the page that the mail leads to."""

import secrets
from typing import Any, ClassVar

from falcon.asgi import Request, Response

from gateway import session, visit
from gateway.body import Form
from gateway.errors import own_path
from gateway.pages.entrance import way_on
from gateway.pages.form_page import FormPage, key_of, told, values
from gateway.pages.rendering import reading, render, see_other
from services.chassis import ids
from services.contracts.actors import ANYONE
from services.contracts.errors import Conflict, Failure, Invalid, NotFound

COOKIE = "amtsgang_registration"
SECONDS = 24 * 60 * 60
"""As long as the link in the mail counts."""
LONGEST_SECRET = 64


def browser_secret(req: Request) -> str | None:
    """What shows that this is the browser that registered."""
    found = req.cookies.get(COOKIE, "")
    return found if found.isascii() and 0 < len(found) <= LONGEST_SECRET else None


class Register(FormPage):
    """A citizen's own registration. Whether the address has an account already is told in the mail only."""

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """What was typed stays, the password too: it has to be typed blind."""
        talk = reading(req)
        typed = values(form, "given_names", "family_name", "email", "password", "next")
        if form is None:
            typed["next"] = own_path(req.get_param("next") or "", "")
        labels = {
            "given_names": ("given_names", talk.gettext("Given names")),
            "family_name": ("family_name", talk.gettext("Family name")),
            "email": ("email", talk.gettext("E-mail address")),
            "password": ("password", talk.gettext("Password")),
        }
        await render(req, resp, "register.html", form=typed, key=key_of(form), **told(talk, failure, labels))

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """Have the mail sent."""
        it = visit.of(req)
        typed = values(form, "given_names", "family_name", "email", "password")
        key = form.get("key") or ids.new_id()
        # The same form sent twice must be the same command, so the secret stays.
        secret = browser_secret(req) or secrets.token_urlsafe(32)
        await it.ask(
            "accounts",
            "register_account",
            idempotency_key=key,
            language=reading(req).language,
            given_names=typed["given_names"],
            family_name=typed["family_name"],
            email=typed["email"].strip(),
            password=typed["password"],
            client=it.client,
            browser_secret=secret,
            next_path=own_path(form.get("next"), ""),
        )
        resp.set_cookie(
            COOKIE, secret, max_age=SECONDS, path="/register", http_only=True, secure=it.house.is_https, same_site="Lax"
        )
        see_other(resp, "/register/sent")


class Sent:
    """Look into your mailbox."""

    allow: ClassVar[Any] = ANYONE

    async def on_get(self, req: Request, resp: Response) -> None:
        """The same for every address."""
        await render(req, resp, "register_sent.html")


class Confirmation(FormPage):
    """What the link in the mail opens. Only its button confirms: programs that look into mails follow links, too."""

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """In the browser that registered one button is enough; elsewhere the password shows that it is the same person."""
        it, talk = visit.of(req), reading(req)
        token = (form.get("token") if form else req.get_param("token")) or ""
        shown = await confirmation(req, token)
        if shown is None:
            resp.status = 410
            await render(req, resp, "link_over.html", again="/register", again_label=talk.gettext("Create an account"))
            return
        labels = {"password": ("password", talk.gettext("Password"))}
        typed = values(form, "password")
        await render(
            req,
            resp,
            "register_confirmation.html",
            token=token,
            form=typed,
            **shown,
            **told(talk, failure, labels),
            person=it.person,
        )

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """The account begins, signed in."""
        it = visit.of(req)
        try:
            opened = await it.ask(
                "accounts",
                "confirm_account",
                token=form.get("token")[:200] or "-",
                password=form.get("password") or None,
                browser_secret=browser_secret(req),
                client=it.client,
            )
        except Conflict:
            raise Invalid("accounts.email_taken", "There is an account with this address already.") from None
        except NotFound:
            await self.show(req, resp, form)
            return
        session.start(req, resp, opened)
        resp.unset_cookie(COOKIE, path="/register", same_site="Lax")
        form.pairs.append(("next", opened["next_path"]))
        see_other(resp, way_on(form, opened, "registered"))


async def confirmation(req: Request, token: str) -> dict[str, Any] | None:
    """What a link is about to confirm; None where it is over."""
    if not token:
        return None
    try:
        return await visit.of(req).ask("accounts", "show_confirmation", token=token[:200], browser_secret=browser_secret(req))
    except (NotFound, Invalid):
        return None
