"""Where to reach the holder of an account: told to services only."""

from typing import Any

from sqlalchemy.orm import Session

from services.accounts.model import Account
from services.contracts.errors import NotFound


def get_contact(session: Session, *, account_id: str) -> dict[str, Any]:
    """Address and language. Raises not_found."""
    account = session.get(Account, account_id)
    if account is None:
        raise NotFound("accounts.no_account", "There is no such account.")
    return {"email": account.email, "language": account.language}
