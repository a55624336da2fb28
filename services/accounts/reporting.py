"""The office's report: who was verified, renewed, declined and revoked in a period, by whom, with which documents."""

from collections import Counter, defaultdict
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from services.accounts.model import Account, ActivationLetter, IdentityCheck
from services.chassis import clock
from services.contracts.actors import Actor
from services.contracts.errors import Forbidden

COUNTS = ("recorded", "verified", "renewed", "declined", "revoked", "letters")


def get_verification_report(session: Session, actor: Actor, *, office_id: str, since: date, until: date) -> dict[str, Any]:
    """The work of an office, or with `<ars>/*` of all offices of a municipality; days as they are in Germany.

    Raises forbidden without the role of identity officer or administrator there.
    """
    if not any(actor.has_role(role, office_id) for role in ("identity_officer", "administrator")):
        raise Forbidden("accounts.not_this_office", "This is not your office.")
    begin, end = _midnight(since), _midnight(until + timedelta(days=1))
    rows: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    kinds: Counter[str] = Counter()

    def within(office: InstrumentedAttribute[Any], at: InstrumentedAttribute[Any]) -> tuple[ColumnElement[bool], ...]:
        place = office.startswith(office_id[:-1], autoescape=True) if office_id.endswith("/*") else office == office_id
        return (place, at >= begin, at < end)

    checks = select(IdentityCheck)
    for check in session.scalars(checks.where(*within(IdentityCheck.office_id, IdentityCheck.recorded_at))):
        rows[check.office_id, check.recorded_by]["recorded"] += 1
    for check in session.scalars(checks.where(*within(IdentityCheck.office_id, IdentityCheck.confirmed_at))):
        rows[check.office_id, check.recorded_by]["renewed" if check.is_renewal else "verified"] += 1
        kinds[check.document_kind] += 1
    for check in session.scalars(checks.where(*within(IdentityCheck.ended_in, IdentityCheck.ended_at))):
        if check.state in COUNTS and check.ended_in and check.ended_by:
            rows[check.ended_in, check.ended_by][check.state] += 1
    for letter in session.scalars(
        select(ActivationLetter).where(*within(ActivationLetter.office_id, ActivationLetter.printed_at))
    ):
        rows[letter.office_id, letter.printed_by]["letters"] += 1
    over = checks.where(*within(IdentityCheck.office_id, IdentityCheck.ended_at), IdentityCheck.state == "expired")
    names = _names(session, {officer for _, officer in rows})
    return {
        "rows": [
            {"office_id": office, "officer_id": officer, "name": names.get(officer, ""), **{c: counts[c] for c in COUNTS}}
            for (office, officer), counts in sorted(rows.items())
        ],
        "kinds": [{"kind": kind, "count": count} for kind, count in kinds.most_common()],
        "expired": len(session.scalars(over).all()),
    }


def _names(session: Session, officers: set[str]) -> dict[str, str]:
    found = session.scalars(select(Account).where(Account.id.in_(officers)))
    return {account.id: f"{account.given_names} {account.family_name}" for account in found}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.GERMANY)
