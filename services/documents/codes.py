"""Verification codes: 80 random bits in sixteen letters that nobody mistakes for one another (Crockford's Base32)."""

import re
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
GROUP = 4

# What a reader may take for a letter of the alphabet, and what separates the groups.
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
_SEPARATORS = re.compile(r"[^0-9A-Z]")


def new_code() -> str:
    """An unguessable code in groups: `7K2M-Q0XT-9ZRA-4HDW`."""
    return grouped("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)))


def grouped(letters: str) -> str:
    """Letters as they are printed."""
    return "-".join(letters[start : start + GROUP] for start in range(0, len(letters), GROUP))


def as_printed(typed: str) -> str:
    """What was typed, in the form in which codes are stored; spaces, hyphens and case do not matter."""
    return grouped(_SEPARATORS.sub("", typed.upper()).translate(_MISREAD))
