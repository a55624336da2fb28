"""Reads the payment files a bank takes: pain.008.001.08 (direct debits) and pain.001.001.09 (credit transfers)."""

from dataclasses import dataclass
from xml.etree import ElementTree as ET

from schwifty import IBAN
from schwifty.exceptions import SchwiftyException

DEBITS = "direct_debit"
TRANSFERS = "credit_transfer"
SCHEMAS = {DEBITS: "pain.008.001.08", TRANSFERS: "pain.001.001.09"}
ID_LIMIT = 35


class FileRefused(Exception):
    """The file cannot be carried out; the text says why."""


@dataclass(frozen=True)
class Transaction:
    """One movement of money. Cents."""

    end_to_end_id: str
    cents: int
    debtor: str
    debtor_iban: str
    creditor: str
    creditor_iban: str
    mandate_reference: str | None
    text: str
    value_date: str


@dataclass(frozen=True)
class PaymentFile:
    """A file with everything in it."""

    message_id: str
    kind: str
    transactions: tuple[Transaction, ...]


def read(kind: str, content: bytes) -> PaymentFile:
    """The checked file. Raises FileRefused with the first thing that is wrong, as a bank's gateway would."""
    document = _Node(_root(kind, content), f"{{urn:iso:std:iso:20022:tech:xsd:{SCHEMAS[kind]}}}")
    message_id = document.text("*/GrpHdr/MsgId")
    if not 0 < len(message_id) <= ID_LIMIT:
        raise FileRefused(f"MsgId must have 1 to {ID_LIMIT} characters")
    batches = document.all("*/PmtInf")
    transactions = tuple(t for batch in batches for t in (_debits(batch) if kind == DEBITS else _transfers(batch)))
    _check_sums(document.one("*/GrpHdr"), transactions)
    return PaymentFile(message_id, kind, transactions)


class _Node:
    """An element that is asked by short paths; what is missing refuses the file."""

    def __init__(self, element: ET.Element, namespace: str) -> None:
        self.element = element
        self.namespace = namespace

    def all(self, path: str) -> "list[_Node]":
        steps = "/".join(step if step == "*" else self.namespace + step for step in path.split("/"))
        return [_Node(e, self.namespace) for e in self.element.findall(steps)]

    def one(self, path: str) -> "_Node":
        found = self.all(path)
        if len(found) != 1:
            raise FileRefused(f"{path} must be there exactly once")
        return found[0]

    def text(self, path: str) -> str:
        return (self.one(path).element.text or "").strip()


def _root(kind: str, content: bytes) -> ET.Element:
    if b"<!DOCTYPE" in content:
        raise FileRefused("document types are not allowed")
    try:
        root = ET.fromstring(content)  # noqa: S314 - no document type, so no entities; and only this machine sends here
    except ET.ParseError as error:
        raise FileRefused("this is no XML") from error
    if root.tag != f"{{urn:iso:std:iso:20022:tech:xsd:{SCHEMAS[kind]}}}Document":
        raise FileRefused(f"this is no {SCHEMAS[kind]}")
    return root


def _debits(batch: _Node) -> list[Transaction]:
    batch.text("CdtrSchmeId/Id/PrvtId/Othr/Id")
    if (sequence := batch.text("PmtTpInf/SeqTp")) not in {"OOFF", "FRST", "RCUR", "FNAL"}:
        raise FileRefused(f"SeqTp {sequence} is unknown")
    creditor, creditor_iban, day = batch.text("Cdtr/Nm"), _iban(batch, "CdtrAcct/Id/IBAN"), batch.text("ReqdColltnDt")
    return [
        Transaction(
            end_to_end_id=_end_to_end_id(t),
            cents=_cents(t.one("InstdAmt")),
            debtor=t.text("Dbtr/Nm"),
            debtor_iban=_iban(t, "DbtrAcct/Id/IBAN"),
            creditor=creditor,
            creditor_iban=creditor_iban,
            mandate_reference=t.text("DrctDbtTx/MndtRltdInf/MndtId"),
            text=t.text("RmtInf/Ustrd"),
            value_date=day,
        )
        for t in batch.all("DrctDbtTxInf")
    ]


def _transfers(batch: _Node) -> list[Transaction]:
    debtor, debtor_iban, day = batch.text("Dbtr/Nm"), _iban(batch, "DbtrAcct/Id/IBAN"), batch.text("ReqdExctnDt/Dt")
    return [
        Transaction(
            end_to_end_id=_end_to_end_id(t),
            cents=_cents(t.one("Amt/InstdAmt")),
            debtor=debtor,
            debtor_iban=debtor_iban,
            creditor=t.text("Cdtr/Nm"),
            creditor_iban=_iban(t, "CdtrAcct/Id/IBAN"),
            mandate_reference=None,
            text=t.text("RmtInf/Ustrd"),
            value_date=day,
        )
        for t in batch.all("CdtTrfTxInf")
    ]


def _end_to_end_id(transaction: _Node) -> str:
    found = transaction.text("PmtId/EndToEndId")
    if not 0 < len(found) <= ID_LIMIT:
        raise FileRefused(f"EndToEndId must have 1 to {ID_LIMIT} characters")
    return found


def _iban(node: _Node, path: str) -> str:
    try:
        return str(IBAN(node.text(path)).compact)
    except SchwiftyException as error:
        raise FileRefused(f"{path} is no IBAN") from error


def _cents(amount: _Node) -> int:
    if amount.element.get("Ccy") != "EUR":
        raise FileRefused("amounts must be in euros")
    cents = _decimal(amount.element.text or "")
    if cents <= 0:
        raise FileRefused("amounts must be positive")
    return cents


def _decimal(text: str) -> int:
    euros, _, rest = text.strip().partition(".")
    if not euros.isdecimal() or len(rest) > len("00") or (rest and not rest.isdecimal()):
        raise FileRefused("an amount is no number with two decimals")
    return int(euros) * 100 + int(rest.ljust(2, "0"))


def _check_sums(header: _Node, transactions: tuple[Transaction, ...]) -> None:
    if not transactions:
        raise FileRefused("there is no transaction in the file")
    if header.text("NbOfTxs") != str(len(transactions)):
        raise FileRefused("NbOfTxs is not the number of transactions")
    if _decimal(header.text("CtrlSum")) != sum(t.cents for t in transactions):
        raise FileRefused("CtrlSum is not the sum of the transactions")
