"""Corrections: an office asks for some answers once more, and the citizen corrects exactly those."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.applications import (
    attachments,
    casework,
    deadlines,
    drafting,
    editions,
    forms,
    identities,
    naming,
    neutral,
    origins,
    trust,
)
from services.applications.attachments import Place
from services.applications.model import Case, FeeRule, wrong_state
from services.chassis import clock
from services.contracts import conditions
from services.contracts.actors import Actor
from services.contracts.attachments import PREFIX, follows_from
from services.contracts.errors import Invalid


def ask_for_correction(session: Session, actor: Actor, *, case_id: str, fields_: list[str], message: str) -> dict[str, Any]:
    """The citizen gets a notice and the clock stops. Raises invalid for a field that is not in the form, or decides the fee, and
    for a place for files that the answers do not ask for; conflict where a question would tell something.

    What is asked for only because of such a field, or within bounds that it sets, can be corrected with it: another answer may
    lead to another question, or to another place.
    """
    case = casework.of_clerk(session, actor, case_id)
    neutral.check(case)
    service = editions.of(case).service
    sections, places = service.sections, service.attachments
    askable = fields_of(sections, attachments.asked(service, case.answers, _sent_on(case))) - _that_decide_fees(session, case)
    if unknown := [name for name in fields_ if name not in askable]:
        raise Invalid(
            "invalid", "These cannot be asked for.", fields={"fields": ["choice"], **{name: ["choice"] for name in unknown}}
        )
    names = with_followers(sections, fields_, places)
    case.ask(clock.now(), actor.person_id, names, message)
    casework.announce(session, "application.correction_asked", case)
    casework.note_act(session, actor, "case.correction_asked", case, fields=names)
    return casework.office_view(case)


def correct_application(
    session: Session, actor: Actor, *, case_id: str, answers: dict[str, Any], no_file_for: Collection[str] = ()
) -> dict[str, Any]:
    """Answer what the office asked for: the case is with it again, and its clock goes on. Raises invalid for any other field.

    Files that were attached meanwhile go with it; raises invalid where one is missing in a place that was asked for, unless it
    may be empty and `no_file_for` names it; and forbidden where its service was ordered at a higher trust level than theirs.
    """
    case = casework.of_applicant(session, actor, case_id)
    asked, service = case.open_correction, editions.of(case).service
    trust.require(actor, [service])
    before, files = case.answers, [*attachments.sent(case), *attachments.coming(case)]
    if asked is None:
        raise wrong_state("applications.wrong_state")
    names = asked.fields
    if other := [name for name in (*answers, *no_file_for) if name not in names]:
        raise Invalid("invalid", "Only what was asked for can be corrected.", fields={name: ["unknown_field"] for name in other})
    kept = {name: value for name, value in before.items() if name not in names}
    sent = forms.Sent(before, _sent_on(case))
    missing = attachments.errors(service, {**kept, **answers}, files, sent.on)
    wrong = {
        **{name: ["file_or_none"] for name in _without_file(case, {**kept, **answers}) if name not in no_file_for},
        **{name: slugs for name, slugs in missing.items() if name in names},
    }
    try:
        complete = forms.complete(service, {**kept, **answers}, sent=sent)
    except Invalid as error:
        raise Invalid(error.slug, error.text, fields=error.fields | wrong) from None
    wrong |= identities.errors(service, complete, case.identity)
    if wrong:
        raise Invalid("invalid", "Some fields need another look.", fields=wrong)
    attachments.drop(session, case, but=[place["name"] for place in attachments.asked(service, complete, sent.on)])
    origins.correct(case, asked, complete)
    deadlines.resume(case, asked.asked_at)
    case.correct(clock.now(), actor.person_id)
    naming.index(session, case, service.sections)
    drafting.note_act(session, actor, "application.corrected", case_id=case.id, service=case.service)
    return casework.view(case)


def _sent_on(case: Case) -> date:
    """The day on which the answers were right, in Germany."""
    return clock.in_germany(case.order.placed_at).date()


def _without_file(case: Case, answers: Mapping[str, Any]) -> list[str]:
    """The places that were asked for, and not only in case another answer needs them, and that nothing has been attached to."""
    names, coming = case.open_correction.fields if case.open_correction else [], attachments.coming(case)
    return [
        PREFIX + place["name"]
        for place in attachments.asked(editions.of(case).service, answers, _sent_on(case))
        if PREFIX + place["name"] in names and not follows_from(place, names) and not attachments.here(coming, place["name"])
    ]


def fields_of(sections: Sequence[dict[str, Any]], places: Sequence[Place] = ()) -> set[str]:
    """What can be asked for again: fields, sections that are filled in several times as a whole, and places for files."""
    return set(_in_order(sections, places))


def with_followers(sections: Sequence[dict[str, Any]], asked: Sequence[str], places: Sequence[Place] = ()) -> list[str]:
    """These fields, and those whose conditions or bounds look at them, in the order of the form; both only look back.

    Places for files come after all fields.
    """
    found = set(asked)
    for section in sections:
        for field in section["fields_"]:
            if found & (conditions.looked_at(section) | conditions.looked_at(field)):
                found.add(section["name"] if section.get("repeated") else field["name"])
    found |= {PREFIX + place["name"] for place in places if follows_from(place, found)}
    return [name for name in _in_order(sections, places) if name in found]


def _in_order(sections: Sequence[dict[str, Any]], places: Sequence[Place]) -> Iterator[str]:
    for section in sections:
        if section.get("repeated"):
            yield section["name"]
        else:
            yield from (field["name"] for field in section["fields_"])
    yield from (PREFIX + place["name"] for place in places)


def _that_decide_fees(session: Session, case: Case) -> set[str]:
    """Fields that count pieces: the fee is paid, and a correction would change it afterwards."""
    rules = select(FeeRule.pieces_field).where(FeeRule.service == case.service, FeeRule.pieces_field.is_not(None))
    return {name for name in session.scalars(rules.distinct()) if name}
