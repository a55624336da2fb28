"""A citizen's own data: who looked at it, taking it along, having the account deleted, and the receipt of that."""

import asyncio
from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any, ClassVar
from urllib.parse import urlencode

from falcon.asgi import Request, Response

from gateway import session, visit
from gateway.body import Form
from gateway.pages import archive, data_words, stepping_up
from gateway.pages.directory import office
from gateway.pages.form_page import FormPage, told, values
from gateway.pages.language import Speech
from gateway.pages.rendering import reading, render, see_other
from gateway.visit import Visit
from services.contracts.actors import ANYONE, CITIZEN
from services.contracts.errors import Failure, Forbidden, Invalid
from services.contracts.registry import SERVICES

PER_PAGE = 25
HIDDEN = frozenset({"records.erased", "account.erasure_completed"})


class Data:
    """What one can do with one's own data."""

    allow: ClassVar[Any] = CITIZEN

    async def on_get(self, req: Request, resp: Response) -> None:
        """Three ways on."""
        await render(req, resp, "data.html")


class Access:
    """Who looked at my data, and what happened with my account: the audit logs of all services, newest first."""

    allow: ClassVar[Any] = CITIZEN

    async def on_get(self, req: Request, resp: Response) -> None:
        """`?accounts=…&applications=…` say where each service's log goes on."""
        it, talk = visit.of(req), reading(req)
        found = await asyncio.gather(*(_entries(it, service, req.get_param(service)) for service in SERVICES))
        merged = sorted((entry for entries, _ in found for entry in entries), key=itemgetter("at"), reverse=True)
        shown = merged[:PER_PAGE]
        is_more = len(merged) > PER_PAGE or any(more for _, more in found)
        offices = await _offices(it, talk, shown)
        told = [_spoken(it, talk, entry, offices) for entry in _once(shown) if entry["action"] not in HIDDEN]
        await render(
            req,
            resp,
            "access.html",
            by_offices=[entry for entry in told if entry["is_by_office"]],
            own=[entry for entry in told if not entry["is_by_office"]],
            next_page=_next(req, shown) if is_more and shown else "",
            is_later_page=any(req.get_param(service) for service in SERVICES),
            first_page="/account/access",
        )


async def _entries(it: Visit, service: str, before: str | None) -> tuple[list[dict[str, Any]], bool]:
    place = int(before) if before and before.isascii() and before.isdecimal() and len(before) < 16 and int(before) else None  # noqa: PLR2004
    found = await it.ask(service, "list_audit_entries", of="myself", before=place, limit=PER_PAGE)
    return [{**entry, "service": service} for entry in found["entries"]], found["more"]


def _next(req: Request, shown: list[dict[str, Any]]) -> str:
    """Where the next page begins: behind the last entry shown of each service, or where this one began."""
    places = {service: req.get_param(service) for service in SERVICES}
    for entry in shown:
        places[entry["service"]] = str(entry["sequence"])
    return f"/account/access?{urlencode({service: place for service, place in places.items() if place})}"


async def _offices(it: Visit, talk: Speech, entries: list[dict[str, Any]]) -> dict[str, str]:
    """The names of the offices, each asked for once."""
    wanted = sorted({entry["office_id"] for entry in entries if entry["office_id"] and not entry["office_id"].endswith("*")})
    found = await asyncio.gather(*(office(it, office_id) for office_id in wanted))
    places = {m["ars"]: m["name"] for m in (await it.house.catalogue.municipalities())["municipalities"]}
    return {
        office_id: f"{talk.local(known['name'])}, {places.get(office_id.partition('/')[0], '')}" if known else office_id
        for office_id, known in zip(wanted, found, strict=True)
    }


