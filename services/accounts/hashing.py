"""What comes before the transaction of a command that sets a password: judged, then hashed, both in a native thread."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from services.accounts import passwords, strength
from services.chassis import Call

Offload = Callable[..., Any]


def hashed(offload: Offload, password: str, own_words: Iterable[str], salt_source: str) -> str:
    """The hash to store. Raises invalid for a password that is easy to guess."""
    offload(strength.require_strong, password, tuple(own_words))
    found: str = offload(passwords.hash_password, password, salt_source)
    return found


def with_new_password(call: Call, offload: Offload, own_words: Iterable[str], salt_source: str) -> Call:
    """The call with the hash of its `password` in place of it."""
    data = dict(call.data)
    data["password_hash"] = hashed(offload, data.pop("password"), own_words, salt_source)
    return replace(call, data=data)
