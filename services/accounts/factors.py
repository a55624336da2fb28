"""The second factors of an account: shown, added, removed; each change is recorded and told to the holder by mail."""

from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from services.accounts import (
    authenticator_app,
    factor_duty,
    factor_guard,
    mails,
    passkeys,
    profiles,
    recovery_codes,
    sessions,
)
from services.accounts.model import (
    MOST_FACTORS,
    PASSKEY,
    Account,
    Challenge,
    ElectronicIdentity,
    Network,
    ProfileValue,
    SecondFactor,
)
from services.chassis import audit, clock, outbox
from services.contracts.actors import Actor
from services.contracts.errors import Conflict, Forbidden, NotFound

MADE_BY_OTHERS = ("counter", "eid")


def get_security(session: Session, actor: Actor) -> dict[str, Any]:
    """How one's own account is guarded."""
    account = session.get_one(Account, actor.person_id)
    eid = session.get(ElectronicIdentity, account.id)
    is_staff = account.kind == "staff"
    return {
        "factors": [factor.as_dict() for factor in _confirmed(session, account.id)],
        "recovery_codes_left": recovery_codes.left(session, account.id),
        "needs": factor_guard.needed(session, actor),
        "has_passkeys": passkeys.are_possible(session),
        "is_factor_required": is_staff and session.scalar(select(Network.staff_second_factor)) == "required",
        "loses_identity": loses_identity(session, account),
        "has_eid": bool(session.info["settings"].eid_dir),
        "eid": eid and eid.as_dict(),
    }


def begin_totp(session: Session, actor: Actor) -> dict[str, str]:
    """A new authenticator app. Raises conflict if there are too many factors."""
    return authenticator_app.begin(session, _with_room(session, actor))


def confirm_totp(session: Session, actor: Actor, *, token: str, factor_id: str, code: str, name: str) -> dict[str, Any]:
    """The new app counts from now on, and this session is at `substantial`."""
    lifted = sessions.own_session(session, actor, token)
    is_first = _is_first(session, actor)
    factor = authenticator_app.confirm(session, actor.person_id, factor_id=factor_id, code=code, name=name)
    sessions.lift(lifted, "substantial")
    return _added(session, actor, factor, is_first=is_first)


def begin_passkey(session: Session, actor: Actor) -> dict[str, str]:
    """What the browser needs to make a passkey. Raises conflict if there are too many factors, or passkeys cannot work here."""
    return passkeys.begin(session, _with_room(session, actor))


def add_passkey(session: Session, actor: Actor, *, token: str, challenge_id: str, credential: str, name: str) -> dict[str, Any]:
    """The new passkey counts from now on, and this session is at `substantial`."""
    lifted = sessions.own_session(session, actor, token)
    is_first = _is_first(session, actor)
    nonce = passkeys.take(session, "register", challenge_id, actor.person_id)
    factor = passkeys.add(session, actor.person_id, nonce=nonce, credential=credential, name=name)
    sessions.lift(lifted, "substantial")
    return _added(session, actor, factor, is_first=is_first)


def remove_factor(session: Session, actor: Actor, *, factor_id: str) -> dict[str, Any]:
    """Take away one factor. Raises not_found for another's."""
    factor = session.get(SecondFactor, factor_id, with_for_update=True)
    if factor is None or factor.account_id != actor.person_id or factor.confirmed_at is None:
        raise no_factor()
    session.delete(factor)
    session.flush()
    if not factor_duty.has_factor(session, actor.person_id):
        recovery_codes.remove(session, actor.person_id)
    record(session, actor, actor.person_id, "factor_removed", {"factor_id": factor.id, "kind": factor.kind})
    return {}


def renew_recovery_codes(session: Session, actor: Actor) -> dict[str, Any]:
    """Ten new codes. Raises not_found where no second factor needs them."""
    if not factor_duty.has_factor(session, actor.person_id):
        raise no_factor()
    codes = recovery_codes.renew(session, actor.person_id)
    record(session, actor, actor.person_id, "recovery_codes_renewed", {})
    return {"recovery_codes": codes}


def remove_all(session: Session, account_id: str, *, actor: Actor) -> int:
    """Take away every factor and code, as an office does for somebody who has lost them; gives how many factors there were."""
    removed = len(_confirmed(session, account_id))
    session.execute(delete(SecondFactor).where(SecondFactor.account_id == account_id))
    session.execute(delete(Challenge).where(Challenge.account_id == account_id))
    recovery_codes.remove(session, account_id)
    if removed:
        record(session, actor, account_id, "factors_reset", {"factors": removed})
    return removed


