"""Mandates between persons: proposed by either side, accepted by the other, ended by either at any moment."""

from datetime import date
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from services.accounts import inviting, mails
from services.accounts.addresses import email_key
from services.accounts.model import Account, Mandate
from services.accounts.model.mandate import ANSWER_WITHIN, GRANTOR, HELPER, LONGEST, OTHER
from services.chassis import audit, clock, ids, outbox
from services.contracts.actors import Actor
from services.contracts.errors import Conflict, Forbidden, Invalid, NotFound

MOST_WAITING = 10


def ask_for_mandate(
    session: Session, actor: Actor, *, side: str, email: str, services: list[str], valid_until: date, allows_prefill: bool
) -> dict[str, Any]:
    """Propose a mandate to whoever has this address; the same happens here whether or not it has an account.

    Raises invalid for one's own address or a day that is over or too far away, conflict if too many wait for an answer already,
    rate_limited after many in a short time.
    """
    _check_not_acting(actor)
    person = session.get_one(Account, actor.person_id)
    now, key = clock.now(), email_key(email)
    _check(person, key, valid_until)
    inviting.count(session, person.id)
    mine = Mandate.grantor_id == person.id if side == GRANTOR else Mandate.helper_id == person.id
    waiting = (Mandate.asked_by == side, mine, Mandate.state == "asked", Mandate.answer_until > now)
    if (session.scalar(select(func.count()).select_from(Mandate).where(*waiting)) or 0) >= MOST_WAITING:
        raise Conflict("accounts.too_many_mandates", f"At most {MOST_WAITING} can wait for an answer.")
    mandate = Mandate(
        id=ids.new_id(), asked_by=side, email=email, email_key=key, services=_scope(services), state="asked",
        grantor_id=person.id if side == GRANTOR else None, helper_id=person.id if side == HELPER else None,
        allows_prefill=allows_prefill and side == GRANTOR, asked_at=now, answer_until=now + ANSWER_WITHIN,
        valid_until=valid_until,
    )  # fmt: skip
    session.add(mandate)
    session.flush()
    asked = session.scalar(select(Account).where(Account.email_key == key, Account.kind == "citizen"))
    _record(session, actor, "mandate.asked", mandate, {person.id, asked.id if asked else None})
    language = asked.language if asked else person.language
    if inviting.may_send(session, key):
        mails.request(session, kind="mandate_asked", to=email, language=language, link=f"/mandates/{mandate.id}")
    if asked is not None:
        facts = {"mandate_id": mandate.id, "account_id": asked.id}
        outbox.publish(session, "mandate.asked", subject=mandate.id, data=facts)
    return _view(mandate, side)


def list_mandates(session: Session, actor: Actor) -> dict[str, Any]:
    """All that the person gave, holds, has asked for or is asked for, newest first."""
    person = session.get_one(Account, actor.person_id)
    open_to_me = (Mandate.email_key == person.email_key) & (Mandate.state == "asked")
    mine = or_(Mandate.grantor_id == person.id, Mandate.helper_id == person.id, open_to_me)
    question = select(Mandate).where(mine).order_by(Mandate.id.desc()).options(*_BOTH).limit(200)
    return {"mandates": [_view(mandate, side) for mandate in session.scalars(question) if (side := _side(mandate, person))]}


def get_mandate(session: Session, actor: Actor, *, mandate_id: str) -> dict[str, Any]:
    """One of one's own. Raises not_found for anybody else's."""
    return _view(*_own(session, actor, mandate_id))


def accept_mandate(session: Session, actor: Actor, *, mandate_id: str, allows_prefill: bool) -> dict[str, Any]:
    """Say yes as the one who was asked; from now on the helper may act. Raises conflict if it is answered or has expired.

    Only in one's own name: somebody who acts for another cannot pass that on.
    """
    _check_not_acting(actor)
    mandate, side = _own(session, actor, mandate_id, lock=True)
    _check_step(mandate, side, "accept")
    mandate.become("accept", clock.now())
    if side == GRANTOR:
        mandate.grantor_id, mandate.allows_prefill = actor.person_id, allows_prefill
    else:
        mandate.helper_id = actor.person_id
    session.flush()
    session.refresh(mandate, ["grantor", "helper"])
    _record(session, actor, "mandate.granted", mandate, {mandate.grantor_id, mandate.helper_id})
    _tell_both(session, "mandate.granted", mandate)
    return _view(mandate, side)


def decline_mandate(session: Session, actor: Actor, *, mandate_id: str) -> dict[str, Any]:
    """Say no as the one who was asked."""
    _check_not_acting(actor)
    mandate, side = _own(session, actor, mandate_id, lock=True)
    _check_step(mandate, side, "decline")
    mandate.become("decline", clock.now())
    asker = mandate.holder(mandate.asked_by)
    _record(session, actor, "mandate.declined", mandate, {actor.person_id, asker.id if asker else None})
    if asker is not None:
        outbox.publish(session, "mandate.declined", subject=mandate.id, data={"mandate_id": mandate.id, "account_id": asker.id})
    return _view(mandate, side)


