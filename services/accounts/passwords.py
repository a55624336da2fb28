"""Passwords as argon2id: 19 MiB, two passes, one lane. Slow on purpose; call it through `offload`, never inside a transaction.

libsodium computes it with the widest vectors of the processor: 12 ms where argon2-cffi takes 22, for the same hash.
"""

import hashlib
from base64 import b64encode

from nacl.exceptions import InvalidkeyError
from nacl.pwhash import argon2id

MEMORY_KIB = 19 * 1024
PASSES = 2
LANES = 1
"""The only number of lanes that libsodium knows."""

NOBODYS_HASH = "$argon2id$v=19$m=19456,t=2,p=1$k2yJvZqenuD4YNOaTV6/2Q$PiMTurrw1UTIyAgHK6VusVjXEGOHdV+lA9rVFLEAv7Q"
"""Of random bytes that were thrown away: what an unknown address is measured against, so that it takes as long as a known one."""


def hash_password(password: str, salt_source: str) -> str:
    """The hash to store; the same password and source give the same hash.

    So a repeated registration can be recognised by the hash, and nothing weaker than it is kept of the password. The source
    must be new for every account: the idempotency key together with the address.
    """
    salt = hashlib.sha256(salt_source.encode()).digest()[:16]
    found = argon2id.kdf(32, password.encode(), salt, opslimit=PASSES, memlimit=MEMORY_KIB * 1024)
    return f"$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${_unpadded(salt)}${_unpadded(found)}"


def is_right(password: str, password_hash: str) -> bool:
    """Whether the hash was made of this password."""
    try:
        return argon2id.verify(password_hash.encode(), password.encode())
    except InvalidkeyError:
        return False


def _unpadded(raw: bytes) -> str:
    return b64encode(raw).decode().rstrip("=")
