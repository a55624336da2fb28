"""Turns a template and what it shows into the answer, with everything that all pages have in common."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import falcon
from falcon.asgi import Request, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from gateway import csrf, visit
from gateway.errors import ADDRESS, RETRY_AFTER, here, sign_in_address
from gateway.pages import staff_areas, static, words
from gateway.pages.language import COOKIE, Speech, choose, speech
from gateway.refusals import status_of
from gateway.session import allowed
from gateway.visit import Visit
from services.chassis import tracing
from services.contracts.actors import ANYONE, READER
from services.contracts.errors import Failure, Timeout, Unavailable
from services.contracts.values import LANGUAGES

TEMPLATES = Path(__file__).parent.parent / "templates"
NOT_TYPED = frozenset(
    {csrf.FIELD, "key", "next", "language", "do", "service", "ars", "agrees", "draft_id"}
    | {"challenge_id", "was", "credential", "factor_id", "uri", "secret", "level", "for"}
    | {"total", "expected_total_cents", "cart_version", "version", "shows_roles", "role"}
    | {"grant_id", "account_id", "invitation_id", "side", "deputy_id"}
)
"""Names of fields that a page itself put into its form, and of the box to tick."""
OWN_PAGES = ("/account", "/acting", "/mandates", "/organisations", "/step-up", "/eid")
"""Begin the addresses of pages that are about the account of the person themselves, whoever they act for."""


@cache
def environment(language: str) -> Environment:
    """The templates in one language; escapes everything, and stumbles over a name that is not there."""
    talk = speech(language)
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_callables(talk.gettext, talk.ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.filters.update(
        local=talk.local,
        money=talk.money,
        day=talk.day,
        moment=talk.moment,
        hours=talk.hours,
        kilobytes=lambda size: talk.number(max(1, round(size / 1000))),
        kind_of_municipality=lambda kind: talk.gettext(words.MUNICIPALITY_KINDS[kind]),
        level_name=lambda level: talk.gettext(words.LEVELS[level]),
        state_of_case=lambda case: state_of_case(talk, case),
        meaning_of_state=lambda case: talk.gettext(words.meaning(case)),
        meaning_for_staff=lambda case: words.for_staff(talk, case),
        step_of_case=lambda event: talk.gettext(words.CASE_EVENTS[event]),
        urgency=lambda urgency: words.urgency_badge(talk, urgency),
        at_state=lambda case, state: {**case, "state": state},
        bare_address=lambda address: address.split("://")[-1].rstrip("/"),
    )
    return made


def state_of_case(talk: Speech, case: Mapping[str, Any]) -> dict[str, str]:
    """The badge of a case's state."""
    state = words.CASE_STATES[case["state"]]
    return {"label": talk.gettext(state.label), "tone": state.tone, "symbol": state.symbol}


def reading(req: Request) -> Speech:
    """The language of this request."""
    chosen = getattr(req.context, "language", None)
    if chosen is None:
        person = visit.of(req).person or {}
        chosen = choose(req.cookies.get(COOKIE), person.get("language"), req.get_header("Accept-Language"))
        req.context.language = chosen
    return speech(chosen)


def switch_language(req: Request, resp: Response, wish: str) -> None:
    """From now on the reader's browser asks for this language."""
    if wish not in LANGUAGES:
        return
    req.context.language = wish
    is_https = visit.of(req).house.is_https
    resp.set_cookie(COOKIE, wish, max_age=365 * 86400, path="/", http_only=True, secure=is_https, same_site="Lax")


def sign_in_needed(req: Request) -> bool:
    """Whether this page is not for everyone and nobody is signed in, perhaps no longer."""
    it = visit.of(req)
    return not (it.is_signed_in or it.is_session_unknown or allowed(it.resource, req.method) >= ANYONE)


