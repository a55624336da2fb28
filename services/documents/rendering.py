"""From a letter to a PDF that lasts (PDF/A-3a) and that everyone can read (PDF/UA-1). The same letter gives the same bytes."""

import io
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import segno
import typst

from services.documents import unprintable
from services.documents.letters import Letter

if TYPE_CHECKING:
    from typst import PDFStandard

FONTS = Path(__file__).parent / "fonts"
STANDARDS: "list[PDFStandard]" = ["a-3a", "ua-1"]


def render(letter: Letter) -> bytes:
    """The PDF of a letter: about a hundredth of a second of one core; safe in threads."""
    document = unprintable.tidy(letter.document)
    try:
        return _compile(letter, document)
    except typst.TypstError as error:
        missing = unprintable.missing_in(error.diagnostic)
        if not missing:
            raise
        return _compile(letter, unprintable.boxed(document, missing))


def _compile(letter: Letter, document: dict[str, Any]) -> bytes:
    # A compiler of its own: one that is shared refuses a second thread. It costs a seventh of a millisecond.
    compiler = typst.Compiler(str(letter.template.source), font_paths=_fonts())
    inputs = {"document": orjson.dumps(document).decode(), "qr": _qr(letter.address)}
    issued = letter.issued_at.replace(microsecond=0)  # typst refuses anything finer
    content = compiler.compile(sys_inputs=inputs, format="pdf", pdf_standards=STANDARDS, timestamp=issued)
    if not isinstance(content, bytes):
        raise TypeError("a PDF is one sequence of bytes")
    return content


@cache
def _fonts() -> typst.Fonts:
    # Ours and what typst carries itself, so that a document looks the same on every machine.
    return typst.Fonts(include_system_fonts=False, font_paths=[str(FONTS)])


def _qr(address: str) -> str:
    image = io.BytesIO()
    segno.make(address, error="m", micro=False).save(image, kind="svg", border=4, xmldecl=False, svgns=True)
    return image.getvalue().decode()
