"""Electronic identities."""

from typing import Any

from services.accounts import eid, factor_guard
from services.accounts.entrypoints.base import Base
from services.accounts.entrypoints.slow_work import offload
from services.chassis import Call, every, rpc
from services.contracts.actors import ANYONE, SIGNED_IN
from services.contracts.errors import Forbidden


class ElectronicIdentities(Base):
    """The way to the provider of identities and back."""

    @rpc(allow=ANYONE)
    def begin_eid(self, call: Call) -> dict[str, Any]:
        """Where the browser goes."""
        source = eid.provider(self.settings)
        purpose, password = call.data["purpose"], call.data["password"]
        if purpose != "sign_in" and not call.actor.may(SIGNED_IN):
            raise Forbidden("actors.not_allowed", "Please sign in first.")
        if purpose == "link":
            factor_guard.permit(self.db.transaction, offload, call.actor, password=password)
        with self.db.transaction() as session:
            return eid.begin_eid(session, call.actor, source, purpose=purpose, browser=call.data["browser"])

    @rpc(allow=ANYONE)
    def take_eid_answer(self, call: Call) -> dict[str, Any]:
        """What the provider says."""
        source = eid.provider(self.settings)
        with self.db.transaction() as session:
            return eid.take_eid_answer(session, source, **call.data)

    @rpc(allow=ANYONE)
    def finish_eid(self, call: Call) -> dict[str, Any]:
        """What follows, once the browser is back."""
        with self.db.transaction() as session:
            return eid.finish_eid(session, call.actor, **call.data)

    @rpc(allow=ANYONE)
    def get_eid_metadata(self, call: Call) -> dict[str, Any]:
        """What a provider must know of this portal."""
        return {"xml": eid.provider(self.settings).metadata().decode()}

    @rpc(allow=SIGNED_IN)
    def unlink_eid(self, call: Call) -> dict[str, Any]:
        """Go without."""
        factor_guard.permit(self.db.transaction, offload, call.actor, password=call.data["password"])
        with self.db.transaction() as session:
            return eid.unlink_eid(session, call.actor)

    @every(seconds=600)
    def discard_unanswered(self) -> None:
        """Requests that were never answered."""
        with self.db.transaction() as session:
            eid.discard_unanswered(session)
