"""What stands on the page, as a foreign reader (poppler) finds it."""

import re
import subprocess
import unicodedata
from pathlib import Path
from typing import Any

import pypdf
import pytest

from services.contracts.din91379 import letters
from services.documents import rendering
from tests.unit.documents import sample_cases

MARKUP = "*fett* _kursiv_ #import $x^2$ `code` <marke> @ref [Inhalt] \\ // kein Kommentar = Titel"


def text_of(content: bytes, folder: Path) -> str:
    """The text of a PDF in reading order, in NFC."""
    file = folder / "document.pdf"
    file.write_bytes(content)
    found = subprocess.run(["pdftotext", "-raw", str(file), "-"], check=True, capture_output=True).stdout
    return unicodedata.normalize("NFC", found.decode())


def words(text: str) -> str:
    return " ".join(text.split())


def test_every_letter_of_din_91379_is_printed_right(tmp_path: Path):
    # Each letter in a name of its own, so that a lost mark cannot hide behind its neighbour.
    names = [f"Mu{unicodedata.normalize('NFC', letter)}ster" for letter in letters()]
    printed = text_of(rendering.render(sample_cases.letter(activity="\n".join(names))), tmp_path).split()
    assert [name for name in names if name not in printed] == []


@pytest.mark.parametrize("service", sample_cases.services(), ids=lambda s: s["service"])
def test_a_document_says_who_issued_what_when_and_how_to_check_it(service: dict[str, Any], tmp_path: Path):
    content = rendering.render(sample_cases.letter(service))
    printed = words(text_of(content, tmp_path))
    # What an official confirmation of registration may hold is counted up: of the notice its day (BMG § 24 (2) no. 6).
    submitted = "1. Oktober 2026" if service["template"] == "registration-confirmation" else "1. Oktober 2026 um 11:15 Uhr"
    for expected in (
        "Stadt Lingen (Ems)", "Gewerbeamt", "Elisabethstraße 14-16, 49808 Lingen (Ems)", "3. Oktober 2026", sample_cases.CASE,
        submitted, "Erika", sample_cases.CODE, f"{sample_cases.PORTAL}/verify/{sample_cases.CODE}",
        "ohne Unterschrift gültig",
    ):  # fmt: skip
        assert expected in printed


def test_the_receipt_says_what_the_law_asks_and_that_it_permits_nothing(tmp_path: Path):
    printed = words(text_of(rendering.render(sample_cases.letter()), tmp_path))
    assert "nach § 15 Absatz 1 der Gewerbeordnung (GewO) den Empfang Ihrer Gewerbeanzeige" in printed
    assert "Diese Bescheinigung ist keine Erlaubnis." in printed
    assert "Handwerksrolle" in printed
    assert "30,00 EUR" in printed


def test_the_confirmation_is_no_tax_assessment(tmp_path: Path):
    printed = words(text_of(rendering.render(sample_cases.letter(sample_cases.service("dog-registration"))), tmp_path))
    assert "Diese Bestätigung ist kein Steuerbescheid." in printed
    assert "§ 6 des Niedersächsischen Gesetzes über das Halten von Hunden" in printed


def test_what_a_citizen_types_is_never_markup(tmp_path: Path):
    printed = words(text_of(rendering.render(sample_cases.letter(activity=MARKUP, family_name="*Musterfrau*")), tmp_path))
    assert MARKUP in printed
    assert "Erika *Musterfrau*" in printed


def test_lines_stay_lines_and_long_words_stay_on_the_page(tmp_path: Path):
    printed = text_of(rendering.render(sample_cases.letter(activity="erste\nzweite\n" + "x" * 300)), tmp_path)
    assert "erste\nzweite\n" in printed
    longest = max(len(run) for run in re.findall("x+", printed.replace("\u200b", "")))
    assert longest < 100
    assert printed.replace("\u200b", "").replace("\n", "").count("x" * 300) == 1


def test_the_file_names_its_title_language_and_time(tmp_path: Path):
    file = tmp_path / "document.pdf"
    file.write_bytes(rendering.render(sample_cases.letter()))
    reader = pypdf.PdfReader(file)
    assert reader.metadata is not None
    assert reader.metadata.title == "Empfangsbescheinigung über die Gewerbeanmeldung"
    assert reader.metadata.author == "Stadt Lingen (Ems)"
    assert reader.metadata.creation_date == sample_cases.APPROVED.replace(microsecond=0)
    assert str(reader.root_object["/Lang"]).lower() == "de-de"
