"""The names of those who work on the same cases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.visit import Visit
from services.contracts.actors import Role


@dataclass(frozen=True)
class Colleagues:
    """Clerks and second approvers of the own offices."""

    people: Sequence[Mapping[str, Any]]

    def name(self, account_id: str | None) -> str:
        """Somebody's name; empty for nobody and for who is no colleague any more."""
        return next((_name(one) for one in self.people if one["account_id"] == account_id), "")

    def clerks(self, office_id: str | None = None, *, but: str = "") -> list[dict[str, str]]:
        """Clerks of an office, or of any, to choose from."""
        return [
            {"value": one["account_id"], "label": _name(one)}
            for one in self.people
            if one["account_id"] != but and any(_is_clerk(role, office_id) for role in one["roles"])
        ]


async def colleagues(it: Visit) -> Colleagues:
    """Of the signed-in person."""
    return Colleagues((await it.ask("accounts", "list_colleagues"))["colleagues"])


def _is_clerk(role: Mapping[str, str], office_id: str | None) -> bool:
    return role["role"] == "clerk" and (office_id is None or Role("clerk", role["office_id"]).covers(office_id))


def _name(person: Mapping[str, Any]) -> str:
    return f"{person['given_names']} {person['family_name']}"
