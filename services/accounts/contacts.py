"""Where to reach the holder of an account, or an organisation: told to services only."""

from typing import Any

from sqlalchemy.orm import Session

from services.accounts.model import Account, Organisation
from services.contracts.errors import NotFound


def get_contact(session: Session, *, account_id: str) -> dict[str, Any]:
    """Address and language. Raises not_found, also for an account without an address yet, and a dissolved organisation."""
    found = session.get(Account, account_id) or session.get(Organisation, account_id)
    if found is None or not found.email or (isinstance(found, Organisation) and found.dissolved_at is not None):
        raise NotFound("accounts.no_account", "There is no such account.")
    return {"email": found.email, "language": found.language}
