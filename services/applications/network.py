"""Takes the offers and fees of a network folder into this service's database."""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.applications import editions, law
from services.applications.model import FeeRule, Offer
from services.chassis import audit
from services.contracts.actors import Actor
from services.contracts.errors import Invalid

OPERATOR = Actor("service")
"""Whoever loads a folder sits at the machine and is no account of the portal."""


def load(session: Session, network: dict[str, Any], *, takes_folder: bool = False) -> list[str]:
    """Publish what services came with the portal, make the offers those of the folder, and add its fees to what was valid before.

    A fee replaces that of the same day and those of later days; earlier ones stay, so that it is known what something cost. An
    offer that an administrator has changed in the portal stays as it is, and is named in the answer where the folder says
    otherwise; with `takes_folder` the folder counts, and the audit log says that it did.
    """
    editions.take_shipped(session)
    known = {(offer.service, offer.ars): offer for offer in session.scalars(select(Offer))}
    kept = []
    for member in network["members"]:
        for entry in member["offers"]:
            offer = known.pop((entry["service"], member["ars"]), None)
            kept += _take(session, offer, member["ars"], entry, takes_folder=takes_folder)
    members = {member["ars"] for member in network["members"]}
    for offer in known.values():
        kept += _withdraw(session, offer, is_of_member=offer.ars in members, takes_folder=takes_folder)
    return sorted(kept)


def against_law(session: Session) -> list[str]:
    """What was published, or charged, before a law was written down, and says less than it."""
    current = editions.current(session)
    texts = [
        f"{slug}, version {version.number}: {key}, {told.partition(':')[2]}"
        for slug, version in current.items()
        for key, told in version.against_law.items()
    ]
    charged = {
        f"{rule.service} of {rule.ars}: fee, {told.partition(':')[2]}"
        for rule in session.scalars(select(FeeRule))
        if rule.service in current
        for told in law.charged(current[rule.service].service, rule.base_cents, rule.each_further_cents)
    }
    return sorted([*texts, *charged])


def _take(session: Session, offer: Offer | None, ars: str, entry: dict[str, Any], *, takes_folder: bool) -> list[str]:
    _check_fee(session, entry)
    office_id = f"{ars}/{entry['office']}"
    if offer is None:
        offer = Offer(service=entry["service"], ars=ars, fees=[])
        session.add(offer)
    offer.rates = entry.get("rates", [])
    if offer.changed_in_portal_at is not None:
        if not takes_folder:
            changed = ["office"] if offer.office_id != office_id else []
            changed += ["is_withdrawn"] if offer.is_withdrawn else []
            changed += ["fee"] if not _says(offer, entry["fee"]) else []
            return [_told(offer, changed)] if changed else []
        _overwritten(session, offer)
    offer.office_id, offer.is_withdrawn = office_id, False
    _set_fee(offer, entry["fee"])
    return []


def _check_fee(session: Session, entry: dict[str, Any]) -> None:
    """Raises invalid, with the paragraph, for a fee on what a law makes free."""
    service, fee = editions.current(session)[entry["service"]].service, entry["fee"]
    if against := law.charged(service, fee["base_cents"], fee.get("each_further_cents")):
        raise Invalid("invalid", f"{entry['service']} costs nothing by law.", fields={"fee.base_cents": against})


def _withdraw(session: Session, offer: Offer, *, is_of_member: bool, takes_folder: bool) -> list[str]:
    """An offer that the folder does not name. One made in the portal stays while its municipality is a member."""
    if offer.changed_in_portal_at is not None and is_of_member:
        if not takes_folder:
            return [] if offer.is_withdrawn else [_told(offer, ["not in the folder"])]
        _overwritten(session, offer)
    session.delete(offer)
    return []


def _says(offer: Offer, fee: dict[str, Any]) -> bool:
    """Whether the offer has this fee."""
    wanted = (_day(fee["valid_from"]), fee["base_cents"], fee.get("each_further_cents"), fee["legal_basis"])
    return wanted in [(rule.valid_from, rule.base_cents, rule.each_further_cents, rule.legal_basis) for rule in offer.fees]


def _told(offer: Offer, changed: list[str]) -> str:
    return f"offer of {offer.service} by {offer.ars} ({', '.join(changed)})"


def _overwritten(session: Session, offer: Offer) -> None:
    """Who had changed it stays known: their own act is in the log as well."""
    offer.changed_in_portal_at = offer.changed_in_portal_by = None
    about = {"service": offer.service, "by": "network folder"}
    audit.record(session, OPERATOR, "offer.taken_from_folder", office_id=offer.office_id, reason="take-folder", about=about)


def _set_fee(offer: Offer, fee: dict[str, Any]) -> None:
    rule = FeeRule(
        valid_from=_day(fee["valid_from"]),
        base_cents=fee["base_cents"],
        each_further_cents=fee.get("each_further_cents"),
        pieces_field=fee.get("pieces_field"),
        legal_basis=fee["legal_basis"],
        is_example=fee["is_example"],
    )
    offer.fees = [*(earlier for earlier in offer.fees if earlier.valid_from < rule.valid_from), rule]


def _day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)
