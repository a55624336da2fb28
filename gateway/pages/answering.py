"""What a citizen can still do with an application at an office: correct what was asked for, or take it back."""

import asyncio
from collections.abc import Mapping
from typing import Any, ClassVar

from falcon.asgi import Request, Response

from gateway import visit
from gateway.body import Form
from gateway.pages import answers, form_views
from gateway.pages.directory import directory
from gateway.pages.form_page import FormPage, told
from gateway.pages.language import Speech
from gateway.pages.rendering import reading, render, see_other
from gateway.visit import Visit
from services.contracts import conditions
from services.contracts.actors import CITIZEN
from services.contracts.errors import Conflict, Failure

WITHDRAWABLE = ("submitted", "in_review", "awaiting_applicant", "awaiting_second")


class Correction(FormPage):
    """A form with exactly the fields the office asked about, filled in as they are now."""

    allow: ClassVar[Any] = CITIZEN
    survives_outage: ClassVar[bool] = False

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """Where nothing is asked for, it says so."""
        it, talk = visit.of(req), reading(req)
        names, case = await asyncio.gather(
            directory(it, talk), it.ask("applications", "get_application", case_id=params["case_id"])
        )
        asked = open_correction(case)
        sections = asked_sections(case)
        errors = failure.fields if failure else {}
        typed = answers.typed_in(sections, form) if form else answers.typed_from(sections, case["answers"])
        steps = conditions.steps(sections, typed, answers.today())
        await render(
            req,
            resp,
            "correction.html",
            case=case,
            title=names.service(case["service"]),
            place=names.place(case["ars"]),
            asked=asked,
            steps=[form_views.step_view(talk, step, typed, errors) for step in steps],
            errors=[error for step in steps for error in _errors(talk, step, errors)],
            trouble=told(talk, failure, {})["trouble"] if failure and not errors else None,
        )

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """Raises conflict where nothing is asked for any more."""
        it, case_id = visit.of(req), params["case_id"]
        case = await it.ask("applications", "get_application", case_id=case_id)
        if open_correction(case) is None:
            raise Conflict("applications.wrong_state", "Nothing is asked for any more.")
        given = answers.read(asked_sections(case), form)
        await it.ask("applications", "correct_application", case_id=case_id, answers=given)
        see_other(resp, f"/applications/{case_id}?done=corrected")


class Withdrawal(FormPage):
    """Asks once more before an application is taken back."""

    allow: ClassVar[Any] = CITIZEN
    survives_outage: ClassVar[bool] = False

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """Where it is decided already, it says so."""
        it, talk = visit.of(req), reading(req)
        names, case = await asyncio.gather(
            directory(it, talk), it.ask("applications", "get_application", case_id=params["case_id"])
        )
        await render(
            req,
            resp,
            "withdrawal.html",
            case=case,
            title=names.service(case["service"]),
            place=names.place(case["ars"]),
            may_withdraw=may_withdraw(it, case),
            **told(talk, failure, {}),
        )

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


def asked_sections(case: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The form with only the fields that are asked for, each of them whatever the others say."""
    names = (open_correction(case) or {"fields": []})["fields"]
    kept = [
        {**section, "when": None, "fields": [{**field, "when": None} for field in section["fields"] if field["name"] in names]}
        for section in case["sections"]
        if not section.get("repeated")
    ]
    return [section for section in kept if section["fields"]]


def _errors(talk: Speech, step: conditions.Step, errors: Mapping[str, list[str]]) -> list[dict[str, str]]:
    """Those of one step; all steps stand on the same page."""
    mine = {name: slugs for name, slugs in errors.items() if name in form_views.places(step)}
    return form_views.summary_of_errors(talk, [step], mine, answers.key_of(step.position, step.section))
