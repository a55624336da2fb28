"""What every request of the gateway may use: the way to the services, the settings, and the remembered catalogue."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from services.chassis.settings import Settings
from services.contracts.actors import Actor

if TYPE_CHECKING:
    from gateway.catalogue import Catalogue


class Bus(Protocol):
    """The way to the services; raises a Failure of the provider, `unavailable` or `timeout`."""

    async def call(
        self,
        service: str,
        method: str,
        /,
        actor: Actor,
        *,
        deadline: float = ...,
        idempotency_key: str | None = ...,
        trace: dict[str, str] | None = ...,
        **data: Any,
    ) -> dict[str, Any]:
        """Call one RPC on behalf of the actor."""
        ...


@dataclass(frozen=True)
class House:
    """The collaborators of one gateway process."""

    bus: Bus
    settings: Settings
    catalogue: "Catalogue"

    @property
    def is_https(self) -> bool:
        """Whether citizens reach the portal over TLS; then cookies are Secure and browsers are told to stay there."""
        return self.settings.portal_url.startswith("https://")
