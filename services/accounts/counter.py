"""Who may do what at the counter: identity officers, in their own office, with documents that are valid, never for themselves."""

import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from services.accounts.model import Account, Office
from services.accounts.model.verification import VERIFIED_YEARS
from services.chassis import clock
from services.contracts.actors import Actor
from services.contracts.errors import Forbidden, Invalid, NotFound

LONGEST_DOCUMENT_YEARS = 15
"""No document of identity is issued for longer; a later year is a slip."""


def at(session: Session, actor: Actor, office_id: str) -> Office:
    """The office at whose counter the officer works. Raises forbidden if it is not theirs, not_found if it is gone."""
    if not actor.has_role("identity_officer", office_id):
        raise Forbidden("accounts.not_this_office", "You do not verify identities in this office.")
    office = session.get(Office, office_id)
    if office is None or office.is_withdrawn:
        raise NotFound("accounts.no_office", "There is no such office in this network.")
    return office


def refuse_oneself(session: Session, actor: Actor, account: Account, seen: Mapping[str, str] | None = None) -> None:
    """Nobody verifies themselves. Raises forbidden for the officer's own account, and for one in the officer's own name.

    A namesake is sent to a colleague too: that costs a minute, and the other costs the trust of the whole network.
    """
    officer = session.get_one(Account, actor.person_id)
    names = {_folded(account.given_names, account.family_name)}
    if seen:
        names.add(_folded(seen.get("given_names", ""), seen.get("family_name", "")))
    is_own = account.id == officer.id or _folded(officer.given_names, officer.family_name) in names
    if is_own:
        raise Forbidden("accounts.own_identity", "Nobody verifies themselves. Please ask a colleague.")


def check_document(document: Mapping[str, Any]) -> None:
    """Raises invalid for a document that has expired, or is valid for longer than any is issued."""
    today = clock.in_germany(clock.now()).date()
    valid_until: date = document["valid_until"]
    slug = ""
    if valid_until < today:
        slug = "document_expired"
    elif valid_until.year > today.year + LONGEST_DOCUMENT_YEARS:
        slug = "date_too_late"
    if slug:
        raise Invalid("accounts.document_expired", "This document does not count.", {"document.valid_until": [slug]})


def valid_until(document_valid_until: date, now: datetime) -> datetime:
    """Until when a check counts: five years, and never past the last day of the document."""
    last_day = datetime.combine(document_valid_until + timedelta(days=1), time(), clock.GERMANY)
    return min(last_day.astimezone(UTC), _years_later(now, VERIFIED_YEARS))


def _years_later(now: datetime, years: int) -> datetime:
    try:
        return now.replace(year=now.year + years)
    except ValueError:  # 29 February
        return now.replace(year=now.year + years, day=28)


def _folded(given_names: str, family_name: str) -> str:
    letters = unicodedata.normalize("NFKD", f"{given_names} {family_name}".casefold())
    return "".join(c for c in letters if c.isalnum())
