"""The office's report on verified identities, as a page and as a file for a spreadsheet."""

import csv
import io
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, ClassVar

from falcon.asgi import Request, Response

from gateway import visit
from gateway.pages import identity_words
from gateway.pages.language import N_, Speech
from gateway.pages.rendering import reading, render
from gateway.visit import Visit
from services.chassis.clock import GERMANY
from services.contracts.actors import staff

READERS = staff("identity_officer", "administrator")
COLUMNS: dict[str, str] = {
    "recorded": N_("recorded"),
    "verified": N_("verified for the first time"),
    "renewed": N_("renewed"),
    "declined": N_("not confirmed"),
    "revoked": N_("taken back"),
    "letters": N_("letters printed"),
}
FORMULA = frozenset("=+-@\t\r")
"""What a spreadsheet would take for the beginning of a formula."""


class Report:
    """Of one office, or for administrators of all offices of their municipality."""

    allow: ClassVar[Any] = READERS

    async def on_get(self, req: Request, resp: Response) -> None:
        """`?office=`, `?since=`, `?until=`; `?format=csv` gives the file. Without a period it is this month."""
        it, talk = visit.of(req), reading(req)
        scopes = await _scopes(it, talk)
        today = datetime.now(GERMANY).date()
        since = _day(req.get_param("since"), today.replace(day=1))
        until = _day(req.get_param("until"), today)
        chosen = req.get_param("office") or (scopes[0]["value"] if scopes else "")
        report: Mapping[str, Any] = {"rows": [], "kinds": [], "expired": 0}
        if chosen:
            report = await it.ask(
                "accounts", "get_verification_report", office_id=chosen, since=since.isoformat(), until=until.isoformat()
            )
        rows = [
            {
                **row,
                "office": await identity_words.office_name(it, talk, row["office_id"]),
                "name": row["name"] or row["officer_id"],
            }
            for row in report["rows"]
        ]
        if req.get_param("format") == "csv":
            resp.content_type = "text/csv; charset=utf-8"
            resp.downloadable_as = f"identitaetspruefungen-{since}-{until}.csv"
            resp.data = _file(talk, rows).encode("utf-8-sig")
            return
        await render(
            req,
            resp,
            "identity_report.html",
            scopes=scopes,
            chosen=chosen,
            since=f"{since:%d.%m.%Y}",
            until=f"{until:%d.%m.%Y}",
            columns={name: talk.gettext(label) for name, label in COLUMNS.items()},
            rows=rows,
            sums={name: sum(row[name] for row in rows) for name in COLUMNS},
            kinds=[(identity_words.said(talk, identity_words.DOCUMENT_KINDS, k["kind"]), k["count"]) for k in report["kinds"]],
            expired=report["expired"],
            file=f"/staff/counter/report?office={chosen}&since={since}&until={until}&format=csv",
        )


async def _scopes(it: Visit, talk: Speech) -> list[dict[str, str]]:
    """What the reader may choose: whole municipalities they administer, and offices where they verify."""
    found = []
    for municipality in (await it.house.catalogue.municipalities())["municipalities"]:
        whole = f"{municipality['ars']}/*"
        if it.actor.has_role("administrator", whole):
            found.append({"value": whole, "label": talk.gettext("All offices, %(place)s") % {"place": municipality["name"]}})
        place = await it.house.catalogue.municipality(municipality["ars"])
        found += [
            {"value": office["office_id"], "label": f"{talk.local(office['name'])}, {municipality['name']}"}
            for office in place["offices"]
            if it.actor.has_role("identity_officer", office["office_id"])
        ]
    return found


def _day(typed: str | None, default: date) -> date:
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.strptime(typed or "", form).date()  # noqa: DTZ007 - a day of a report has no zone
        except ValueError:
            continue
    return default


def _file(talk: Speech, rows: list[dict[str, Any]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow([talk.gettext("Office"), talk.gettext("Officer"), *(talk.gettext(label) for label in COLUMNS.values())])
    for row in rows:
        writer.writerow([_cell(row["office"]), _cell(row["name"]), *(row[name] for name in COLUMNS)])
    return out.getvalue()


def _cell(text: str) -> str:
    return f"'{text}" if text[:1] in FORMULA else text
