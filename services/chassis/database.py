"""A service's database: units of work, idempotent commands, and the flag that keeps RPC out of open transactions."""

import hashlib
import hmac
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import Connection, Engine, create_engine, event, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from services.chassis import clock
from services.chassis.key_ring import KeyRing, KeyRingFile
from services.chassis.sealing import Seal
from services.chassis.settings import Settings
from services.chassis.tables import IDEMPOTENCY
from services.contracts.errors import Conflict, Invalid, Unavailable
from services.contracts.registry import dump, method

if TYPE_CHECKING:
    from services.chassis.call import Call

in_transaction: ContextVar[bool] = ContextVar("in_transaction", default=False)

BUSY_TIMEOUT_SECONDS = 5
KEY_LENGTH = 120


def make_engine(url: str, pool_size: int = 10) -> Engine:
    """An engine for SQLite (WAL, synchronous FULL, foreign keys, what is deleted is overwritten) or PostgreSQL.

    pysqlite's own transaction handling is switched off: we say BEGIN, and BEGIN IMMEDIATE where something will be written, so
    that a writer waits at the start instead of failing in the middle.
    """
    if not url.startswith("sqlite"):
        return create_engine(url, pool_size=pool_size, max_overflow=pool_size, pool_pre_ping=True)
    engine = create_engine(
        url,
        connect_args={"timeout": BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
        pool_size=pool_size,
        max_overflow=-1,
    )

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("amtsgang_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


class Answer(dict[str, Any]):
    """An answer that is already in the form that crosses the wire."""


class Transactions:
    """Units of work on one database. Safe for the green threads of one process; other processes wait for the database's lock."""

    def __init__(self, service: str, engine: Engine, settings: Settings | None = None, keys: KeyRing | None = None) -> None:
        """`keys` is the key ring, where it is not the file that the settings name."""
        self.service = service
        self.engine = engine
        self.settings = settings
        self.keys = keys or (KeyRingFile(settings.key_ring) if settings and settings.key_ring else None)
        self._writing = engine.execution_options(amtsgang_writes=True)
        # SQLite waits for its lock inside C, which would stop every green thread; ours is waited for greenly.
        self._turn: AbstractContextManager[Any] = threading.Lock() if engine.dialect.name == "sqlite" else nullcontext()

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One unit of work that may write: committed at the end of the block, rolled back on an error.

        Raises unavailable if the database cannot be reached or stays locked, conflict if somebody else changed the same row.
        """
        with self._turn, self._unit(self._writing) as session:
            yield session

    def in_batches(self, work: Callable[[Session], int], size: int) -> None:
        """Do something in short transactions, until one of them finds less than `size` to do."""
        is_done = False
        while not is_done:
            with self.transaction() as session:
                is_done = work(session) < size

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One unit of work that only reads."""
        with self._unit(self.engine) as session:
            yield session

    @contextmanager
    def _unit(self, engine: Engine) -> Iterator[Session]:
        if in_transaction.get():
            raise RuntimeError("a unit of work is open already; use its session")
        token = in_transaction.set(True)
        try:
            with Session(engine, expire_on_commit=False) as session:
                session.info.update(service=self.service, settings=self.settings, keys=self.keys)
                with session.begin():
                    yield session
        except StaleDataError:
            raise Conflict(
                "database.changed_meanwhile", "Somebody else changed this in the meantime. Please look again."
            ) from None
        except (OperationalError, InterfaceError) as error:
            raise Unavailable("database.unavailable", "The service cannot reach its data right now.") from error
        except DBAPIError as error:
            if error.connection_invalidated:
                raise Unavailable("database.unavailable", "The service cannot reach its data right now.") from error
            raise
        finally:
            in_transaction.reset(token)

    def once(self, call: "Call", function: Callable[..., Any]) -> Answer:
        """Do what a command asks exactly once per idempotency key, and give every repeat the same answer.

        Effect, key and answer commit together. Raises invalid without a key, conflict if the key was used with another body.
        """
        key = call.idempotency_key
        if not key or len(key) > KEY_LENGTH:
            raise Invalid(
                "idempotency.key_missing",
                f"This command needs an idempotency key of 1 to {KEY_LENGTH} characters.",
                fields={"idempotency_key": ["required" if not key else "too_long"]},
            )
        owner = call.actor.account_id or "anyone"
        print_ = self._fingerprint(call)
        mine = (IDEMPOTENCY.c.owner == owner) & (IDEMPOTENCY.c.key == key)
        with self.transaction() as session:
            dialect: Any = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
            # The second of two at once waits here for the first, then finds the first one's answer.
            claim = dialect.insert(IDEMPOTENCY).values(owner=owner, key=key, fingerprint=print_, created_at=clock.now())
            if session.scalar(claim.on_conflict_do_nothing().returning(IDEMPOTENCY.c.key)) is None:
                row = session.execute(select(IDEMPOTENCY.c.fingerprint, IDEMPOTENCY.c.answer).where(mine)).one()
                if row.fingerprint != print_:
                    raise Conflict(
                        "idempotency.key_reused",
                        "This idempotency key was used with another request. Use a new key for a new request.",
                    )
                return Answer(orjson.loads(self._opened(row.answer, owner, key)))
            answer = Answer(dump(method(call.service, call.method).reply, function(session, call.actor, **call.data)))
            session.execute(
                update(IDEMPOTENCY)
                .where(mine)
                .values(answer=self._seal.close(orjson.dumps(answer).decode(), bound_to=f"{owner}:{key}"))
            )
            return answer

    @property
    def _seal(self) -> Seal:
        """Of kept answers: they repeat what was typed, which is readable nowhere else either."""
        return Seal(self.settings.secret_key if self.settings else "", "answers of repeated commands")

    def _opened(self, answer: str, owner: str, key: str) -> str:
        """A kept answer; those of the release before this were not sealed, and are gone after 30 days."""
        return answer if answer.startswith("{") else self._seal.open(answer, bound_to=f"{owner}:{key}")

    def _fingerprint(self, call: "Call") -> str:
        # Keyed, because a body may hold a password and a bare digest of it could be guessed.
        secret = self.settings.secret_key if self.settings else ""
        # The same words for another party are another command.
        behalf = [call.actor.behalf.grant_id] if call.actor.behalf else []
        body = orjson.dumps([call.service, call.method, call.data, *behalf], default=str, option=orjson.OPT_SORT_KEYS)
        return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


__all__ = ["Transactions", "in_transaction", "make_engine"]
