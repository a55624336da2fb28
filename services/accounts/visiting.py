"""The citizen's side of a verification in person: the code to be shown at the counter, and what came of it."""

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from services.accounts import one_time_codes
from services.accounts.model import Account, IdentityCheck, VisitCode
from services.accounts.model.verification import CODE_LASTS, CODES_PER_HOUR
from services.chassis import audit, clock, ids
from services.contracts.actors import Actor
from services.contracts.errors import NotFound, RateLimited

HOUR = timedelta(hours=1)


def create_visit_code(session: Session, actor: Actor) -> dict[str, Any]:
    """A new code; an older one is void. It is told here and never again. Raises rate_limited after five in an hour."""
    account_id, now = actor.person_id, clock.now()
    session.execute(select(Account.id).where(Account.id == account_id).with_for_update())
    mine = VisitCode.account_id == account_id
    recent = session.scalar(select(func.count()).select_from(VisitCode).where(mine, VisitCode.created_at > now - HOUR))
    if recent is not None and recent >= CODES_PER_HOUR:
        raise RateLimited("accounts.too_many_codes", "You have made several codes just now. Please use the last one, or wait.")
    session.execute(update(VisitCode).where(mine, VisitCode.used_at.is_(None)).values(voided_at=now))
    code = one_time_codes.new_code(one_time_codes.VISIT)
    made = VisitCode(
        id=ids.new_id(),
        account_id=account_id,
        code_hash=one_time_codes.keyed_hash(session, "visit", code),
        created_at=now,
        expires_at=now + CODE_LASTS,
    )
    session.add(made)
    audit.record(session, actor, "visit_code.created", subject_id=account_id, about={"code_id": made.id})
    address = f"{session.info['settings'].portal_url}/staff/counter?code={code}"
    return {"code": code, "address": address, "expires_at": made.expires_at}


def get_verification(session: Session, actor: Actor) -> dict[str, Any]:
    """How far one's own identity is verified, and how it came to be."""
    account = session.get_one(Account, actor.person_id)
    now = clock.now()
    checks = session.scalars(
        select(IdentityCheck).where(IdentityCheck.account_id == account.id).order_by(IdentityCheck.id.desc())
    )
    codes = session.scalars(select(VisitCode).where(VisitCode.account_id == account.id).order_by(VisitCode.id.desc()))
    level = account.identity_level_at(now)
    return {
        "level": level,
        "valid_until": account.identity_valid_until if level != "low" else None,
        "code_expires_at": next((code.expires_at for code in codes if code.is_open(now)), None),
        "checks": [_view(check) for check in checks],
    }


def open_code(session: Session, typed: str, *, lock: bool = False) -> VisitCode:
    """The code that was typed or scanned. Raises not_found if it is mistyped, unknown, used, void or too old."""
    invalid = NotFound("accounts.visit_code_invalid", "This code is not valid. Please compare it sign by sign.")
    signs = one_time_codes.read(typed, one_time_codes.VISIT)
    if signs is None:
        raise invalid
    question = select(VisitCode).where(VisitCode.code_hash == one_time_codes.keyed_hash(session, "visit", signs))
    found = session.scalar(question.with_for_update().execution_options(populate_existing=True) if lock else question)
    if found is None or not found.is_open(clock.now()):
        raise invalid
    return found


def discard_old(session: Session) -> None:
    """Forget the codes whose time is over."""
    session.execute(delete(VisitCode).where(VisitCode.expires_at < clock.now()))


def _view(check: IdentityCheck) -> dict[str, Any]:
    names = ("office_id", "state", "document_kind", "recorded_at", "confirmed_at", "valid_until", "ended_at", "reason")
    return {"check_id": check.id, **{name: getattr(check, name) for name in names}}
