"""What a citizen can still do with an application at an office: correct what was asked for, or take it back."""

from collections.abc import Collection, Mapping
from typing import Any, ClassVar
from urllib.parse import urlencode

from falcon import MEDIA_MULTIPART
from falcon.asgi import Request, Response

from gateway import body, uploads, visit
from gateway.body import Form
from gateway.pages import answers, attachments, form_views
from gateway.pages.case_page import CasePage, Look
from gateway.pages.form_page import told
from gateway.pages.language import Speech
from gateway.pages.rendering import see_other
from gateway.visit import Visit
from services.contracts import conditions
from services.contracts.actors import CITIZEN
from services.contracts.errors import Conflict, Failure, Forbidden, Invalid, Timeout, Unavailable
from services.contracts.levels import LEVELS, reaches

SEND = "send"
WITHDRAWABLE = ("submitted", "in_review", "awaiting_applicant", "awaiting_second")


class Correction(CasePage):
    """A form with exactly the fields the office asked about, filled in as they are now."""

    allow: ClassVar[Any] = CITIZEN
    method: ClassVar[str] = "get_application"
    template: ClassVar[str] = "correction.html"
    takes_files: ClassVar[bool] = True

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """Who has less than the trust level of the service reaches it first, before anything is typed."""
        it = visit.of(req)
        case = await it.ask("applications", self.method, case_id=params["case_id"])
        level = case.get("level", LEVELS[0])
        if form is None and open_correction(case) is not None and not reaches(it.actor.level, level):
            see_other(resp, f"/step-up?{urlencode({'level': level, 'next': req.path})}")
            return
        await super().show(req, resp, form, failure, **params)

    async def contents(self, look: Look, form: Form | None, failure: Failure | None) -> dict[str, Any]:
        """Where nothing is asked for, it says so. `do` in the form may add or remove an entry; nothing is sent by that.

        What was typed for what is not asked for any more is shown, to be read only.
        """
        talk, sections, errors = look.talk, asked_sections(look.case), failure.fields if failure else {}
        asked, typed_in_vain = open_correction(look.case), list[answers.Group]()
        if form and not _is_for(form, asked):
            typed_in_vain, form = answers.groups(talk, look.case["sections"], answers.read(look.case["sections"], form)), None
        places = await attachments.of_correction(look.it, talk, look.case, asked_names(look.case), form)
        typed = answers.typed_in(sections, form) if form else answers.typed_from(sections, look.case["answers"])
        for section in sections:
            if form and section.get("repeated"):
                answers.add_or_remove(section, typed, _for_section(section, form.get("do")))
        steps = conditions.steps(sections, typed, answers.today())
        return {
            "asked": asked,
            "typed": typed_in_vain,
            "browser": form_views.for_the_browser(sections),
            "steps": [form_views.step_view(talk, step, typed, errors) for step in steps],
            "places": places,
            "errors": [
                *(error for step in steps for error in _errors(talk, step, errors)),
                *attachments.errors(talk, places, failure),
            ],
            "trouble": told(talk, failure, {})["trouble"] if failure and not errors else None,
        }

    async def on_post(self, req: Request, resp: Response, **params: str) -> None:
        """Files go on as they arrive, each for itself; what else is typed follows once all of them are taken."""
        it, wrong = visit.of(req), list[tuple[str, str, Failure]]()
        if body.media_type(req) == MEDIA_MULTIPART:
            parts = uploads.Parts(req)
            async for part in parts.files():
                place = (part.name or "").removeprefix(attachments.INPUT)
                try:
                    await uploads.take(it, part, place, "begin_correction_upload", case_id=params["case_id"])
                except (Invalid, Conflict, Unavailable, Timeout) as failure:
                    wrong.append((place, part.filename or "", failure))
            it.form = parts.form
        if wrong:
            refused = [one for one in wrong if one[2].fields]
            await self.show_failure(req, resp, it.form, attachments.Refused(refused) if refused else wrong[0][2], **params)
            return
        await super().on_post(req, resp, **params)

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """`do` is `add:<section>`, `remove:<section>:<entry>`, `take_out:<file>`, `check:<file>` or `send`.

        Raises conflict where nothing is asked for any more, and where the trust level has lapsed meanwhile: another page would
        lose what was typed.
        """
        it, case_id, do = visit.of(req), params["case_id"], form.get("do", SEND)
        verb, _, file_id = do.partition(":")
        if verb == "take_out":
            await it.ask("applications", "remove_file", file_id=file_id)
        elif verb == "check":
            await it.ask("applications", "finish_upload", deadline=uploads.SECONDS_TO_LOOK, file_id=file_id)
        if do != SEND:
            await self.show(req, resp, form, None, **params)
            return
        case = await it.ask("applications", "get_application", case_id=case_id)
        if not _is_for(form, open_correction(case)):
            raise Conflict("applications.wrong_state", "Nothing is asked for any more.")
        given, lacking = answers.read(asked_sections(case), form), attachments.lacking(form, asked_names(case))
        try:
            await it.ask("applications", "correct_application", case_id=case_id, answers=given, no_file_for=lacking)
        except Forbidden as failure:
            if failure.slug != "applications.level_needed":
                raise
            raise Conflict(failure.slug, failure.text) from None
        see_other(resp, f"/applications/{case_id}?done=corrected")


