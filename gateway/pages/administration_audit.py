"""For administrators: the audit log of all services, merged, searched, and as a file."""

import csv
import io
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, ClassVar
from urllib.parse import urlencode

from falcon.asgi import Request, Response

from gateway import audit_log, visit
from gateway.pages import identity_words, words
from gateway.pages.administration import ROOT, crumbs, is_operator
from gateway.pages.administration_words import ACTIONS, GROUPS, REASONS
from gateway.pages.answers import iso_date
from gateway.pages.language import Speech
from gateway.pages.rendering import reading, render
from gateway.pages.staff_areas import ADMINISTRATORS
from gateway.visit import Visit
from services.chassis.clock import GERMANY
from services.contracts.errors import Invalid
from services.contracts.values import UUID

PAGE = 50
FILE_PAGE = 200
MOST_ROWS = 10_000
"""Rows of a file; whoever needs more narrows the time."""
COLUMNS = ("at", "service", "sequence", "action", "actor_kind", "actor_id", "subject_id", "office_id", "reason", "about")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Filter:
    """What is looked for, as it stands in the address; what cannot be read looks for nothing."""

    def __init__(self, req: Request) -> None:
        self.typed = {name: (req.get_param(name) or "").strip() for name in ("ars", "action", "since", "until", "person")}
        self.before = audit_log.places(req.get_param("before") or "")

    def question(self) -> dict[str, Any]:
        """The fields of the contract."""
        asked: dict[str, Any] = {"of": "offices"}
        ars = self.typed["ars"]
        if ars.isascii() and ars.isdigit() and len(ars) in (5, 9, 12):
            asked["ars"] = ars
        if self.typed["action"] in GROUPS:
            asked["action"] = f"{self.typed['action']}.*"
        if UUID.fullmatch(self.typed["person"]):
            asked["actor_id"] = self.typed["person"]
        if since := _day(self.typed["since"]):
            asked["since"] = _midnight(since)
        if until := _day(self.typed["until"]):
            asked["until"] = _midnight(until + timedelta(days=1))
        return asked

    def unreadable(self) -> list[str]:
        """Names of fields that hold something that cannot be looked for."""
        days = [name for name in ("since", "until") if self.typed[name] and _day(self.typed[name]) is None]
        person = self.typed["person"]
        return [*days, *(["person"] if person and not UUID.fullmatch(person) else [])]


class Audit:
    """The newest entries first, fifty on a page."""

    allow: ClassVar[Any] = ADMINISTRATORS

    async def on_get(self, req: Request, resp: Response) -> None:
        """`?before=` leads through the pages of all services together."""
        it, talk, wanted = visit.of(req), reading(req), Filter(req)
        members = (await it.ask("accounts", "list_administered_municipalities"))["municipalities"]
        rows, cursor = await audit_log.page(it, wanted.question(), wanted.before, PAGE)
        names = await _names(it, rows)
        ids = sorted({row["office_id"] for row in rows if row["office_id"]})
        places = {f"{m['ars']}/*": m["name"] for m in members}
        offices = {office_id: places.get(office_id) or await identity_words.office_name(it, talk, office_id) for office_id in ids}
        _ = talk.gettext
        labels = {"since": _("From day"), "until": _("To day"), "person": _("Person (account number)")}
        address = f"{ROOT}/audit"
        searched = {name: value for name, value in wanted.typed.items() if value}
        only = members[0] if len(members) == 1 and not is_operator(it) else None
        texts = {
            "since": _("Please write the date as day.month.year, for example 27.3.1985."),
            "person": _("Please copy the whole number of the account."),
        }
        await render(
            req,
            resp,
            "administration_audit.html",
            rows=[{**_named(row, names, talk), "office": offices.get(row["office_id"], "")} for row in rows],
            municipalities=[{"value": m["ars"], "label": m["name"]} for m in members],
            groups=[{"value": group, "label": _(label)} for group, label in GROUPS.items()],
            form=wanted.typed,
            export=f"{address}.csv?{urlencode(searched)}",
            next_page=f"{address}?{urlencode({**searched, 'before': cursor})}" if cursor else "",
            is_later_page=bool(wanted.before),
            first_page=f"{address}?{urlencode(searched)}",
            crumbs=crumbs(req, only),
            errors=[
                {"name": name, "id": name, "label": labels[name], "text": texts.get(name, texts["since"])}
                for name in wanted.unreadable()
            ],
        )


class AuditFile:
    """The same as comma-separated values, in UTF-8, times in UTC."""

    allow: ClassVar[Any] = ADMINISTRATORS

    async def on_get(self, req: Request, resp: Response) -> None:
        """At most ten thousand rows. Raises invalid for a filter that cannot be read, as nothing here could say so."""
        wanted = Filter(req)
        if wanted.unreadable():
            raise Invalid("invalid", "The filter cannot be read.")
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(COLUMNS)
        before, count = dict[str, int](), 0
        while count < MOST_ROWS:
            rows, cursor = await audit_log.page(visit.of(req), wanted.question(), before, FILE_PAGE)
            for row in rows:
                writer.writerow([_cell(row[name]) for name in COLUMNS])
            count += len(rows)
            if not cursor:
                break
            before = audit_log.places(cursor)
        resp.text = out.getvalue()
        resp.content_type = "text/csv; charset=utf-8"
        resp.set_header("Content-Disposition", 'attachment; filename="audit.csv"')


async def _names(it: Visit, rows: list[dict[str, Any]]) -> dict[str, str]:
    """Names of the staff in these rows, as far as one administers them."""
    wanted = {row[name] for row in rows for name in ("actor_id", "subject_id") if row[name]}
    if not wanted:
        return {}
    found = await it.ask("accounts", "list_staff", account_ids=sorted(wanted))
    return {member["account_id"]: f"{member['given_names']} {member['family_name']}" for member in found["staff"]}


def _named(row: dict[str, Any], names: dict[str, str], talk: Speech) -> dict[str, Any]:
    """A row in words, with names instead of numbers where they may be known."""
    people = {name: names.get(row[name] or "", row[name] or "") for name in ("actor_id", "subject_id")}
    said = words.SUSPENSION_REASONS if row["action"] == "staff.suspended" else REASONS
    return {
        **row,
        "title": talk.gettext(ACTIONS.get(row["action"], "")) or row["action"],
        "actor": people["actor_id"],
        "subject": people["subject_id"],
        "reason": talk.gettext(said.get(row["reason"], "")) or row["reason"],
    }


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(iso_date(typed)) if typed else None
    except ValueError:
        return None


def _midnight(day: date) -> str:
    return datetime.combine(day, time(), GERMANY).astimezone(UTC).isoformat()


def _cell(value: Any) -> str:
    """A cell that no spreadsheet takes for a formula."""
    if isinstance(value, dict):
        return "; ".join(f"{key}={part}" for key, part in value.items())
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