def loses_identity(session: Session, account: Account) -> bool:
    """Whether a first factor now would end the verified identity.

    So it is when the password was reset by mail after the identity was verified: whoever reads somebody's mail could otherwise
    reset the password, set up a factor of their own and act with the identity of the other.
    """
    return not factor_duty.has_factor(session, account.id) and _was_reset_since_verified(session, account)


def record(session: Session, actor: Actor, account_id: str, change: str, about: dict[str, Any]) -> None:
    """Write a change into the audit log and tell the holder, in the mailbox and by mail."""
    account = session.get_one(Account, account_id)
    audit.record(session, actor, f"account.{change}", subject_id=account_id, about=about)
    outbox.publish(session, "account.security_changed", subject=account_id, data={"account_id": account_id, "change": change})
    to: dict[str, Any] = {"to": account.email, "language": account.language, "account_id": account_id}
    mails.request(session, kind="security_changed", link="/account/security", **to)


def discard_unfinished(session: Session) -> None:
    """Drop challenges nobody answered."""
    session.execute(delete(Challenge).where(Challenge.expires_at <= clock.now()))


def no_factor() -> NotFound:
    """The answer to who names a factor that is not theirs, or none."""
    return NotFound("accounts.no_factor", "There is no such second factor.")


def kinds(session: Session, account_id: str) -> list[str]:
    """The kinds of factors of an account that can be asked for under the portal's address."""
    found = {factor.kind for factor in _confirmed(session, account_id)}
    return sorted(found if passkeys.are_possible(session) else found - {PASSKEY})


def apps(session: Session, account_id: str) -> list[SecondFactor]:
    """The authenticator apps of an account, locked: of one code at two places only one is taken."""
    question = select(SecondFactor).where(SecondFactor.account_id == account_id, SecondFactor.kind != PASSKEY)
    return list(session.scalars(question.where(SecondFactor.confirmed_at.is_not(None)).with_for_update()))


def _is_first(session: Session, actor: Actor) -> bool:
    """Whether a new factor will be the only one. Raises forbidden where one came between, for which a password is not enough.

    Whoever adds one to an account holds its lock, so that of two first ones at once the second finds the other.
    """
    session.get_one(Account, actor.person_id, with_for_update=True)
    if factor_guard.needed(session, actor) == "second_factor":
        raise Forbidden("accounts.step_up_needed", "Please confirm with your second factor first.")
    return not factor_duty.has_factor(session, actor.person_id)


def _added(session: Session, actor: Actor, factor: SecondFactor, *, is_first: bool) -> dict[str, Any]:
    account = session.get_one(Account, actor.person_id)
    if is_first and _was_reset_since_verified(session, account):
        for source in MADE_BY_OTHERS:
            profiles.drop_verified(session, account, source=source)
        audit.record(session, actor, "identity.dropped", subject_id=account.id, reason="factor after password reset")
    codes = recovery_codes.renew(session, account.id) if is_first else []
    record(session, actor, account.id, "factor_added", {"factor_id": factor.id, "kind": factor.kind})
    return {"factor_id": factor.id, "recovery_codes": codes}


def _was_reset_since_verified(session: Session, account: Account) -> bool:
    if account.password_reset_at is None or account.identity_level_at(clock.now()) == "low":
        return False
    question = select(func.max(ProfileValue.at)).where(
        ProfileValue.account_id == account.id, ProfileValue.source.in_(MADE_BY_OTHERS)
    )
    verified_at = session.scalar(question)
    return verified_at is None or verified_at <= account.password_reset_at


def _confirmed(session: Session, account_id: str) -> list[SecondFactor]:
    question = select(SecondFactor).where(SecondFactor.account_id == account_id, SecondFactor.confirmed_at.is_not(None))
    return list(session.scalars(question.order_by(SecondFactor.id)))


def _with_room(session: Session, actor: Actor) -> Account:
    if len(_confirmed(session, actor.person_id)) >= MOST_FACTORS:
        raise Conflict("accounts.too_many_factors", "There are too many second factors already. Remove one you no longer use.")
    return session.get_one(Account, actor.person_id)
