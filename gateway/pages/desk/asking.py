"""What a clerk does with a case on a page of its own: asking for a correction, and handing it over."""

from collections.abc import Mapping
from typing import Any, ClassVar

from falcon.asgi import Request, Response

from gateway import visit
from gateway.body import Form
from gateway.pages import attachments
from gateway.pages.case_page import CasePage, Look
from gateway.pages.form_page import told, values
from gateway.pages.language import Speech
from gateway.pages.rendering import see_other
from services.contracts import addresses
from services.contracts.actors import staff
from services.contracts.errors import Failure, Invalid


class AskForCorrection(CasePage):
    """The fields of the form to tick, and a message that the citizen reads."""

    allow: ClassVar[Any] = staff("clerk")
    template: ClassVar[str] = "case_correction.html"

    async def contents(self, look: Look, form: Form | None, failure: Failure | None) -> dict[str, Any]:
        """The fields by section, as they were ticked; of the places for files, those that the answers ask for."""
        talk, _ = look.talk, look.talk.gettext
        groups: list[dict[str, Any]] = [
            {
                "title": talk.local(section["title"]),
                "fields": [{"names": names, "label": label} for names, label in askable(talk, section)],
            }
            for section in look.case["sections"]
        ]
        if places := attachments.labels(talk, attachments.asked_now(look.case)):
            fields = [{"names": [name], "label": label} for name, label in places.items()]
            groups.append({"title": _("Files to attach"), "fields": fields})
        labels = {
            name: (f"f-{field['names'][0]}", field["label"])
            for group in groups
            for field in group["fields"]
            for name in field["names"]
        }
        labels |= {"fields": ("content", _("Answers to be corrected")), "message": ("message", _("Message to the citizen"))}
        return {
            "groups": groups,
            "ticked": _ticked(form) if form else [],
            "form": values(form, "message"),
            **told(talk, _once(failure), labels),
        }

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """Both are needed: what and why."""
        case_id, message = params["case_id"], form.get("message").replace("\r\n", "\n").strip()
        fields = _ticked(form)
        wrong = {name: ["required"] for name, given in (("fields", fields), ("message", message)) if not given}
        if wrong:
            raise Invalid("invalid", "Some fields need another look.", fields=wrong)
        await visit.of(req).ask("applications", "ask_for_correction", case_id=case_id, fields=fields, message=message)
        see_other(resp, f"/staff/cases/{case_id}?done=correction_asked")


class HandOver(CasePage):
    """The other offices here, the municipalities that offer the same service, and a note for the colleagues there."""

    allow: ClassVar[Any] = staff("clerk")
    template: ClassVar[str] = "case_hand_over.html"

    async def contents(self, look: Look, form: Form | None, failure: Failure | None) -> dict[str, Any]:
        """Where the case can go, by name."""
        _ = look.talk.gettext
        case, municipality = look.case, await look.it.house.catalogue.municipality(look.case["ars"])
        offered = look.names.services.get(case["service"], {}).get("offered_by", [])
        here = {
            office["office_id"]: f"{look.names.place(case['ars'])}: {look.talk.local(office['name'])}"
            for office in municipality["offices"]
            if office["office_id"] != case["office_id"]
        }
        there = {ars: look.names.place(ars) for ars in offered if ars != case["ars"]}
        choices = [
            {"value": value, "label": label}
            for group in (here, there)
            for value, label in sorted(group.items(), key=lambda one: one[1])
        ]
        to = ("to", _("Other office"))
        labels = {"to": to, "ars": to, "office_id": to, "note": ("note", _("Note for the other office"))}
        return {"choices": choices, "form": values(form, "to", "note"), **told(look.talk, failure, labels)}

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """Afterwards the case is no longer this office's, so the way leads back to the queue."""
        given = {"to": form.get("to"), "note": form.get("note").replace("\r\n", "\n").strip()}
        if wrong := {name: ["required"] for name, value in given.items() if not value}:
            raise Invalid("invalid", "Some fields need another look.", fields=wrong)
        it = visit.of(req)
        ars, _, office = given["to"].partition("/")
        target: dict[str, Any] = {"ars": ars, "office_id": given["to"]} if office else {"ars": ars}
        await it.ask("applications", "hand_over_case", case_id=params["case_id"], **target, note=given["note"])
        see_other(resp, "/staff?done=handed_over_case")


def askable(talk: Speech, section: Mapping[str, Any]) -> list[tuple[list[str], str]]:
    """Names and label of what can be asked for again in a section: questions, an address as a whole.

    What is filled in several times is asked for as a whole, too.
    """
    if section.get("repeated"):
        return [([section["name"]], talk.gettext("%(section)s: all entries") % {"section": talk.local(section["title"])})]
    return [
        ([field["name"] for field in run], talk.local((address or run[0])["label"]))
        for address, run in addresses.runs(section["fields"])
    ]


def _ticked(form: Form) -> list[str]:
    """The names of the fields that were ticked, those of an address with one tick."""
    return [name for names in form.all("fields") for name in names.split()]


def _once(failure: Failure | None) -> Failure | None:
    """The failure without the list as a whole where its fields are named one by one."""
    if failure is not None and len(failure.fields) > 1 and failure.fields.get("fields") == ["choice"]:
        failure.fields.pop("fields")
    return failure
