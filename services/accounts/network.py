"""Takes the network folder's municipalities and offices into the database of `accounts`; loading again updates them."""

from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from services.accounts.model import Municipality, Network, Office
from services.chassis import audit
from services.contracts.actors import Actor

ABOUT_NETWORK = ("slug", "name", "title", "notice", "staff_second_factor")
ABOUT_MUNICIPALITY = (
    "ars",
    "slug",
    "name",
    "kind",
    "postal_codes",
    "places",
    "address",
    "website",
    "colour",
    "email",
    "phone",
    "population",
    "members",
    "host",
    "imprint",
    "privacy",
    "accessibility",
)
ABOUT_OFFICE = ("name", "address", "email", "phone", "opening_hours", "needs_two_officers")
OPERATOR = Actor("service")
"""Whoever loads a folder sits at the machine and is no account of the portal."""


def load(session: Session, network: dict[str, Any], *, takes_folder: bool = False) -> list[str]:
    """Make the database say what the checked folder says. What is gone from the folder is withdrawn, not deleted.

    An office that an administrator has changed or opened in the portal stays as it is, and is named in the answer where the
    folder says otherwise; with `takes_folder` the folder counts, and the audit log says that it did.
    """
    session.execute(delete(Network).where(Network.slug != network["slug"]))
    session.merge(Network(**{key: network[key] for key in ABOUT_NETWORK}))
    session.execute(update(Municipality).values(is_withdrawn=True))
    known = {office.id: office for office in session.scalars(select(Office))}
    kept = []
    for member in network["members"]:
        session.merge(Municipality(**{key: member[key] for key in ABOUT_MUNICIPALITY}, is_withdrawn=False))
        session.flush()  # the offices refer to it
        for position, entry in enumerate(member["offices"]):
            about = {key: entry[key] for key in ABOUT_OFFICE}
            office_id = f"{member['ars']}/{entry['slug']}"
            kept += _take(session, known.pop(office_id, None), office_id, {**about, "position": position}, takes_folder)
    members = {member["ars"] for member in network["members"]}
    for office in known.values():
        kept += _withdraw(session, office, is_of_member=office.ars in members, takes_folder=takes_folder)
    return sorted(kept)


def _take(session: Session, office: Office | None, office_id: str, entry: dict[str, Any], takes_folder: bool) -> list[str]:
    if office is None:
        session.add(Office(id=office_id, ars=office_id.partition("/")[0], **entry, is_withdrawn=False))
        return []
    changed = [name for name in ABOUT_OFFICE if getattr(office, name) != entry[name]]
    changed += ["is_withdrawn"] if office.is_withdrawn else []
    if office.changed_in_portal_at is not None:
        if not takes_folder:
            # Its place among the others is the folder's still.
            office.position = entry["position"]
            return [_told(office, changed)] if changed else []
        _overwritten(session, office, changed)
    for name, value in entry.items():
        setattr(office, name, value)
    office.is_withdrawn = False
    return []


def _withdraw(session: Session, office: Office, *, is_of_member: bool, takes_folder: bool) -> list[str]:
    """An office that the folder does not name. One opened in the portal stays while its municipality is a member."""
    if office.changed_in_portal_at is not None:
        if not takes_folder:
            return [_told(office, ["not in the folder"])] if is_of_member and not office.is_withdrawn else []
        _overwritten(session, office, ["is_withdrawn"])
    office.is_withdrawn = True
    return []


def _told(office: Office, changed: list[str]) -> str:
    return f"office {office.id} ({', '.join(changed)})"


def _overwritten(session: Session, office: Office, changed: list[str]) -> None:
    """Who had changed it stays known: their own act is in the log as well."""
    office.changed_in_portal_at = office.changed_in_portal_by = None
    about = {"fields": changed, "by": "network folder"}
    audit.record(session, OPERATOR, "office.taken_from_folder", office_id=office.id, reason="take-folder", about=about)
