"""Takes the network folder's municipalities and offices into the database of `accounts`; loading again updates them."""

from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from services.accounts.model import Municipality, Network, Office


def load(session: Session, network: dict[str, Any]) -> None:
    """Make the database say what the checked folder says. What is gone from the folder is withdrawn, not deleted."""
    session.execute(delete(Network).where(Network.slug != network["slug"]))
    about = {key: network[key] for key in ("slug", "name", "title", "notice")}
    session.merge(Network(**about))
    session.execute(update(Municipality).values(is_withdrawn=True))
    session.execute(update(Office).values(is_withdrawn=True))
    for member in network["members"]:
        session.merge(_municipality(member))
        session.flush()  # the offices refer to it
        for position, office in enumerate(member["offices"]):
            session.merge(_office(member["ars"], position, office))


def _municipality(member: dict[str, Any]) -> Municipality:
    return Municipality(
        ars=member["ars"],
        slug=member["slug"],
        name=member["name"],
        kind=member["kind"],
        postal_codes=member["postal_codes"],
        places=member["places"],
        address=member["address"],
        website=member["website"],
        colour=member["colour"],
        imprint=member["imprint"],
        privacy=member["privacy"],
        accessibility=member["accessibility"],
        is_withdrawn=False,
    )


def _office(ars: str, position: int, office: dict[str, Any]) -> Office:
    return Office(
        id=f"{ars}/{office['slug']}",
        ars=ars,
        position=position,
        name=office["name"],
        address=office["address"],
        email=office["email"],
        phone=office["phone"],
        opening_hours=office["opening_hours"],
        is_withdrawn=False,
    )
