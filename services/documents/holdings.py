"""What documents holds of a person, table by table; see `services.chassis.holdings`. The files lie beside the database."""

from sqlalchemy import select

from services.chassis.holdings import Holding, table_of
from services.documents.model import Document, Reservation

HOLDINGS = (
    Holding(
        table_of(Document),
        lambda account_id: Document.account_id == account_id,
        "a document that was issued, and how anyone checks it",
        "content until the account is erased; the entry ten years from the end of the year of issue",
    ),
    Holding(
        table_of(Reservation),
        lambda account_id: Reservation.case_id.in_(select(Document.case_id).where(Document.account_id == account_id)),
        "number and code that a document carries",
        "as long as the entry of the document",
    ),
)

LEFT_OUT: dict[str, str] = {}
