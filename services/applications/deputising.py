"""Deputies: a clerk who is away names a colleague, who has their cases as their own meanwhile.

A deputy gains no rights: they see what their own roles let them see.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from services.applications import forms
from services.applications.model import Deputy
from services.chassis import audit, ids
from services.contracts.actors import Actor
from services.contracts.errors import Invalid, NotFound

LONGEST = timedelta(days=366)


def name_deputy(
    session: Session, actor: Actor, *, colleagues: frozenset[str], stands_in: str, first_day: date, last_day: date
) -> dict[str, Any]:
    """Raises invalid for somebody who is no clerk of a common office, for oneself, and for days that cannot be."""
    wrong: dict[str, list[str]] = {}
    if stands_in == actor.person_id or stands_in not in colleagues:
        wrong["stands_in"] = ["choice"]
    if last_day < forms.today():
        wrong["last_day"] = ["date_in_past"]
    elif last_day - first_day > LONGEST:
        wrong["last_day"] = ["too_long"]
    if wrong:
        raise Invalid("invalid", "Some fields need another look.", fields=wrong)
    deputy = Deputy(id=ids.new_id(), account_id=actor.person_id, stands_in=stands_in, first_day=first_day, last_day=last_day)
    session.add(deputy)
    about = {"first_day": first_day.isoformat(), "last_day": last_day.isoformat()}
    audit.record(session, actor, "deputy.named", subject_id=stands_in, about=about)
    return view(deputy)


def end_deputy(session: Session, actor: Actor, *, deputy_id: str) -> dict[str, Any]:
    """From now on they have one's cases no longer. Raises not_found for another's deputy."""
    deputy = session.get(Deputy, deputy_id, with_for_update=True)
    if deputy is None or deputy.account_id != actor.person_id:
        raise NotFound("applications.no_deputy", "There is no such deputy.")
    session.delete(deputy)
    audit.record(session, actor, "deputy.ended", subject_id=deputy.stands_in)
    return {}


def list_deputies(session: Session, actor: Actor) -> dict[str, Any]:
    """One's own deputies and those one is a deputy of, now and to come, the first to begin first."""
    mine = or_(Deputy.account_id == actor.person_id, Deputy.stands_in == actor.person_id)
    found = session.scalars(select(Deputy).where(mine, Deputy.last_day >= forms.today()).order_by(Deputy.first_day, Deputy.id))
    return {"deputies": [view(deputy) for deputy in found]}


def forget_past_deputies(session: Session) -> None:
    """Whoever is no deputy any more is written down in the audit log only."""
    session.execute(delete(Deputy).where(Deputy.last_day < forms.today()))


def stood_in_for(session: Session, account_id: str) -> Sequence[str]:
    """Whose deputy somebody is today."""
    today = forms.today()
    days = (Deputy.first_day <= today, Deputy.last_day >= today)
    return session.scalars(select(Deputy.account_id).where(Deputy.stands_in == account_id, *days).distinct()).all()


def view(deputy: Deputy) -> dict[str, Any]:
    """As the contract shows it."""
    return {
        "deputy_id": deputy.id,
        "account_id": deputy.account_id,
        "stands_in": deputy.stands_in,
        "first_day": deputy.first_day,
        "last_day": deputy.last_day,
    }
