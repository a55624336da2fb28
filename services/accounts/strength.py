"""How hard a new password is to guess: zxcvbn, with the person's own words counted as known, and no rules of composition.

Its time grows steeply with length (2 s at 72 characters, 46 s at 200), so it sees the first and the last characters only: a part
that is hard to guess makes the whole so. The page says the same while typing (`gateway/static/password.js`).
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from zxcvbn import zxcvbn

from services.contracts.errors import Invalid

ENOUGH = 3
"""Of 0 to 4: at least 10^8 guesses, hopeless against argon2id and a throttled sign-in."""
SEEN = 24
"""Characters that are looked at from either end."""
SHORTEST_CUT = 4
PATTERNS = {"repeat": "repeat", "sequence": "sequence", "spatial": "keyboard", "date": "date", "regex": "date"}
DICTIONARIES = {"passwords": "common", "user_inputs": "own_words"}


def require_strong(password: str, own_words: Iterable[str]) -> None:
    """Raises invalid for a password that is easy to guess; the slug says what makes it so. Slow: call it through `offload`."""
    known = [part for word in own_words for part in (word.lower(), *re.split(r"\W+", word.lower())) if len(part) > 1]
    judged = _without(password, known) if len(password) > SEEN else password
    if not judged:
        raise _weak("own_words")
    first = zxcvbn(judged[:SEEN], user_inputs=known, max_length=SEEN)
    if first["score"] >= ENOUGH:
        return
    if len(judged) > SEEN and zxcvbn(judged[-SEEN:], user_inputs=known, max_length=SEEN)["score"] >= ENOUGH:
        return
    raise _weak(_weakness(first))


def _without(password: str, known: list[str]) -> str:
    """A long password without the person's own words: cut off at the end of what is looked at, one would not be recognised."""
    rest = password.lower()
    for word in sorted(known, key=len, reverse=True):
        if len(word) >= SHORTEST_CUT:
            rest = rest.replace(word, "")
    return rest


def _weakness(judged: Mapping[str, Any]) -> str:
    longest = max(judged["sequence"], key=lambda match: len(match["token"]))
    if longest["pattern"] == "dictionary":
        return DICTIONARIES.get(longest["dictionary_name"], "words")
    return PATTERNS.get(longest["pattern"], "weak")


def _weak(why: str) -> Invalid:
    text = "This password is easy to guess. Please choose another one."
    return Invalid("accounts.weak_password", text, {"password": [f"password_{why}"]})
