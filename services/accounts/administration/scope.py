"""Who administers what: an administrator their municipality, an operator the whole network."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.accounts.model import Municipality
from services.contracts.actors import Actor
from services.contracts.errors import Conflict, NotFound


def is_operator(actor: Actor) -> bool:
    """Whether the actor runs the portal."""
    return actor.has_role("operator", "*")


def administers(actor: Actor, ars: str | None) -> bool:
    """Whether the municipality is the actor's to administer; what belongs to none is the operators' alone."""
    return is_operator(actor) or (ars is not None and actor.has_role("administrator", whole(ars)))


def whole(ars: str) -> str:
    """All offices of a municipality, as the scope of a role says it."""
    return f"{ars}/*"


def municipality(session: Session, actor: Actor, ars: str) -> Municipality:
    """A member of the network that the actor administers. Raises not_found."""
    found = session.scalar(select(Municipality).where(Municipality.ars == ars, Municipality.is_withdrawn.is_(False)))
    if found is None or not administers(actor, ars):
        raise NotFound("accounts.no_municipality", "There is no such municipality in this network.")
    return found


def require_version(held: int, given: int) -> None:
    """Raises conflict if somebody else has changed it since the caller looked."""
    if held != given:
        raise Conflict("accounts.changed_meanwhile", "Somebody else changed this in the meantime. Please look again.")
