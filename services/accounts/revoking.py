"""How a verified identity ends: revoked for a reason, or expired, of which its holder is told a month before."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.accounts import checking, counter, profiles
from services.accounts.model import Account, IdentityCheck
from services.accounts.model.verification import PENDING_LASTS, WARNED_BEFORE
from services.chassis import audit, clock, outbox
from services.contracts.actors import Actor
from services.contracts.errors import Conflict

MOST_PER_RUN = 200
ITSELF = Actor(kind="service")
"""The portal, where no person acts."""


def revoke_identity(session: Session, actor: Actor, *, office_id: str, account_id: str, reason: str) -> dict[str, object]:
    """Take away what was verified in person, in every session at once. Raises conflict where nothing was.

    An officer of any office may, as the level counts in every office; whoever holds the account is told.
    """
    counter.at(session, actor, office_id)
    account = checking.citizen(session, account_id)
    counter.refuse_oneself(session, actor, account)
    check = checking.current(session, account_id)
    if check is None:
        raise Conflict("accounts.not_verified_in_person", "The identity of this account was not verified in person.")
    check.end("revoke", clock.now(), by=actor.person_id, office_id=office_id, reason=reason)
    profiles.drop_verified(session, account, source="counter")
    outbox.publish(session, "identity.revoked", subject=account_id, data={**_fact(check), "reason": reason})
    audit.record(
        session,
        actor,
        "identity.revoked",
        subject_id=account_id,
        office_id=office_id,
        reason=reason,
        about={"check_id": check.id, "verified_in_office_id": check.office_id},
    )
    return {}


def expire_due(session: Session) -> None:
    """End the checks whose time is over."""
    now = clock.now()
    for check in _some(session, IdentityCheck.state == "verified", IdentityCheck.valid_until <= now):
        check.end("expire", now)
        account = session.get_one(Account, check.account_id)
        profiles.settle(session, account)
        _tell(session, "identity.expired", check)
    for check in _some(session, IdentityCheck.state == "recorded", IdentityCheck.recorded_at <= now - PENDING_LASTS):
        check.end("lapse", now)
        _note(session, "identity.lapsed", check)


def restore_due(session: Session) -> None:
    """Where an eID has expired and a check in person still counts, that one gives the level again."""
    now = clock.now()
    over = (Account.identity_level != "low", Account.identity_valid_until <= now)
    accounts = select(Account).where(*over).limit(MOST_PER_RUN).with_for_update(skip_locked=True)
    for account in session.scalars(accounts).all():
        check = checking.current(session, account.id)
        if check is not None and check.confirmed_at is not None and check.valid_until is not None and check.valid_until > now:
            profiles.set_verified(
                session,
                account.id,
                profiles.identity_of(session, account),
                level=checking.LEVEL,
                source="counter",
                by=check.office_id,
                at=check.confirmed_at,
                valid_until=check.valid_until,
            )
        profiles.settle(session, account)


def announce_due(session: Session) -> None:
    """Tell the holders of checks that end within a month, once."""
    now = clock.now()
    due = (
        IdentityCheck.state == "verified",
        IdentityCheck.warned_at.is_(None),
        IdentityCheck.valid_until <= now + WARNED_BEFORE,
    )
    for check in _some(session, *due):
        check.warned_at = now
        _tell(session, "identity.expiry_announced", check)


def _some(session: Session, *which: object) -> list[IdentityCheck]:
    """Checks to work on now, each by one process only."""
    question = select(IdentityCheck).where(*which).limit(MOST_PER_RUN).with_for_update(skip_locked=True)  # type: ignore[arg-type]
    return list(session.scalars(question))


def _tell(session: Session, event: str, check: IdentityCheck) -> None:
    outbox.publish(session, event, subject=check.account_id, data=_fact(check))
    _note(session, event, check)


def _note(session: Session, action: str, check: IdentityCheck) -> None:
    audit.record(session, ITSELF, action, subject_id=check.account_id, office_id=check.office_id, about={"check_id": check.id})


def _fact(check: IdentityCheck) -> dict[str, str]:
    return {"account_id": check.account_id, "check_id": check.id, "office_id": check.office_id}
