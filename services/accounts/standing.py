"""Whether the account of somebody who has proved who they are may be used."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.accounts.model import Account, StaffMember
from services.contracts.errors import Unauthenticated


def require_good(session: Session, account: Account) -> None:
    """Raises unauthenticated for suspended staff, in the words of a wrong password."""
    if account.kind != "staff":
        return
    suspended_at = session.scalar(select(StaffMember.suspended_at).where(StaffMember.account_id == account.id))
    if suspended_at is not None:
        raise Unauthenticated("accounts.wrong_credentials", "E-mail address and password do not fit together.")
