"""Fills a migrated database of applications with the cases of a county, as many as one wants, for measuring.

Each is whole: order, answers sealed with a key of its own, history, entries of the audit log in their chain. They came in over
two years to the offices of the reference network, to each town by its inhabitants. Most are done; of the newest fifth half are
still in work. Shares are the same in every size: with a hundred times the cases an office has a hundred times of everything.
"""

import random
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, insert, select, update
from sqlalchemy.orm import Session

from deploy.network import reading
from services.applications import deadlines, editions, naming, network
from services.applications.model import Case, CaseName, Correction, Entity, NameKey, Offer, Order, Step
from services.chassis import audit, clock
from services.chassis.database import make_engine
from services.chassis.key_ring import KEY_BYTES, KeyRing
from services.chassis.migrate import migrate
from services.chassis.own_key import bound_to, seal
from services.contracts.actors import Actor, Role
from tests.unit.applications import portal

EMSLAND = Path(__file__).parents[2] / "deploy" / "networks" / "emsland"
SPAN = timedelta(days=730)
ORDER_SIZES = (1, 1, 2, 1, 3)
CASES_PER_ACCOUNT = 8
CLERKS_PER_TOWN = 6
MOST_INHABITANTS = 60_000
"""The county's offices get no more than its largest town's."""
NEWEST = 0.8
IN_WORK = 0.5
RUNNING = {"submitted": 45, "in_review": 25, "approved": 12, "awaiting_applicant": 8, "awaiting_payment": 8, "awaiting_second": 2}
DONE = {"completed": 92, "rejected": 5, "withdrawn": 3}
WAYS: dict[str, tuple[str, ...]] = {
    "awaiting_payment": (),
    "submitted": (),
    "in_review": ("in_review",),
    "awaiting_applicant": ("in_review", "awaiting_applicant"),
    "awaiting_second": ("in_review", "awaiting_second"),
    "approved": ("in_review", "approved"),
    "completed": ("in_review", "approved", "completed"),
    "rejected": ("in_review", "rejected"),
    "withdrawn": ("withdrawn",),
}
"""What a case has been through since it was submitted."""
NAMES = 500
"""Of citizens, so that an office has many cases of each."""
WORDS = orjson.dumps("Es fehlt ein Nachweis.")
BY_CITIZEN = ("awaiting_payment", "submitted", "withdrawn")
CHUNK = 5_000
"""Orders in one transaction."""
FILLING = ("journal_mode=OFF", "synchronous=OFF", "cache_size=-1000000", "foreign_keys=OFF")
"""How SQLite is filled, quickly; whoever opens the file next has the settings of the portal again."""


@dataclass(frozen=True)
class Place:
    """A service at a town, as cases need it. Cents."""

    service: str
    ars: str
    office_id: str
    edition_id: str
    ending: str
    fee_cents: int
    deadline: dict[str, Any] | None
    answers: bytes


@dataclass
class Rows:
    """What is written together, by table."""

    orders: list[dict[str, Any]] = field(default_factory=list)
    cases: list[dict[str, Any]] = field(default_factory=list)
    steps: list[dict[str, Any]] = field(default_factory=list)
    corrections: list[dict[str, Any]] = field(default_factory=list)
    names: list[dict[str, Any]] = field(default_factory=list)
    entries: list[dict[str, Any]] = field(default_factory=list)


def name(number: int) -> str:
    """What a citizen is called, plainly a sample."""
    return "Muster" + "".join(chr(ord("a") + int(digit)) for digit in str(number % NAMES))


def clerk_of(ars: str, number: int = 0) -> str:
    """The account of one of the clerks of a town."""
    return f"00000000-0000-7000-8000-{ars.ljust(10, '0')}{number:02}"


def clerk(session: Session, ars: str) -> Actor:
    """A clerk of all offices of a town that have cases."""
    offices = sorted(set(session.scalars(select(Offer.office_id).where(Offer.ars == ars))))
    return Actor("staff", clerk_of(ars), roles=tuple(Role("clerk", office) for office in offices))


def fill(url: str, keys: KeyRing, count: int) -> None:
    """Migrate the database of this address and put `count` cases into it."""
    migrate("applications", url)
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "sqlite":
                for pragma in FILLING:
                    connection.connection.driver_connection.execute(f"PRAGMA {pragma}")  # type: ignore[union-attr]
            _County(connection, keys, count).fill()
    finally:
        engine.dispose()


