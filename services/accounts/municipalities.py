"""Questions about the portal network: its municipalities and their offices."""

import re
import unicodedata
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from services.accounts.model import Municipality, Network, Office
from services.contracts.errors import NotFound

ARS = re.compile(r"\d+")


def list_municipalities(session: Session) -> dict[str, Any]:
    """The members of the network: the county first, then by name."""
    network = session.scalar(select(Network))
    members = session.scalars(select(Municipality).where(Municipality.is_withdrawn.is_(False))).all()
    ordered = sorted(members, key=by_name)
    return {
        "network": network.name if network else "",
        "notice": network.notice if network else None,
        "municipalities": [m.as_summary() for m in ordered],
    }


def get_municipality(session: Session, *, key: str) -> dict[str, Any]:
    """A municipality by slug or ARS. By its ARS also one that left the network, as old cases name it. Raises not_found."""
    question = select(Municipality).options(selectinload(Municipality.offices))
    if ARS.fullmatch(key):
        found = session.scalar(question.where(Municipality.ars == key))
    else:
        found = session.scalar(question.where(Municipality.slug == key, Municipality.is_withdrawn.is_(False)))
    if found is None:
        raise NotFound("accounts.no_municipality", "There is no such municipality in this network.")
    return found.as_dict()


def get_office(session: Session, *, office_id: str) -> dict[str, Any]:
    """An office with its municipality, also one that is gone, as old cases name it. Raises not_found."""
    office = session.get(Office, office_id, options=[joinedload(Office.municipality)])
    if office is None:
        raise NotFound("accounts.no_office", "There is no such office in this network.")
    return {**office.as_dict(), "municipality": office.municipality.as_summary()}


def by_name(member: Municipality) -> tuple[bool, str]:
    """The order of members: the county first, then by name."""
    return member.kind != "county", _in_dictionary(member.name)


def _in_dictionary(name: str) -> str:
    """What a name is sorted by: without its title, umlauts as their letters (DIN 5007-1)."""
    bare = re.sub(r"^(Samtgemeinde|Gemeinde|Stadt) ", "", name).casefold()
    return "".join(letter for letter in unicodedata.normalize("NFD", bare) if not unicodedata.combining(letter))
