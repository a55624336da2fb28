"""The page of a case, as its office works on it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, ClassVar

from falcon.asgi import Request, Response

from gateway import visit
from gateway.body import Form
from gateway.pages import answers, attachments, identity_words, passing_on, words
from gateway.pages.case_page import CasePage, Look
from gateway.pages.desk.asking import askable
from gateway.pages.desk.colleagues import colleagues
from gateway.pages.desk.told import told_of
from gateway.pages.directory import office, office_names
from gateway.pages.documents import send_pdf
from gateway.pages.form_page import key_of, told, values
from gateway.pages.language import Speech
from gateway.pages.rendering import see_other
from gateway.pages.staff_areas import CASE_READERS
from gateway.visit import Visit
from services.contracts.errors import Failure, Invalid


class Case(CasePage):
    """A case as the clerk works on it."""

    allow: ClassVar[Any] = CASE_READERS
    template: ClassVar[str] = "case.html"

    async def contents(self, look: Look, form: Form | None, failure: Failure | None) -> dict[str, Any]:
        """Everything the office knows of it."""
        it, talk, case = look.it, look.talk, look.case
        people, files, messages = await asyncio.gather(
            colleagues(it),
            attachments.of_case(it, talk, "list_case_files", case["case_id"]),
            told_of(it, talk, case["case_id"]),
        )
        brought = {file.get("correction") for place in files for file in place["files"]}
        _ = talk.gettext
        responsible = await office(it, case["office_id"])
        facts = [
            (_("Office"), talk.local(responsible["name"]) if responsible else case["office_id"]),
            (_("Fee"), talk.money(case["fee"]) if case["fee"]["cents"] else _("free of charge")),
            (_("Ends with"), _("sending by post") if case["ending"] == "post" else _("document as PDF")),
            (_("With"), people.name(case.get("assignee_id")) or _("nobody yet")),
        ]
        if case["fee"]["cents"]:
            facts.append((_("Payment"), _payment(talk, case)))
        if case["document_id"]:
            facts.append((_("Document"), _("issued, number %(number)s") % {"number": case["document_id"]}))
        if case.get("answer_at"):
            facts.append((_("Answer goes out"), talk.moment(case["answer_at"])))
        if case.get("due_on"):
            facts.append((_("Due on"), f"{talk.day(case['due_on'])} ({case['deadline']['legal_basis']})"))
        facts.append((_("Number"), case["case_id"]))
        labels = {
            "note": ("note", _("Note for the clerk")),
            "text": ("text", _("Note")),
            "reason": ("reason", _("Reason of a rejection")),
            "assignee_id": ("assignee_id", _("Give it to")),
        }
        return {
            "may_decide": it.actor.has_role("clerk", case["office_id"]),
            "may_confirm": it.actor.has_role("approver", case["office_id"]) and case.get("proposed_by") != it.actor.person_id,
            "notes": [{**note, "person": people.name(note["account_id"])} for note in case.get("notes", [])],
            "corrections": [
                {
                    **asked,
                    "labels": _labels(talk, case, asked),
                    "changes": answers.changes(talk, case["sections"], asked),
                    "lacks": attachments.not_brought(talk, case, number, files) if asked["answered_at"] else [],
                    "is_unchanged": asked.get("changed") == [] and number not in brought,
                }
                for number, asked in enumerate(case.get("corrections", []), 1)
            ],
            "office_name": await office_names(it, talk, case),
            "key": key_of(form),
            "groups": answers.groups(talk, case["sections"], case["answers"], _origins(talk, case)),
            "identity": await _identity(it, talk, case["identity"]) if case.get("identity") else "",
            "files": files,
            "messages": messages,
            "recipients": passing_on.recipients(talk, case),
            "facts": facts,
            "me": it.actor.person_id,
            "clerks": people.clerks(case["office_id"], but=it.actor.person_id),
            "form": values(form, "reason", "assignee_id", "note", "text"),
            **told(talk, failure, labels),
        }

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """`do` names what is done."""
        it, case_id, do = visit.of(req), params["case_id"], form.get("do")
        act = ACTS.get(do)
        if act is None:
            raise Invalid("invalid", "There is no such step.")
        done = await act(it, case_id, form, do)
        see_other(resp, f"/staff/cases/{case_id}?done={done}")


class CaseDocument:
    """What came of a case, as PDF."""

    allow: ClassVar[Any] = CASE_READERS

    async def on_get(self, req: Request, resp: Response, case_id: str) -> None:
        """Raises not_found for a case of another office, and where there is no document."""
        send_pdf(resp, await visit.of(req).ask("applications", "get_case_document", case_id=case_id))


async def _review(it: Visit, case_id: str, _form: Form, do: str) -> str:
    await it.ask("applications", "review_case", case_id=case_id)
    return do


async def _assign(it: Visit, case_id: str, form: Form, do: str) -> str:
    assignee = {"take": it.actor.person_id, "give": form.get("assignee_id"), "give_back": None}[do]
    if assignee == "":
        raise Invalid("invalid", "Nobody is chosen.", fields={"assignee_id": ["required"]})
    await it.ask("applications", "assign_case", case_id=case_id, assignee_id=assignee)
    return do


async def _note(it: Visit, case_id: str, form: Form, do: str) -> str:
    text = _typed(form, "text", "required")
    await it.ask("applications", "add_note", idempotency_key=form.get("key"), case_id=case_id, text=text)
    return do


async def _confirm(it: Visit, case_id: str, form: Form, do: str) -> str:
    note = _typed(form, "note", "required") if do == "send_back" else None
    await it.ask("applications", "confirm_decision", case_id=case_id, confirms=do == "confirm", note=note)
    return do


async def _decide(it: Visit, case_id: str, form: Form, do: str) -> str:
    # A reason belongs to a rejection; what was typed before the clerk changed their mind is left out.
    reason = _typed(form, "reason", "reason_required") if do == "reject" else None
    case = await it.ask("applications", "decide_case", case_id=case_id, decision=do, reason=reason)
    return {"awaiting_second": "propose", "withheld": "withhold"}.get(case["state"], do)


async def _send(it: Visit, case_id: str, _form: Form, do: str) -> str:
    await it.ask("applications", "mark_sent", case_id=case_id)
    return do


ACTS: dict[str, Callable[[Visit, str, Form, str], Awaitable[str]]] = {
    "review": _review,
    "reopen": _review,
    "take": _assign,
    "give": _assign,
    "give_back": _assign,
    "note": _note,
    "confirm": _confirm,
    "send_back": _confirm,
    "approve": _decide,
    "reject": _decide,
    "sent": _send,
}
"""What the buttons of the page do; each gives the word for what was done."""


def _typed(form: Form, name: str, slug: str) -> str:
    """What was typed, on any number of lines. Raises invalid with the slug where nothing was."""
    text = form.get(name).replace("\r\n", "\n").strip()
    if not text:
        raise Invalid("invalid", "Some fields need another look.", fields={name: [slug]})
    return text


def _origins(talk: Speech, case: Mapping[str, Any]) -> dict[str, str]:
    """Where answers come from, as far as it is not what the citizen typed at first."""
    found = dict.fromkeys(case.get("taken", []), talk.gettext("taken over from the account"))
    for asked in case.get("corrections", []):
        if asked["answered_at"]:
            said = talk.gettext("corrected %(day)s") % {"day": talk.day(asked["answered_at"])}
            found |= dict.fromkeys(asked["fields"] if asked.get("changed") is None else asked["changed"], said)
    return found


def _payment(talk: Speech, case: Mapping[str, Any]) -> str:
    """Where the fee is now."""
    _, paid = talk.gettext, case.get("payment") or {}
    moments = {name: talk.moment(at) for name, at in paid.items() if name.endswith("_at") and at}
    if paid.get("given_back_by") == "released":
        return _("not collected: the direct debit was cancelled %(given_back_at)s") % moments
    if paid.get("given_back_at"):
        return _("paid back %(given_back_at)s") % moments
    if case["state"] in ("rejected", "withdrawn"):
        return _("goes back to the citizen")
    if paid.get("collected_at"):
        return _("collected %(collected_at)s") % moments
    return _("secured by a direct debit mandate %(secured_at)s") % moments if moments else _("secured before the case came in")


async def _identity(it: Visit, talk: Speech, identity: Mapping[str, Any]) -> str:
    """Who applied, as it was verified then, at which level and by whom."""
    level = words.LEVELS[identity["level"]]
    is_electronic = identity["source"] == "eid"
    told = {
        "name": f"{identity['given_names']} {identity['family_name']}",
        "birth_date": identity_words.spoken(talk, "birth_date", identity["birth_date"]),
        "level": talk.gettext(level),
        "by": talk.gettext("electronic identity")
        if is_electronic
        else await identity_words.office_name(it, talk, identity["by"] or ""),
    }
    return talk.gettext("%(name)s, born %(birth_date)s; trust level %(level)s, verified by %(by)s") % told


def _labels(talk: Speech, case: Mapping[str, Any], asked: Mapping[str, Any]) -> list[str]:
    """What was asked for, in the words of the form."""
    pairs = [pair for section in case["sections"] for pair in askable(talk, section)]
    known = {name: label for names, label in pairs for name in names} | attachments.labels(talk, case)
    return list(dict.fromkeys(known.get(name, name) for name in asked["fields"]))
