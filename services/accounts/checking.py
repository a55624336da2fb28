"""Checks of identity at the counter: recorded by one officer, confirmed by a second where the office demands it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from services.accounts import counter, factors, passwords, profiles, visiting
from services.accounts.model import Account, IdentityCheck, Office, ProfileValue, SignedInSession
from services.chassis import audit, clock, ids, outbox
from services.contracts.accounts.profile import IDENTITY
from services.contracts.actors import Actor
from services.contracts.errors import Conflict, Forbidden, NotFound

LEVEL = "substantial"
"""What a comparison of face and document by an officer is worth."""
NOT_ACTIVATED = "counter:"
"""Begins the key of an account that has no address yet; no address looks like that."""


def look_at_visit_code(session: Session, actor: Actor, *, office_id: str, code: str) -> dict[str, Any]:
    """Who shows this code, as their account says it: a look at personal data, which is recorded."""
    office = counter.at(session, actor, office_id)
    account = session.get_one(Account, visiting.open_code(session, code).account_id)
    counter.refuse_oneself(session, actor, account)
    audit.record(session, actor, "identity.viewed", subject_id=account.id, office_id=office_id, reason="visit_code")
    return {**_person(session, account), "needs_two_officers": office.needs_two_officers}


def record_check(
    session: Session,
    actor: Actor,
    *,
    office_id: str,
    code: str,
    seen: dict[str, str],
    document: dict[str, Any],
    is_compared: bool,
) -> dict[str, Any]:
    """What an officer saw of the person who showed the code, which is used up by it. Needs `is_compared`."""
    office = counter.at(session, actor, office_id)
    shown = visiting.open_code(session, code, lock=True)
    account = session.get_one(Account, shown.account_id)
    shown.used_at = clock.now()
    return _record(session, actor, office, account, "code", seen, document)


def open_counter_account(
    session: Session,
    actor: Actor,
    *,
    office_id: str,
    seen: dict[str, str],
    document: dict[str, Any],
    is_compared: bool,
    email: str | None,
    language: str,
) -> dict[str, Any]:
    """A verified account for somebody who has none; its holder takes it over with an activation letter."""
    office = counter.at(session, actor, office_id)
    account_id, now = ids.new_id(), clock.now()
    account = Account(
        id=account_id,
        kind="citizen",
        email="",
        email_key=f"{NOT_ACTIVATED}{account_id}",
        password_hash=passwords.NOBODYS_HASH,
        given_names=seen["given_names"],
        family_name=seen["family_name"],
        language=language,
        registered_at=now,
    )
    session.add(account)
    session.flush()
    if email:
        session.add(ProfileValue(account_id=account_id, name="email", value=email, level="low", source="self", at=now))
    return _record(session, actor, office, account, "account", seen, document)


def remove_lost_factors(
    session: Session, actor: Actor, *, office_id: str, account_id: str, document: dict[str, Any], is_compared: bool
) -> dict[str, Any]:
    """Let somebody in again who lost every second factor: their document must show what was verified before, unchanged.

    Raises conflict for an account whose identity was never verified: there is nothing to compare with.
    """
    office = counter.at(session, actor, office_id)
    account = citizen(session, account_id)
    if current(session, account.id) is None and account.identity_level_at(clock.now()) == "low":
        raise _never_verified()
    return _record(session, actor, office, account, "factors", profiles.identity_of(session, account), document)


def list_pending_checks(session: Session, actor: Actor, *, office_id: str) -> dict[str, Any]:
    """The checks of an office that wait for a second officer; nothing personal, so no entry in the log."""
    counter.at(session, actor, office_id)
    waiting = select(IdentityCheck).where(IdentityCheck.office_id == office_id, IdentityCheck.state == "recorded")
    return {"checks": [_pending(check, actor) for check in session.scalars(waiting.order_by(IdentityCheck.id))]}


def get_pending_check(session: Session, actor: Actor, *, check_id: str) -> dict[str, Any]:
    """A check whole, for the second officer: a look at personal data, which is recorded."""
    check = _waiting(session, actor, check_id)
    audit.record(
        session,
        actor,
        "identity.viewed",
        subject_id=check.account_id,
        office_id=check.office_id,
        reason="second_officer",
        about={"check_id": check.id},
    )
    return {
        **_pending(check, actor),
        "account_id": check.account_id,
        "seen": check.values,
        "corrected": check.corrected,
        "issuing_authority": check.issuing_authority,
        "document_valid_until": check.document_valid_until,
    }


def confirm_check(session: Session, actor: Actor, *, check_id: str) -> dict[str, Any]:
    """The second officer agrees. Raises forbidden for the first one, and for whoever it is about."""
    check = _waiting(session, actor, check_id, lock=True)
    if check.recorded_by == actor.person_id:
        raise Forbidden("accounts.second_officer_needed", "A second officer has to confirm this.")
    account = session.get_one(Account, check.account_id)
    counter.refuse_oneself(session, actor, account, check.values)
    counter.check_document({"valid_until": check.document_valid_until})
    _verify(session, actor, account, check)
    return _recorded(check)


def decline_check(session: Session, actor: Actor, *, check_id: str, reason: str) -> dict[str, Any]:
    """The check does not count: the second officer disagrees, or the first takes it back."""
    check = _waiting(session, actor, check_id, lock=True)
    check.end("decline", clock.now(), by=actor.person_id, office_id=check.office_id, reason=reason)
    _note(session, actor, "identity.declined", check, reason=reason)
    return _recorded(check)


def citizen(session: Session, account_id: str) -> Account:
    """A citizen's account. Raises not_found."""
    account = session.get(Account, account_id)
    if account is None or account.kind != "citizen":
        raise NotFound("accounts.no_account", "There is no such account.")
    return account


