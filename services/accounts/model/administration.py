"""Members of staff, beside their account: for whom they work, and whether they may sign in."""

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.accounts.model.account import Account
from services.accounts.model.entity import Entity
from services.chassis.columns import UtcDateTime


class StaffMember(Entity):
    """Somebody of the staff. `ars` is the municipality they work for, none for operators; `version` counts the changes."""

    __tablename__ = "staff_members"

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
    ars: Mapped[str | None] = mapped_column(String(12), index=True)
    invited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    suspended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)
    account: Mapped[Account] = relationship()

    @property
    def state(self) -> str:
        """`suspended` wins over `invited`, which ends when the invitation is accepted."""
        if self.suspended_at is not None:
            return "suspended"
        return "active" if self.accepted_at is not None else "invited"
