"""The profile."""

from typing import Any

from services.accounts import profiles
from services.accounts.entrypoints.base import Base
from services.chassis import Call, rpc
from services.contracts.actors import CITIZEN


class Profiles(Base):
    """What the portal knows of a person."""

    @rpc(allow=CITIZEN)
    def get_profile(self, call: Call) -> dict[str, Any]:
        """One's own profile."""
        with self.db.reading() as session:
            return profiles.get_profile(session, call.actor)

    @rpc(allow=CITIZEN)
    def save_profile(self, call: Call) -> dict[str, Any]:
        """Change self-declared values."""
        with self.db.transaction() as session:
            return profiles.save_profile(session, call.actor, **call.data)
