"""Who asks: the actor that travels with every RPC, and who may call what."""

from dataclasses import dataclass, field
from typing import Any

from services.contracts.errors import Forbidden

ANYONE = frozenset({"anyone", "citizen", "staff", "service"})
CITIZEN = frozenset({"citizen"})
STAFF = frozenset({"staff"})
SERVICE = frozenset({"service"})
SIGNED_IN = CITIZEN | STAFF

ROLES = ("clerk", "approver", "treasurer", "identity_officer", "editor", "administrator", "operator")
"""What a member of staff can be. `approver` is the second pair of eyes; `operator` runs the portal and belongs to no office."""


READER = "reader"
"""The role of a member of an organisation who may look at its things and do nothing with them."""


def staff(*roles: str) -> frozenset[str]:
    """For `allow`: staff with one of these roles, in whatever office; the use case looks at which."""
    if unknown := set(roles) - set(ROLES):
        raise ValueError(f"no role of staff: {', '.join(sorted(unknown))}")
    return frozenset(f"staff:{role}" for role in roles)


@dataclass(frozen=True, slots=True)
class Role:
    """What a member of staff may do, and where: an office, `<ars>/*` for all of a municipality, `*` for the whole network."""

    role: str
    office_id: str

    def covers(self, office_id: str) -> bool:
        """Whether it is valid in this office."""
        return self.office_id in {office_id, f"{office_id.partition('/')[0]}/*", "*"}


@dataclass(frozen=True, slots=True)
class Behalf:
    """For whom somebody acts who does not act for themselves: an organisation, or a person who gave a mandate.

    `party_id` is the id of the organisation or of the person's account, `grant_id` that of the membership or mandate that allows
    it, `services` the slugs it covers (`*` is all), `role` what a member is in the organisation (`helper` under a mandate).
    """

    kind: str
    party_id: str
    grant_id: str
    services: tuple[str, ...] = ("*",)
    role: str = "helper"

    def covers(self, service: str) -> bool:
        """Whether it is valid for this service of the catalogue."""
        return "*" in self.services or service in self.services


@dataclass(frozen=True, slots=True)
class Actor:
    """The one who makes a call; the gateway vouches for it after `accounts.resolve_session`.

    `account_id` is the person who is signed in. `level` is the lower of their session's level and of their attributes'.
    """

    kind: str = "anyone"
    account_id: str | None = None
    level: str = "low"
    roles: tuple[Role, ...] = field(default=())
    session_level: str = "low"
    behalf: Behalf | None = None

    @property
    def person_id(self) -> str:
        """The account of the person who is signed in, whoever they act for; raises forbidden for anyone else."""
        if self.account_id is None:
            raise Forbidden("actors.not_signed_in", "Please sign in first.")
        return self.account_id

    @property
    def own_id(self) -> str:
        """Whose drafts, orders, cases and documents these are: the party acted for, else the signed-in account."""
        return self.behalf.party_id if self.behalf else self.person_id

    def covers(self, service: str) -> bool:
        """Whether a service of the catalogue lies within what the actor may do for the party they act for."""
        return self.behalf is None or self.behalf.covers(service)

    def check_applying(self, service: str | None = None) -> None:
        """Whether the actor may fill in, order and pay for the party they act for; raises forbidden if they may only look.

        With a service of the catalogue, that one must lie within what the mandate covers.
        """
        if self.behalf is not None and self.behalf.role == READER:
            raise Forbidden("actors.only_reading", "You may look at the things of this organisation, not apply for it.")
        if service is not None and not self.covers(service):
            raise Forbidden("actors.not_covered", "Your mandate does not cover this service.")

    def offices(self, role: str) -> frozenset[str]:
        """Where the actor has this role: ids of offices, `<ars>/*` or `*`."""
        return frozenset(r.office_id for r in self.roles if r.role == role)

    def has_role(self, role: str, office_id: str) -> bool:
        """Whether the actor has the role in the office."""
        return any(r.role == role and r.covers(office_id) for r in self.roles)

    def may(self, allow: frozenset[str]) -> bool:
        """Whether an `allow` names this actor: by kind (`citizen`), or as staff with a role (`staff:clerk`)."""
        return self.kind in allow or (self.kind == "staff" and any(f"staff:{r.role}" in allow for r in self.roles))

    def as_dict(self) -> dict[str, Any]:
        """The form in which it travels in the header of an RPC."""
        behalf = self.behalf and {
            "kind": self.behalf.kind,
            "party_id": self.behalf.party_id,
            "grant_id": self.behalf.grant_id,
            "services": list(self.behalf.services),
            "role": self.behalf.role,
        }
        return {
            "kind": self.kind,
            "account_id": self.account_id,
            "level": self.level,
            "roles": [{"role": r.role, "office_id": r.office_id} for r in self.roles],
            "session_level": self.session_level,
            "behalf": behalf,
        }

    @classmethod
    def from_dict(cls, raw: dict[str, Any] | None) -> "Actor":
        """The actor that `as_dict` wrote; nothing at all is `anyone`."""
        if not raw:
            return cls()
        behalf = raw.get("behalf")
        return cls(
            kind=str(raw["kind"]),
            account_id=raw.get("account_id"),
            level=str(raw.get("level", "low")),
            roles=tuple(Role(str(r["role"]), str(r["office_id"])) for r in raw.get("roles", ())),
            session_level=str(raw.get("session_level", "low")),
            behalf=behalf
            and Behalf(
                str(behalf["kind"]),
                str(behalf["party_id"]),
                str(behalf["grant_id"]),
                tuple(map(str, behalf["services"])),
                str(behalf.get("role", "helper")),
            ),
        )