def current(session: Session, account_id: str) -> IdentityCheck | None:
    """The check that counts for an account now; none if there is none."""
    counting = (IdentityCheck.account_id == account_id, IdentityCheck.state == "verified")
    return session.scalar(select(IdentityCheck).where(*counting).with_for_update())


def _record(
    session: Session,
    actor: Actor,
    office: Office,
    account: Account,
    way: str,
    seen: Mapping[str, str],
    document: Mapping[str, Any],
) -> dict[str, Any]:
    counter.refuse_oneself(session, actor, account, seen)
    counter.check_document(document)
    profiles.check_birth_date(seen.get("birth_date", ""))
    known = profiles.identity_of(session, account)
    check = IdentityCheck(
        id=ids.new_id(),
        account_id=account.id,
        office_id=office.id,
        way=way,
        state="recorded",
        is_renewal=current(session, account.id) is not None,
        document_kind=document["kind"],
        issuing_authority=document["issuing_authority"],
        document_valid_until=document["valid_until"],
        values=dict(seen),
        corrected=[name for name in IDENTITY if way == "code" and name in seen and seen[name] != known.get(name, "")],
        removes_factors=way == "factors",
        recorded_by=actor.person_id,
        recorded_at=clock.now(),
    )
    session.add(check)
    session.flush()
    _note(session, actor, "identity.recorded", check, corrected=check.corrected)
    if not office.needs_two_officers:
        _verify(session, actor, account, check)
    return _recorded(check)


def _verify(session: Session, actor: Actor, account: Account, check: IdentityCheck) -> None:
    """From now on the check counts, in every municipality of the network."""
    now = clock.now()
    former = current(session, account.id)
    if former is not None:
        former.end("replace", now)
    values, until = check.values, counter.valid_until(check.document_valid_until, now)
    check.is_renewal = former is not None
    check.confirm(actor.person_id, now, until)
    profiles.set_verified(
        session, account.id, values, level=LEVEL, source="counter", by=check.office_id, at=now, valid_until=until
    )
    if check.removes_factors:
        _let_in_again(session, actor, account.id)
    data = {"account_id": account.id, "check_id": check.id, "office_id": check.office_id}
    outbox.publish(session, "identity.renewed" if check.is_renewal else "identity.verified", subject=account.id, data=data)
    _note(session, actor, "identity.verified", check, first_officer_id=check.recorded_by, is_renewal=check.is_renewal)


def _let_in_again(session: Session, actor: Actor, account_id: str) -> None:
    factors.remove_all(session, account_id, actor=actor)
    session.execute(delete(SignedInSession).where(SignedInSession.account_id == account_id))


def _note(session: Session, actor: Actor, action: str, check: IdentityCheck, **about: Any) -> None:
    about = {"check_id": check.id, "document_kind": check.document_kind, "way": check.way, **about}
    audit.record(session, actor, action, subject_id=check.account_id, office_id=check.office_id, about=about)


def _waiting(session: Session, actor: Actor, check_id: str, *, lock: bool = False) -> IdentityCheck:
    question = select(IdentityCheck).where(IdentityCheck.id == check_id)
    check = session.scalar(question.with_for_update().execution_options(populate_existing=True) if lock else question)
    if check is None or not actor.has_role("identity_officer", check.office_id):
        raise NotFound("accounts.no_check", "There is no such check in your offices.")
    if check.state != "recorded":
        raise Conflict("accounts.check_wrong_state", f"This check of identity is {check.state} already.")
    return check


def _never_verified() -> Conflict:
    return Conflict("accounts.not_verified_in_person", "The identity of this account was not verified in person.")


def _person(session: Session, account: Account) -> dict[str, Any]:
    level = account.identity_level_at(clock.now())
    return {
        "account_id": account.id,
        "seen": profiles.identity_of(session, account),
        "level": level,
        "valid_until": account.identity_valid_until if level != "low" else None,
    }


def _pending(check: IdentityCheck, actor: Actor) -> dict[str, Any]:
    names = ("office_id", "way", "document_kind", "recorded_at")
    return {
        "check_id": check.id,
        **{name: getattr(check, name) for name in names},
        "is_own": check.recorded_by == actor.person_id,
    }


def _recorded(check: IdentityCheck) -> dict[str, Any]:
    return {"check_id": check.id, "account_id": check.account_id, "state": check.state, "valid_until": check.valid_until}
