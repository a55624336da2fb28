"""Signing in and out."""

from typing import Any

from services.accounts import acting, sessions, signing_in, throttling
from services.accounts.entrypoints.base import Base
from services.accounts.entrypoints.slow_work import offload
from services.chassis import Call, every, rpc
from services.contracts.actors import ANYONE


class Sessions(Base):
    """Sessions, from signing in to signing out."""

    @rpc(allow=ANYONE)
    def sign_in(self, call: Call) -> dict[str, Any]:
        """A new session."""
        return signing_in.sign_in(self.db.transaction, offload, **call.data)

    @rpc(allow=ANYONE)
    def resolve_session(self, call: Call) -> dict[str, Any]:
        """Who is behind a session token."""
        with self.db.reading() as session:
            found, is_touch_due = sessions.resolve_session(session, **call.data)
            reply = acting.in_session(session, found)
        if is_touch_due:
            with self.db.transaction() as session:
                sessions.touch_session(session, session_id=reply["session_id"])
        return reply

    @rpc(allow=ANYONE)
    def sign_out(self, call: Call) -> dict[str, Any]:
        """End a session."""
        with self.db.transaction() as session:
            return sessions.sign_out(session, **call.data)

    @every(seconds=600)
    def discard_ended(self) -> None:
        """Sessions that are over and counts of attempts that no longer matter."""
        with self.db.transaction() as session:
            sessions.discard_ended(session)
            throttling.discard_old(session)
