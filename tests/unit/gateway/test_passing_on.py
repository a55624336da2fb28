"""Who gets what of a business notice, in the clerk's words."""

import pytest

from gateway.pages import passing_on
from gateway.pages.language import speech

TEXT = {"de": "Feld", "en": "Field"}
SECTIONS = [
    {"name": None, "fields": [{"name": name, "label": {"de": name, "en": name}} for name in ("activity", "permit", "email")]},
    {
        "name": "further",
        "repeated": {"least": 0, "most": 2},
        "fields": [{"name": "nationality", "label": {"de": "Staat", "en": "State"}}],
    },
]


def case(*fields: str, **answers: object) -> dict[str, object]:
    laws = ["GewO", "GewAnzV"]
    told = {"recipient": TEXT, "legal_basis": laws, "only_if": None, "numbers": [1, 2, 3, 5], "fields": list(fields)}
    return {"sections": SECTIONS, "answers": answers, "transmissions": [told]}


@pytest.mark.parametrize(
    ("numbers", "told"), [([], ""), ([4], "4"), ([1, 2], "1–2"), ([1, 2, 3, 5], "1–3, 5"), ([1, 3, 5, 6], "1, 3, 5–6")]
)
def test_numbers_are_told_as_ranges(numbers, told):
    assert passing_on.ranges(numbers) == told


def test_what_was_answered_and_is_not_passed_on_is_named():
    (found,) = passing_on.recipients(speech("de"), case("activity", activity="Bäckerei", permit="missing", email=""))
    assert (found.name, found.legal_basis, found.numbers) == ("Feld", "GewO, GewAnzV", "1–3, 5")
    assert found.withheld == ["permit"], "an empty answer is nothing to withhold"


def test_answers_of_repeated_steps_are_withheld_too():
    further = [{"nationality": "deutsch"}, {"nationality": "deutsch"}]
    (found,) = passing_on.recipients(speech("en"), case("activity", activity="Bäckerei", further=further))
    assert found.withheld == ["State"]


def test_a_case_that_is_no_business_notice_has_no_recipients():
    assert passing_on.recipients(speech("de"), {"sections": SECTIONS, "answers": {}}) == []