class Withdrawal(CasePage):
    """Asks once more before an application is taken back."""

    allow: ClassVar[Any] = CITIZEN
    method: ClassVar[str] = "get_application"
    template: ClassVar[str] = "withdrawal.html"

    async def contents(self, look: Look, form: Form | None, failure: Failure | None) -> dict[str, Any]:
        """Where it is decided already, it says so."""
        return {"may_withdraw": may_withdraw(look.it, look.case), **told(look.talk, failure, {})}

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """Raises conflict once it is decided."""
        await visit.of(req).ask("applications", "withdraw_application", case_id=params["case_id"])
        see_other(resp, f"/applications/{params['case_id']}?done=withdrawn")


def may_withdraw(it: Visit, case: Mapping[str, Any]) -> bool:
    """Whether the application can still be taken back, and by the one who looks."""
    is_reader = it.actor.behalf is not None and it.actor.behalf.role == "reader"
    return case["state"] in WITHDRAWABLE and not is_reader


def open_correction(case: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What the office asks for now."""
    asked: list[Mapping[str, Any]] = case.get("corrections") or []
    return asked[-1] if case["state"] == "awaiting_applicant" and asked else None


def _is_for(form: Form, asked: Mapping[str, Any] | None) -> bool:
    """Whether a page was opened for what is asked for now; the office may have gone on, and asked for something else."""
    return asked is not None and form.get("asked", asked["asked_at"]) == asked["asked_at"]


def asked_names(case: Mapping[str, Any]) -> list[str]:
    """The names of what the office asks for now: questions, repeated sections, places for files."""
    return list((open_correction(case) or {"fields": []})["fields"])


def asked_sections(case: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The form with only what is asked for, each question whatever answers say that stand elsewhere.

    What hangs on those is not marked as required: whether it is, the service knows.
    """
    names = asked_names(case)
    kept = [
        {
            **section,
            "when": None,
            "fields": [
                _among(field, section, names)
                for field in section["fields"]
                if section.get("name") in names or field["name"] in names
            ],
        }
        for section in case["sections"]
        if not section.get("repeated") or section["name"] in names
    ]
    return [section for section in kept if section["fields"]]


def _among(field: Mapping[str, Any], section: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    """A field with what its condition wants of answers that are on the page, too: of the country of an address, say."""
    here = {*names, *(other["name"] for other in section["fields"] if section.get("name") in names)}
    when = _of(field.get("when"), here)
    return {**field, "when": when, "required": field["required"] and when == field.get("when")}


def _of(when: Mapping[str, Any] | None, names: Collection[str]) -> dict[str, Any] | None:
    """The parts of a condition that look at nothing but these questions."""
    found: dict[str, Any] = {}
    for name, test in (when or {}).items():
        if name == "all":
            found |= {name: parts} if (parts := [part for one in test if (part := _of(one, names))]) else {}
        elif set(conditions.names({name: test})) <= set(names):
            found[name] = test
    return found or None


def _for_section(section: Mapping[str, Any], do: str) -> str:
    """`add` or `remove:<entry>` where the button belongs to this section."""
    verb, _, name = do.partition(":")
    name, _, number = name.partition(":")
    return f"{verb}:{number}" if name == section["name"] else ""


def _errors(talk: Speech, step: conditions.Step, errors: Mapping[str, list[str]]) -> list[dict[str, str]]:
    """Those of one step; all steps stand on the same page."""
    mine = {name: slugs for name, slugs in errors.items() if name in form_views.places(step)}
    return form_views.summary_of_errors(talk, [step], mine, answers.key_of(step.position, step.section))
