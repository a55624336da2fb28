"""Whether the account of somebody who has proved who they are may be used."""

from sqlalchemy.orm import Session

from services.accounts.model import Account, StaffMember
from services.contracts.errors import Unauthenticated


def is_good(session: Session, account: Account) -> bool:
    """Not for staff that is suspended, or has not accepted the invitation: a password set by another way opens nothing."""
    if account.kind != "staff":
        return True
    member = session.get(StaffMember, account.id)
    return member is None or member.state == "active"


def require_good(session: Session, account: Account) -> None:
    """Raises unauthenticated where it may not be used, in the words of a wrong password."""
    if not is_good(session, account):
        raise Unauthenticated("accounts.wrong_credentials", "E-mail address and password do not fit together.")