class PageView:
    """What every template sees of the request as `page`."""

    def __init__(self, req: Request, talk: Speech, network: str) -> None:
        it = visit.of(req)
        self._req = req
        self._talk = talk
        self.language = talk.language
        self.other_language = "en" if talk.language == "de" else "de"
        self.person = it.person
        self.is_citizen = it.actor.kind == "citizen"
        self.is_staff = it.actor.kind == "staff"
        self.is_operator = it.actor.has_role("operator", "*")
        self.party = self._party(it)
        self.has_lost_party = it.has_lost_party
        self.is_own_page = req.path.startswith(OWN_PAGES)
        self.path = req.path
        self.portal = it.house.settings.portal_url if it.is_elsewhere else ""
        self.here = here(req) if req.method == "GET" else here(req).partition("?")[0]
        portal = talk.gettext("Citizens’ portal")
        self.network_title = f"{portal} {network}".strip()
        self.brand = f"Amtsgang {network}".strip()
        self.notice = talk.local(it.house.catalogue.remembered_notice())
        # What a page shows on GET was typed and saved before.
        self.is_typed = req.method == "GET" or any(v.strip() for n, v in it.form.pairs if n not in NOT_TYPED)
        self.correlation_id = tracing.correlation_id()
        done = req.get_param("done") if req.method == "GET" else None
        self.said = talk.gettext(words.DONE.get(done or "", ""))

    @staticmethod
    def _party(it: Visit) -> dict[str, Any] | None:
        """For whom the session acts; None for oneself."""
        behalf = it.actor.behalf
        if behalf is None:
            return None
        return {"name": it.party_name or "", "kind": behalf.kind, "is_reader": behalf.role == READER}

    @property
    def csrf(self) -> str:
        """A token for the forms of this page."""
        return csrf.token(self._req)

    @property
    def sign_in_href(self) -> str:
        """Where to sign in, if that is what is missing."""
        return sign_in_address(self._req).partition("?")[0] if sign_in_needed(self._req) else ""

    @property
    def navigation(self) -> Sequence[tuple[str, str]]:
        """The main ways, by who is signed in."""
        _ = self._talk.gettext
        if self.is_citizen:
            return [(_("My area"), "/home"), (_("Mailbox"), "/mailbox"), (_("Cart"), "/cart"), (_("Services"), "/#services")]
        if self.is_staff:
            return [(_(label), href) for label, href in staff_areas.areas(visit.of(self._req).actor)]
        return [(_("Services"), f"{self.portal}/#services"), (_("Sign in"), f"{self.portal}/sign-in")]

    def static(self, path: str) -> str:
        """The address of a file of the design, which changes with its content."""
        return static.address(path)


async def render(req: Request, resp: Response, template: str, **shown: Any) -> None:
    """Answer with a page."""
    try:
        network = (await visit.of(req).house.catalogue.municipalities())["network"]
    except (Unavailable, Timeout):
        network = ""
    fill(req, resp, template, network, **shown)


def fill(req: Request, resp: Response, template: str, network: str, **shown: Any) -> None:
    """Answer with a page, without asking anybody anything."""
    talk = reading(req)
    page = PageView(req, talk, network)
    context: dict[str, Any] = {
        "page": page,
        "errors": [],
        "trouble": None,
        "main_form": None,
        "main_submit": None,
        "legal": "",
        **shown,
    }
    texts = {error["name"]: error["text"] for error in context["errors"]}
    context["error_of"] = texts.get
    resp.text = environment(talk.language).get_template(template).render(context)
    resp.content_type = "text/html; charset=utf-8"
    resp.set_header("Content-Language", talk.language)
    resp.append_header("Vary", "Accept-Language, Cookie")


def told(talk: Speech, failure: Failure) -> dict[str, str]:
    """A failure in the words of the reader."""
    found = words.trouble(failure)
    return {
        "title": talk.gettext(found.title),
        "text": talk.gettext(found.text),
        "next": talk.gettext(found.next),
        "tone": found.tone,
    }


def field_errors(talk: Speech, fields: Mapping[str, list[str]], labels: Mapping[str, tuple[str, str]]) -> list[dict[str, str]]:
    """Errors for the summary, in the order of the form. `labels` maps a field's name to its id and its label.

    A field that is not in the form is told by its name, so that no error stays unseen.
    """
    ordered = [name for name in labels if name in fields] + [name for name in fields if name not in labels]
    return [
        {
            "name": name,
            "id": labels.get(name, ("content", name))[0],
            "label": labels.get(name, ("content", name))[1],
            "text": _sentence(talk, fields[name]),
        }
        for name in ordered
    ]


def _sentence(talk: Speech, slugs: list[str]) -> str:
    """What is wrong; a slug may name what it is about behind a colon."""
    text, what = talk.gettext(words.field_error(slugs)), (slugs[0] if slugs else "").partition(":")[2]
    return text % {"what": what} if what else text


def status_for(resp: Response, failure: Failure) -> None:
    """The HTTP status of a page that tells a failure."""
    resp.status = status_of(failure).value
    if failure.kind in RETRY_AFTER:
        resp.set_header("Retry-After", str(RETRY_AFTER[failure.kind]))


def see_other(resp: Response, address: str) -> None:
    """Go on at another page with GET, so that loading it again repeats nothing."""
    resp.status = falcon.HTTP_303
    resp.set_header("Location", quote(address, safe=ADDRESS))
