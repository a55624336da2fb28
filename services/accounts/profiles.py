"""The profile: what is known of a person, each value self-declared or verified, by whom, when and until when."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.accounts.model import Account, IdentityCheck, ProfileValue
from services.chassis import audit, clock
from services.contracts.accounts.profile import CORE, IDENTITY, NAMES
from services.contracts.actors import Actor
from services.contracts.errors import Invalid
from services.contracts.levels import LEVELS, lower, reaches

OLDEST = 130
"""Years a person can be old."""
OF_ACCOUNT = ("given_names", "family_name", "email")
"""Values that every account has of itself."""


def get_profile(session: Session, actor: Actor) -> dict[str, Any]:
    """One's own profile, whoever one acts for."""
    return profile_of(session, session.get_one(Account, actor.person_id))


def profile_of(session: Session, account: Account) -> dict[str, Any]:
    """The profile of an account, in the order of the contract."""
    now = clock.now()
    found = _rows(session, account.id)
    return {
        "known": [_view(row, now, found) for name in NAMES if (row := found.get(name) or _of_account(account, name)).value],
        "identity_level": account.identity_level_at(now),
        "identity_valid_until": account.identity_valid_until if account.identity_level_at(now) != "low" else None,
    }


def identity_of(session: Session, account: Account) -> dict[str, str]:
    """The identity values of an account that are known."""
    found = _rows(session, account.id)
    values = {name: (found.get(name) or _of_account(account, name)).value for name in IDENTITY}
    return {name: value for name, value in values.items() if value}


def save_profile(session: Session, actor: Actor, **given: str) -> dict[str, Any]:
    """Change self-declared values. Raises invalid for a verified one: only a new verification changes it."""
    account = session.get_one(Account, actor.person_id)
    now = clock.now()
    found = _rows(session, account.id)
    before = {name: (found.get(name) or _of_account(account, name)).value for name in given}
    changed = {name: value for name, value in given.items() if value != before[name]}
    locked = [name for name in changed if _is_locked(found, name, now)]
    if locked:
        raise Invalid(
            "accounts.value_locked", "Only a new verification changes a verified value.", {name: ["verified"] for name in locked}
        )
    check_birth_date(changed.get("birth_date", ""))
    for name, value in changed.items():
        _set(session, found, account, name, value, {"level": "low", "source": "self", "by": None, "at": now, "valid_until": None})
    if changed:
        audit.record(session, actor, "profile.changed", subject_id=account.id, about={"values": sorted(changed)})
    session.flush()
    return profile_of(session, account)


def set_verified(
    session: Session,
    account_id: str,
    values: Mapping[str, str],
    *,
    level: str,
    source: str,
    by: str,
    at: datetime,
    valid_until: datetime | None,
) -> None:
    """Values that an office (`source` counter, `by` its id) or an eID provider vouches for; the identity's level follows them.

    A value that stands already and is vouched for at a higher level keeps that.
    """
    account, now = session.get_one(Account, account_id), clock.now()
    found = _rows(session, account_id)
    if source != "counter" and any(name in found and found[name].value != values.get(name, found[name].value) for name in CORE):
        _outdate_check(session, account_id)
    for name, value in values.items():
        row = found.get(name)
        if row is not None and row.value == value and row.is_verified(now) and not reaches(level, row.level):
            continue
        origin = {"level": level, "source": source, "by": by, "at": at, "valid_until": valid_until}
        _set(session, found, account, name, value, origin)
    settle(session, account, found)


def drop_verified(session: Session, account: Account, *, source: str) -> None:
    """Nobody vouches any more for what this source had verified; the values stay, as self-declared ones."""
    found = _rows(session, account.id)
    for row in found.values():
        if row.source == source:
            row.level, row.source, row.by, row.valid_until = "low", "self", None, None
    settle(session, account, found)


def settle(session: Session, account: Account, found: Mapping[str, ProfileValue] | None = None) -> None:
    """Write the level of the identity into the account: the lowest of its core values, until the first of them lapses."""
    now = clock.now()
    core = [row for name in CORE if (row := (found or _rows(session, account.id)).get(name)) and row.is_verified(now)]
    if len(core) < len(CORE):
        account.identity_level, account.identity_valid_until = LEVELS[0], None
        return
    level = LEVELS[-1]
    for row in core:
        level = lower(level, row.level)
    account.identity_level = level
    account.identity_valid_until = min((row.valid_until for row in core if row.valid_until is not None), default=None)


def _outdate_check(session: Session, account_id: str) -> None:
    """What was compared in person is no longer what the person is called; it does not come back when an eID expires."""
    question = select(IdentityCheck).where(IdentityCheck.account_id == account_id, IdentityCheck.state == "verified")
    for check in session.scalars(question.with_for_update()):
        check.end("replace", clock.now())


def check_birth_date(value: str) -> None:
    """Raises invalid for a day still to come, and for one that nobody alive was born on. Unknown parts are `00`."""
    if not value:
        return
    today = clock.in_germany(clock.now()).date()
    year, month, day = (int(part) for part in value.split("-"))
    slug = ""
    if (year, month or 1, day or 1) > (today.year, today.month, today.day):
        slug = "date_in_future"
    elif year < today.year - OLDEST:
        slug = "date_too_early"
    if slug:
        raise Invalid("invalid", "Nobody can be born on this day.", {"birth_date": [slug]})


def _rows(session: Session, account_id: str) -> dict[str, ProfileValue]:
    return {row.name: row for row in session.scalars(select(ProfileValue).where(ProfileValue.account_id == account_id))}


def _of_account(account: Account, name: str) -> ProfileValue:
    """A value that nobody has touched since the registration."""
    value = getattr(account, name) if name in OF_ACCOUNT else ""
    return ProfileValue(
        account_id=account.id,
        name=name,
        value=value,
        level="low",
        source="self",
        by=None,
        at=account.registered_at,
        valid_until=None,
    )


def _set(
    session: Session, found: dict[str, ProfileValue], account: Account, name: str, value: str, origin: Mapping[str, Any]
) -> None:
    if name in OF_ACCOUNT and name != "email":
        setattr(account, name, value)
    row = found.get(name)
    if not value:
        if row is not None:
            session.delete(found.pop(name))
        return
    if row is None:
        row = found[name] = ProfileValue(account_id=account.id, name=name)
        session.add(row)
    row.value = value
    for key, part in origin.items():
        setattr(row, key, part)


def _is_locked(found: Mapping[str, ProfileValue], name: str, now: datetime) -> bool:
    """Identity values are locked together while any of them is verified, also one that the document did not show."""
    return name in IDENTITY and any(row.is_verified(now) for row in found.values() if row.name in IDENTITY)


def _view(row: ProfileValue, now: datetime, found: Mapping[str, ProfileValue]) -> dict[str, Any]:
    is_verified = row.is_verified(now)
    return {
        "name": row.name,
        "value": row.value,
        "level": row.level if is_verified else "low",
        "source": row.source,
        "by": row.by,
        "at": row.at,
        "valid_until": row.valid_until,
        "is_verified": is_verified,
        "is_locked": _is_locked(found, row.name, now),
    }