def _once(entries: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """What stands in the logs of both sides of a mandate is told once to whoever did it."""
    acts = {(e["service"], e["action"], e["about"].get("mandate_id") or e["sequence"]): e for e in entries}
    return [entry for entry in entries if entry in acts.values()]


def _spoken(it: Visit, talk: Speech, entry: Mapping[str, Any], offices: Mapping[str, str]) -> dict[str, Any]:
    _ = talk.gettext
    is_by_office = entry["actor_kind"] == "staff"
    is_by_other = entry["actor_id"] not in (None, it.actor.person_id)
    action = (data_words.ACTS_OF_OTHERS if is_by_other else {}).get(entry["action"]) or data_words.ACTIONS.get(entry["action"])
    reason = data_words.REASONS.get(entry["reason"], data_words.OTHER_REASON if is_by_office else "")
    return {
        "at": entry["at"],
        "what": _(action) if action else _(data_words.OTHER_ACTION) % {"action": entry["action"]},
        "office": offices.get(entry["office_id"] or "", "") or (_("The portal’s administration") if is_by_office else ""),
        "reason": _(reason) if reason else "",
        "case_id": entry["about"].get("case_id"),
        "mandate_id": _mandate_of(entry),
        "is_by_office": is_by_office,
    }


def _mandate_of(entry: Mapping[str, Any]) -> str | None:
    about = entry["about"]
    mandate_id: str | None = about.get("mandate_id") or (about.get("grant_id") if about.get("kind") == "person" else None)
    return mandate_id


class Export(FormPage):
    """Everything as one file, after the password again."""

    allow: ClassVar[Any] = CITIZEN
    survives_outage: ClassVar[bool] = False

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """What is in the file."""
        talk = reading(req)
        await render(req, resp, "export.html", form=values(form, "password"), **told(talk, failure, _labels(talk)))

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """Send it while it is made."""
        it, talk = visit.of(req), reading(req)
        try:
            await it.ask("accounts", "confirm_password", password=_password(form))
        except Forbidden as failure:
            stepping_up.lead(resp, failure, req.path)
            return
        first = await archive.first_pages(it)
        resp.content_type = "application/zip"
        resp.downloadable_as = "amtsgang-export.zip"
        resp.set_header("Cache-Control", "no-store")
        resp.stream = archive.archive(it, talk, first)


class Erase(FormPage):
    """Deleting the account: what it means, what stands against it, and the password again."""

    allow: ClassVar[Any] = CITIZEN
    survives_outage: ClassVar[bool] = False

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """Somebody with open applications is told to wait for the decision."""
        it, talk = visit.of(req), reading(req)
        outlook = await it.ask("accounts", "get_erasure_outlook")
        typed = {**values(form, "password"), "agrees": bool(form and form.get("agrees"))}
        kept = [(talk.gettext(what), talk.gettext(why)) for what, why in data_words.KEPT.values()]
        await render(req, resp, "erase.html", outlook=outlook, kept=kept, form=typed, **told(talk, failure, _labels(talk)))

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """The account is gone; the receipt tells how far the rest is."""
        it = visit.of(req)
        if not form.get("agrees"):
            raise Invalid("invalid", "The confirmation is missing.", fields={"agrees": ["required"]})
        try:
            started = await it.ask("accounts", "request_erasure", password=_password(form))
        except Forbidden as failure:
            stepping_up.lead(resp, failure, req.path)
            return
        session.end(req, resp)
        see_other(resp, f"/erasure/{started['receipt_token']}")


class Receipt:
    """What became of an erasure; open to whoever has the link, for 30 days."""

    allow: ClassVar[Any] = ANYONE

    async def on_get(self, req: Request, resp: Response, token: str) -> None:
        """Raises not_found when the time is over."""
        it, talk = visit.of(req), reading(req)
        receipt = await it.ask("accounts", "get_erasure_receipt", token=token[:200])
        names = {service: talk.gettext(name) for service, name in data_words.SERVICES.items()}
        parts = [{**part, "name": names[part["service"]]} for part in receipt["services"]]
        kept = [_kept(talk, thing) for part in receipt["services"] for thing in part["kept"]]
        resp.set_header("Cache-Control", "no-store")
        resp.set_header("X-Robots-Tag", "noindex")
        await render(req, resp, "erasure_receipt.html", receipt=receipt, parts=parts, kept=kept)


def _kept(talk: Speech, thing: Mapping[str, Any]) -> dict[str, Any]:
    what, why = data_words.KEPT[thing["category"]]
    return {**thing, "what": talk.gettext(what), "why": talk.gettext(why)}


def _password(form: Form) -> str:
    if not form.get("password"):
        raise Invalid("invalid", "The password is missing.", fields={"password": ["required"]})
    return form.get("password")


def _labels(talk: Speech) -> dict[str, tuple[str, str]]:
    return {
        "password": ("password", talk.gettext("Password")),
        "agrees": ("agrees", talk.gettext("I want to delete my account")),
    }
