"""One-time codes that people read out, type and scan: thirty-one signs that nobody mistakes for one another, and a check sign.

Without 0, 1, I, L and O. As 31 is prime, the weighted sum finds every single wrong sign and every two that changed places.
"""

import hashlib
import hmac
import re
import secrets

from sqlalchemy.orm import Session

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
VISIT = 9
"""Random signs of a code for the counter: 44 bits, tried by officers only, and slowly."""
ACTIVATION = 15
"""Random signs of a code for an activation letter: 74 bits, as anyone may try."""
GROUPS = {VISIT: 5, ACTIVATION: 4}

_SEPARATORS = re.compile(r"[\s\-–_.]")


def new_code(length: int) -> str:
    """A new code of so many random signs and a check sign, in groups: `7K2MQ-XT9ZR`."""
    signs = "".join(secrets.choice(ALPHABET) for _ in range(length))
    return grouped(signs + _check_sign(signs), GROUPS[length])


def grouped(signs: str, size: int) -> str:
    """Signs as they are printed."""
    return "-".join(signs[start : start + size] for start in range(0, len(signs), size))


def read(typed: str, length: int) -> str | None:
    """The signs of a code as typed, without what separates them; None if it was mistyped."""
    signs = _SEPARATORS.sub("", typed).upper()
    is_code = len(signs) == length + 1 and all(sign in ALPHABET for sign in signs) and signs[-1] == _check_sign(signs[:-1])
    return signs if is_code else None


def keyed_hash(session: Session, purpose: str, signs: str) -> str:
    """What is kept of a code: nobody with a copy of the database alone can try codes against it."""
    key = session.info["settings"].secret_key.encode()
    return hmac.new(key, f"code\n{purpose}\n{signs.replace('-', '')}".encode(), hashlib.sha256).hexdigest()


def _check_sign(signs: str) -> str:
    total = sum((position + 2) * ALPHABET.index(sign) for position, sign in enumerate(signs))
    return ALPHABET[-total % len(ALPHABET)]
