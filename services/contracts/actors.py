"""Who asks: the actor that travels with every RPC."""

from dataclasses import dataclass, field
from typing import Any

from services.contracts.errors import Forbidden

ANYONE = frozenset({"anyone", "citizen", "staff", "service"})
CITIZEN = frozenset({"citizen"})
STAFF = frozenset({"staff"})
SERVICE = frozenset({"service"})
SIGNED_IN = CITIZEN | STAFF


@dataclass(frozen=True, slots=True)
class Role:
    """What a member of staff may do, and in which office (`*` for the whole network, as operators have it)."""

    role: str
    office_id: str


@dataclass(frozen=True, slots=True)
class Actor:
    """The one on whose behalf a call is made; the gateway vouches for it after `accounts.resolve_session`."""

    kind: str = "anyone"
    account_id: str | None = None
    level: str = "low"
    roles: tuple[Role, ...] = field(default=())

    @property
    def own_id(self) -> str:
        """The account id of a signed-in actor; raises forbidden for anyone else."""
        if self.account_id is None:
            raise Forbidden("actors.not_signed_in", "Please sign in first.")
        return self.account_id

    def offices(self, role: str) -> frozenset[str]:
        """Ids of the offices in which the actor has this role."""
        return frozenset(r.office_id for r in self.roles if r.role == role)

    def has_role(self, role: str, office_id: str) -> bool:
        """Whether the actor has the role in the office."""
        return bool(self.offices(role) & {office_id, "*"})

    def as_dict(self) -> dict[str, Any]:
        """The form in which it travels in the header of an RPC."""
        return {
            "kind": self.kind,
            "account_id": self.account_id,
            "level": self.level,
            "roles": [{"role": r.role, "office_id": r.office_id} for r in self.roles],
        }

    @classmethod
    def from_dict(cls, raw: dict[str, Any] | None) -> "Actor":
        """The actor that `as_dict` wrote; nothing at all is `anyone`."""
        if not raw:
            return cls()
        roles = tuple(Role(str(r["role"]), str(r["office_id"])) for r in raw.get("roles", ()))
        return cls(str(raw["kind"]), raw.get("account_id"), str(raw.get("level", "low")), roles)
