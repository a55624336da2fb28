"""The type of the documents has what names need."""

import unicodedata
from pathlib import Path
from typing import Literal

import pytest
import uharfbuzz  # type: ignore[import-untyped]

from services.contracts.din91379 import letters
from services.documents import rendering

FONTS = sorted(rendering.FONTS.glob("*.ttf"))


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("path", FONTS, ids=lambda p: p.stem)
def test_every_letter_and_sequence_of_din_91379_is_one_glyph(path: Path, form: Literal["NFC", "NFD"]):
    font = uharfbuzz.Font(uharfbuzz.Face(path.read_bytes()))

    def glyphs(text: str) -> list[int]:
        buffer = uharfbuzz.Buffer()
        buffer.add_str(unicodedata.normalize(form, text))
        buffer.guess_segment_properties()
        uharfbuzz.shape(font, buffer)
        return [glyph.codepoint for glyph in buffer.glyph_infos]

    assert [letter for letter in letters() if len(glyphs(letter)) != 1 or 0 in glyphs(letter)] == []


def test_the_licence_lies_beside_the_fonts():
    assert len(FONTS) == 2
    assert "SIL OPEN FONT LICENSE Version 1.1" in (rendering.FONTS / "OFL.txt").read_text(encoding="utf-8")
