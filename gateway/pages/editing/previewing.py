"""For editors: what citizens will see of a service, with its form to try out; nothing of it is kept."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from falcon.asgi import Request, Response

from gateway import visit
from gateway.body import Form
from gateway.pages import answers, form_steps, form_views, what_is_asked
from gateway.pages.editing import mistakes
from gateway.pages.editing.copies import copy_crumbs, copy_of, crumbs, home
from gateway.pages.editing.history import edition
from gateway.pages.form_steps import REVIEW
from gateway.pages.rendering import reading, render, see_other, switch_language
from gateway.pages.staff_areas import EDITORS
from gateway.visit import Visit
from services.contracts import conditions
from services.contracts.errors import Invalid

START = "start"


@dataclass(frozen=True)
class Tried:
    """What somebody has typed into the preview, and what is wrong with it if they had it checked."""

    answers: dict[str, Any] = field(default_factory=dict)
    errors: Mapping[str, list[str]] = field(default_factory=dict)
    is_checked: bool = False


class Preview:
    """The working copy, or a version, as citizens see it. The answers travel with the page."""

    allow: ClassVar[Any] = EDITORS

    async def on_get(self, req: Request, resp: Response, **params: str) -> None:
        """The start page of the service, or the step in `?step=`."""
        await self._show(req, resp, Tried(), req.get_param("step") or START, params)

    async def on_post(self, req: Request, resp: Response, **params: str) -> None:
        """`do` is `next`, `back`, `go:` a step, `add`, `remove:` an entry, or `check`: what the portal says of the answers."""
        it = visit.of(req)
        form, do = it.form, it.form.get("do")
        if form.get("language"):
            switch_language(req, resp, form.get("language"))
        service = await self._service(req, **params)
        if service is None:
            see_other(resp, f"{home(params['ars'], params['service'])}/working-copy/preview")
            return
        sections = service["sections"]
        given = answers.read(sections, form, _carried(form))
        here = form.get("step")
        section = next((s for number, s in enumerate(sections) if answers.key_of(number, s) == here), None)
        if section and section.get("repeated"):
            answers.add_or_remove(section, given, do)
        steps = conditions.steps(sections, given, answers.today())
        way = form_steps.way(reading(req), steps, [], here)
        wish = {"next": way.after, "back": way.before or START}.get(do, do.removeprefix("go:") if do.startswith("go:") else here)
        errors: dict[str, list[str]] = {}
        if do == "check" and "number" not in params:
            errors = await self._tried(it, given, **params)
        await self._show(req, resp, Tried(given, errors, do == "check"), wish, params)

    async def _service(self, req: Request, **params: str) -> Mapping[str, Any] | None:
        """The service as it reads; None while there are mistakes in it."""
        it = visit.of(req)
        if "number" in params:
            found: Mapping[str, Any] = (await edition(it, **params))["described"]
            return found
        described: Mapping[str, Any] | None = (await copy_of(it, **params)).told["described"]
        return described

    @staticmethod
    async def _tried(it: Visit, given: dict[str, Any], **params: str) -> dict[str, list[str]]:
        try:
            asked: dict[str, Any] = {**params, "answers": given}
            found = await it.ask("applications", "try_answers", **asked)
        except Invalid as failure:
            return answers.without_prefix(failure.fields)
        return dict(found["errors"])

    async def _show(self, req: Request, resp: Response, tried: Tried, wish: str, params: Mapping[str, str]) -> None:
        it, talk = visit.of(req), reading(req)
        given, errors = tried.answers, tried.errors
        service = await self._service(req, **params)
        is_copy = "number" not in params
        if service is None:
            copy = await copy_of(it, **params)
            listed = mistakes.told(talk, copy.told["mistakes"], copy.values, copy.base)
            await render(req, resp, "editing_preview.html", service=None, mistakes=listed, crumbs=copy_crumbs(req, copy))
            return
        sections = service["sections"]
        steps = conditions.steps(sections, given, answers.today())
        way = form_steps.way(talk, steps, [], wish)
        is_start = wish == START or not sections
        step = None if is_start or way.here == REVIEW else next(s for s in steps if _key(s) == way.here)
        here = {place: slugs for place, slugs in errors.items() if step and place in form_views.places(step)}
        kept = form_steps.context(sections, way.here, given, [])
        back = (talk.gettext("Working copy"), f"{home(params['ars'], params['service'])}/working-copy") if is_copy else None
        await render(
            req,
            resp,
            "editing_preview.html",
            service=service,
            number=params.get("number", ""),
            is_start=is_start,
            steps=what_is_asked.steps(talk, sections),
            documents=what_is_asked.documents(talk, service),
            step=form_views.step_view(talk, step, answers.typed_from(sections, given), here) if step else None,
            way=way,
            context=json.dumps(given, ensure_ascii=False, default=str),
            browser=form_steps.for_the_browser(step, kept) if step else "",
            groups=answers.groups(talk, sections, answers.asked(sections, given)),
            is_checked=tried.is_checked,
            has_errors=bool(errors),
            errors=_here(form_views.summary_of_errors(talk, steps, errors, way.here)),
            crumbs=crumbs(
                req,
                params["ars"],
                (talk.local(service["name"]), home(params["ars"], params["service"])),
                *([back] if back else []),
            ),
        )


def _key(step: conditions.Step) -> str:
    return answers.key_of(step.position, step.section)


def _here(errors: list[dict[str, str]]) -> list[dict[str, str]]:
    """Links lead to what is on this page: to another step the answers do not go along, so its errors lead to the way there."""
    return [error if error["href"].startswith("#") else {**error, "href": "#way"} for error in errors]


def _carried(form: Form) -> dict[str, Any]:
    """The answers of the steps that are not on the page; none where somebody has meddled with them."""
    try:
        found = json.loads(form.get("context"))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
