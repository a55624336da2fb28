"""What was published meanwhile is taken into a working copy: what both changed is told, and what is not wanted stays."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from gateway.pages.editing import merging, source
from services.applications import catalogue, editions
from tests.unit.gateway.test_editing import COPY, DOG, Editor, at_work, copied, county, leads_to, session

__all__ = ["at_work", "county", "session"]
BEFORE = """\
service: one
level: low
kept_years: 5
sections:
  - title: {de: A, en: A}
    fields:
      # about a
      - {name: a, type: text, label: {de: A, en: A}}
      - {name: b, type: choice, choices: [{value: x, label: {de: X, en: X}}, {value: y, label: {de: Y, en: Y}}]}
      - {name: c, type: text}
"""


def changed(*pairs: tuple[str, str]) -> str:
    text = BEFORE
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


def told(theirs: str, mine: str) -> list[tuple[str, bool]]:
    found = merging.differences(*(source.read(text) for text in (BEFORE, theirs, mine)))
    return [(".".join(one.place), one.is_contested) for one in found]


def taken(theirs: str, mine: str, *, contested: bool = False) -> str:
    values = source.read(BEFORE), source.read(theirs)
    return merging.merged(mine, *values, lambda one: contested or not one.is_contested)


def test_what_only_one_of_them_changed_goes_together() -> None:
    theirs = changed(("level: low", "level: high"), ("label: {de: A, en: A}", "label: {de: Neu, en: New}"))
    mine = changed(("kept_years: 5", "kept_years: 7"), ("{de: X, en: X}", "{de: Mein X, en: My X}"))
    assert told(theirs, mine) == [
        ("level", False),
        ("sections.A.fields.a.label.de", False),
        ("sections.A.fields.a.label.en", False),
    ]
    assert taken(theirs, mine) == mine.replace("level: low", "level: high").replace(
        "label: {de: A, en: A}", "label: {de: Neu, en: New}"
    )


def test_what_both_changed_is_told_and_taken_only_where_it_is_wanted() -> None:
    theirs, mine = changed(("kept_years: 5", "kept_years: 6")), changed(("kept_years: 5", "kept_years: 7"))
    assert told(theirs, mine) == [("kept_years", True)]
    assert taken(theirs, mine) == mine
    assert taken(theirs, mine, contested=True) == theirs
    assert told(theirs, theirs) == [], "both did the same"
    assert told(BEFORE, mine) == []


def test_questions_come_go_and_stay_where_they_belong() -> None:
    theirs = changed(("      - {name: c, type: text}\n", "      - {name: new, type: text}\n      - {name: c, type: text}\n"))
    mine = changed(("      - {name: c, type: text}\n", "      - {name: c, type: text}\n      - {name: own, type: text}\n"))
    assert names(taken(theirs, mine)) == ["a", "b", "new", "c", "own"]
    assert "# about a" in taken(theirs, mine)
    without = changed(("      - {name: c, type: text}\n", ""))
    assert names(taken(without, mine)) == ["a", "b", "own"]
    edited = changed(("{name: c, type: text}", "{name: c, type: date}"))
    assert told(without, edited) == [("sections.A.fields.c", True)]
    assert names(taken(without, edited)) == ["a", "b", "c"], "what I work on does not vanish"
    assert told(edited, without) == [("sections.A.fields.c", True)]
    moved = source.move(BEFORE, ("sections", 0, "fields", 2), -1)
    assert names(taken(moved, mine)) == ["a", "c", "own", "b"]
    assert names(taken(theirs, moved)) == ["a", "c", "b", "new"]


def names(text: str) -> list[str]:
    return [field["name"] for field in source.read(text)["sections"][0]["fields"]]


@pytest.mark.parametrize("service", ["business-registration", "residence-registration", "dog-registration"])
def test_a_whole_service_takes_in_a_change_and_keeps_its_comments(service: str) -> None:
    before = catalogue.source(service)
    theirs = before.replace("level: low", "level: substantial", 1)
    theirs = source.put(theirs, ("sections", 0, "fields", 0), {"help": {"de": "Neu.", "en": "New."}})
    mine = source.put(before, ("sections", 0, "fields", 1), {"label": {"de": "Meins", "en": "Mine"}})
    text = merging.merged(mine, source.read(before), source.read(theirs), lambda _: True)
    catalogue.read_text(text, service)
    first, second = source.read(text)["sections"][0]["fields"][:2]
    assert (first["help"], second["label"]) == ({"de": "Neu.", "en": "New."}, {"de": "Meins", "en": "Mine"})
    assert [line for line in text.split("\n") if line.lstrip().startswith("#")] == [
        line for line in before.split("\n") if line.lstrip().startswith("#")
    ]


def publish_meanwhile(session: Session, *pairs: tuple[str, str]) -> None:
    """A new release of the portal publishes its text."""
    text = catalogue.source("dog-registration")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    editions.publish(session, catalogue.read_text(text, "dog-registration"), text, ars=None, by=None, note="Neue Fassung")
    session.commit()
    session.info.pop("catalogue", None)


def test_an_editor_sees_what_was_published_meanwhile_and_takes_it_over_or_not(at_work: Editor, session: Session) -> None:
    at_work.opens(f"{COPY}/newer")
    assert "follows the version that counts now" in at_work.opens(f"{COPY}/newer")
    at_work.opens(f"{COPY}/about")
    leads_to(at_work.presses("save", name__de="Mein Hund"))
    publish_meanwhile(session, ("de: Hund anmelden", "de: Hund melden"), ("level: low", "level: substantial"))
    assert "A newer version was published meanwhile" in at_work.opens(COPY)
    at_work.opens(f"{COPY}/publication")
    refused = at_work.presses("publish", note="Nein")
    assert refused.status_code == 409
    text = at_work.opens(f"{COPY}/newer")
    assert "Neue Fassung" in text
    assert "changed in the working copy, too" in text
    assert ticks(at_work) == {"take.0": False, "take.1": True}
    assert leads_to(at_work.presses("take")) == f"{COPY}?done=copy_follows"
    assert (copied(at_work)["name"]["de"], copied(at_work)["level"]) == ("Mein Hund", "substantial")
    assert "A newer version" not in at_work.opens(COPY)
    at_work.opens(f"{COPY}/publication")
    assert leads_to(at_work.presses("publish", note="Beides")) == f"{DOG}?done=service_published"


def test_an_editor_keeps_the_working_copy_as_it_is(at_work: Editor, session: Session) -> None:
    publish_meanwhile(session, ("level: low", "level: substantial"))
    at_work.opens(f"{COPY}/newer")
    publish_meanwhile(session, ("level: low", "level: high"))
    assert at_work.presses("keep").status_code == 409, "a still newer one has not been looked at"
    at_work.opens(f"{COPY}/newer")
    leads_to(at_work.presses("keep"))
    assert copied(at_work)["level"] == "low"
    at_work.opens(f"{COPY}/publication")
    leads_to(at_work.presses("publish", note="Wie zuvor"))


def ticks(editor: Editor) -> dict[str, Any]:
    form = editor.page.get_element_by_id("page-form")
    return {box.get("name"): box.get("checked") is not None for box in form.iter("input") if box.get("type") == "checkbox"}