class _County:
    def __init__(self, connection: Connection, keys: KeyRing, count: int) -> None:
        self._connection, self._keys, self._count = connection, keys, count
        self._chance = random.Random(4)  # noqa: S311 - for shares, not for secrets
        self._now = clock.now()
        self._accounts = [self._id(self._now - SPAN) for _ in range(max(1, count // CASES_PER_ACCOUNT))]
        self._marks: dict[str, list[bytes]] = {}
        self._previous = audit.BEGINNING
        self._entries = 0

    def fill(self) -> None:
        places, weights = self._places()
        made, coming = 0, self._orders()
        while orders := list(islice(coming, CHUNK)):
            rows = Rows()
            wanted = self._chance.choices(places, weights, k=sum(size for _, size in orders))
            for at, size in orders:
                self._order(rows, at, [wanted.pop() for _ in range(size)], made)
                made += size
            self._write(rows)

    def _places(self) -> tuple[list[Place], list[int]]:
        """Every offer that takes orders, and the inhabitants of its town."""
        known = reading.read(EMSLAND)
        inhabitants = {member["ars"]: min(member["population"], MOST_INHABITANTS) for member in known["members"]}
        with Session(self._connection, expire_on_commit=False) as session:
            session.info.update(service="applications", keys=self._keys)
            with session.begin():
                network.load(session, known)
                session.flush()
                offers = session.scalars(select(Offer).order_by(Offer.ars, Offer.service)).all()
                known_here = editions.current(session)
                places = [_place(session, offer) for offer in offers if known_here[offer.service].service.link is None]
                for office_id in {place.office_id for place in places}:
                    key = NameKey(id=office_id)
                    session.add(key)
                    self._marks[office_id] = [naming.mark(key.own_key, name(number).casefold()) for number in range(NAMES)]
                self._previous, self._entries = audit.head(session)[::-1]
        return places, [inhabitants[place.ars] for place in places]

    def _orders(self) -> Iterator[tuple[datetime, int]]:
        """When each was placed, the oldest first, and its number of cases."""
        made, number = 0, 0
        while made < self._count:
            size = min(ORDER_SIZES[number % len(ORDER_SIZES)], self._count - made)
            yield self._now - SPAN * (1 - made / self._count), size
            made, number = made + size, number + 1

    def _order(self, rows: Rows, at: datetime, places: list[Place], made: int) -> None:
        order_id, citizen = self._id(at), self._chance.randrange(len(self._accounts))
        account_id = self._accounts[citizen]
        total = sum(place.fee_cents for place in places)
        is_new = made > NEWEST * self._count
        is_paid = False
        for place in places:
            shares = RUNNING if is_new and self._chance.random() < IN_WORK else DONE
            (state,) = self._chance.choices(list(shares), list(shares.values()))
            if state == "awaiting_payment" and not place.fee_cents:
                state = "submitted"
            is_paid = is_paid or state != "awaiting_payment"
            self._case(rows, order_id, citizen, at, place, state)
        state = ("paid" if is_paid else "awaiting_payment") if total else "free"
        who = {"account_id": account_id, "acted_by": account_id}
        rows.orders.append({"id": order_id, **who, "state": state, "total_cents": total, "placed_at": at})

    def _case(self, rows: Rows, order_id: str, citizen: int, at: datetime, place: Place, state: str) -> None:
        case_id, key, account_id = self._id(at), secrets.token_bytes(KEY_BYTES), self._accounts[citizen]
        key_id, wrapped = self._keys.wrap(key, bound_to("cases", case_id))
        submitted = None if state == "awaiting_payment" else at + timedelta(minutes=1 if place.fee_cents else 0)
        answers = place.answers.replace(b"Musterfrau", name(citizen).encode())
        clerk_id = clerk_of(place.ars, self._chance.randrange(CLERKS_PER_TOWN))
        taken = self._chance.random() < (1 / 3 if state == "submitted" else 1 if WAYS[state] and state != "withdrawn" else 0)
        times = self._steps(rows, case_id, account_id, clerk_id, at, submitted, place, state)
        decided = times.get("approved") or times.get("rejected")
        rows.cases.append(
            {
                "id": case_id, "order_id": order_id, "account_id": account_id, "acted_by": account_id,
                "service": place.service, "ars": place.ars, "office_id": place.office_id, "ending": place.ending,
                "edition_id": place.edition_id, "fee_cents": place.fee_cents, "state": state,
                "key_id": key_id, "wrapped_key": wrapped, "sealed_answers": seal(key, answers, "answers"),
                "sealed_reason": seal(key, WORDS, "reason") if state == "rejected" else None,
                "document_id": self._id(decided) if decided and state == "completed" and place.ending == "document" else None,
                "submitted_at": submitted, "approved_at": times.get("approved"), "decided_at": decided,
                "changed_at": times[state], "assignee_id": clerk_id if taken else None,
                "due_on": _due_on(place, submitted), "version": len(times),
            }
        )  # fmt: skip
        token = self._marks[place.office_id][citizen % NAMES]
        rows.names.append({"office_id": place.office_id, "token": token, "case_id": case_id})
        if state == "awaiting_applicant":
            message = seal(key, WORDS, "correction 1")
            asked = {"fields": ["copies"], "sealed_message": message, "asked_at": times[state], "asked_by": clerk_id}
            rows.corrections.append({"case_id": case_id, "number": 1, **asked})
        self._note(rows, "order.placed", "citizen", account_id, account_id, None, at)
        if decided:
            self._note(rows, "case.decided", "staff", clerk_id, account_id, place.office_id, decided)

    def _steps(
        self, rows: Rows, case_id: str, account_id: str, clerk_id: str, at: datetime, submitted: datetime | None,
        place: Place, state: str,
    ) -> dict[str, datetime]:  # fmt: skip
        """When it came into each state; the last is that in which it is."""
        times = {"awaiting_payment": at} if place.fee_cents else {}
        if submitted is not None:
            times["submitted"] = submitted
            way = WAYS[state]
            wait = min(timedelta(days=self._chance.uniform(0.5, 25)), self._now - submitted) / max(1, len(way))
            times |= {one: submitted + wait * number for number, one in enumerate(way, 1)}
        for number, (one, since) in enumerate(times.items(), 1):
            who = None if one == "completed" else account_id if one in BY_CITIZEN else clerk_id
            rows.steps.append({"case_id": case_id, "number": number, "state": one, "at": since, "account_id": who})
        return times

    def _note(
        self, rows: Rows, action: str, kind: str, actor_id: str, subject_id: str, office_id: str | None, at: datetime
    ) -> None:
        self._entries += 1
        entry = {
            "sequence": self._entries, "at": at, "action": action, "actor_kind": kind, "actor_id": actor_id,
            "subject_id": subject_id, "office_id": office_id, "reason": "casework", "about": "{}", "previous": self._previous,
        }  # fmt: skip
        self._previous = audit.digest_of(entry)
        rows.entries.append({**entry, "hash": self._previous})

    def _write(self, rows: Rows) -> None:
        tables = Entity.metadata.tables
        written = {
            Order: rows.orders, Case: rows.cases, Step: rows.steps, Correction: rows.corrections, CaseName: rows.names,
        }  # fmt: skip
        with self._connection.begin():
            for entity, wanted in written.items():
                if wanted:
                    self._connection.execute(insert(tables[entity.__tablename__]), wanted)
            self._connection.execute(insert(audit.LOG), rows.entries)
            self._connection.execute(update(audit.HEAD).values(sequence=self._entries, hash=self._previous))

    def _id(self, at: datetime) -> str:
        """A UUIDv7 of that moment (RFC 9562)."""
        chance = self._chance.getrandbits
        digits = f"{int(at.timestamp() * 1000):012x}7{chance(12):03x}{8 + chance(2):x}{chance(60):015x}"
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _place(session: Session, offer: Offer) -> Place:
    published = editions.current(session)[offer.service]
    return Place(
        offer.service,
        offer.ars,
        offer.office_id,
        published.edition_id,
        published.service.ending,
        offer.fees[-1].base_cents,
        published.service.deadline,
        _answers(offer.service),
    )


@cache
def _answers(service: str) -> bytes:
    return orjson.dumps(portal.answers(service))


def _due_on(place: Place, submitted: datetime | None) -> date | None:
    if place.deadline is None or submitted is None:
        return None
    return _last_day(place.deadline["unit"], place.deadline["count"], submitted.astimezone(UTC).date())


@cache
def _last_day(unit: str, count: int, received: date) -> date:
    return deadlines.last_day({"unit": unit, "count": count}, received)
