"""Signs that cannot be printed: what a citizen typed may hold any of Unicode, and a document must come of it all the same.

Names in the letters of DIN 91379 print as they are; elsewhere a sign that no font has is replaced by a box, where PDF/A
would refuse the whole document.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from services.contracts.din91379 import is_name

BOX = "□"

DOUBLE = (233, 234)
"""Combining classes of marks that span this character and the next, as in K͟H (Unicode, UCD 5.7.4)."""

_MISSING = re.compile(r'the text `"(.+?)"` could not be displayed')
_ESCAPE = re.compile(r"\\u\{([0-9a-f]+)\}")


def tidy(value: Any) -> Any:
    """The same data in NFC, without what no font can have: private, unassigned and invisible characters."""
    return _mapped(value, lambda text: "".join(_tidy(c) for c in unicodedata.normalize("NFC", text).replace("\r\n", "\n")))


def boxed(value: Any, missing: frozenset[str]) -> Any:
    """The same data with a box for every sign that is made of a missing character."""
    return _mapped(value, lambda text: "".join(_boxed(sign, missing) for sign in signs(text)))


def missing_in(diagnostic: str) -> frozenset[str]:
    """The characters of which Typst says that no font has them."""
    texts = (_ESCAPE.sub(lambda found: chr(int(found[1], 16)), text) for text in _MISSING.findall(diagnostic))
    return frozenset("".join(texts))


def signs(text: str) -> Iterator[str]:
    """The text in signs as one sees them: a character with the marks that follow it, and two where one mark spans both."""
    sign = ""
    for character in text:
        if sign and not unicodedata.category(character).startswith("M") and unicodedata.combining(sign[-1]) not in DOUBLE:
            yield sign
            sign = ""
        sign += character
    if sign:
        yield sign


def _mapped(value: Any, change: Any) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_mapped(entry, change) for entry in value]
    if isinstance(value, dict):
        return {name: _mapped(entry, change) for name, entry in value.items()}
    return value


def _tidy(character: str) -> str:
    if character == "\n":
        return character
    category = unicodedata.category(character)
    if category in ("Zs", "Zl", "Zp", "Cc"):
        return " "
    if category == "Cf":
        return ""
    return BOX if category in ("Co", "Cn", "Cs") or character == "\ufffd" else character


def _boxed(sign: str, missing: frozenset[str]) -> str:
    return BOX if not sign.isascii() and not is_name(sign) and missing.intersection(sign) else sign
