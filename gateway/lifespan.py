"""What begins and ends with a worker of the gateway."""

from collections.abc import Mapping
from typing import Any

from gateway.bus import Bus


class Lifespan:
    """Middleware: the bus looks for the broker from the start and does not wait for it; the gateway answers meanwhile."""

    def __init__(self, bus: Bus) -> None:
        self.bus = bus

    async def process_startup(self, scope: Mapping[str, Any], event: Mapping[str, Any]) -> None:
        """Begin to look for the broker."""
        await self.bus.start()

    async def process_shutdown(self, scope: Mapping[str, Any], event: Mapping[str, Any]) -> None:
        """Say goodbye, after the last request in hand is answered."""
        await self.bus.close()
