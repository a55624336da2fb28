"""How an answer of a fixed form is spelled, whatever way it was typed: steps that server and browser take alike."""

import re
import unicodedata
from collections.abc import Mapping

SPELLINGS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "compact": (("[ \u00a0./\u2013-]+", ""),),
    "plate": (
        (
            "^([A-ZÄÖÜ]{1,3})[ \u00a0.\u2013-]+([A-Z]{1,2})[ \u00a0.\u2013-]*([1-9][0-9]{0,3})[ \u00a0]*([EH]?)$",
            "$1-$2 $3$4",
        ),
    ),
}
"""What is replaced by what, in capital letters; `$1` is the first group. Patterns hold what Python and browsers read alike.

`compact` leaves out blanks and signs between the digits, `plate` writes a number plate as `EL-AB 123`.
"""


def spelled(name: str, text: str) -> str:
    """A text in this spelling; one that does not fit stays as it is but for its capitals."""
    found = unicodedata.normalize("NFC", text).strip().upper()
    for pattern, replacement in SPELLINGS[name]:
        found = re.sub(pattern, re.sub(r"\$([0-9])", r"\\\1", replacement), found)
    return found
