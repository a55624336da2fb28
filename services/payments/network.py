"""Takes the treasuries of a checked network folder into the database."""

from typing import Any

from sqlalchemy.orm import Session

from services.payments.model import Treasury


def load(session: Session, network: dict[str, Any], *, takes_folder: bool = False) -> list[str]:
    """Add or change the treasury of every member. One no longer named stays: debits may still be on their way to it.

    Treasuries are changed in the folder only, so nothing is ever kept against it.
    """
    for member in network["members"]:
        treasury = member["treasury"]
        session.merge(
            Treasury(
                ars=member["ars"],
                name=treasury["name"],
                iban=treasury["iban"].replace(" ", ""),
                creditor_id=treasury["creditor_id"].replace(" ", ""),
            )
        )
    return []
