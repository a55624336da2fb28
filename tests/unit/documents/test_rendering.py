"""From a letter to a PDF."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st

from services.contracts.din91379 import letters
from services.documents import rendering, unprintable
from tests.unit.documents import sample_cases


@pytest.mark.parametrize("service", sample_cases.services(), ids=lambda s: s["service"])
def test_the_same_letter_gives_the_same_bytes(service: dict[str, Any]):
    letter = sample_cases.letter(service)
    assert rendering.render(letter) == rendering.render(letter)


def test_threads_render_side_by_side():
    letters_ = [sample_cases.letter(given_names=f"Erika {number}") for number in range(8)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(rendering.render, letters_)) == [rendering.render(letter) for letter in letters_]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40))
def test_whatever_a_citizen_typed_a_document_comes_of_it(text: str):
    letter = sample_cases.letter(activity=text, given_names=text)
    assert rendering.render(letter).startswith(b"%PDF-")


def test_a_sign_without_a_glyph_becomes_a_box_and_nothing_else_does():
    typed = "Bäckerei 中文 🐕 a\u0f71 a 中\u0327 ç\u0306"
    letter = sample_cases.letter(activity=typed)
    with pytest.raises(typst.TypstError) as caught:
        rendering._compile(letter, letter.document)
    missing = unprintable.missing_in(caught.value.diagnostic)
    assert unprintable.boxed({"activity": [typed]}, missing) == {"activity": ["Bäckerei □□ □ □ a □ ç\u0306"]}


def test_no_letter_of_din_91379_is_ever_replaced():
    names = list(letters())
    everything = frozenset("".join(names))
    tidied = unprintable.tidy(names)
    assert unprintable.boxed(tidied, everything) == tidied
    assert unprintable.BOX not in "".join(tidied)


@pytest.mark.parametrize("invisible", ["\u200b", "\u200e", "\ufeff", "\u00ad"])
def test_invisible_signs_are_left_out(invisible: str):
    assert unprintable.tidy(f"Eri{invisible}ka") == "Erika"


@pytest.mark.parametrize("nothing", ["\ue000", "\uffff", "\U000e0fff", "\ufffd"])
def test_signs_that_mean_nothing_become_a_box(nothing: str):
    assert unprintable.tidy(nothing) == unprintable.BOX


def test_a_mistake_in_a_template_is_not_taken_for_a_missing_sign():
    letter = sample_cases.letter()
    broken = replace(letter, document={name: value for name, value in letter.document.items() if name != "title"})
    with pytest.raises(typst.TypstError, match="title"):
        rendering.render(broken)
