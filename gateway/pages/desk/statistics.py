"""Statistics: how many cases came and went, and how long they took, as figures, as tables, and as a file."""

import asyncio
import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, ClassVar
from urllib.parse import urlencode

from babel.dates import format_date
from falcon.asgi import Request, Response

from gateway import visit
from gateway.pages.directory import Directory, directory, office
from gateway.pages.language import N_, Speech
from gateway.pages.rendering import reading, render
from gateway.visit import Visit
from services.contracts.actors import staff

READERS = staff("clerk", "approver", "administrator")
COLUMNS: dict[str, str] = {
    "received": N_("received"),
    "approved": N_("approved"),
    "rejected": N_("rejected"),
    "open": N_("open now"),
    "overdue": N_("overdue now"),
    "median_days": N_("days, half of the cases at most"),
    "p90_days": N_("days, nine of ten at most"),
}
TIMES = ("median_days", "p90_days")
MONTHS = ("3", "6", "12", "24")
DEFAULT_MONTHS = "12"
FORMULA = frozenset("=+-@\t\r")
HEIGHT, WIDTH, GAP = 160, 28, 12
SIDES = ("first", "second")


class Statistics:
    """By office and service, and by month."""

    allow: ClassVar[Any] = READERS

    async def on_get(self, req: Request, resp: Response) -> None:
        """`?office=`, `?service=` and `?months=` narrow it; what one may not see counts nothing."""
        it, talk = visit.of(req), reading(req)
        names, told = await asyncio.gather(directory(it, talk), it.ask("applications", "get_statistics", **question(req)))
        rows = await named(it, talk, names, told["figures"])
        months = [{**month, "label": month_name(talk, month["month"])} for month in told["months"]]
        await render(
            req,
            resp,
            "statistics.html",
            rows=rows,
            columns={name: talk.gettext(label) for name, label in COLUMNS.items()},
            months=months,
            bars=bars(months, ("received", "decided"), [month["label"][:3] for month in months]),
            times=times(months),
            form=chosen(req),
            choices=choices(rows),
            file=address("/staff/statistics.csv", chosen(req)),
        )


class StatisticsFile:
    """The same by office and service, for a spreadsheet."""

    allow: ClassVar[Any] = READERS

    async def on_get(self, req: Request, resp: Response) -> None:
        """As `send_table` writes it."""
        it, talk = visit.of(req), reading(req)
        names, told = await asyncio.gather(directory(it, talk), it.ask("applications", "get_statistics", **question(req)))
        _ = talk.gettext
        rows = await named(it, talk, names, told["figures"])
        heads = [_("Office"), _("Service"), *(_(label) for label in COLUMNS.values())]
        send_table(resp, "statistik.csv", heads, [[row["office"], row["name"], *(row[name] for name in COLUMNS)] for row in rows])


def chosen(req: Request) -> dict[str, str]:
    """What the page is narrowed to, as it stands in the address."""
    given = {name: req.get_param(name) or "" for name in ("office", "service", "months")}
    return {**given, "months": given["months"] if given["months"] in MONTHS else DEFAULT_MONTHS}


def address(path: str, narrowed: Mapping[str, str]) -> str:
    """A page of statistics, narrowed to that."""
    return f"{path}?{urlencode({name: value for name, value in narrowed.items() if value})}"


def choices(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[dict[str, str]]]:
    """What the page can be narrowed to."""
    return {
        "office": _choices(rows, "office_id", "office"),
        "service": _choices(rows, "service", "name"),
        "months": [{"value": months, "label": months} for months in MONTHS if months != DEFAULT_MONTHS],
    }


def send_table(resp: Response, filename: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A file for a spreadsheet: UTF-8 with a mark, semicolons, as German ones open it; no text is read as a formula."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(heads)
    for row in rows:
        writer.writerow([f"'{cell}" if isinstance(cell, str) and cell[:1] in FORMULA else cell for cell in row])
    resp.content_type = "text/csv; charset=utf-8"
    resp.downloadable_as = filename
    resp.data = out.getvalue().encode("utf-8-sig")


def question(req: Request) -> dict[str, Any]:
    """The fields of the contract."""
    wanted = chosen(req)
    return {"months": int(wanted["months"]), "office_id": wanted["office"] or None, "service": wanted["service"] or None}


async def named(it: Visit, talk: Speech, names: Directory, figures: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The figures with the names of office and service."""
    ids = sorted({row["office_id"] for row in figures})
    found = dict(zip(ids, await asyncio.gather(*(office(it, office_id) for office_id in ids)), strict=True))
    return [
        {**row, "office": _office(talk, names, row["office_id"], found), "name": names.service(row["service"])} for row in figures
    ]


def times(months: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """How long it took by month, as bars; none where no month has enough cases."""
    told = [{**month, **{name: month.get(name) or 0 for name in TIMES}} for month in months]
    is_known = any(month["median_days"] for month in told)
    return bars(told, TIMES, [month["label"][:3] for month in told]) if is_known else None


def bars(rows: Sequence[Mapping[str, Any]], names: tuple[str, str], labels: Sequence[str]) -> dict[str, Any]:
    """Two bars a row, as whole pixels of a picture; the table beside it has the numbers."""
    most = max([1, *(row[name] for row in rows for name in names)])
    step = 2 * WIDTH + GAP
    drawn = [
        {"x": number * step + side * WIDTH, "height": round(row[name] * HEIGHT / most), "side": SIDES[side]}
        for number, row in enumerate(rows)
        for side, name in enumerate(names)
    ]
    return {
        "bars": drawn,
        "labels": [{"x": number * step + WIDTH, "text": text} for number, text in enumerate(labels)],
        "width": max(step, len(rows) * step),
        "height": HEIGHT,
        "bar": WIDTH - 2,
        "most": most,
    }


def month_name(talk: Speech, month: str) -> str:
    """A month as one reads it."""
    return str(format_date(date.fromisoformat(f"{month}-01"), "MMMM y", locale=talk.locale))


def _office(talk: Speech, names: Directory, office_id: str, found: Mapping[str, Mapping[str, Any] | None]) -> str:
    known = found[office_id]
    return f"{talk.local(known['name'])}, {names.place(office_id.partition('/')[0])}" if known else office_id


def _choices(rows: Sequence[Mapping[str, Any]], value: str, label: str) -> list[dict[str, str]]:
    known = {row[value]: row[label] for row in rows}
    return [{"value": key, "label": name} for key, name in sorted(known.items(), key=lambda one: str(one[1]))]
