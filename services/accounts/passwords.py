"""Passwords as argon2id: 19 MiB, two passes, one lane. Slow on purpose; call it through `offload`, never inside a transaction."""

import hashlib

from argon2 import Type
from argon2.exceptions import VerifyMismatchError
from argon2.low_level import hash_secret, verify_secret

MEMORY_KIB = 19 * 1024
PASSES = 2
LANES = 1

NOBODYS_HASH = "$argon2id$v=19$m=19456,t=2,p=1$k2yJvZqenuD4YNOaTV6/2Q$PiMTurrw1UTIyAgHK6VusVjXEGOHdV+lA9rVFLEAv7Q"
"""Of random bytes that were thrown away: what an unknown address is measured against, so that it takes as long as a known one."""


def hash_password(password: str, salt_source: str) -> str:
    """The hash to store; the same password and source give the same hash.

    So a repeated registration can be recognised by the hash, and nothing weaker than it is kept of the password. The source
    must be new for every account: the idempotency key together with the address.
    """
    salt = hashlib.sha256(salt_source.encode()).digest()[:16]
    return hash_secret(
        password.encode(), salt, time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES, hash_len=32, type=Type.ID
    ).decode()


def is_right(password: str, password_hash: str) -> bool:
    """Whether the hash was made of this password."""
    try:
        return verify_secret(password_hash.encode(), password.encode(), Type.ID)
    except VerifyMismatchError:
        return False
