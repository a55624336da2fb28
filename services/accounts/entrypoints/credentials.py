"""Passwords, addresses, and the list of sessions."""

from typing import Any

from services.accounts import credentials, session_list
from services.accounts.entrypoints.base import Base
from services.accounts.entrypoints.slow_work import offload
from services.chassis import Call, rpc
from services.contracts.actors import ANYONE, SIGNED_IN


class Credentials(Base):
    """What an account is opened with, and where it is open."""

    @rpc(allow=SIGNED_IN)
    def list_sessions(self, call: Call) -> dict[str, Any]:
        """One's own open sessions."""
        with self.db.reading() as session:
            return session_list.list_sessions(session, call.actor, **call.data)

    @rpc(allow=SIGNED_IN)
    def end_session(self, call: Call) -> dict[str, Any]:
        """Sign out elsewhere."""
        with self.db.transaction() as session:
            return session_list.end_session(session, call.actor, **call.data)

    @rpc(allow=SIGNED_IN)
    def end_other_sessions(self, call: Call) -> dict[str, Any]:
        """Sign out everywhere else."""
        with self.db.transaction() as session:
            return session_list.end_other_sessions(session, call.actor, **call.data)

    @rpc(allow=SIGNED_IN)
    def change_password(self, call: Call) -> dict[str, Any]:
        """Another password."""
        return credentials.change_password(self.db.transaction, offload, call.actor, **call.data)

    @rpc(allow=ANYONE)
    def request_password_reset(self, call: Call) -> dict[str, Any]:
        """A link by mail."""
        with self.db.transaction() as session:
            return credentials.request_password_reset(session, **call.data)

    @rpc(allow=ANYONE)
    def reset_password(self, call: Call) -> dict[str, Any]:
        """A new password by that link."""
        return credentials.reset_password(self.db.transaction, offload, **call.data)

    @rpc(allow=SIGNED_IN)
    def change_email(self, call: Call) -> dict[str, Any]:
        """Ask for another address."""
        return credentials.change_email(self.db.transaction, offload, call.actor, **call.data)

    @rpc(allow=ANYONE)
    def confirm_email(self, call: Call) -> dict[str, Any]:
        """The new address counts."""
        with self.db.transaction() as session:
            return credentials.confirm_email(session, **call.data)

    @rpc(allow=ANYONE)
    def undo_email_change(self, call: Call) -> dict[str, Any]:
        """The old address counts again."""
        with self.db.transaction() as session:
            return credentials.undo_email_change(session, **call.data)
