"""The copy of what was sent."""

import io
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pypdf
import pytest

from services.documents import copies, rendering
from tests.unit.documents import sample_cases
from tests.unit.documents.sample_cases import OFFICE, SUBMITTED

ADDRESS = "https://portal.example.org/applications/01926b2e-5c3a-7d2e-9b1f-3f2a5c6d7e8f"


def copy(submitted_at: Any = SUBMITTED, corrected_at: Any = None, corrections: Sequence[dict[str, Any]] = ()) -> str:
    case = sample_cases.case()
    letter = copies.write(
        case_id=case["case_id"], service_name=case["service_name"], placed_at=SUBMITTED, submitted_at=submitted_at, office=OFFICE,
        sections=case["sections"], answers=case["answers"], address=ADDRESS,
        corrected_at=corrected_at, corrections=list(corrections),
    )  # fmt: skip
    assert letter.filename == "kopie-ihrer-angaben-2026-10-01.pdf"
    pages = pypdf.PdfReader(io.BytesIO(rendering.render(letter))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_the_copy_holds_the_answers_and_says_that_it_certifies_nothing():
    text = copy()
    assert "am 1. Oktober 2026 um 11:15 Uhr" in text
    assert "1. Februar 1980" in text
    assert "keine Bescheinigung" in text


@pytest.mark.parametrize("said", ["sobald die Gebühr bezahlt ist"])
def test_before_it_is_paid_nothing_is_said_to_have_arrived(said: str):
    text = copy(None)
    assert said in text
    assert "um 11:15 Uhr" not in text


def test_what_was_corrected_later_stands_below_what_was_sent_first():
    sent = {
        "answered_at": SUBMITTED + timedelta(days=3),
        "changed": ["birth_date", "phone"],
        "answers": {"birth_date": "1981-02-03"},
    }
    first, _, later = copy(corrections=[sent]).partition("Berichtigt am 4. Oktober 2026 um 11:15 Uhr")
    assert "wie sie am 1. Oktober 2026 um 11:15 Uhr bei uns" in first
    assert "1. Februar 1980" in first
    assert "3. Februar 1981" not in first
    assert "3. Februar 1981" in later
    assert "Keine Angabe mehr: Telefon" in later


@pytest.mark.parametrize(
    ("kind", "answer", "said"),
    [("yes_no", False, "Nein"), ("integer", 0, "0"), ("text", None, ""), ("text", "", ""), ("choices", [], "")],
)
def test_no_and_nought_are_answers_and_only_what_is_empty_is_gone(kind: str, answer: Any, said: str):
    label = {"de": "Frage", "en": "Question"}
    sections = [{"title": {"de": "Schritt"}, "fields": [{"name": "asked", "type": kind, "label": label, "choices": []}]}]
    answers = {} if answer is None else {"asked": answer}
    told = copies._correction(sections, {"answered_at": SUBMITTED, "changed": ["asked"], "answers": answers})
    assert told["gone"] == ([] if said else ["Frage"])
    assert [row["value"] for section in told["sections"] for row in section["rows"]] == [said] * bool(said)


def test_a_correction_that_changed_no_answer_has_no_heading():
    assert "Berichtigt" not in copy(corrections=[{"answered_at": SUBMITTED + timedelta(days=3), "changed": [], "answers": {}}])


def test_where_the_first_answers_were_not_kept_nothing_is_said_to_have_arrived_as_it_is_now():
    text = copy(corrected_at=SUBMITTED + timedelta(days=3))
    assert "wie Sie sie am 4. Oktober 2026 um 11:15 Uhr" in text
    assert "nicht aufbewahrt" in text
    assert "1. Oktober 2026 um" not in text
