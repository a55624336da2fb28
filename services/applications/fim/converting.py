"""A schema of XDatenfelder as the text of a service file, with notes on what the file does not say."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.applications.fim import applying, places, questions, writing
from services.applications.fim.elements import Field, Group, Schema, Value
from services.applications.fim.files import attachment
from services.applications.fim.naming import Names, slug
from services.applications.fim.notes import Notes
from services.applications.fim.parsing import NOT_RELEASED, parse
from services.applications.fim.places import Choice, Place
from services.applications.fim.questions import Question, both
from services.applications.fim.steps import Layout, Step, comment

NO_KEY = "0" * 14
LONGEST_KEYWORD = 80
MOST_ANSWERS = 200
"""Answers to a form are at most 200 (contract of `applications`)."""
PREDECESSOR = "1"


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a schema: the service, the text of its file, and the notes, which stand in the text as well."""

    service: str
    text: str
    notes: Notes


def convert(data: bytes, file: str, *, service: str = "", lists: Mapping[str, tuple[Value, ...]] | None = None) -> Imported:
    """Turn a document into a service file; `file` is its name in mistakes, `lists` are code lists by URN. Raises BrokenSchema."""
    schema = parse(data, file, lists)
    notes = Notes()
    for line, told in schema.unknown:
        notes.miss(told, f"nobody reads this element (line {line}).")
    steps, attachments = _steps(schema, notes)
    slug_ = service or slug(schema.label, "-", 60)
    entry, comments = _service(slug_, schema, notes)
    _ask(schema, steps, notes)
    head = [
        f"{schema.label}. Made from {schema.id or file} {schema.version} (XDatenfelder {schema.standard}).",
        "What was not understood, what reads otherwise than there and what an author must do stands at the end.",
    ]
    return Imported(slug_, writing.write(head, entry, comments, steps, attachments, notes), notes)


def _steps(schema: Schema, notes: Notes) -> tuple[list[Step], list[Question]]:
    """The form, and the places for files."""
    top = places.lay(schema)
    asked = {one for one in top.everything() if isinstance(one.element, Field) and questions.is_asked(one.element, notes)}
    files = {one for one in top.everything() if isinstance(one.element, Field) and one.element.is_file}
    left_out = _left_out(top, notes)
    asked, files = asked - left_out, files - left_out
    names = Names()
    places.name_all(top, asked | files, names)
    for place in top.everything():
        if isinstance(place.element, Group) and place.element.is_choice and len(place.children) > 1:
            _choose(place, names)
    applying.apply_all(top, asked, files, names, notes)
    steps = Layout(top, asked, names, notes).lay(top)
    known = {question.entry["name"] for step in steps if "repeated" not in step.entry for question in step.questions}
    known |= {step.entry["name"] for step in steps if "repeated" in step.entry}
    return steps, [
        attachment(place, place.element, known, comment(place), notes)
        for place in top.everything()
        if place in files and isinstance(place.element, Field)
    ]


def _left_out(top: Place, notes: Notes) -> set[Place]:
    """What stands in groups that stand there not once."""
    found: set[Place] = set()
    for place in top.everything():
        if isinstance(place.element, Group) and place.element.count.most == 0:
            for one in place.everything():
                where = "stands" if one is place else f"is in {place.told}, which stands"
                notes.miss(one.told, f"{where} there 0:0 times and is not asked.")
            found |= set(place.everything())
    return found


def _choose(group: Place, names: Names) -> None:
    """One of the elements of a group is filled in (Auswahlgruppe)."""
    name = names.give(f"auswahl {group.element.name}", *places.surroundings(group)[1:])
    choice = Choice(name, group.children, is_required=group.is_required, told=group.told)
    for member in group.children:
        member.choice, member.is_required = choice, True


def _service(service: str, schema: Schema, notes: Notes) -> tuple[dict[str, Any], dict[str, str]]:
    description = " ".join(filter(None, [schema.description, schema.help])) or schema.label
    entry: dict[str, Any] = {
        "service": service,
        "leika_key": NO_KEY,
        "name": both(schema.label),
        "summary": both(schema.label),
        "description": both(description),
        "legal_basis": list(dict.fromkeys(schema.basis)) or ["– (steht nicht im Schema)"],
        "level": "high",
        "ending": "post",
    }
    keywords = [word for word in schema.keywords if len(word) <= LONGEST_KEYWORD]
    if keywords:
        entry["keywords"] = keywords
    for word in schema.keywords:
        if word not in keywords:
            notes.miss("Stichwort", f"“{word}” is longer than {LONGEST_KEYWORD} characters.")
    comments = {
        "leika_key": "no key of any service: FIM names it elsewhere",
        "level": "to be decided; high until then, as nothing is asked for too lightly so",
        "ending": "to be decided: document with a template, or post",
    }
    return entry, comments


def _ask(schema: Schema, steps: list[Step], notes: Notes) -> None:
    """What only an author can say."""
    notes.ask("leika_key", f"{NO_KEY} is no key; write the 14 digits of the service.")
    notes.ask("level, ending, kept_years, deadline, four_eyes", "say what holds; the schema says nothing about it.")
    if schema.basis:
        notes.ask("legal_basis", "look through what the schema calls Bezug.")
    else:
        notes.ask("legal_basis", "the schema has none (Bezug); write the law.")
    notes.ask(
        "summary, description, plain, keywords", "write for citizens; what stands there is the schema's name and description."
    )
    notes.ask("en", f"the schema is in German only; every English text marked “{writing.NOT_TRANSLATED}” is German.")
    notes.ask(
        "prefill, autocomplete, email, phone, postal_code, name", "give fields what the portal can fill in and check better."
    )
    notes.ask("documents", "definitions, help texts for output (hilfetextAusgabe) and versions stay in the schema.")
    if schema.status in NOT_RELEASED:
        notes.ask("release", f"the schema is not released (status {schema.status}); look whether there is a newer one.")
    if schema.standard.startswith(PREDECESSOR):
        notes.ask(
            "XDatenfelder 1", "the predecessor of versions 2 and 3 was read the same way; look whether there is a newer schema."
        )
    count = sum(1 if "repeated" in step.entry else len(step.questions) for step in steps)
    if count > MOST_ANSWERS:
        notes.ask("sections", f"the form has {count} questions and takes {MOST_ANSWERS} answers; leave out what is not needed.")
