"""The queue: cases of the own offices, filtered, searched and sorted."""

import asyncio
import re
from datetime import date
from typing import Any, ClassVar
from urllib.parse import urlencode

from falcon.asgi import Request, Response

from gateway import visit
from gateway.pages import words
from gateway.pages.answers import iso_date
from gateway.pages.desk.colleagues import Colleagues, colleagues
from gateway.pages.directory import Directory, directory, office, told_apart
from gateway.pages.language import N_, Speech
from gateway.pages.rendering import reading, render
from gateway.pages.staff_areas import CASE_READERS
from gateway.visit import Visit
from services.contracts.actors import ROLES, Actor, staff
from services.contracts.desk import CASE_STATES, ME, NOBODY, OPEN, ORDERS
from services.contracts.values import UUID

SEEN_BY_CLERKS = tuple(state for state in CASE_STATES if state != "awaiting_payment")
"""A case reaches its office when its payment is secured."""
ALL = "all"
PAGE = 25
MORE = ("100", "500")
"""How many cases a page may show instead; a batch takes as many as the longest."""
NUMBER = re.compile(r"[0-9a-f]{4,8}(-[0-9a-f-]{0,27})?")
ORDER_LABELS = {"oldest": N_("Oldest first"), "due": N_("Due first")}


class Filter:
    """What is looked for, as it stands in the address."""

    NAMES = ("state", "service", "office", "assignee", "overdue", "number", "from", "until", "order", "rows")

    def __init__(self, req: Request) -> None:
        self.typed = {name: (req.get_param(name) or "").strip() for name in self.NAMES}
        self.before = req.get_param("before") or None

    def question(self) -> dict[str, Any]:
        """The fields of the contract; what cannot be looked for is left out, and named by `unreadable`."""
        typed, asked = self.typed, dict[str, Any]()
        asked["state"] = {"": OPEN, ALL: None}.get(typed["state"], typed["state"] if typed["state"] in SEEN_BY_CLERKS else OPEN)
        if typed["assignee"] in (ME, NOBODY) or UUID.fullmatch(typed["assignee"]):
            asked["assignee"] = typed["assignee"]
        asked |= {name: typed[key] for name, key in (("service", "service"), ("office_id", "office")) if typed[key]}
        asked["is_overdue"] = bool(typed["overdue"])
        asked["order"] = typed["order"] if typed["order"] in ORDERS else "newest"
        number = typed["number"].lower()
        if NUMBER.fullmatch(number):
            # Whoever knows the number wants the case, whatever its state.
            asked |= {"number": number, "state": None}
        asked |= {f"ordered_{name}": day for name in ("from", "until") if (day := _day(typed[name]))}
        return asked

    @property
    def limit(self) -> int:
        """Cases on a page."""
        return int(self.typed["rows"]) if self.typed["rows"] in MORE else PAGE

    def unreadable(self, talk: Speech) -> list[dict[str, str]]:
        """What stands in a field and cannot be looked for."""
        _ = talk.gettext
        labels = {"from": _("Ordered from"), "until": _("Ordered until")}
        wrong = [
            {
                "name": name,
                "id": name,
                "label": label,
                "text": _("Please write the date as day.month.year, for example 27.3.1985."),
            }
            for name, label in labels.items()
            if self.typed[name] and not _day(self.typed[name])
        ]
        if self.typed["number"] and not NUMBER.fullmatch(self.typed["number"].lower()):
            text = _("Please type at least the first four characters of the number.")
            wrong.append({"name": "number", "id": "number", "label": _("Number of the case"), "text": text})
        return wrong

    def address(self, **more: str) -> str:
        """The queue with this filter."""
        kept = {**{name: value for name, value in self.typed.items() if value}, **more}
        return f"/staff?{urlencode(kept)}" if kept else "/staff"


class Queue:
    """The start page of staff: cases of their own offices; without such an office, what else there is for them."""

    allow: ClassVar[Any] = staff(*ROLES)

    async def on_get(self, req: Request, resp: Response) -> None:
        """The filter stands in the address; `?before=` leads through the pages."""
        it, talk, wanted = visit.of(req), reading(req), Filter(req)
        if not it.actor.may(CASE_READERS):
            await render(req, resp, "staff_start.html", roles=role_names(talk, it.actor))
            return
        names, people, found = await asyncio.gather(
            directory(it, talk),
            colleagues(it),
            it.ask("applications", "list_cases", **wanted.question(), before=wanted.before, limit=wanted.limit),
        )
        cases, choices = found["cases"], await _choices(it, talk, names, people)
        await render(
            req,
            resp,
            "queue.html",
            cases=[{**names.named(case), "assignee": people.name(case.get("assignee_id"))} for case in cases],
            form=wanted.typed,
            choices=choices,
            offices=[*_whole_places(names, _scopes(it)), *(choice["label"] for choice in choices["office"])],
            errors=wanted.unreadable(talk),
            next_page=wanted.address(before=cases[-1]["case_id"]) if found["more"] and cases else "",
            is_later_page=bool(wanted.before),
            first_page=wanted.address(),
            may_decide=it.actor.may(staff("clerk")),
        )


async def _choices(it: Visit, talk: Speech, names: Directory, people: Colleagues) -> dict[str, list[dict[str, str]]]:
    _ = talk.gettext
    states = [{"value": key, "label": _(words.CASE_STATES[key].label)} for key in SEEN_BY_CLERKS]
    mine = _scopes(it)
    places = sorted({scope.partition("/")[0] for scope in mine})
    slugs = [slug for slug, service in names.services.items() if set(places) & set(service["offered_by"])]
    offered = told_apart({slug: names.service(slug) for slug in slugs})
    return {
        "state": [*states, {"value": ALL, "label": _("All cases")}],
        "service": [{"value": slug, "label": name} for slug, name in sorted(offered.items(), key=lambda one: one[1])],
        "office": await _offices(it, names, mine),
        "assignee": [
            {"value": ME, "label": _("me, and for whom I am deputy")},
            {"value": NOBODY, "label": _("nobody")},
            *people.clerks(but=it.actor.person_id),
        ],
        "rows": [{"value": rows, "label": rows} for rows in MORE],
        "order": [{"value": key, "label": _(label)} for key, label in ORDER_LABELS.items()],
    }


def _scopes(it: Visit) -> frozenset[str]:
    return it.actor.offices("clerk") | it.actor.offices("approver")


def _whole_places(names: Directory, scopes: frozenset[str]) -> list[str]:
    """The municipalities in all of whose offices the signed-in person sees the cases."""
    return [names.place(scope.removesuffix("/*")) for scope in sorted(scopes) if scope.endswith("/*")]


async def _offices(it: Visit, names: Directory, scopes: frozenset[str]) -> list[dict[str, str]]:
    """The offices whose cases the signed-in person sees, as far as they are named one by one."""
    ids = sorted(scope for scope in scopes if "*" not in scope)
    found = await asyncio.gather(*(office(it, office_id) for office_id in ids))
    return [
        {
            "value": one["office_id"],
            "label": f"{names.talk.local(one['name'])}, {names.place(one['office_id'].partition('/')[0])}",
        }
        for one in found
        if one is not None
    ]


def role_names(talk: Speech, actor: Actor) -> list[str]:
    """What the signed-in person is, once each."""
    held = {role.role for role in actor.roles}
    return [talk.gettext(words.ROLES[role]) for role in ROLES if role in held]


def _day(typed: str) -> str:
    try:
        return date.fromisoformat(iso_date(typed)).isoformat() if typed else ""
    except ValueError:
        return ""
