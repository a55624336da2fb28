"""Registering."""

from typing import Any

from services.accounts import confirming, contacts, hashing, registering
from services.accounts.addresses import email_key
from services.accounts.entrypoints.base import Base
from services.accounts.entrypoints.slow_work import offload
from services.chassis import Call, every, rpc
from services.contracts.actors import ANYONE, SERVICE


class Registering(Base):
    """A citizen's own account."""

    @rpc(allow=ANYONE)
    def register_account(self, call: Call) -> dict[str, Any]:
        """A registration, which a mail asks to confirm."""
        data = call.data
        own_words = (data["email"], data["given_names"], data["family_name"])
        source = f"{call.idempotency_key}\n{email_key(data['email'])}"
        return self.db.once(hashing.with_new_password(call, offload, own_words, source), registering.register_account)

    @rpc(allow=ANYONE)
    def show_confirmation(self, call: Call) -> dict[str, Any]:
        """What a link is about to confirm."""
        with self.db.reading() as session:
            return confirming.show_confirmation(session, **call.data)

    @rpc(allow=ANYONE)
    def confirm_account(self, call: Call) -> dict[str, Any]:
        """The account, with a session of it."""
        return confirming.confirm_account(self.db.transaction, offload, **call.data)

    @rpc(allow=SERVICE)
    def get_contact(self, call: Call) -> dict[str, Any]:
        """Where to reach the holder of an account."""
        with self.db.reading() as session:
            return contacts.get_contact(session, **call.data)

    @every(seconds=600)
    def discard_unconfirmed(self) -> None:
        """Registrations whose time is over."""
        with self.db.transaction() as session:
            confirming.discard_old(session)
