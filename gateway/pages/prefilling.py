"""Taking values of the profile over into a form: at the citizen's wish, with their origin, and never over what was typed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gateway.pages import answers, identity_words
from gateway.pages.form_views import FieldView, StepView
from gateway.pages.language import Speech
from gateway.visit import Visit
from services.contracts import countries
from services.contracts.errors import Forbidden, Timeout, Unavailable

Sections = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Known:
    """A value of the profile for a field of the form: as it is typed there, as it is read, and where it comes from."""

    field: str
    label: str
    typed: str
    spoken: str
    origin: str


async def known(it: Visit, talk: Speech, sections: Sections) -> dict[str, Known]:
    """What the profile has for the fields of this form, by field; nothing while acting for another, or while accounts is away."""
    wanted = [(field, field["prefill"]) for field in answers.fields_of(sections) if field.get("prefill")]
    if not wanted or it.actor.kind != "citizen" or it.actor.behalf is not None:
        return {}
    try:
        profile = await it.ask("accounts", "get_profile")
    except (Unavailable, Timeout, Forbidden):
        return {}
    values = {value["name"]: value for value in profile["values"]}
    found = {}
    for field, name in wanted:
        value = values.get(name)
        typed = _typed(field["type"], value["value"]) if value is not None else ""
        if value is not None and typed:
            found[field["name"]] = Known(
                field["name"],
                talk.local(field["label"]),
                typed,
                identity_words.spoken(talk, name, value["value"]),
                await identity_words.origin(it, talk, value),
            )
    return found


def _typed(kind: str, value: str) -> str:
    """A value of the profile as it stands in an input; empty where the field cannot hold it."""
    if kind in ("country", "nationality"):
        return countries.code_of(kind, value)
    return "" if kind == "date" and "-00" in value else str(answers.as_typed(kind, value))


def filled(known_: Mapping[str, Known], typed: Mapping[str, str], replaced: Sequence[str] = ()) -> dict[str, str]:
    """What is typed, with the empty fields filled from the profile, and those that the citizen chose replaced by it."""
    taken = {name: value.typed for name, value in known_.items() if not typed.get(name, "").strip() or name in replaced}
    return {**typed, **taken}


def is_offered(known_: Mapping[str, Known], typed: Mapping[str, str]) -> bool:
    """Whether taking over would change anything."""
    return any(typed.get(name, "").strip() != value.typed for name, value in known_.items())


def differing(known_: Mapping[str, Known], typed: Mapping[str, str]) -> list[dict[str, str]]:
    """Answers that were typed and read otherwise in the profile."""
    return [
        {"field": name, "label": value.label, "typed": typed[name].strip(), "known": value.spoken, "origin": value.origin}
        for name, value in known_.items()
        if typed.get(name, "").strip() not in ("", value.typed)
    ]


def with_origins(talk: Speech, step: StepView, known_: Mapping[str, Known]) -> StepView:
    """The step with the origin beside every answer that reads as the profile does."""
    return replace(step, entries=[replace(entry, fields=list(_told(talk, entry.fields, known_))) for entry in step.entries])


def _told(talk: Speech, fields: Sequence[FieldView], known_: Mapping[str, Known]) -> Iterator[FieldView]:
    for field in fields:
        value = known_.get(field.place)
        if value is None or field.value.strip() != value.typed:
            yield field
        else:
            said = talk.gettext("From your account: %(origin)s.") % {"origin": value.origin}
            yield replace(field, hint=f"{field.hint} · {said}" if field.hint else said)
