"""Rows with a key of their own: what it sealed can be read as long as the row is there, and by nobody afterwards."""

import secrets
from collections.abc import Callable
from typing import Any, Generic, TypeVar, cast

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, LargeBinary, String, event
from sqlalchemy.orm import Mapped, Mapper, Session, mapped_column, object_session

from services.chassis.key_ring import KEY_BYTES, KeyRing
from services.chassis.sealing import NONCE_BYTES, UnsealableError

Value = TypeVar("Value")


class OwnKey:
    """A row with a key, wrapped with a master key; of a table with a column `id`. A new row makes its key itself."""

    id: Mapped[str]
    key_id: Mapped[str] = mapped_column(String(40), index=True)
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)

    @property
    def own_key(self) -> bytes:
        """The key of this row."""
        if "_own_key" not in vars(self):
            self.take_key(self._unwrapped() if self.wrapped_key else secrets.token_bytes(KEY_BYTES))
        key: bytes = vars(self)["_own_key"]
        return key

    def take_key(self, key: bytes) -> None:
        """Have the key of another row, before anything is sealed here: what that one has sealed stays readable."""
        vars(self)["_own_key"] = key

    def _unwrapped(self) -> bytes:
        ring = ring_of(object_session(self))
        return ring.unwrap(self.key_id, self.wrapped_key, bound_to(_table(self), self.id))


@event.listens_for(OwnKey, "before_insert", propagate=True)
def _wrap(_mapper: Mapper[Any], _connection: Connection, row: OwnKey) -> None:
    row.key_id, row.wrapped_key = ring_of(object_session(row)).wrap(row.own_key, bound_to(_table(row), row.id))


class Sealed(Generic[Value]):
    """A value of a row that only its key opens: set and read as it is, kept as JSON in the column `sealed_<name>`; None is empty.

    The row has an `own_key`. `purpose` names what of the row it is, so that nothing opens in another place.
    """

    def __init__(self, purpose: Callable[[Any], str] | None = None) -> None:
        self._purpose = purpose

    def __set_name__(self, _owner: type, name: str) -> None:
        self._name, self._column = name, f"sealed_{name}"

    def __get__(self, row: Any, _owner: type | None = None) -> Value:
        sealed = None if row is None else getattr(row, self._column)
        value: Any = None if sealed is None else orjson.loads(unseal(row.own_key, sealed, self._purpose_of(row)))
        return cast("Value", value)

    def __set__(self, row: Any, value: Value) -> None:
        sealed = None if value is None else seal(row.own_key, orjson.dumps(value), self._purpose_of(row))
        setattr(row, self._column, sealed)

    def _purpose_of(self, row: Any) -> str:
        return self._purpose(row) if self._purpose else self._name


def seal(key: bytes, plain: bytes, purpose: str) -> bytes:
    """Sealed with the key of a row, different each time; what was sealed for one purpose opens for no other."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, purpose.encode())


def unseal(key: bytes, sealed: bytes, purpose: str) -> bytes:
    """What was sealed. Raises UnsealableError."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], purpose.encode())
    except (InvalidTag, ValueError):
        raise UnsealableError(purpose) from None


def ring_of(session: Session | None) -> KeyRing:
    """The key ring of this unit of work."""
    ring: KeyRing | None = session.info.get("keys") if session is not None else None
    if ring is None:
        raise RuntimeError("a key is needed, and this process has no key ring (KEY_RING)")
    return ring


def bound_to(table: str, row_id: str) -> str:
    """What names a row, so that a wrapped key opens nowhere else."""
    return f"{table}:{row_id}"


def _table(row: OwnKey) -> str:
    name: str = row.__tablename__  # type: ignore[attr-defined]
    return name
