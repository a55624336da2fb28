"""Files for the bank: direct debits as pain.008.001.08, a refund as pain.001.001.09; the same input gives the same bytes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from xml.etree import ElementTree as ET

from sepaxml import SepaDD, SepaTransfer

from services.payments.account import in_bank_letters

DEBIT_SCHEMA = "pain.008.001.08"
TRANSFER_SCHEMA = "pain.001.001.09"


@dataclass(frozen=True)
class Creditor:
    """The treasury as the bank knows it."""

    name: str
    iban: str
    creditor_id: str


@dataclass(frozen=True)
class Debit:
    """One debit under a one-off mandate. Cents."""

    end_to_end_id: str
    holder: str
    iban: str
    cents: int
    mandate_reference: str
    signed_on: date
    text: str


def direct_debits(message_id: str, at: datetime, creditor: Creditor, collect_on: date, debits: Iterable[Debit]) -> bytes:
    """A file of one-off core debits, all of one treasury and one day."""
    name = in_bank_letters(creditor.name)
    document = SepaDD(
        {"name": name, "IBAN": creditor.iban, "batch": True, "creditor_id": creditor.creditor_id, "currency": "EUR"},
        schema=DEBIT_SCHEMA,
        clean=False,
    )
    for debit in debits:
        document.add_payment(
            {
                "name": in_bank_letters(debit.holder),
                "IBAN": debit.iban,
                "mandate_id": debit.mandate_reference,
                "mandate_date": debit.signed_on,
                "collection_date": collect_on,
                "amount": debit.cents,
                "type": "OOFF",
                "endtoend_id": debit.end_to_end_id,
                "description": in_bank_letters(debit.text, 140),
            }
        )
    return _numbered(document.export(validate=False), DEBIT_SCHEMA, message_id, at)


def credit_transfer(
    message_id: str, at: datetime, creditor: Creditor, execute_on: date, *, holder: str, iban: str, cents: int, text: str
) -> bytes:
    """A file with one transfer from a treasury to a payer; the message id is its end-to-end id too."""
    document = SepaTransfer(
        {"name": in_bank_letters(creditor.name), "IBAN": creditor.iban, "batch": True, "currency": "EUR"},
        schema=TRANSFER_SCHEMA,
        clean=False,
    )
    document.add_payment(
        {
            "name": in_bank_letters(holder),
            "IBAN": iban,
            "amount": cents,
            "execution_date": execute_on,
            "description": in_bank_letters(text, 140),
            "endtoend_id": message_id,
        }
    )
    return _numbered(document.export(validate=False), TRANSFER_SCHEMA, message_id, at)


def _numbered(xml: bytes, schema: str, message_id: str, at: datetime) -> bytes:
    # sepaxml draws its own ids and takes the time of day; ours make a file that is sent again the same file.
    namespace = {"": f"urn:iso:std:iso:20022:tech:xsd:{schema}"}
    root = ET.fromstring(xml)  # noqa: S314 - sepaxml wrote it a moment ago
    for path, value in (
        (".//GrpHdr/MsgId", message_id),
        (".//GrpHdr/CreDtTm", at.strftime("%Y-%m-%dT%H:%M:%SZ")),
        (".//PmtInf/PmtInfId", f"{message_id}-1"),
    ):
        node = root.find(path, namespace)
        if node is None:
            raise ValueError(f"the file has no {path}")
        node.text = value
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + bytes(ET.tostring(root, "utf-8"))
