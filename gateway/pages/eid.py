"""Electronic identities: on to the provider, its answer from another website, and back to where the person was."""

import hashlib
from typing import Any, ClassVar

from falcon.asgi import Request, Response

from gateway import session, visit
from gateway.body import Form
from gateway.errors import own_path
from gateway.pages.entrance import way_on
from gateway.pages.form_page import FormPage, told
from gateway.pages.rendering import reading, render, see_other
from gateway.visit import Visit
from services.contracts.actors import ANYONE, SIGNED_IN
from services.contracts.errors import Conflict, Failure, Forbidden, NotFound

NEXT_COOKIE = "amtsgang_eid_next"
SECONDS = 15 * 60
SECURITY = "/account/security"
STEP_UP = "/step-up?level=substantial&for=session&next=/eid"
LONGEST_ANSWER = 400_000


class Eid(FormPage):
    """Says what is about to happen, then shows the way to the provider.

    The way is a link and not a redirect: the pages' Content-Security-Policy lets no form lead to another website.
    """

    survives_outage: ClassVar[bool] = False

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """To sign in, to link, or to lift the session, by who is there."""
        it, talk = visit.of(req), reading(req)
        wish = own_path((form.get("next") if form else req.get_param("next")) or "", "")
        security = await it.ask("accounts", "get_security") if it.is_signed_in else None
        purpose = _purpose(security)
        if purpose == "link" and security and security["needs"] == "second_factor":
            see_other(resp, STEP_UP)
            return
        labels = {"password": ("password", talk.gettext("Password"))}
        asks_password = purpose == "link" and security is not None and security["needs"] == "password"
        shown = {"purpose": purpose, "asks_password": asks_password, "next": wish, "address": ""}
        await render(req, resp, "eid.html", **shown, **told(talk, failure, labels))

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """Begin."""
        it = visit.of(req)
        security = await it.ask("accounts", "get_security") if it.is_signed_in else None
        purpose = _purpose(security)
        password = form.get("password") or None
        begun = await it.ask("accounts", "begin_eid", purpose=purpose, browser=browser(it), password=password)
        wish = own_path(form.get("next"), "")
        is_https = it.house.is_https
        resp.set_cookie(NEXT_COOKIE, wish, max_age=SECONDS, path="/eid", http_only=True, secure=is_https, same_site="Lax")
        shown = {"purpose": purpose, "asks_password": False, "next": wish, "address": begun["address"]}
        await render(req, resp, "eid.html", **shown)


class Answer:
    """Takes what the provider had the browser bring. It comes from another website, so no session and no token come with it."""

    allow: ClassVar[Any] = ANYONE
    takes_foreign_forms = True
    body_limit = LONGEST_ANSWER

    async def on_post(self, req: Request, resp: Response) -> None:
        """Go on within the portal, where the browser's own cookies are sent again."""
        it = visit.of(req)
        try:
            taken = await it.ask("accounts", "take_eid_answer", answer=it.form.get("SAMLResponse"))
        except Forbidden:
            see_other(resp, "/eid/finish")
            return
        see_other(resp, f"/eid/finish?ticket={taken['ticket']}")


class Finish:
    """What follows from the answer, in the browser that began."""

    allow: ClassVar[Any] = ANYONE

    async def on_get(self, req: Request, resp: Response) -> None:
        """A session, or a session lifted; else a page that says why not."""
        it = visit.of(req)
        wish = own_path(req.cookies.get(NEXT_COOKIE, ""), "")
        resp.unset_cookie(NEXT_COOKIE, path="/eid", same_site="Lax")
        ticket = req.get_param("ticket") or "none"
        try:
            proof: dict[str, Any] = {"ticket": ticket, "browser": browser(it), "token": it.token, "client": it.client}
            finished = await it.ask("accounts", "finish_eid", **proof)
        except (Forbidden, NotFound, Conflict) as failure:
            await self._failed(req, resp, failure)
            return
        if finished["opened"]:
            session.start(req, resp, finished["opened"])
            see_other(resp, way_on(Form([("next", wish)]), finished["opened"]))
            return
        see_other(resp, wish or f"{SECURITY}?done=eid")

    async def _failed(self, req: Request, resp: Response, failure: Failure) -> None:
        if not visit.of(req).is_signed_in:
            see_other(resp, f"/sign-in?why={'eid_unknown' if isinstance(failure, NotFound) else 'eid'}")
            return
        await Eid().show_failure(req, resp, Form(), failure)


class Unlink(FormPage):
    """The account goes without an electronic identity."""

    allow: ClassVar[Any] = SIGNED_IN
    survives_outage: ClassVar[bool] = False

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """Says what is lost by it."""
        it, talk = visit.of(req), reading(req)
        security = await it.ask("accounts", "get_security")
        if security["needs"] == "second_factor":
            see_other(resp, "/step-up?level=substantial&for=session&next=/eid/unlink")
            return
        labels = {"password": ("password", talk.gettext("Password"))}
        await render(req, resp, "eid_unlink.html", security=security, **told(talk, failure, labels))

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """Unlink."""
        await visit.of(req).ask("accounts", "unlink_eid", password=form.get("password") or None)
        see_other(resp, f"{SECURITY}?done=eid_unlinked")


class Metadata:
    """What a provider must know of this portal, as XML."""

    allow: ClassVar[Any] = ANYONE

    async def on_get(self, req: Request, resp: Response) -> None:
        """Raises not_found where the portal has no electronic identity."""
        found = await visit.of(req).ask("accounts", "get_eid_metadata")
        resp.content_type = "application/samlmetadata+xml"
        resp.text = found["xml"]


def browser(it: Visit) -> str:
    """A digest of what only this browser holds. Raises forbidden where it holds nothing: that could be anybody's browser."""
    if not it.is_signed_in and it.visitor is None:
        raise Forbidden("accounts.eid_refused", "The answer of the electronic identity could not be used.")
    held = f"session:{it.token}" if it.is_signed_in else f"visitor:{it.visitor}"
    return hashlib.sha256(held.encode()).hexdigest()


def _purpose(security: dict[str, Any] | None) -> str:
    if security is None:
        return "sign_in"
    return "step_up" if security["eid"] else "link"
