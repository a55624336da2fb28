"""The service `accounts` on the bus."""

from dataclasses import replace
from typing import Any

from services.accounts import contacts, municipalities, passwords, registering, sessions, signing_in
from services.accounts.addresses import email_key
from services.chassis import Call, Database, every, offload, rpc
from services.contracts.actors import ANYONE, SERVICE


class Accounts:
    """Who you are: citizens, staff, sessions, the portal network and its offices."""

    name = "accounts"
    db = Database()

    @rpc(allow=ANYONE)
    def register_account(self, call: Call) -> dict[str, Any]:
        """A citizen's own account."""
        return self.db.once(self._with_hashed_password(call), registering.register_account)

    @rpc(allow=ANYONE)
    def sign_in(self, call: Call) -> dict[str, Any]:
        """A new session."""
        return signing_in.sign_in(self.db.transaction, offload, **call.data)

    @rpc(allow=ANYONE)
    def resolve_session(self, call: Call) -> dict[str, Any]:
        """Who is behind a session token."""
        with self.db.reading() as session:
            reply, is_touch_due = sessions.resolve_session(session, **call.data)
        if is_touch_due:
            with self.db.transaction() as session:
                sessions.touch_session(session, session_id=reply["session_id"])
        return reply

    @rpc(allow=ANYONE)
    def sign_out(self, call: Call) -> dict[str, Any]:
        """End a session."""
        with self.db.transaction() as session:
            return sessions.sign_out(session, **call.data)

    @rpc(allow=SERVICE)
    def get_contact(self, call: Call) -> dict[str, Any]:
        """Where to reach the holder of an account."""
        with self.db.reading() as session:
            return contacts.get_contact(session, **call.data)

    @rpc(allow=ANYONE)
    def list_municipalities(self, call: Call) -> dict[str, Any]:
        """The whole network."""
        with self.db.reading() as session:
            return municipalities.list_municipalities(session)

    @rpc(allow=ANYONE)
    def get_municipality(self, call: Call) -> dict[str, Any]:
        """One member of the network."""
        with self.db.reading() as session:
            return municipalities.get_municipality(session, **call.data)

    @rpc(allow=ANYONE)
    def get_office(self, call: Call) -> dict[str, Any]:
        """One office."""
        with self.db.reading() as session:
            return municipalities.get_office(session, **call.data)

    @every(seconds=600)
    def discard_ended(self) -> None:
        """Sessions that are over and counts of attempts that no longer matter."""
        with self.db.transaction() as session:
            sessions.discard_ended(session)
            signing_in.forget_attempts(session)

    @staticmethod
    def _with_hashed_password(call: Call) -> Call:
        data = dict(call.data)
        salt_source = f"{call.idempotency_key}\n{email_key(data['email'])}"
        data["password_hash"] = offload(passwords.hash_password, data.pop("password"), salt_source)
        return replace(call, data=data)
