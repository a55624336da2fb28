"""The part of the applications service on the bus in which editors write services and publish them."""

from typing import Any

from services.applications import editing
from services.chassis import Call, Database, rpc
from services.contracts.actors import staff

Answer = dict[str, Any]
EDITORS = staff("editor")


class EditingEntrypoints:
    """Services in the making, and their versions."""

    db = Database()

    @rpc(allow=EDITORS)
    def list_edited_services(self, call: Call) -> Answer:
        """What an editor finds."""
        with self.db.reading() as session:
            return editing.list_edited_services(session, call.actor, **call.data)

    @rpc(allow=EDITORS)
    def list_editions(self, call: Call) -> Answer:
        """The versions of a service."""
        with self.db.reading() as session:
            return editing.list_editions(session, call.actor, **call.data)

    @rpc(allow=EDITORS)
    def get_edition(self, call: Call) -> Answer:
        """One of them."""
        with self.db.reading() as session:
            return editing.get_edition(session, call.actor, **call.data)

    @rpc(allow=EDITORS)
    def compare_editions(self, call: Call) -> Answer:
        """What changes."""
        with self.db.reading() as session:
            return editing.compare_editions(session, call.actor, **call.data)

    @rpc(allow=EDITORS)
    def start_working_copy(self, call: Call) -> Answer:
        """Begin to change a service, or to write one."""
        return self.db.once(call, editing.start_working_copy)

    @rpc(allow=EDITORS)
    def get_working_copy(self, call: Call) -> Answer:
        """A service in the making."""
        with self.db.reading() as session:
            return editing.get_working_copy(session, call.actor, **call.data)

    @rpc(allow=EDITORS)
    def save_working_copy(self, call: Call) -> Answer:
        """Keep what was written."""
        with self.db.transaction() as session:
            return editing.save_working_copy(session, call.actor, **call.data)

    @rpc(allow=EDITORS)
    def discard_working_copy(self, call: Call) -> Answer:
        """Throw it away."""
        with self.db.transaction() as session:
            return editing.discard_working_copy(session, call.actor, **call.data)

    @rpc(allow=EDITORS)
    def try_answers(self, call: Call) -> Answer:
        """What a working copy makes of answers."""
        with self.db.reading() as session:
            return editing.try_answers(session, call.actor, **call.data)

    @rpc(allow=EDITORS)
    def publish_service(self, call: Call) -> Answer:
        """From now on it counts."""
        return self.db.once(call, editing.publish_service)
