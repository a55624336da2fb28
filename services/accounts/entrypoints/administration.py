"""Administration: offices, staff and their roles."""

from typing import Any

from services.accounts import colleagues, hashing
from services.accounts.administration import invitations, offices, roles, staff
from services.accounts.entrypoints.base import Base
from services.accounts.entrypoints.slow_work import offload
from services.chassis import Call, rpc
from services.contracts.actors import ANYONE, SERVICE
from services.contracts.actors import staff as with_role

ADMINISTRATORS = with_role("administrator", "operator")


class Administration(Base):
    """What administrators do in their municipality, and operators everywhere; and who works beside whom."""

    @rpc(allow=with_role("clerk", "approver") | SERVICE)
    def list_colleagues(self, call: Call) -> dict[str, Any]:
        """Who works on the cases of an office."""
        with self.db.reading() as session:
            return colleagues.list_colleagues(session, call.actor, **call.data)

    @rpc(allow=ADMINISTRATORS)
    def list_administered_municipalities(self, call: Call) -> dict[str, Any]:
        """One's own municipalities."""
        with self.db.reading() as session:
            return offices.list_administered_municipalities(session, call.actor)

    @rpc(allow=ADMINISTRATORS)
    def list_administered_offices(self, call: Call) -> dict[str, Any]:
        """The offices of a municipality."""
        with self.db.reading() as session:
            return offices.list_administered_offices(session, call.actor, **call.data)

    @rpc(allow=ADMINISTRATORS)
    def get_administered_office(self, call: Call) -> dict[str, Any]:
        """An office."""
        with self.db.reading() as session:
            return offices.get_administered_office(session, call.actor, **call.data)

    @rpc(allow=ADMINISTRATORS)
    def open_office(self, call: Call) -> dict[str, Any]:
        """A new office."""
        return self.db.once(call, offices.open_office)

    @rpc(allow=ADMINISTRATORS)
    def change_office(self, call: Call) -> dict[str, Any]:
        """An office as it shall be."""
        with self.db.transaction() as session:
            return offices.change_office(session, call.actor, **call.data)

    @rpc(allow=ADMINISTRATORS)
    def withdraw_office(self, call: Call) -> dict[str, Any]:
        """Close an office. What it still has to do is asked first, outside of the transaction."""
        office_id = call.data["office_id"]
        with self.db.reading() as session:
            offices.get_administered_office(session, call.actor, office_id=office_id)
        work = self.peers.call("applications", "count_work_of_office", office_id=office_id)
        left = {"offers": work["offers"], "open_cases": work["open_cases"]}
        with self.db.transaction() as session:
            return offices.withdraw_office(session, call.actor, **call.data, **left)

    @rpc(allow=ADMINISTRATORS)
    def list_staff(self, call: Call) -> dict[str, Any]:
        """The staff of a municipality."""
        with self.db.reading() as session:
            return staff.list_staff(session, call.actor, **call.data)

    @rpc(allow=ADMINISTRATORS)
    def get_staff(self, call: Call) -> dict[str, Any]:
        """A member of staff."""
        with self.db.reading() as session:
            return staff.get_staff(session, call.actor, **call.data)

    @rpc(allow=ADMINISTRATORS)
    def invite_staff(self, call: Call) -> dict[str, Any]:
        """Somebody new."""
        return self.db.once(call, invitations.invite_staff)

    @rpc(allow=ADMINISTRATORS)
    def renew_invitation(self, call: Call) -> dict[str, Any]:
        """Another link."""
        with self.db.transaction() as session:
            return invitations.renew_invitation(session, call.actor, **call.data)

    @rpc(allow=ADMINISTRATORS)
    def change_staff(self, call: Call) -> dict[str, Any]:
        """Another name."""
        with self.db.transaction() as session:
            return staff.change_staff(session, call.actor, **call.data)

    @rpc(allow=ADMINISTRATORS)
    def assign_roles(self, call: Call) -> dict[str, Any]:
        """Roles, given and taken."""
        with self.db.transaction() as session:
            return roles.assign_roles(session, call.actor, **call.data)

    @rpc(allow=ADMINISTRATORS)
    def suspend_staff(self, call: Call) -> dict[str, Any]:
        """Signed out at once."""
        with self.db.transaction() as session:
            return staff.suspend_staff(session, call.actor, **call.data)

    @rpc(allow=ADMINISTRATORS)
    def reinstate_staff(self, call: Call) -> dict[str, Any]:
        """Allowed in again."""
        with self.db.transaction() as session:
            return staff.reinstate_staff(session, call.actor, **call.data)

    @rpc(allow=ANYONE)
    def get_invitation(self, call: Call) -> dict[str, Any]:
        """For whom an invitation is."""
        with self.db.reading() as session:
            return invitations.get_invitation(session, **call.data)

    @rpc(allow=ANYONE)
    def accept_invitation(self, call: Call) -> dict[str, Any]:
        """The first password. The link is looked at before the slow hashing, so that guessing costs us nothing."""
        token = call.data["token"]
        with self.db.reading() as session:
            invited = invitations.get_invitation(session, token=token)
        password_hash = hashing.hashed(offload, call.data["password"], invited.values(), token)
        with self.db.transaction() as session:
            return invitations.accept_invitation(session, token=token, password_hash=password_hash)
