"""Taking over an account that was made at the counter: the code of the letter, an address and a password, and the mail's link."""

from typing import Any, ClassVar

from falcon.asgi import Request, Response

from gateway import visit
from gateway.body import Form
from gateway.pages import identity_words
from gateway.pages.form_page import FormPage, told, values
from gateway.pages.rendering import reading, render, see_other
from services.contracts.actors import ANYONE
from services.contracts.errors import Failure, Invalid, NotFound


class Activate(FormPage):
    """Asks for the code first, then for address and password; without either nothing is told of the account."""

    allow: ClassVar[Any] = ANYONE

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """`?code=` comes from the QR code of the letter."""
        it, talk = visit.of(req), reading(req)
        typed = values(form, "code", "email", "password")
        if form is None:
            typed["code"] = (req.get_param("code") or "")[:60]
        letter, office = None, ""
        if typed["code"]:
            try:
                letter = await it.ask("accounts", "look_at_activation", code=typed["code"])
            except (NotFound, Invalid) as unknown:
                failure = Invalid(unknown.slug, unknown.text, fields={"code": ["activation_code"]})
            else:
                office = await identity_words.office_name(it, talk, letter["office_id"])
                typed["email"] = typed["email"] or (letter["email"] or "" if form is None or form.get("do") == "code" else "")
        labels = {
            "code": ("code", talk.gettext("Activation code")),
            "email": ("email", talk.gettext("E-mail address")),
            "password": ("password", talk.gettext("Password")),
        }
        await render(req, resp, "activate.html", form=typed, letter=letter, office=office, **told(talk, failure, labels))

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """`do` is `code` (go on to the second step) or `activate`."""
        if not form.get("code").strip():
            raise Invalid("invalid", "The code is missing.", fields={"code": ["required"]})
        if form.get("do") == "code":
            await self.show(req, resp, form, None, **params)
            return
        try:
            await visit.of(req).ask(
                "accounts",
                "activate_account",
                code=form.get("code"),
                email=form.get("email").strip(),
                password=form.get("password"),
                language=reading(req).language,
            )
        except NotFound as failure:
            raise Invalid(failure.slug, failure.text, fields={"code": ["activation_code"]}) from None
        await render(req, resp, "activation_sent.html", email=form.get("email").strip())


class ConfirmActivation(FormPage):
    """The link of the mail. Opening it does nothing yet, as mail programs open links by themselves."""

    allow: ClassVar[Any] = ANYONE

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """One button."""
        token = form.get("token") if form else (req.get_param("token") or "")[:200]
        await render(req, resp, "activation_confirm.html", token=token, **told(reading(req), failure, {}))

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """From now on the account can be signed in to."""
        await visit.of(req).ask("accounts", "confirm_activation", token=form.get("token"))
        see_other(resp, "/sign-in?done=activated")
