"""Offices: shown to who administers them, opened, changed, withdrawn."""

from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from services.accounts.administration.scope import administers, municipality, require_version
from services.accounts.model import Municipality, Office, StaffRole
from services.accounts.municipalities import by_name
from services.chassis import audit, clock
from services.contracts.actors import Actor
from services.contracts.errors import Conflict, NotFound

CONTENT = ("name", "address", "email", "phone", "opening_hours", "needs_two_officers")


def list_administered_municipalities(session: Session, actor: Actor) -> dict[str, Any]:
    """The municipalities the actor administers."""
    members = session.scalars(select(Municipality).where(Municipality.is_withdrawn.is_(False)))
    found = [member for member in members if administers(actor, member.ars)]
    return {"municipalities": [member.as_summary() for member in sorted(found, key=by_name)]}


def list_administered_offices(session: Session, actor: Actor, *, ars: str) -> dict[str, Any]:
    """Every office of a municipality. Raises not_found if it is not the actor's to administer."""
    member = municipality(session, actor, ars)
    return {"municipality": member.as_summary(), "offices": [view(office) for office in member.offices]}


def get_administered_office(session: Session, actor: Actor, *, office_id: str) -> dict[str, Any]:
    """One office. Raises not_found if it is not the actor's to administer."""
    return view(_own(session, actor, office_id))


def open_office(session: Session, actor: Actor, *, ars: str, slug: str, **content: Any) -> dict[str, Any]:
    """A new office, or a withdrawn one again. Raises conflict if an office of this key is open."""
    municipality(session, actor, ars)
    office_id = f"{ars}/{slug}"
    office = session.get(Office, office_id, with_for_update=True)
    if office is not None and not office.is_withdrawn:
        raise Conflict("accounts.office_exists", "There is an office with this key already.", {"slug": ["office_exists"]})
    if office is None:
        last = session.scalar(select(func.max(Office.position)).where(Office.ars == ars))
        office = Office(id=office_id, ars=ars, position=0 if last is None else last + 1)
        session.add(office)
    for name in CONTENT:
        setattr(office, name, content[name])
    office.is_withdrawn = False
    _stamp(office, actor)
    session.flush()
    audit.record(session, actor, "office.opened", office_id=office_id, about={name: content[name] for name in CONTENT})
    return view(office)


def change_office(session: Session, actor: Actor, *, office_id: str, version: int, **content: Any) -> dict[str, Any]:
    """Another name, address, contact, hours. Raises conflict if somebody else changed it since the actor looked."""
    office = _own(session, actor, office_id, lock=True)
    require_version(office.version, version)
    changes = {name: [getattr(office, name), content[name]] for name in CONTENT if getattr(office, name) != content[name]}
    if not changes:
        return view(office)
    for name, (_, new) in changes.items():
        setattr(office, name, new)
    _stamp(office, actor)
    session.flush()
    audit.record(session, actor, "office.changed", office_id=office_id, about={"changes": changes})
    return view(office)


def withdraw_office(
    session: Session, actor: Actor, *, office_id: str, version: int, offers: int, open_cases: int
) -> dict[str, Any]:
    """Close an office for good; the roles in it end. Raises conflict while it has offers or open cases."""
    office = _own(session, actor, office_id, lock=True)
    require_version(office.version, version)
    if offers or open_cases:
        raise Conflict("accounts.office_in_use", "This office still has offers or open cases.")
    if office.is_withdrawn:
        return view(office)
    roles = session.scalar(select(func.count()).select_from(StaffRole).where(StaffRole.office_id == office_id))
    session.execute(delete(StaffRole).where(StaffRole.office_id == office_id))
    office.is_withdrawn = True
    _stamp(office, actor)
    session.flush()
    audit.record(session, actor, "office.withdrawn", office_id=office_id, about={"roles_ended": roles})
    return view(office)


def view(office: Office) -> dict[str, Any]:
    """An office as the contract shows it to administrators."""
    return {
        **office.as_dict(),
        "is_withdrawn": office.is_withdrawn,
        "changed_in_portal_at": office.changed_in_portal_at,
        "version": office.version,
    }


def _own(session: Session, actor: Actor, office_id: str, *, lock: bool = False) -> Office:
    office = session.get(Office, office_id, with_for_update=lock or None)
    if office is None or not administers(actor, office.ars):
        raise NotFound("accounts.no_office", "There is no such office in this network.")
    return office


def _stamp(office: Office, actor: Actor) -> None:
    office.changed_in_portal_at, office.changed_in_portal_by = clock.now(), actor.person_id
