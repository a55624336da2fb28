"""Files of a form in progress: a page of their own, so that nothing typed elsewhere waits for them; and their way back."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from http import HTTPStatus
from typing import Any, ClassVar

from falcon.asgi import Request, Response

from gateway import uploads, visit
from gateway.body import Form
from gateway.pages import answers, form_steps, rendering, what_is_asked
from gateway.pages.form_page import FormPage
from gateway.pages.language import Speech
from gateway.pages.rendering import reading, render, see_other
from gateway.pages.staff_areas import CASE_READERS
from gateway.visit import Visit
from services.contracts import conditions
from services.contracts.actors import CITIZEN
from services.contracts.attachments import MOST_BYTES, PREFIX, follows_from
from services.contracts.errors import Conflict, Failure, Invalid, Timeout, Unavailable

INPUT = "file."
"""Before the name of a place in a form with other questions: the name of its input."""

NONE = "no_file."
"""Before the name of a place there: the name of the box that says that there is no file for it."""

TOO_LARGE = "attachment_too_large"
ENDINGS = {
    "pdf": ".pdf",
    "jpeg": ".jpg,.jpeg",
    "png": ".png",
    "webp": ".webp",
    "tiff": ".tif,.tiff",
    "heic": ".heic,.heif",
}
"""What a browser offers to pick; what a file really is says its content."""

NAMES = {"pdf": "PDF", "jpeg": "JPEG", "png": "PNG", "webp": "WebP", "tiff": "TIFF", "heic": "HEIC"}


class Files(FormPage):
    """The places for files of a form, and what is in them."""

    allow: ClassVar[Any] = CITIZEN
    survives_outage: ClassVar[bool] = False
    reads_its_form: ClassVar[bool] = True

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """`failure` is about the place that the form names."""
        place = form.get("place") if form else ""
        await self._page(req, resp, [(place, "", failure)] if failure else [], **params)

    async def _page(self, req: Request, resp: Response, wrong: Sequence[tuple[str, str, Failure]], **params: str) -> None:
        it, talk = visit.of(req), reading(req)
        draft_id = params["draft_id"]
        draft, found = await asyncio.gather(
            it.ask("applications", "get_draft", draft_id=draft_id),
            it.ask("applications", "list_draft_files", draft_id=draft_id),
        )
        service, municipality = await asyncio.gather(
            form_steps.service_of(it, draft), it.house.catalogue.municipality(draft["ars"])
        )
        places = {place["name"]: _shown(talk, place, found["files"]) for place in found["attachments"]}
        errors = [_error(talk, places.get(each[0], {}), *each) for each in wrong if each[2].fields]
        told = next((rendering.told(talk, failure) for _, _, failure in wrong if not failure.fields), None)
        await render(
            req,
            resp,
            "draft_files.html",
            service=service,
            municipality=municipality,
            draft=draft,
            places=list(places.values()),
            most_bytes=MOST_BYTES,
            errors=errors,
            trouble=told,
        )

    async def on_post(self, req: Request, resp: Response, **params: str) -> None:
        """Takes files, each for itself: what is wrong with one keeps no other out. Or `check`s a file again, or `remove`s it."""
        it, parts = visit.of(req), uploads.Parts(req)
        wrong: list[tuple[str, str, Failure]] = []
        count = 0
        async for part in parts.files():
            count += 1
            place = parts.form.get("place")
            try:
                await uploads.take(it, part, place, draft_id=params["draft_id"])
            except (Invalid, Conflict, Unavailable, Timeout) as failure:
                wrong.append((place, part.filename or "", failure))
        it.form = parts.form
        done = "attached"
        if not count:
            try:
                done = await _do(it, parts.form)
            except (Invalid, Conflict, Unavailable, Timeout) as failure:
                wrong.append((parts.form.get("place"), "", failure))
        if not wrong:
            see_other(resp, f"/drafts/{params['draft_id']}/files?done={done}")
            return
        rendering.status_for(resp, wrong[0][2])
        if TOO_LARGE in wrong[0][2].fields.get("file", []):
            resp.status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE.value
        await self._page(req, resp, wrong, **params)


async def _do(it: Visit, form: Form) -> str:
    """What a form without files asks for, and what the page says afterwards."""
    if file_id := form.get("remove"):
        await it.ask("applications", "remove_file", file_id=file_id)
        return "file_removed"
    if file_id := form.get("check"):
        await it.ask("applications", "finish_upload", deadline=uploads.SECONDS_TO_LOOK, file_id=file_id)
        return "attached"
    raise Invalid("invalid", "No file.", fields={"file": ["no_file_chosen"]})


class Download:
    """One's own file, from a form in progress or an application."""

    allow: ClassVar[Any] = CITIZEN

    async def on_get(self, req: Request, resp: Response, file_id: str) -> None:
        """Raises not_found for another's file."""
        await uploads.give(visit.of(req), resp, "get_file_part", file_id)


class DownloadForStaff:
    """A file of a case of the clerk's offices."""

    allow: ClassVar[Any] = CASE_READERS

    async def on_get(self, req: Request, resp: Response, file_id: str) -> None:
        """Raises not_found for one of another office."""
        await uploads.give(visit.of(req), resp, "get_case_file_part", file_id)


async def of_case(it: Visit, talk: Speech, method: str, case_id: str) -> list[dict[str, Any]]:
    """The files of a case by place, for its page; places without files are left out."""
    found = await it.ask("applications", method, case_id=case_id)
    sent, _coming = _parted(found["files"])
    shown = [_shown(talk, place, sent) for place in found["attachments"]]
    return [place for place in shown if place["files"]]


