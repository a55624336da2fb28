"""Before anybody begins they read what they will be asked, and in words when."""

from typing import Any

import pytest

from gateway.pages import what_is_asked
from gateway.pages.language import speech
from services.applications import catalogue
from services.contracts import forms as contract
from services.contracts.registry import dump
from tests.fakes.form import everything

SECTIONS = [dump(contract.Section, section) for section in everything().sections]
KNOWN: dict[str, Any] = {
    "reason": {"type": "choice", "label": {"de": "Warum?", "en": "Why?"}, "choices": [
        {"value": "new", "label": {"de": "Neu", "en": "New"}}, {"value": "old", "label": {"de": "Alt", "en": "Old"}}]},
    "is_new": {"type": "yes_no", "label": {"de": "Neu?", "en": "New?"}},
    "born": {"type": "date", "label": {"de": "Geboren am", "en": "Born on"}},
    "fee": {"type": "amount", "label": {"de": "Betrag", "en": "Amount"}},
    "nation": {"type": "nationality", "label": {"de": "Staat", "en": "Nation"}},
    "children": {"type": "entries", "label": {"de": "Kinder", "en": "Children"}},
}  # fmt: skip


@pytest.mark.parametrize(
    ("when", "german", "english"),
    [
        ({"reason": "new"}, "„Warum?“ mit „Neu“ beantworten", "answer “Why?” with “New”"),
        ({"reason": ["new", "old"]}, "„Warum?“ mit „Neu“ oder „Alt“ beantworten", "answer “Why?” with “New” or “Old”"),
        ({"is_new": False}, "„Neu?“ mit „Nein“ beantworten", "answer “New?” with “No”"),
        ({"not": {"nation": "DE"}}, "„Staat“ nicht mit „Deutschland“ beantworten", "do not answer “Nation” with “Germany”"),
        ({"children": {"at_least": 2}}, "bei „Kinder“ mindestens 2 angeben", "state at least 2 at “Children”"),
        ({"fee": {"at_most": 1250}}, "bei „Betrag“ höchstens 12,50\xa0€ angeben", "state at most €12.50 at “Amount”"),
        ({"born": {"at_most": "2010-01-31"}}, "bei „Geboren am“ einen Tag bis zum 31. Januar 2010 angeben",
         "state a day up to 31 January 2010 at “Born on”"),
        ({"born": {"at_least": "other+1d"}}, "bei „Geboren am“ einen passenden Tag angeben",
         "state a day that fits at “Born on”"),
        ({"born": {"answered": False}}, "bei „Geboren am“ nichts angeben", "state nothing at “Born on”"),
        ({"is_new": True, "any": [{"reason": "new"}, {"born": {"answered": True}}]},
         "„Neu?“ mit „Ja“ beantworten und „Warum?“ mit „Neu“ beantworten oder bei „Geboren am“ etwas angeben",
         "answer “New?” with “Yes” and answer “Why?” with “New” or state something at “Born on”"),
        ({"not": {"all": [{"is_new": True}, {"reason": "old"}]}},
         "nicht „Neu?“ mit „Ja“ beantworten und „Warum?“ mit „Alt“ beantworten",
         "otherwise than this: answer “New?” with “Yes” and answer “Why?” with “Old”"),
    ],
)  # fmt: skip
def test_a_condition_is_said_in_words(when, german, english):
    assert what_is_asked.in_words(speech("de"), when, KNOWN) == german
    assert what_is_asked.in_words(speech("en"), when, KNOWN) == english


def test_steps_say_what_is_always_asked_and_what_only_sometimes():
    you, children, allowance, last = what_is_asked.steps(speech("de"), SECTIONS)
    assert you.always == ["Familienname", "Geburtsdatum", "Staatsangehörigkeit", "Wunsch"]
    assert you.sometimes[1] == ("nur wenn Sie „Wunsch“ mit „Papier“ beantworten", ["Zahl"])
    assert children.is_repeated
    assert allowance.when == "nur wenn Sie bei „Kinder“ mindestens 1 angeben"
    assert last.sometimes == [("nur wenn Sie bei „Telefon“ etwas angeben", ["Ihre Anschrift"])], "an address is one question"


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_condition_of_the_catalogue_has_words(language):
    talk = speech(language)
    for service in catalogue.services().values():
        sections = [dump(contract.Section, section) for section in service.sections]
        what_is_asked.steps(talk, sections)
        told = what_is_asked.documents(talk, {"sections": sections, "attachments": service.attachments})
        assert [bool(one.when) for one in told] == [bool(place["when"]) for place in service.attachments]
