"""Registering."""

from dataclasses import replace
from typing import Any

from services.accounts import contacts, passwords, registering
from services.accounts.addresses import email_key
from services.accounts.entrypoints.base import Base
from services.chassis import Call, offload, rpc
from services.contracts.actors import ANYONE, SERVICE


class Registering(Base):
    """A citizen's own account."""

    @rpc(allow=ANYONE)
    def register_account(self, call: Call) -> dict[str, Any]:
        """A citizen's own account."""
        return self.db.once(_with_hashed_password(call), registering.register_account)

    @rpc(allow=SERVICE)
    def get_contact(self, call: Call) -> dict[str, Any]:
        """Where to reach the holder of an account."""
        with self.db.reading() as session:
            return contacts.get_contact(session, **call.data)


def _with_hashed_password(call: Call) -> Call:
    data = dict(call.data)
    salt_source = f"{call.idempotency_key}\n{email_key(data['email'])}"
    data["password_hash"] = offload(passwords.hash_password, data.pop("password"), salt_source)
    return replace(call, data=data)