async def of_correction(
    it: Visit, talk: Speech, case: Mapping[str, Any], names: Collection[str], form: Form | None
) -> list[dict[str, Any]]:
    """The places for files among what an office asks about, with what it has of them and what is about to be sent.

    `when` says where a place is asked for with some of the answers only that are corrected, `may_lack` where one can say that
    there is no file for it, and `lacks` whether that was ticked.
    """
    documents = zip(case.get("attachments") or (), what_is_asked.documents(talk, case), strict=True)
    asked = [(place, document) for place, document in documents if f"{PREFIX}{place['name']}" in names]
    if not asked:
        return []
    found = await it.ask("applications", "list_application_files", case_id=case["case_id"])
    sent, coming = _parted(found["files"])
    shown = []
    for place, document in asked:
        before, follows = _shown(talk, place, sent)["files"], follows_from(place, names)
        shown.append(
            {
                **_shown(talk, place, coming),
                "sent": before,
                "when": document.when if follows else "",
                "may_lack": not follows and (bool(before) or not place["required"]),
                "lacks": bool(form and form.get(NONE + place["name"])),
            }
        )
    return shown


def lacking(form: Form, names: Collection[str]) -> list[str]:
    """Those of these places for which somebody says that there is no file, by the names they have among questions."""
    return [name for name in names if form.get(NONE + name.removeprefix(PREFIX))]


def asked_now(of: Mapping[str, Any]) -> dict[str, Any]:
    """The service or case with those places for files only that its answers ask for."""
    return {**of, "attachments": conditions.places(of["sections"], of.get("attachments") or (), of["answers"], answers.today())}


def not_brought(talk: Speech, case: Mapping[str, Any], number: int, places: Sequence[Mapping[str, Any]]) -> list[str]:
    """What the citizen brought no file for, though the correction of this number asked for it, by label."""
    names = case["corrections"][number - 1]["fields"]
    brought = {place["name"] for place in places if any(file.get("correction") == number for file in place["files"])}
    return [
        talk.local(place["label"])
        for place in case.get("attachments") or ()
        if PREFIX + place["name"] in names and not follows_from(place, names) and place["name"] not in brought
    ]


def _parted(files: Sequence[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Those that the office has, and those that belong to a correction that is not sent yet."""
    sent = [file for file in files if file.get("is_sent", True)]
    return sent, [file for file in files if file not in sent]


def labels(talk: Speech, of: Mapping[str, Any]) -> dict[str, str]:
    """What the places for files of a service or case are called, by the names they have among questions."""
    return {f"{PREFIX}{place['name']}": talk.local(place["label"]) for place in of.get("attachments") or ()}


def with_labels(talk: Speech, service: Mapping[str, Any], errors: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """Errors of a form; those of places for files are told by their label and lead to where files are attached."""
    known = labels(talk, service)
    there = {"id": "attachments", "href": "#attachments"}
    return [{**e, **there, "label": known[e["name"]]} if e["name"] in known else e for e in errors]


def _shown(talk: Speech, place: dict[str, Any], files: Sequence[dict[str, Any]]) -> dict[str, Any]:
    names = [NAMES[kind] for kind in place["kinds"]]
    here = [file for file in files if file["place"] == place["name"] and file["kind"]]
    return {
        "name": place["name"],
        "label": talk.local(place["label"]),
        "help": talk.local(place["help"]) if place["help"] else "",
        "required": place["required"],
        "most": place["most"],
        "is_full": len(here) >= place["most"],
        "kinds": ", ".join(names),
        "accept": ",".join(ENDINGS[kind] for kind in place["kinds"]),
        "files": [{**file, "kind_name": NAMES[file["kind"]]} for file in here],
    }


def errors(talk: Speech, places: Sequence[Mapping[str, Any]], failure: Failure | None) -> list[dict[str, str]]:
    """What is wrong with the files of a form that has other questions as well, by the names of their places among these."""
    if isinstance(failure, Refused):
        shown = {place["name"]: place for place in places}
        return [{**_error(talk, shown.get(one[0], {}), *one), "name": PREFIX + one[0]} for one in failure.wrong]
    told = {f"{PREFIX}{place['name']}": (f"file-{place['name']}", place["label"]) for place in places}
    wrong = failure.fields if failure else {}
    return rendering.field_errors(talk, {name: wrong[name] for name in told if name in wrong}, told)


class Refused(Invalid):
    """Files that were not taken: of each its place, its name, and why."""

    def __init__(self, wrong: Sequence[tuple[str, str, Failure]]) -> None:
        self.wrong = wrong
        told = {PREFIX + place: next(iter(failure.fields.values()), []) for place, _, failure in wrong}
        super().__init__("invalid", "Some files cannot be taken.", fields=told)


def _error(talk: Speech, shown: Mapping[str, Any], place: str, filename: str, failure: Failure) -> dict[str, str]:
    slugs = next(iter(failure.fields.values()))
    [told] = rendering.field_errors(talk, {"file": slugs}, {})
    text = f"{filename}: {told['text']}" if filename else told["text"]
    if "file_kind" in slugs and shown:
        text += " " + talk.gettext("Here you can attach: %(kinds)s.") % {"kinds": shown["kinds"]}
    return {"name": place, "id": f"file-{place}", "label": shown.get("label", place), "text": text}
