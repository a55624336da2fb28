"""Looking somebody up at the counter: exactly one question for a reason, and an entry in the log for everyone who was seen."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.accounts import checking, counter, profiles
from services.accounts.addresses import email_key
from services.accounts.model import Account, ProfileValue
from services.chassis import audit, clock
from services.contracts.actors import Actor
from services.contracts.errors import Invalid, NotFound

MOST = 10


def find_person(
    session: Session, actor: Actor, *, office_id: str, reason: str, email: str, family_name: str, birth_date: str
) -> dict[str, Any]:
    """Accounts with this address, or with this family name and date of birth; letters, spaces and case as they are stored.

    Raises not_found where nobody fits, so that guesses can be counted.
    """
    counter.at(session, actor, office_id)
    people = select(Account).where(Account.kind == "citizen").limit(MOST)
    if email:
        people = people.where(Account.email_key == email_key(email))
    elif family_name and birth_date:
        born = select(ProfileValue.account_id).where(ProfileValue.name == "birth_date", ProfileValue.value == birth_date)
        people = people.where(Account.family_name == family_name, Account.id.in_(born))
    else:
        empty = [name for name, value in (("family_name", family_name), ("birth_date", birth_date)) if not value]
        raise Invalid("invalid", "An address, or a name and a date of birth, is needed.", {name: ["required"] for name in empty})
    found = session.scalars(people).all()
    if not found:
        raise NotFound("accounts.nobody_found", "Nobody with these data has an account.")
    for account in found:
        audit.record(session, actor, "person.looked_up", subject_id=account.id, office_id=office_id, reason=reason)
    return {"people": [_view(session, account) for account in found]}


def _view(session: Session, account: Account) -> dict[str, Any]:
    level = account.identity_level_at(clock.now())
    return {
        "account_id": account.id,
        "seen": profiles.identity_of(session, account),
        "level": level,
        "valid_until": account.identity_valid_until if level != "low" else None,
        "is_verified_in_person": checking.current(session, account.id) is not None,
        "awaits_activation": account.email_key.startswith(checking.NOT_ACTIVATED),
    }
