"""How an account is guarded: its second factors, recovery codes and electronic identity, and the pages that change them."""

from typing import Any, ClassVar

import segno
from falcon.asgi import Request, Response

from gateway import visit
from gateway.body import Form
from gateway.pages import stepping_up, words
from gateway.pages.form_page import FormPage, told, values
from gateway.pages.language import Speech
from gateway.pages.rendering import reading, render, see_other
from services.chassis.relying_party import is_reached
from services.contracts.actors import SIGNED_IN
from services.contracts.errors import Conflict, Failure, Forbidden, Invalid, NotFound

HERE = "/account/security"
LONGEST_URI = 1000


class Security:
    """What guards the account, and at which level one is right now."""

    allow: ClassVar[Any] = SIGNED_IN

    async def on_get(self, req: Request, resp: Response) -> None:
        """Levels, factors, codes, electronic identity."""
        it, talk = visit.of(req), reading(req)
        security = await _security(req)
        identity = (it.person or {}).get("identity_level", "low")
        await render(
            req,
            resp,
            "security.html",
            security=security,
            session_level=it.actor.session_level,
            session_name=talk.gettext(words.LEVELS[it.actor.session_level]),
            identity_level=identity,
            identity_name=talk.gettext(words.LEVELS[identity]),
            counting_name=talk.gettext(words.LEVELS[it.actor.level]),
            step_up=stepping_up.address(HERE),
        )


class _Change(FormPage):
    """A change that begins with a proof: the password where there is no second factor yet, else a session at `substantial`."""

    allow: ClassVar[Any] = SIGNED_IN
    survives_outage: ClassVar[bool] = False
    template: ClassVar[str]

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """The page as it begins; somebody who has to prove more first is led there and comes back."""
        talk = reading(req)
        security = await _security(req)
        if security["needs"] == "second_factor":
            see_other(resp, stepping_up.address(req.path))
            return
        await self._page(req, resp, talk, security, form, failure, **params)

    async def _page(
        self,
        req: Request,
        resp: Response,
        talk: Speech,
        security: dict[str, Any],
        form: Form | None,
        failure: Failure | None,
        **params: str,
    ) -> None:
        typed = values(form, "name", "code", "password")
        await render(req, resp, self.template, security=security, form=typed, begun=None, **told(talk, failure, _labels(talk)))

    async def on_post(self, req: Request, resp: Response, **params: str) -> None:
        """A session that fell back meanwhile is lifted first."""
        try:
            await super().on_post(req, resp, **params)
        except Forbidden as failure:
            stepping_up.lead(resp, failure, req.path)


class AddApp(_Change):
    """An authenticator app: first the proof, then the QR code and its first code."""

    template: ClassVar[str] = "authenticator_app.html"

    async def _page(
        self,
        req: Request,
        resp: Response,
        talk: Speech,
        security: dict[str, Any],
        form: Form | None,
        failure: Failure | None,
        **params: str,
    ) -> None:
        typed = values(form, "name", "code", "password")
        await render(
            req,
            resp,
            self.template,
            security=security,
            form={**typed, "name": typed["name"] or talk.gettext("Authenticator app")},
            begun=_shown(form.get("factor_id"), form.get("uri"), form.get("secret")) if form and form.get("uri") else None,
            **told(talk, failure, _labels(talk)),
        )

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """Begin, or confirm what was begun."""
        it, talk = visit.of(req), reading(req)
        if not form.get("factor_id"):
            begun = await it.ask("accounts", "begin_totp", password=form.get("password") or None)
            security = await _security(req)
            shown = _shown(begun["factor_id"], begun["uri"], begun["secret"])
            typed = {"name": talk.gettext("Authenticator app"), "code": "", "password": ""}
            await render(req, resp, self.template, security=security, form=typed, begun=shown)
            return
        if not form.get("code").strip():
            raise Invalid("invalid", "The code is missing.", fields={"code": ["required"]})
        added = await it.ask(
            "accounts",
            "confirm_totp",
            token=it.token,
            factor_id=form.get("factor_id"),
            code="".join(form.get("code").split())[:40],
            name=form.get("name"),
        )
        await _after(req, resp, added)


