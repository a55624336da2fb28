"""Statistics of forms: how far people came in them, as a picture, as a table, and as a file."""

import asyncio
from collections.abc import Mapping
from typing import Any, ClassVar

from falcon.asgi import Request, Response

from gateway import visit
from gateway.pages.desk import statistics
from gateway.pages.directory import directory
from gateway.pages.language import N_, Speech
from gateway.pages.rendering import reading, render

PLACES = {"review": N_("Check your answers"), "cart": N_("Cart")}
"""Where one is behind the steps of a form."""
ADDRESS = "/staff/statistics/forms"
COLUMNS = {
    "reached": N_("came"),
    "passed": N_("went on"),
    "stopped": N_("stopped"),
    "share": N_("stopped, per cent"),
}


class FormStatistics:
    """All forms on one line each; those of a chosen service step by step."""

    allow: ClassVar[Any] = statistics.READERS

    async def on_get(self, req: Request, resp: Response) -> None:
        """`?office=`, `?service=` and `?months=` narrow it; what one may not see counts nothing."""
        forms = await _forms(req)
        talk, chosen = reading(req), statistics.chosen(req)
        await render(
            req,
            resp,
            "form_statistics.html",
            forms=[
                {
                    **form,
                    "address": statistics.address(ADDRESS, {**chosen, "office": form["office_id"], "service": form["service"]}),
                    "bars": statistics.bars(form["steps"], ("reached", "passed"), [step["number"] for step in form["steps"]]),
                }
                for form in forms
            ],
            columns={name: talk.gettext(label) for name, label in COLUMNS.items()},
            form=chosen,
            choices=statistics.choices(forms),
            file=statistics.address(f"{ADDRESS}.csv", chosen),
        )


class FormStatisticsFile:
    """Every step of every form, for a spreadsheet."""

    allow: ClassVar[Any] = statistics.READERS

    async def on_get(self, req: Request, resp: Response) -> None:
        """As `send_table` writes it."""
        _ = reading(req).gettext
        heads = [_("Office"), _("Service"), _("Form since"), _("Step"), *(_(label) for label in COLUMNS.values())]
        rows = [
            [form["office"], form["name"], form["since_month"], step["name"], *(step[name] for name in COLUMNS)]
            for form in await _forms(req)
            for step in form["steps"]
        ]
        statistics.send_table(resp, "formulare.csv", heads, rows)


async def _forms(req: Request) -> list[dict[str, Any]]:
    """The forms with the names of office, service and steps."""
    it, talk = visit.of(req), reading(req)
    names, told = await asyncio.gather(
        directory(it, talk), it.ask("applications", "get_form_statistics", **statistics.question(req))
    )
    forms = await statistics.named(it, talk, names, told["forms"])
    return [_told(talk, form) for form in forms]


def _told(talk: Speech, form: Mapping[str, Any]) -> dict[str, Any]:
    steps = [_step(talk, str(number), step) for number, step in enumerate(form["steps"], 1)]
    most = max(steps, key=lambda step: int(step["stopped"]))
    return {
        **form,
        "steps": steps,
        "since_month": statistics.month_name(talk, form["since"][:7]),
        "begun": steps[0]["reached"],
        "complete": steps[-2]["reached"],
        "sent": steps[-1]["passed"],
        "most": most if most["stopped"] else None,
    }


def _step(talk: Speech, number: str, step: Mapping[str, Any]) -> dict[str, Any]:
    kind = step["kind"]
    label = talk.local(step["title"]) if step["title"] else talk.gettext(PLACES[kind])
    stopped = step["reached"] - step["passed"]
    share = round(100 * stopped / step["reached"]) if step["reached"] else 0
    return {**step, "number": number, "name": f"{number} {label}", "stopped": stopped, "share": share}