def withdraw_mandate(session: Session, actor: Actor, *, mandate_id: str) -> dict[str, Any]:
    """Take back what one has asked for, before it is answered."""
    mandate, side = _own(session, actor, mandate_id, lock=True)
    _check_step(mandate, side, "withdraw")
    mandate.become("withdraw", clock.now())
    _record(session, actor, "mandate.withdrawn", mandate, {actor.person_id})
    return _view(mandate, side)


def revoke_mandate(session: Session, actor: Actor, *, mandate_id: str) -> dict[str, Any]:
    """End it, as either side and with effect at once: the next request of the helper acts for the grantor no more."""
    mandate, side = _own(session, actor, mandate_id, lock=True)
    _check_step(mandate, side, "revoke")
    mandate.become("revoke", clock.now())
    _record(session, actor, "mandate.revoked", mandate, {mandate.grantor_id, mandate.helper_id})
    _tell_both(session, "mandate.revoked", mandate)
    return _view(mandate, side)


_BOTH = (joinedload(Mandate.grantor), joinedload(Mandate.helper))


def _own(session: Session, actor: Actor, mandate_id: str, *, lock: bool = False) -> tuple[Mandate, str]:
    """A mandate and the side the person is on. Raises not_found for anybody else's."""
    person = session.get_one(Account, actor.person_id)
    if lock:
        session.scalar(select(Mandate.id).where(Mandate.id == mandate_id).with_for_update())
    question = select(Mandate).where(Mandate.id == mandate_id).options(*_BOTH).execution_options(populate_existing=True)
    mandate = session.scalar(question)
    side = _side(mandate, person) if mandate else None
    if mandate is None or side is None:
        raise NotFound("accounts.no_mandate", "There is no such mandate.")
    return mandate, side


def _side(mandate: Mandate, person: Account) -> str | None:
    """On which side the person is: as holder of an account, or as the address that is asked and has not answered yet."""
    if mandate.grantor_id == person.id:
        return GRANTOR
    if mandate.helper_id == person.id:
        return HELPER
    is_asked = mandate.is_waiting(clock.now()) and mandate.email_key == person.email_key and person.kind == "citizen"
    return OTHER[mandate.asked_by] if is_asked else None


def _steps(mandate: Mandate, side: str) -> list[str]:
    """What somebody on this side may do with it now."""
    state = mandate.shown_state(clock.now())
    if state == "asked":
        return ["withdraw"] if side == mandate.asked_by else ["accept", "decline"]
    return ["revoke"] if state == "active" else []


def _check_step(mandate: Mandate, side: str, step: str) -> None:
    if step not in _steps(mandate, side):
        raise Conflict("accounts.mandate_over", "This mandate has been answered or ended already, or has expired.")


def _check_not_acting(actor: Actor) -> None:
    if actor.behalf is not None:
        raise Forbidden("accounts.not_while_acting", "Mandates are given and taken in one's own name only.")


def _check(person: Account, key: str, valid_until: date) -> None:
    today = clock.in_germany(clock.now()).date()
    wrong: dict[str, list[str]] = {}
    if key == person.email_key:
        wrong["email"] = ["own_address"]
    if valid_until < today:
        wrong["valid_until"] = ["date_in_past"]
    elif valid_until > today + LONGEST:
        wrong["valid_until"] = ["mandate_too_long"]
    if wrong:
        raise Invalid("invalid", "Some fields need another look.", fields=wrong)


def _scope(services: list[str]) -> list[str]:
    return ["*"] if "*" in services else sorted(set(services))


def _record(session: Session, actor: Actor, action: str, mandate: Mandate, subjects: set[str | None]) -> None:
    """Into the log of each person concerned."""
    about = {
        "mandate_id": mandate.id,
        "grantor_id": mandate.grantor_id,
        "helper_id": mandate.helper_id,
        "services": mandate.services,
        "valid_until": mandate.valid_until.isoformat(),
    }
    for subject_id in sorted(filter(None, subjects)):
        audit.record(session, actor, action, subject_id=subject_id, reason=f"mandate {mandate.id}", about=about)


def _tell_both(session: Session, event: str, mandate: Mandate) -> None:
    for account_id in (mandate.grantor_id, mandate.helper_id):
        facts = {"mandate_id": mandate.id, "grantor_id": mandate.grantor_id, "helper_id": mandate.helper_id}
        outbox.publish(session, event, subject=mandate.id, data={**facts, "account_id": account_id})


def _view(mandate: Mandate, side: str) -> dict[str, Any]:
    other = mandate.holder(OTHER[side])
    is_asker = side == mandate.asked_by
    # Who asked learns a name only once the other one has said yes.
    is_known = other is not None and (not is_asker or mandate.began_at is not None)
    return {
        "mandate_id": mandate.id,
        "side": side,
        "asked_by": mandate.asked_by,
        "state": mandate.shown_state(clock.now()),
        "other_name": f"{other.given_names} {other.family_name}" if other is not None and is_known else None,
        "other_email": other.email if other is not None and is_known else mandate.email,
        "services": mandate.services,
        "allows_prefill": mandate.allows_prefill,
        "asked_at": mandate.asked_at,
        "answer_until": mandate.answer_until,
        "valid_until": mandate.valid_until,
        "began_at": mandate.began_at,
        "ended_at": mandate.ended_at,
        "steps": _steps(mandate, side),
    }
