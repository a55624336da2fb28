"""The second factor at work: the second step of signing in, signing in with a passkey alone, and lifting a session."""

from typing import Any, ClassVar
from urllib.parse import quote, urlencode

import orjson
from falcon.asgi import Request, Response

from gateway import second_step, session, visit
from gateway.body import Form
from gateway.errors import own_path
from gateway.pages import words
from gateway.pages.entrance import way_on
from gateway.pages.form_page import FormPage, told, values
from gateway.pages.rendering import reading, render, see_other
from services.contracts.actors import ANYONE, SIGNED_IN
from services.contracts.errors import Conflict, Failure, Invalid, Unauthenticated
from services.contracts.levels import LEVELS, reaches

NONE = "none"
"""Stands for the secret of a browser that holds none."""


def labels(talk: Any) -> dict[str, tuple[str, str]]:
    """Where errors of the two ways to answer are shown."""
    return {"code": ("code", talk.gettext("Code")), "credential": ("passkey", talk.gettext("Passkey"))}


def answer(form: Form) -> dict[str, Any]:
    """What was answered: a code, or with JavaScript a passkey."""
    credential = form.get("credential")
    if credential:
        return {"code": None, "credential": credential}
    if not form.get("code").strip():
        raise Invalid("invalid", "The code is missing.", fields={"code": ["required"]})
    return {"code": form.get("code").strip()[:40], "credential": None}


class SecondStep(FormPage):
    """After the password: the code of an app, a recovery code, or a passkey."""

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """Whoever has no sign-in under way begins one."""
        it, talk = visit.of(req), reading(req)
        wish = own_path((form.get("next") if form else req.get_param("next")) or "", "")
        entrance = "/staff/sign-in" if wish.startswith("/staff") else "/sign-in"
        secret = second_step.challenge(req)
        try:
            asked = await it.ask("accounts", "get_second_factor", challenge=secret or NONE)
        except Unauthenticated:
            second_step.end(resp)
            see_other(resp, f"{entrance}?why=too_late&next={quote(wish, safe='')}")
            return
        await render(req, resp, "second_factor.html", asked=asked, next=wish, **told(talk, failure, labels(talk)))

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """Open the session."""
        secret = second_step.challenge(req)
        it = visit.of(req)
        proof = {"challenge": secret or NONE, "client": it.client, **answer(form)}
        opened = await it.ask("accounts", "answer_second_factor", **proof)
        second_step.end(resp)
        session.start(req, resp, opened)
        see_other(resp, way_on(form, opened))


class PasskeyOptions:
    """What the browser needs to ask for a passkey before anything was typed."""

    allow: ClassVar[Any] = ANYONE

    async def on_post(self, req: Request, resp: Response) -> None:
        """As JSON, for the script of the sign-in page."""
        begun = await visit.of(req).ask("accounts", "begin_passkey_sign_in")
        resp.content_type = "application/json"
        resp.data = orjson.dumps({"challenge_id": begun["challenge_id"], "options": orjson.loads(begun["options"])})


class PasskeySignIn:
    """Signs in with what a passkey answered."""

    allow: ClassVar[Any] = ANYONE

    async def on_post(self, req: Request, resp: Response) -> None:
        """What does not fit leads back to the sign-in page, which says so."""
        it, form = visit.of(req), visit.of(req).form
        proof: dict[str, Any] = {
            "challenge_id": form.get("challenge_id"),
            "credential": form.get("credential"),
            "client": it.client,
        }
        try:
            opened = await it.ask("accounts", "sign_in_with_passkey", **proof)
        except (Invalid, Unauthenticated):
            see_other(resp, f"/sign-in?why=passkey&next={quote(own_path(form.get('next'), ''), safe='')}")
            return
        session.start(req, resp, opened)
        see_other(resp, way_on(form, opened))


class StepUp(FormPage):
    """Lifts the session where a service or a change asks for more, or says what else is missing and where to get it."""

    allow: ClassVar[Any] = SIGNED_IN
    survives_outage: ClassVar[bool] = False

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """`level` is what is asked for, `next` where to go on. Who has enough already goes on at once."""
        it, talk = visit.of(req), reading(req)
        typed = values(form, "level", "next") if form else {n: req.get_param(n) or "" for n in ("level", "next", "for")}
        level = typed["level"] if typed["level"] in LEVELS else "substantial"
        wish = own_path(typed["next"], "/account/security")
        is_for_session = (form.get("for") if form else typed["for"]) == "session"
        identity = (it.person or {}).get("identity_level", "low")
        lacks_session = not reaches(it.actor.session_level, level)
        lacks_identity = not is_for_session and not reaches(identity, level)
        if failure is None and not lacks_session and not lacks_identity:
            see_other(resp, wish)
            return
        security = await it.ask("accounts", "get_security")
        asked = await it.ask("accounts", "begin_step_up") if lacks_session and level == "substantial" else None
        await render(
            req,
            resp,
            "step_up.html",
            level=level,
            level_name=talk.gettext(words.LEVELS[level]),
            session_name=talk.gettext(words.LEVELS[it.actor.session_level]),
            identity_name=talk.gettext(words.LEVELS[identity]),
            lacks_session=lacks_session,
            lacks_identity=lacks_identity,
            scope="session" if is_for_session else "",
            next=wish,
            security=security,
            asked=asked,
            offices=await _counters(it) if lacks_identity and level == "substantial" else [],
            **told(talk, failure, labels(talk)),
        )

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """Prove it, then go on where the person came from; what was typed there is saved."""
        it = visit.of(req)
        challenge = form.get("challenge_id") or None
        try:
            await it.ask("accounts", "step_up", token=it.token, challenge_id=challenge, **answer(form))
        except Unauthenticated as failure:
            if failure.slug != "accounts.no_challenge":
                raise
            raise Conflict(failure.slug, failure.text) from None
        asked = {"level": form.get("level"), "for": form.get("for"), "next": own_path(form.get("next"), "")}
        see_other(resp, f"/step-up?{urlencode(asked)}")


async def _counters(it: visit.Visit) -> list[dict[str, Any]]:
    """Where somebody can have their identity verified in person: every Bürgerbüro of the network."""
    found = []
    for summary in (await it.house.catalogue.municipalities())["municipalities"]:
        place = await it.house.catalogue.municipality(summary["slug"])
        offices = [office for office in place["offices"] if office["office_id"].endswith("/buergerbuero")]
        found += [{"municipality": place["name"], **office} for office in offices]
    return found
