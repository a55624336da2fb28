"""Takes the offers and fees of a network folder into this service's database."""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.applications.model import FeeRule, Offer


def load(session: Session, network: dict[str, Any], *, takes_folder: bool = False) -> list[str]:
    """Make the offers those of the checked folder, and add its fees to what was valid before.

    A fee replaces that of the same day and those of later days; earlier ones stay, so that it is known what something cost.
    """
    kept = {(offer.service, offer.ars): offer for offer in session.scalars(select(Offer))}
    for member in network["members"]:
        for entry in member["offers"]:
            offer = kept.pop((entry["service"], member["ars"]), None)
            if offer is None:
                offer = Offer(service=entry["service"], ars=member["ars"], fees=[])
                session.add(offer)
            offer.office_id = f"{member['ars']}/{entry['office']}"
            _set_fee(offer, entry["fee"])
    for withdrawn in kept.values():
        session.delete(withdrawn)
    return []


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
