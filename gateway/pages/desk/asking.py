"""What a clerk does with a case on a page of its own: asking for a correction, and handing it over."""

import asyncio
from collections.abc import Mapping
from typing import Any, ClassVar

from falcon.asgi import Request, Response

from gateway import visit
from gateway.body import Form
from gateway.pages.directory import directory
from gateway.pages.form_page import FormPage, told, values
from gateway.pages.language import Speech
from gateway.pages.rendering import reading, render, see_other
from services.contracts.actors import staff
from services.contracts.errors import Failure, Invalid


class AskForCorrection(FormPage):
    """The fields of the form to tick, and a message that the citizen reads."""

    allow: ClassVar[Any] = staff("clerk")
    survives_outage: ClassVar[bool] = False

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """Raises not_found for a case of another office."""
        it, talk = visit.of(req), reading(req)
        names, case = await asyncio.gather(directory(it, talk), it.ask("applications", "get_case", case_id=params["case_id"]))
        groups = [
            {
                "title": talk.local(section["title"]),
                "fields": [{"name": name, "label": label} for name, label in askable(talk, section)],
            }
            for section in case["sections"]
            if askable(talk, section)
        ]
        _ = talk.gettext
        labels = {name: (f"f-{name}", label) for section in case["sections"] for name, label in askable(talk, section)}
        labels |= {"fields": ("content", _("Answers to be corrected")), "message": ("message", _("Message to the citizen"))}
        await render(
            req,
            resp,
            "case_correction.html",
            case=case,
            title=names.service(case["service"]),
            place=names.place(case["ars"]),
            groups=groups,
            ticked=form.all("fields") if form else [],
            form=values(form, "message"),
            **told(talk, _once(failure), labels),
        )

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """Both are needed: what and why."""
        case_id, message = params["case_id"], form.get("message").replace("\r\n", "\n").strip()
        wrong = {name: ["required"] for name, given in (("fields", form.all("fields")), ("message", message)) if not given}
        if wrong:
            raise Invalid("invalid", "Some fields need another look.", fields=wrong)
        it, names = visit.of(req), form.all("fields")
        await it.ask("applications", "ask_for_correction", case_id=case_id, fields=names, message=message)
        see_other(resp, f"/staff/cases/{case_id}?done=correction_asked")


class HandOver(FormPage):
    """The municipalities that offer the same service, and a note for the colleagues there."""

    allow: ClassVar[Any] = staff("clerk")
    survives_outage: ClassVar[bool] = False

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """Raises not_found for a case of another office."""
        it, talk = visit.of(req), reading(req)
        names, case = await asyncio.gather(directory(it, talk), it.ask("applications", "get_case", case_id=params["case_id"]))
        offered = names.services.get(case["service"], {}).get("offered_by", [])
        choices = sorted(({"value": ars, "label": names.place(ars)} for ars in offered), key=lambda one: one["label"])
        _ = talk.gettext
        labels = {"ars": ("ars", _("Municipality")), "note": ("note", _("Note for the other office"))}
        await render(
            req,
            resp,
            "case_hand_over.html",
            case=case,
            title=names.service(case["service"]),
            place=names.place(case["ars"]),
            choices=choices,
            form=values(form, "ars", "note"),
            **told(talk, failure, labels),
        )

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """Afterwards the case is no longer this office's, so the way leads back to the queue."""
        given = {"ars": form.get("ars"), "note": form.get("note").replace("\r\n", "\n").strip()}
        if wrong := {name: ["required"] for name, value in given.items() if not value}:
            raise Invalid("invalid", "Some fields need another look.", fields=wrong)
        it = visit.of(req)
        await it.ask("applications", "hand_over_case", case_id=params["case_id"], ars=given["ars"], note=given["note"])
        see_other(resp, "/staff?done=handed_over_case")


def askable(talk: Speech, section: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Name and label of what can be asked for again in a section; what is filled in several times is not corrected in pages."""
    if section.get("repeated"):
        return []
    return [(field["name"], talk.local(field["label"])) for field in section["fields"]]


def _once(failure: Failure | None) -> Failure | None:
    """The failure without the list as a whole where its fields are named one by one."""
    if failure is not None and len(failure.fields) > 1 and failure.fields.get("fields") == ["choice"]:
        failure.fields.pop("fields")
    return failure
