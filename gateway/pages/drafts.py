"""The form of a service: filled in step by step, saved as it is typed, read once more, put into the cart."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import quote

import falcon
from falcon.asgi import Request, Response

from gateway import visit
from gateway.body import Form
from gateway.pages import answers, attachments, elsewhere, form_steps, form_views, prefilling
from gateway.pages.answers import Answered, Typed
from gateway.pages.form_page import FormPage
from gateway.pages.form_steps import REVIEW, Context, Way
from gateway.pages.language import Speech
from gateway.pages.rendering import reading, render, see_other, told
from services.contracts import conditions, merging
from services.contracts.actors import CITIZEN
from services.contracts.conditions import Step
from services.contracts.errors import Conflict, Failure, Invalid

Errors = Mapping[str, list[str]]


@dataclass(frozen=True)
class Filled:
    """A form with what stands in it, and the step that is on the page."""

    service: Mapping[str, Any]
    typed: Typed
    steps: list[Step]
    way: Way
    kept: Context
    page: Form
    renewal: Mapping[str, Any] | None = None

    @property
    def step(self) -> Step:
        """The step on the page."""
        return next(step for step in self.steps if answers.key_of(step.position, step.section) == self.way.here)


class Draft(FormPage):
    """A form in progress. A page carries which service it is of, so that it can be drawn again while the services are away."""

    allow: ClassVar[Any] = CITIZEN

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """Saved answers that do not fit are told at once, empty ones only after an attempt to go on."""
        it = visit.of(req)
        if form is None:
            await self._saved(req, resp, params["draft_id"], req.get_param("step") or "")
            return
        service = await form_steps.service_of(it, form)
        errors = answers.without_prefix(failure.fields) if failure else {}
        if form.get("step") == REVIEW:
            await self._saved(req, resp, params["draft_id"], REVIEW, failure)
            return
        sections, kept = service["sections"], form_steps.carried(form)
        typed = answers.typed_in(sections, form, answers.typed_from(sections, kept.answers))
        steps = conditions.steps(sections, typed, answers.today())
        talk = reading(req)
        way = form_steps.way(talk, steps, kept.done, form.get("step"))
        await self._step(req, resp, Filled(service, typed, steps, way, kept, form), errors, None if errors else failure)

    async def _saved(self, req: Request, resp: Response, draft_id: str, wish: str, failure: Failure | None = None) -> None:
        it, talk = visit.of(req), reading(req)
        draft = await it.ask("applications", "get_draft", draft_id=draft_id)
        service = await form_steps.service_of(it, draft)
        sections = service["sections"]
        steps = conditions.steps(sections, draft["answers"], answers.today())
        done = form_steps.done(steps, draft["errors"])
        way = form_steps.way(talk, steps, done, wish or form_steps.first_open(steps, draft["errors"]))
        if way.here == REVIEW:
            await self._review(req, resp, draft, steps, way, failure)
            return
        typed = answers.typed_from(sections, draft["answers"])
        kept = form_steps.context(sections, way.here, draft["answers"], done)
        errors = {place: slugs for place, slugs in draft["errors"].items() if _is_typed(typed, place)}
        page = elsewhere.rebased(sections, Form([("step", way.here)]), draft["answers"])
        await self._step(req, resp, Filled(service, typed, steps, way, kept, page, renewal_of(draft)), errors, None)

    async def _step(self, req: Request, resp: Response, filled: Filled, errors: Errors, failure: Failure | None) -> None:
        it, talk, step = visit.of(req), reading(req), filled.step
        not_here = {place for other in filled.steps if other is not step for place in form_views.places(other)}
        here = {place: slugs for place, slugs in errors.items() if place not in not_here}
        known = await prefilling.known(it, talk, [step.section])
        is_other = any("not_identity" in slugs for slugs in here.values())
        has_taken = req.get_param("taken") is not None or is_other
        said = elsewhere.told(talk, step.section, filled.page, here)
        shown = elsewhere.with_words(form_views.step_view(talk, step, filled.typed, here), said)
        listed = form_views.summary_of_errors(talk, filled.steps, here, filled.way.here)
        await render(
            req,
            resp,
            "draft.html",
            service=filled.service,
            municipality=await it.house.catalogue.municipality(filled.service["ars"]),
            step=prefilling.with_origins(talk, shown, known, filled.service.get("identity_fields", ())),
            way=filled.way,
            before=filled.page.all(elsewhere.BEFORE),
            context=filled.kept.written(),
            browser=form_steps.for_the_browser(step, filled.kept),
            may_take=not has_taken and prefilling.is_offered(known, filled.typed),
            differing=prefilling.differing(known, filled.typed) if has_taken else [],
            has_further=req.get_param("further") is not None,
            errors=[{**error, "text": said.get(error["name"], error["text"])} for error in listed],
            trouble=told(talk, failure) if failure else None,
            renewal=filled.renewal,
        )

    async def _review(
        self, req: Request, resp: Response, draft: Mapping[str, Any], steps: list[Step], way: Way, failure: Failure | None
    ) -> None:
        talk = reading(req)
        service = await form_steps.service_of(visit.of(req), draft)
        sections = service["sections"]
        is_told = failure is not None and bool(failure.fields)
        wrong = {**draft["errors"], **(failure.fields if failure else {})}
        listed = attachments.with_labels(talk, service, form_views.summary_of_errors(talk, steps, wrong, REVIEW))
        await render(
            req,
            resp,
            "draft_review.html",
            service=service,
            municipality=await visit.of(req).house.catalogue.municipality(service["ars"]),
            way=way,
            step=None,
            context=form_steps.context(sections, REVIEW, draft["answers"], []).written(),
            groups=answers.groups(talk, sections, answers.asked(sections, draft["answers"])),
            missing=listed,
            errors=listed if is_told else [],
            trouble=told(talk, failure) if failure and not is_told else None,
            renewal=renewal_of(draft),
        )

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """`do` is `keep` (saved while typing), `next` (this step must be complete), `back`, `go:<step>`, `add`, `remove:<entry>`,
        `later` (go home), `cart` (the form must be complete), `take` (from the profile), `renew` (go on with the newest version).
        """
        it, draft_id, do = visit.of(req), params["draft_id"], form.get("do")
        service = await form_steps.service_of(it, form)
        if form.get("step") == REVIEW and do == "cart":
            await it.ask("applications", "add_to_cart", draft_id=draft_id)
            see_other(resp, "/cart?done=in_cart")
            return
        if form.get("step") == REVIEW and do == "files":
            see_other(resp, f"/drafts/{draft_id}/files")
            return
        draft = await it.ask("applications", "get_draft", draft_id=draft_id)
        if form.get("version") not in ("", str(draft["version"])):
            await self._renewed_elsewhere(req, resp, form, service, draft)
            return
        if form.get("step") == REVIEW and do == "renew":
            await self._renew(req, resp, service, draft)
            return
        if do == "take":
            await self._take(req, resp, form, service, draft)
            return
        before = _before(service["sections"], form, draft)
        given = answers.read(service["sections"], form, before[-1])
        section = _section(service["sections"], form.get("step"))
        if section and section.get("repeated"):
            answers.add_or_remove(section, given, do)
        sent = set(form.names())
        draft = await self._save(req, form, service, draft, answers=given, before=before)
        if do == "keep":
            resp.status = falcon.HTTP_204
        elif do == "later":
            see_other(resp, "/home?done=saved#drafts")
        elif do == "renew":
            await self._renew(req, resp, service, draft)
        else:
            see_other(resp, f"/drafts/{draft_id}?step={quote(self._following(req, form, service, draft, sent), safe='&#=')}")

    async def _save(
        self, req: Request, form: Form, service: Mapping[str, Any], draft: Mapping[str, Any], **given: Any
    ) -> dict[str, Any]:
        """Save what was typed; from here on the page begins with what is stored.

        Raises conflict for what another device has changed, too; the rest is saved all the same.
        """
        ask, sections, draft_id = visit.of(req).ask, service["sections"], draft["draft_id"]
        try:
            saved: dict[str, Any] = await ask("applications", "save_draft", draft_id=draft_id, **given)
        except Conflict:
            stored = (await ask("applications", "get_draft", draft_id=draft_id))["answers"]
            both = merging.merged(sections, stored, given["answers"], given["before"])
            settled = {**given, "answers": both.answers, "before": [stored]}
            saved = await ask("applications", "save_draft", draft_id=draft_id, **settled)
            if both.stale:
                form.pairs = elsewhere.rebased(sections, form, both.answers, both.shown).pairs
                raise merging.changed_elsewhere(one.place for one in both.stale) from None
        form.pairs = elsewhere.rebased(sections, form, saved["answers"]).pairs
        return saved

    def _following(self, req: Request, form: Form, service: Mapping[str, Any], draft: Mapping[str, Any], sent: set[str]) -> str:
        """The step to go to; `sent` is what was on the page.

        Raises invalid with what is wrong in this one, when somebody wants to go on.
        """
        do = form.get("do")
        steps = conditions.steps(service["sections"], draft["answers"], answers.today())
        way = form_steps.way(reading(req), steps, [], form.get("step"))
        if do.startswith("go:"):
            return do.removeprefix("go:")
        if do == "back":
            return way.before or way.here
        if do == "add":
            return f"{way.here}#entry-{len(draft['answers'].get(way.here) or [0]) - 1}"
        if do.startswith("remove:") or way.here == REVIEW:
            return way.here
        step = next(s for s in steps if answers.key_of(s.position, s.section) == way.here)
        wrong = {place: slugs for place, slugs in draft["errors"].items() if place in form_views.places(step)}
        if any(answers.PREFIX + place in sent or slugs != ["required"] for place, slugs in wrong.items()):
            raise Invalid("invalid", "Some fields need another look.", fields=wrong)
        return f"{way.here}&further" if wrong else way.after

    async def _renew(self, req: Request, resp: Response, service: Mapping[str, Any], draft: Mapping[str, Any]) -> None:
        """Go on with the newest version. What it has no place for is shown once more, as it is gone from here on."""
        renewed = await visit.of(req).ask("applications", "renew_draft", draft_id=draft["draft_id"])
        lost = _lost(reading(req), service, draft["answers"], renewed["lost"])
        if not lost:
            see_other(resp, f"/drafts/{draft['draft_id']}?step={REVIEW}&done=renewed")
            return
        municipality = await visit.of(req).house.catalogue.municipality(service["ars"])
        shown = {"service": service, "municipality": municipality, "draft": renewed, "lost": lost}
        await render(req, resp, "draft_renewed.html", **shown)

    async def _renewed_elsewhere(
        self, req: Request, resp: Response, form: Form, service: Mapping[str, Any], draft: Mapping[str, Any]
    ) -> None:
        """The page is of an older version than the draft by now: keep what was typed as far as the newer one asks for it."""
        it = visit.of(req)
        newer = await form_steps.service_of(it, draft)
        known = {field["name"] for field in answers.fields_of(newer["sections"])}
        before = _before(service["sections"], form, draft)
        given = answers.read(service["sections"], form, before[-1])
        fit, *fitting = [{name: value for name, value in told.items() if name in known} for told in (given, *before)]
        with suppress(Invalid):
            await self._save(req, form, service, draft, answers=fit, before=fitting)
        if form.get("do") == "keep":
            resp.status = falcon.HTTP_204
        else:
            see_other(resp, f"/drafts/{draft['draft_id']}?done=renewed_elsewhere")

    async def _take(self, req: Request, resp: Response, form: Form, service: Mapping[str, Any], draft: Mapping[str, Any]) -> None:
        """Fill what is empty in this step from the profile, and replace what the citizen ticked; nothing else that was typed."""
        it, sections = visit.of(req), service["sections"]
        section = _section(sections, form.get("step"))
        known = await prefilling.known(it, reading(req), [section] if section else [])
        before = _before(sections, form, draft)
        typed = answers.typed_in(sections, form, answers.typed_from(sections, before[-1]))
        filled = prefilling.taken(known, typed, form.all("replace"))
        whole = Form([*form.pairs, *((answers.PREFIX + place, text) for place, text in filled.items())])
        taken = prefilling.alike(known, typed, filled)
        given = answers.read(sections, whole, before[-1])
        await self._save(req, form, service, draft, answers=given, before=before, taken=taken)
        see_other(resp, f"/drafts/{draft['draft_id']}?step={quote(form.get('step'))}&taken&done=taken_over")


class Discard:
    """Throws a form in progress away."""

    allow: ClassVar[Any] = CITIZEN

    async def on_post(self, req: Request, resp: Response, draft_id: str) -> None:
        """Raises not_found for another's draft."""
        await visit.of(req).ask("applications", "discard_draft", draft_id=draft_id)
        see_other(resp, "/home?done=discarded")


