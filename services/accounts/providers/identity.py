"""What the portal asks of a provider of electronic identities, whoever it is."""

from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

from services.contracts.errors import Forbidden


@dataclass(frozen=True)
class Identity:
    """Somebody as a provider vouches for them. `subject` names them at that provider for this portal, always the same."""

    provider: str
    subject: str
    level: str
    values: dict[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """To be kept, sealed, until the browser comes back."""
        return asdict(self)


class IdentityProvider(Protocol):
    """The way to a provider and back."""

    def address(self, request_id: str, *, level: str) -> str:
        """Where the browser goes with a request of this id, to be identified at this level at least."""
        ...

    def read(self, answer: str) -> tuple[str, Identity]:
        """The id of the request that is answered, and who it is. Raises forbidden for whatever is not beyond doubt."""
        ...

    def metadata(self) -> bytes:
        """What the provider must know of this portal, as XML."""
        ...


def refused() -> Forbidden:
    """The answer to an answer that is not beyond doubt; what was wrong with it is told to nobody outside."""
    return Forbidden("accounts.eid_refused", "The answer of the electronic identity could not be used.")
