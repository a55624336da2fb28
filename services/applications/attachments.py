"""The places for files in a form: which are asked for, what is missing in them, and how files go from a draft into a case."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from services.applications import forms
from services.applications.catalogue import Service
from services.applications.model import Case, Draft, File
from services.contracts import conditions
from services.contracts.attachments import PREFIX

Place = Mapping[str, Any]


def asked(service: Service, answers: Mapping[str, Any], today: date | None = None) -> Sequence[Place]:
    """The places that these answers ask for, today or on another day."""
    if not any(place["when"] for place in service.attachments):
        return service.attachments
    return conditions.places(service.sections, service.attachments, answers, today or forms.today())


def errors(
    service: Service, answers: Mapping[str, Any], files: Sequence[File], today: date | None = None
) -> dict[str, list[str]]:
    """What of the files keeps an application from being ordered or corrected, as slugs by `attachments.<place>`."""
    found = {}
    for place in asked(service, answers, today):
        states = [file.state for file in here(files, place["name"])]
        if "unchecked" in states:
            found[PREFIX + place["name"]] = ["file_unchecked"]
        elif place["required"] and not states:
            found[PREFIX + place["name"]] = ["file_required"]
    return found


def without_place(service: Service, files: Sequence[File]) -> list[str]:
    """The places of files that a form does not have, as `attachments.<place>`."""
    places = {place["name"] for place in service.attachments}
    return [PREFIX + name for name in dict.fromkeys(file.place for file in files) if name not in places]


def here(files: Sequence[File], place: str) -> list[File]:
    """The files in a place, without those that have not come whole."""
    return [file for file in files if file.place == place and file.kind]


def move(draft: Draft, case: Case, service: Service) -> None:
    """A draft becomes a case: its files go with it. Those that never came, or that nobody asks for any more, do not."""
    places = {place["name"] for place in asked(service, case.answers)}
    for file in list(draft.files):
        if file.state == "ready" and file.place in places:
            file.draft, file.case = None, case


def sent(case: Case) -> list[File]:
    """The files that the office has: those of the application, and of the corrections that were answered."""
    answered = {None, *(asked.number for asked in case.corrections if asked.answered_at)}
    return [file for file in case.files if file.correction in answered]


def coming(case: Case) -> list[File]:
    """The files that the citizen has attached to the correction that is asked for now, and not sent yet."""
    asked = case.open_correction
    return [file for file in case.files if asked is not None and file.correction == asked.number]


def drop(session: Session, case: Case, but: Collection[str] = ()) -> None:
    """Forget what was attached to the correction that is asked for now, except what came whole for these places."""
    for file in coming(case):
        if file.state != "ready" or file.place not in but:
            case.files.remove(file)
            session.delete(file)
