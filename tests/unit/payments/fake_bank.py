"""A bank in memory. It passes the same suite as the sandbox's, see tests/integration/payments/test_bank.py."""

from collections.abc import Callable
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from services.contracts.errors import Unavailable
from services.payments.providers.bank import Refused

DEBIT = "{urn:iso:std:iso:20022:tech:xsd:pain.008.001.08}"
TRANSFER = "{urn:iso:std:iso:20022:tech:xsd:pain.001.001.09}"


@dataclass(frozen=True)
class Booked:
    kind: str
    end_to_end_id: str
    cents: int


class Crash(BaseException):
    """The process is gone, between the bank's booking and our writing it down."""


class FakeBank:
    """`on_debit` and `on_transfer` happen before the bank reads a file. A `refusal` is its answer to every file it did not
    accept before; `crash_after` ends the process once the bank has booked."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.booked: list[Booked] = []
        self.on_debit: Callable[[], None] = lambda: None
        self.on_transfer: Callable[[], None] = lambda: None
        self.refusal = ""
        self.crash_after = False

    def debit(self, pain_008: bytes) -> None:
        self.on_debit()
        self._take("direct_debit", DEBIT, pain_008, "DrctDbtTxInf")

    def transfer(self, pain_001: bytes) -> None:
        self.on_transfer()
        self._take("credit_transfer", TRANSFER, pain_001, "CdtTrfTxInf")

    def bookings(self) -> list[Booked]:
        return list(self.booked)

    def sum(self, kind: str) -> int:
        return sum(b.cents for b in self.booked if b.kind == kind)

    def _take(self, kind: str, namespace: str, content: bytes, transaction: str) -> None:
        try:
            root = ET.fromstring(content)  # noqa: S314 - our own files
        except ET.ParseError as error:
            raise Refused("this is no XML") from error
        if root.tag != f"{namespace}Document":
            raise Refused("this is another kind of file")
        message_id = root.findtext(f".//{namespace}MsgId") or ""
        if self.files.get(message_id, content) != content:
            raise Unavailable("payments.bank_unavailable", "The bank answered 409.")
        if message_id not in self.files:
            if self.refusal:
                raise Refused(self.refusal)
            new = [
                Booked(kind, str(t.findtext(f".//{namespace}EndToEndId")), _cents(str(t.findtext(f".//{namespace}InstdAmt"))))
                for t in root.iter(f"{namespace}{transaction}")
            ]
            known = {(b.kind, b.end_to_end_id) for b in self.booked}
            if any((b.kind, b.end_to_end_id) in known for b in new):
                raise Refused("an end-to-end id was booked already")
            self.files[message_id] = content
            self.booked += new
        if self.crash_after:
            self.crash_after = False
            raise Crash


def _cents(text: str) -> int:
    euros, _, rest = text.partition(".")
    return int(euros) * 100 + int(rest.ljust(2, "0"))
