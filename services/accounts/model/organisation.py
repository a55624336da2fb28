"""Organisations, their members and who is invited to become one."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.accounts.model.account import Account
from services.accounts.model.entity import Entity
from services.chassis.columns import UtcDateTime
from services.contracts.errors import Conflict

INVITATION_LASTS = timedelta(days=14)

OWNER, MANAGER, MEMBER, READER = "owner", "manager", "member", "reader"

MANAGED: dict[str, frozenset[str]] = {
    OWNER: frozenset({OWNER, MANAGER, MEMBER, READER}),
    MANAGER: frozenset({MEMBER, READER}),
    MEMBER: frozenset(),
    READER: frozenset(),
}
"""Which roles somebody with a role may give, change and take away."""

INVITATION_STATES: dict[tuple[str, str], str] = {
    ("open", "accept"): "accepted",
    ("open", "decline"): "declined",
    ("open", "withdraw"): "withdrawn",
}
"""(state, event) → state of an invitation; any other pair is a conflict."""


class Organisation(Entity):
    """A business, an association or another body. What it says of itself is self-declared: no register has been asked."""

    __tablename__ = "organisations"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    legal_form: Mapped[str] = mapped_column(String(20))
    register_court: Mapped[str | None] = mapped_column(String(100))
    register_number: Mapped[str | None] = mapped_column(String(20))
    street: Mapped[str] = mapped_column(String(100))
    house_number: Mapped[str] = mapped_column(String(20))
    postal_code: Mapped[str] = mapped_column(String(5))
    town: Mapped[str] = mapped_column(String(100))
    email: Mapped[str] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(2))
    founded_by: Mapped[str] = mapped_column(String(36), index=True)
    founded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    dissolved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    members: Mapped[list["Membership"]] = relationship(back_populates="organisation", order_by="Membership.id")

    def membership_of(self, account_id: str) -> "Membership | None":
        """What somebody is in it; none if they are no member."""
        return next((member for member in self.members if member.account_id == account_id), None)

    @property
    def owners(self) -> "list[Membership]":
        """Those who represent it."""
        return [member for member in self.members if member.role == OWNER]

    def register_entry(self) -> str:
        """Court and number in one line; empty where it is in no register."""
        return f"Amtsgericht {self.register_court}, {self.register_number}" if self.register_number else ""

    def as_dict(self) -> dict[str, Any]:
        """What it says of itself, as the contract has it."""
        return {
            "organisation_id": self.id,
            "name": self.name,
            "legal_form": self.legal_form,
            "register_court": self.register_court,
            "register_number": self.register_number,
            "street": self.street,
            "house_number": self.house_number,
            "postal_code": self.postal_code,
            "town": self.town,
            "email": self.email,
            "source": "self_declared",
            "founded_at": self.founded_at,
        }


class Membership(Entity):
    """A person in an organisation. Its id is the grant under which they act; ended, it is gone and the audit log remembers it."""

    __tablename__ = "memberships"
    __table_args__ = (UniqueConstraint("organisation_id", "account_id"), Index("memberships_of_account", "account_id", "id"))

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"))
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(String(10))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    organisation: Mapped[Organisation] = relationship(back_populates="members")
    account: Mapped[Account] = relationship()

    def may_manage(self, role: str) -> bool:
        """Whether they may give, change or take away this role."""
        return role in MANAGED[self.role]


class Invitation(Entity):
    """An e-mail address is invited to become a member; only the account with this address can accept."""

    __tablename__ = "organisation_invitations"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"))
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(300), index=True)
    role: Mapped[str] = mapped_column(String(10))
    invited_by: Mapped[str] = mapped_column(String(36))
    invited_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    state: Mapped[str] = mapped_column(String(10))
    organisation: Mapped[Organisation] = relationship()

    def is_open(self, now: datetime) -> bool:
        """Whether it can still be answered."""
        return self.state == "open" and now < self.expires_at

    def become(self, event: str, now: datetime) -> None:
        """Accepted, declined or withdrawn. Raises conflict if it was answered already, or too late."""
        target = INVITATION_STATES.get((self.state, event))
        if target is None or now >= self.expires_at:
            raise Conflict("accounts.invitation_over", "This invitation has been answered, withdrawn or has expired.")
        self.state = target


Index("organisation_invitations_of_organisation", Invitation.organisation_id, Invitation.state)
