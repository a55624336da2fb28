"""Organisations, mandates, and acting for another."""

from typing import Any

from services.accounts import acting, mandates, memberships, organisations
from services.accounts.entrypoints.base import Base
from services.chassis import Call, rpc
from services.contracts.actors import CITIZEN, SERVICE

Answer = dict[str, Any]


class Organisations(Base):
    """What a citizen does with the organisations they belong to."""

    @rpc(allow=CITIZEN)
    def found_organisation(self, call: Call) -> Answer:
        """A new organisation."""
        return self.db.once(call, organisations.found_organisation)

    @rpc(allow=CITIZEN)
    def change_organisation(self, call: Call) -> Answer:
        """Other words about it."""
        with self.db.transaction() as session:
            return organisations.change_organisation(session, call.actor, **call.data)

    @rpc(allow=CITIZEN)
    def list_organisations(self, call: Call) -> Answer:
        """Where one belongs."""
        with self.db.reading() as session:
            return organisations.list_organisations(session, call.actor)

    @rpc(allow=CITIZEN)
    def get_organisation(self, call: Call) -> Answer:
        """One of them."""
        with self.db.reading() as session:
            return organisations.get_organisation(session, call.actor, **call.data)

    @rpc(allow=CITIZEN)
    def dissolve_organisation(self, call: Call) -> Answer:
        """The end of one; applications is asked first whether anything is still under way."""
        with self.db.reading() as session:
            organisations.of_member(session, call.actor, call.data["organisation_id"])
        open_cases = self.peers.call("applications", "count_open_cases", account_id=call.data["organisation_id"])["open_cases"]
        with self.db.transaction() as session:
            return organisations.dissolve_organisation(session, call.actor, open_cases=open_cases, **call.data)

    @rpc(allow=CITIZEN)
    def invite_member(self, call: Call) -> Answer:
        """Invite by e-mail."""
        return self.db.once(call, memberships.invite_member)

    @rpc(allow=CITIZEN)
    def withdraw_member_invitation(self, call: Call) -> Answer:
        """Take it back."""
        with self.db.transaction() as session:
            return memberships.withdraw_member_invitation(session, call.actor, **call.data)

    @rpc(allow=CITIZEN)
    def get_member_invitation(self, call: Call) -> Answer:
        """An invitation to oneself."""
        with self.db.reading() as session:
            return memberships.get_member_invitation(session, call.actor, **call.data)

    @rpc(allow=CITIZEN)
    def answer_member_invitation(self, call: Call) -> Answer:
        """Accept or decline."""
        with self.db.transaction() as session:
            return memberships.answer_member_invitation(session, call.actor, **call.data)

    @rpc(allow=CITIZEN)
    def change_member(self, call: Call) -> Answer:
        """Another role."""
        with self.db.transaction() as session:
            return memberships.change_member(session, call.actor, **call.data)

    @rpc(allow=CITIZEN)
    def remove_member(self, call: Call) -> Answer:
        """No member any more."""
        with self.db.transaction() as session:
            return memberships.remove_member(session, call.actor, **call.data)

    @rpc(allow=CITIZEN)
    def leave_organisation(self, call: Call) -> Answer:
        """Leave."""
        with self.db.transaction() as session:
            return memberships.leave_organisation(session, call.actor, **call.data)

    @rpc(allow=CITIZEN)
    def hand_over_organisation(self, call: Call) -> Answer:
        """Another owner in one's own place."""
        with self.db.transaction() as session:
            return memberships.hand_over_organisation(session, call.actor, **call.data)


class Mandates(Base):
    """What a citizen does with mandates they give, hold or are asked for."""

    @rpc(allow=CITIZEN)
    def ask_for_mandate(self, call: Call) -> Answer:
        """Propose one."""
        return self.db.once(call, mandates.ask_for_mandate)

    @rpc(allow=CITIZEN)
    def list_mandates(self, call: Call) -> Answer:
        """All of one's own."""
        with self.db.reading() as session:
            return mandates.list_mandates(session, call.actor)

    @rpc(allow=CITIZEN)
    def get_mandate(self, call: Call) -> Answer:
        """One of them."""
        with self.db.reading() as session:
            return mandates.get_mandate(session, call.actor, **call.data)

    @rpc(allow=CITIZEN)
    def accept_mandate(self, call: Call) -> Answer:
        """Say yes."""
        return self._step(call, mandates.accept_mandate)

    @rpc(allow=CITIZEN)
    def decline_mandate(self, call: Call) -> Answer:
        """Say no."""
        return self._step(call, mandates.decline_mandate)

    @rpc(allow=CITIZEN)
    def withdraw_mandate(self, call: Call) -> Answer:
        """Take back what one has asked."""
        return self._step(call, mandates.withdraw_mandate)

    @rpc(allow=CITIZEN)
    def revoke_mandate(self, call: Call) -> Answer:
        """End it at once."""
        return self._step(call, mandates.revoke_mandate)

    def _step(self, call: Call, step: Any) -> Answer:
        with self.db.transaction() as session:
            answer: Answer = step(session, call.actor, **call.data)
            return answer


class Acting(Base):
    """For whom one may act, and for whom a session does."""

    @rpc(allow=CITIZEN)
    def list_parties(self, call: Call) -> Answer:
        """For whom one may act."""
        with self.db.reading() as session:
            return acting.list_parties(session, call.actor)

    @rpc(allow=CITIZEN)
    def act_for(self, call: Call) -> Answer:
        """From now on for somebody, or for oneself."""
        with self.db.transaction() as session:
            return acting.act_for(session, call.actor, **call.data)

    @rpc(allow=CITIZEN)
    def get_prefill(self, call: Call) -> Answer:
        """What forms may be filled in with."""
        with self.db.reading() as session:
            return acting.get_prefill(session, call.actor)

    @rpc(allow=SERVICE)
    def confirm_behalf(self, call: Call) -> Answer:
        """Whether a grant holds."""
        with self.db.reading() as session:
            return acting.confirm_behalf(session, **call.data)