class AddPasskey(_Change):
    """A passkey: first its name and the proof, then the browser makes it."""

    template: ClassVar[str] = "passkey.html"

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """Begin, or take what the browser made."""
        it = visit.of(req)
        name = form.get("name").strip()
        if not name:
            raise Invalid("invalid", "The name is missing.", fields={"name": ["required"]})
        if not form.get("credential"):
            begun = await it.ask("accounts", "begin_passkey", password=form.get("password") or None)
            security = await _security(req)
            typed = {"name": name, "code": "", "password": ""}
            await render(req, resp, self.template, security=security, form=typed, begun=begun)
            return
        made: dict[str, Any] = {"challenge_id": form.get("challenge_id"), "credential": form.get("credential"), "name": name}
        await _after(req, resp, await it.ask("accounts", "add_passkey", token=it.token, **made))


class RenewCodes(_Change):
    """New recovery codes in place of the old ones."""

    template: ClassVar[str] = "recovery_codes_renewal.html"

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """Show them once."""
        it = visit.of(req)
        renewed = await it.ask("accounts", "renew_recovery_codes", password=form.get("password") or None)
        await render(req, resp, "recovery_codes.html", codes=renewed["recovery_codes"], is_new_factor=False)


class RemoveFactor(_Change):
    """One second factor less, after a question."""

    template: ClassVar[str] = "factor_removal.html"

    async def _page(
        self,
        req: Request,
        resp: Response,
        talk: Speech,
        security: dict[str, Any],
        form: Form | None,
        failure: Failure | None,
        **params: str,
    ) -> None:
        factor = next((f for f in security["factors"] if f["factor_id"] == params["factor_id"]), None)
        if factor is None:
            raise NotFound("accounts.no_factor", "There is no such second factor.")
        is_last = len(security["factors"]) == 1
        await render(
            req, resp, self.template, security=security, factor=factor, is_last=is_last, **told(talk, failure, _labels(talk))
        )

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """Take it away."""
        password = form.get("password") or None
        await visit.of(req).ask("accounts", "remove_factor", factor_id=params["factor_id"], password=password)
        see_other(resp, f"{HERE}?done=factor_removed")


async def _security(req: Request) -> dict[str, Any]:
    """How the account is guarded; passkeys are offered only under the host name that browsers bind them to."""
    it = visit.of(req)
    security = await it.ask("accounts", "get_security")
    is_here = is_reached(it.house.settings.portal_url, req.get_header("Host") or "")
    return {**security, "has_passkeys": security["has_passkeys"] and is_here}


def _shown(factor_id: str, uri: str, secret: str) -> dict[str, str]:
    """The QR code as a picture within the page, and the secret in groups of four for typing."""
    if not uri.startswith("otpauth://totp/") or len(uri) > LONGEST_URI:
        raise Conflict("gateway.form_changed", "This form has changed.")
    picture = segno.make(uri, error="m").svg_data_uri(scale=6, border=2, dark="#000", light="#fff")
    groups = " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))
    return {"factor_id": factor_id, "uri": uri, "secret": secret, "picture": picture, "groups": groups}


async def _after(req: Request, resp: Response, added: dict[str, Any]) -> None:
    """With the first factor come recovery codes, told once."""
    if added["recovery_codes"]:
        await render(req, resp, "recovery_codes.html", codes=added["recovery_codes"], is_new_factor=True)
    else:
        see_other(resp, f"{HERE}?done=factor_added")


def _labels(talk: Speech) -> dict[str, tuple[str, str]]:
    return {
        "name": ("name", talk.gettext("Name")),
        "code": ("code", talk.gettext("Code")),
        "password": ("password", talk.gettext("Password")),
        "credential": ("passkey", talk.gettext("Passkey")),
    }
