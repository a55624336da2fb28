"""Taking values of the profile over into a form: at the citizen's wish, with their origin, and never over what was typed.

In a step that is filled in several times, the profile is that of the first entry.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gateway.body import Form
from gateway.pages import answers, identity_words
from gateway.pages.answers import Typed
from gateway.pages.form_views import EntryView, FieldView, StepView
from gateway.pages.language import Speech
from gateway.visit import Visit
from services.contracts import taking_over
from services.contracts.errors import Forbidden, Timeout, Unavailable

Sections = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Known:
    """A value of the profile for a place of the form: as it is typed there, as it is read, and where it comes from."""

    place: str
    label: str
    typed: str
    spoken: str
    origin: str


async def known(it: Visit, talk: Speech, sections: Sections) -> dict[str, Known]:
    """What the profile has for the fields of this form, by place; nothing while accounts is away.

    While acting for another it is theirs, as far as they allow it.
    """
    wanted = list(_wanted(talk, sections))
    if not wanted or it.actor.kind != "citizen":
        return {}
    try:
        values = _with_country(await _profile(it))
    except (Unavailable, Timeout, Forbidden):
        return {}
    found = {}
    for place, label, field, name in wanted:
        value = values.get(name)
        typed = _typed(field["type"], value["value"]) if value is not None else ""
        if value is not None and typed:
            said, origin = identity_words.spoken(talk, name, value["value"]), await _told_origin(it, talk, value)
            found[place] = Known(place, label, typed, said, origin)
    return found


async def _profile(it: Visit) -> dict[str, Mapping[str, Any]]:
    """The values of the one for whom the form is, by name; where they are another's, without the origin of each."""
    if it.actor.behalf is None:
        return {value["name"]: value for value in (await it.ask("accounts", "get_profile"))["values"]}
    return {name: {"value": value} for name, value in (await it.ask("accounts", "get_prefill"))["values"].items()}


async def _told_origin(it: Visit, talk: Speech, value: Mapping[str, Any]) -> str:
    if "source" not in value:
        return talk.gettext("From the account of %(name)s") % {"name": it.party_name or ""}
    return talk.gettext("From your account: %(origin)s") % {"origin": await identity_words.origin(it, talk, value)}


def asks(sections: Sections) -> bool:
    """Whether a form asks for anything that a profile may know."""
    return any(field.get("prefill") for section in sections for field in section["fields"])


async def begun(it: Visit, talk: Speech, sections: Sections) -> tuple[dict[str, Any], list[str]]:
    """The answers of a form that begins with what the profile knows, and the names of those that were taken over."""
    typed = answers.typed_from(sections, {})
    filled = taken(found := await known(it, talk, sections), typed)
    steps = {place.partition(".")[0] for place in filled if "." in place}
    counts = [(answers.ENTRIES + name, str(len(typed[name]))) for name in steps]
    form = Form([*counts, *((answers.PREFIX + place, text) for place, text in filled.items())])
    return answers.read(sections, form), alike(found, typed, filled)


def _wanted(talk: Speech, sections: Sections) -> Iterator[tuple[str, str, Mapping[str, Any], str]]:
    """Place, label and field of what the profile may know, and what it is called there."""
    for section in sections:
        before, title = "", ""
        if section.get("repeated"):
            before, title = f"{section['name']}.0.", f"{talk.local(section['repeated']['entry'])} 1, "
        for field, name in taking_over.wanted(section["fields"]):
            yield before + field["name"], title + answers.label_of(talk, field), field, name


def _with_country(values: Mapping[str, Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """The values as forms ask for them; what only forms have has the origin of the street."""
    said = taking_over.spread({name: value["value"] for name, value in values.items()})
    return {name: {**(values.get(name) or values["street"]), "value": value} for name, value in said.items()}


def _typed(kind: str, value: str) -> str:
    """A value of the profile as it stands in an input; empty where the field cannot hold it."""
    found = taking_over.answer(kind, value)
    return str(answers.as_typed(kind, found)) if found else ""


def taken(known_: Mapping[str, Known], typed: Typed, replaced: Sequence[str] = ()) -> dict[str, str]:
    """What the profile fills in, by place: what is empty, and what the citizen chose to have replaced."""
    found = {place: answers.typed_at(typed, place) for place in known_}
    return {
        place: known_[place].typed
        for place, text in found.items()
        if text is not None and (not str(text).strip() or place in replaced)
    }


def alike(known_: Mapping[str, Known], typed: Typed, filled: Mapping[str, str]) -> list[str]:
    """The answers that read as the profile does now; those of entries are left out, as origins are kept of a step as a whole."""
    return [
        place for place, value in known_.items() if "." not in place and (place in filled or _text(typed, place) == value.typed)
    ]


def is_offered(known_: Mapping[str, Known], typed: Typed) -> bool:
    """Whether taking over would change anything."""
    return any(_text(typed, place) not in (None, value.typed) for place, value in known_.items())


def differing(known_: Mapping[str, Known], typed: Typed) -> list[dict[str, str]]:
    """Answers that were typed and read otherwise in the profile."""
    return [
        {"field": place, "label": value.label, "typed": text, "known": value.spoken, "origin": value.origin}
        for place, value in known_.items()
        if (text := _text(typed, place)) and text != value.typed
    ]


def _text(typed: Typed, place: str) -> str | None:
    """What stands in an input; None where there is none, as there is no entry yet."""
    text = answers.typed_at(typed, place)
    return None if text is None else str(text).replace("\r\n", "\n").strip()


def with_origins(talk: Speech, step: StepView, known_: Mapping[str, Known], held: Sequence[str] = ()) -> StepView:
    """The step with the origin beside every answer that reads as the profile does, once beside an address all of which does.

    Beside a question that is `held` to the verified identity, and reads otherwise, stands that it is.
    """
    said = dict.fromkeys(held, talk.gettext("Exactly as in your verified identity."))
    return replace(step, entries=[replace(entry, fields=list(_told(talk, entry, known_, said))) for entry in step.entries])


def _told(talk: Speech, entry: EntryView, known_: Mapping[str, Known], else_: Mapping[str, str]) -> Iterator[FieldView]:
    for address, run in entry.runs:
        told = {field.place: _origin(talk, field, known_) or else_.get(field.place, "") for field in run}
        origins = {told[field.place] for field in run if field.is_shown}
        if address is not None and len(origins) == 1 and (said := origins.pop()):
            yield from (replace(field, address=replace(address, hint=_also(address.hint, said))) for field in run)
        else:
            yield from (replace(field, hint=_also(field.hint, told[field.place])) for field in run)


def _origin(talk: Speech, field: FieldView, known_: Mapping[str, Known]) -> str:
    """What is said of the origin of an answer; empty where it does not read as the profile does."""
    value = known_.get(field.place)
    if value is None or field.value.strip() != value.typed:
        return ""
    return f"{value.origin}."


def _also(hint: str, said: str) -> str:
    return " · ".join(filter(None, (hint, said)))
