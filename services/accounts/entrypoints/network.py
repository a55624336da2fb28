"""Questions about the portal network."""

from typing import Any

from services.accounts import municipalities
from services.accounts.entrypoints.base import Base
from services.chassis import Call, rpc
from services.contracts.actors import ANYONE


class NetworkDirectory(Base):
    """The members of the network and their offices."""

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
