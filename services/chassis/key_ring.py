"""The master keys of a portal: the newest wraps the keys of drafts and cases, the older ones still unwrap what they wrapped.

They lie in one file for its owner only, which every process reads again as soon as it has changed: so keys are rotated while the
portal runs.
"""

import fcntl
import os
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.chassis import clock
from services.chassis.sealing import NONCE_BYTES, UnsealableError

KEY_BYTES = 32
OTHERS = 0o007
"""Rights of everybody else: there must be none. A group may read, as where a cluster hands out secrets."""


class KeyRingError(ValueError):
    """The file holds no key ring, or may be read by everybody; the text says what is wrong."""


@dataclass(frozen=True)
class MasterKey:
    """One key, its name in the database, and since when there is it."""

    id: str
    key: bytes
    made_at: datetime

    @classmethod
    def new(cls) -> "MasterKey":
        """A key that nobody else has; named after its day, so that people can tell them apart."""
        now = clock.now()
        return cls(f"{now:%Y-%m-%d}-{secrets.token_hex(4)}", secrets.token_bytes(KEY_BYTES), now)


class KeyRing:
    """Wraps with the newest key, unwraps with the one that wrapped."""

    def __init__(self, keys: Sequence[MasterKey]) -> None:
        self._keys = tuple(keys)
        self._ciphers = {key.id: AESGCM(key.key) for key in keys}

    @property
    def keys(self) -> tuple[MasterKey, ...]:
        """All keys, the newest last."""
        return self._keys

    def wrap(self, key: bytes, bound_to: str) -> tuple[str, bytes]:
        """The id of the newest key, and what it made of this one. `bound_to` names the row, so that it cannot be moved."""
        newest = self.keys[-1].id
        nonce = secrets.token_bytes(NONCE_BYTES)
        return newest, nonce + self._ciphers[newest].encrypt(nonce, key, bound_to.encode())

    def unwrap(self, key_id: str, wrapped: bytes, bound_to: str) -> bytes:
        """The key again. Raises UnsealableError where its master key is gone, or where it was wrapped for another row."""
        if key_id not in {key.id for key in self.keys}:
            raise UnsealableError(f"the key ring has no key {key_id}")
        try:
            return self._ciphers[key_id].decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], bound_to.encode())
        except InvalidTag:
            raise UnsealableError(f"not wrapped with key {key_id}, or not for {bound_to}") from None


class KeyRingFile(KeyRing):
    """The key ring of a file, as the file is now. Raises KeyRingError."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen = _state(path)
        super().__init__(read(path))

    @property
    def keys(self) -> tuple[MasterKey, ...]:
        """All keys, the newest last; a look at the file costs a microsecond."""
        if (now := _state(self.path)) != self._seen:
            super().__init__(read(self.path))
            self._seen = now
        return self._keys


def read(path: Path) -> tuple[MasterKey, ...]:
    """The keys of a file, the newest last. Raises KeyRingError."""
    try:
        rights, content = path.stat().st_mode, path.read_bytes()
    except OSError as error:
        raise KeyRingError(f"{path} cannot be read ({error.strerror})") from None
    if rights & OTHERS:
        raise KeyRingError(f"{path} may be read by everybody: chmod 600 it, and rotate the keys")
    try:
        keys = tuple(_read_key(entry) for entry in orjson.loads(content)["keys"])
    except (ValueError, KeyError, TypeError):
        raise KeyRingError(f"{path} holds no key ring") from None
    if not keys or len({key.id for key in keys}) != len(keys):
        raise KeyRingError(f"{path} holds no key, or two of one name")
    return keys


def write(path: Path, keys: Sequence[MasterKey]) -> None:
    """Replace the file as a whole; only its owner may read it, from the first moment on, and who could before."""
    rights = path.stat().st_mode & 0o770 if path.exists() else 0o600
    entries = [{"id": k.id, "key": b64encode(k.key).decode(), "made_at": k.made_at} for k in keys]
    beside = path.with_name(f"{path.name}.new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(orjson.dumps({"keys": entries}, option=orjson.OPT_INDENT_2))
        file.flush()
        os.fchmod(file.fileno(), rights)
        os.fsync(file.fileno())
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Only one at a time changes a ring: of two, one key would be lost, and what it had wrapped with it."""
    with os.fdopen(os.open(path.with_name(f"{path.name}.lock"), os.O_WRONLY | os.O_CREAT, 0o600), "wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise KeyRingError(f"somebody else is changing {path}") from None
        yield


def _read_key(entry: dict[str, Any]) -> MasterKey:
    key = b64decode(entry["key"], validate=True)
    if len(key) != KEY_BYTES:
        raise ValueError(f"key {entry['id']} has not {KEY_BYTES} bytes")
    return MasterKey(str(entry["id"]), key, datetime.fromisoformat(entry["made_at"]))


def _state(path: Path) -> tuple[int, ...]:
    try:
        found = path.stat()
    except OSError as error:
        raise KeyRingError(f"{path} cannot be read ({error.strerror})") from None
    return found.st_ino, found.st_mtime_ns, found.st_size