def renewal_of(draft: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Which draft could go on with a newer version of its form, and since when there is one; None where there is none."""
    is_newer = draft.get("newest_version", 0) > draft.get("version", 0)
    return {"draft_id": draft["draft_id"], "since": draft["newest_since"]} if is_newer else None


def _lost(talk: Speech, service: Mapping[str, Any], given: Mapping[str, Any], places: Iterable[str]) -> list[Answered]:
    """Answers of a form that a newer version of it did not take over, as they read: label and what was answered."""
    steps = {section["name"]: section for section in service["sections"] if section.get("repeated")}
    asked = {field["name"]: field for section in service["sections"] for field in section["fields"]}
    labels = attachments.labels(talk, service)
    labels |= {name: talk.local(section["title"]) for name, section in steps.items()}
    found = [Answered(labels[place], "") for place in places if place in labels]
    for place in places:
        step, _, rest = place.partition(".")
        number, _, name = rest.rpartition(".")
        value = given[step][int(number)].get(name) if step in steps and number else given.get(place)
        field = asked.get(name if step in steps else place)
        if field is not None and place not in labels:
            found.append(Answered(answers.label_of(talk, field), answers.spoken(talk, field, value)))
    return found


def _before(sections: answers.Sections, form: Form, draft: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What the page began with; a page that does not tell it, with what is saved now."""
    return [answers.read(sections, told) for told in elsewhere.before(form)] or [draft["answers"]]


def _section(sections: answers.Sections, key: str) -> Mapping[str, Any] | None:
    return next((section for number, section in enumerate(sections) if answers.key_of(number, section) == key), None)


def _is_typed(typed: Typed, place: str) -> bool:
    """Whether anything stands in the input of that place, in the form or in an entry of a repeated step."""
    value = answers.typed_at(typed, place)
    return bool(value.strip() if isinstance(value, str) else value)
