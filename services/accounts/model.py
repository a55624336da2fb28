"""Who you are, and where: accounts with roles, sessions and attempts to sign in; the portal network with its offices."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, ForeignKey, Integer, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from services.chassis.columns import UtcDateTime

SESSION_LASTS = timedelta(hours=12)
SESSION_IDLES = timedelta(minutes=60)
TOUCH_EVERY = timedelta(minutes=1)

FREE_ATTEMPTS = 10
LONGEST_WAIT = timedelta(seconds=60)
ATTEMPTS_FORGOTTEN = timedelta(minutes=15)


class Entity(DeclarativeBase):
    """Everything that `accounts` stores."""


class Account(Entity):
    """A person of the network: a citizen, or a member of staff. `email_key` is the address as it is compared."""

    __tablename__ = "accounts"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(300), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    given_names: Mapped[str] = mapped_column(String(100))
    family_name: Mapped[str] = mapped_column(String(100))
    language: Mapped[str] = mapped_column(String(2))
    registered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    roles: Mapped[list["StaffRole"]] = relationship(order_by="StaffRole.role, StaffRole.office_id", cascade="all, delete-orphan")

    def as_actor(self) -> dict[str, Any]:
        """The actor that acts for this account; a password alone gives the level `low`."""
        return {
            "kind": self.kind,
            "account_id": self.id,
            "level": "low",
            "roles": [{"role": r.role, "office_id": r.office_id} for r in self.roles],
        }

    def as_person(self) -> dict[str, str]:
        """The holder, as pages greet and forms prefill them."""
        return {
            "email": self.email,
            "given_names": self.given_names,
            "family_name": self.family_name,
            "language": self.language,
        }


class StaffRole(Entity):
    """What a member of staff may do, and in which office; `*` is the whole network."""

    __tablename__ = "staff_roles"

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)
    office_id: Mapped[str] = mapped_column(String(80), primary_key=True)


class SignedInSession(Entity):
    """One browser or API client that is signed in. Its token is known here by its SHA-256 only."""

    __tablename__ = "sessions"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    account: Mapped[Account] = relationship()

    def is_valid(self, now: datetime) -> bool:
        """Whether it is neither too old nor left alone for too long."""
        return now < self.expires_at and now < self.last_seen_at + SESSION_IDLES

    def is_touch_due(self, now: datetime) -> bool:
        """Whether its use should be noted again; not at every question, as noting is a write."""
        return now >= self.last_seen_at + TOUCH_EVERY


class SignInAttempts(Entity):
    """Sign-ins that failed since the last good one, for one address, whether or not it has an account.

    After `FREE_ATTEMPTS` each further one must wait, twice as long every time but never longer than `LONGEST_WAIT`: guessing
    becomes hopeless and nobody is locked out for good. The address is kept as a hash, since a stranger may have typed it.
    """

    __tablename__ = "sign_in_attempts"

    email_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int] = mapped_column(Integer)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

    def may_try_at(self) -> datetime:
        """The moment from which another attempt is heard."""
        surplus = self.failures - FREE_ATTEMPTS
        if surplus < 0:
            return self.last_at
        return self.last_at + min(timedelta(seconds=2 ** min(surplus, 10)), LONGEST_WAIT)

    def count(self, now: datetime) -> None:
        """One attempt more; after a quiet while the counting begins anew."""
        is_forgotten = now >= self.last_at + ATTEMPTS_FORGOTTEN
        self.failures = 1 if is_forgotten else self.failures + 1
        self.last_at = now


class Network(Entity):
    """The portal network that this portal serves; there is one."""

    __tablename__ = "networks"

    slug: Mapped[str] = mapped_column(String(60), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    title: Mapped[dict[str, str]] = mapped_column(JSON)
    notice: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))


class Municipality(Entity):
    """A member of the network. One that left is withdrawn and not deleted: cases and documents still name it by its ARS."""

    __tablename__ = "municipalities"

    ars: Mapped[str] = mapped_column(String(12), primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), index=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(30))
    postal_codes: Mapped[list[str]] = mapped_column(JSON)
    places: Mapped[list[str]] = mapped_column(JSON)
    address: Mapped[str] = mapped_column(String(300))
    website: Mapped[str | None] = mapped_column(String(300))
    colour: Mapped[str] = mapped_column(String(7))
    imprint: Mapped[dict[str, str]] = mapped_column(JSON)
    privacy: Mapped[dict[str, str]] = mapped_column(JSON)
    accessibility: Mapped[dict[str, str]] = mapped_column(JSON)
    is_withdrawn: Mapped[bool] = mapped_column(default=False)
    offices: Mapped[list["Office"]] = relationship(back_populates="municipality", order_by="Office.position")

    def as_summary(self) -> dict[str, Any]:
        """The municipality in a list."""
        return {
            "ars": self.ars,
            "slug": self.slug,
            "name": self.name,
            "kind": self.kind,
            "postal_codes": self.postal_codes,
            "places": self.places,
        }

    def as_dict(self) -> dict[str, Any]:
        """The municipality whole, with the offices it has now."""
        return {
            **self.as_summary(),
            "address": self.address,
            "website": self.website,
            "colour": self.colour,
            "imprint": self.imprint,
            "privacy": self.privacy,
            "accessibility": self.accessibility,
            "offices": [office.as_dict() for office in self.offices if not office.is_withdrawn],
        }


class Office(Entity):
    """An office of a municipality; `<ars>/<slug>` is its id. Withdrawn like its municipality, never deleted."""

    __tablename__ = "offices"

    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    ars: Mapped[str] = mapped_column(ForeignKey("municipalities.ars"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    name: Mapped[dict[str, str]] = mapped_column(JSON)
    address: Mapped[str] = mapped_column(String(300))
    email: Mapped[str] = mapped_column(String(254))
    phone: Mapped[str] = mapped_column(String(60))
    opening_hours: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    is_withdrawn: Mapped[bool] = mapped_column(default=False)
    municipality: Mapped[Municipality] = relationship(back_populates="offices")

    def as_dict(self) -> dict[str, Any]:
        """The office as the contract says it."""
        return {
            "office_id": self.id,
            "name": self.name,
            "address": self.address,
            "email": self.email,
            "phone": self.phone,
            "opening_hours": self.opening_hours,
        }
