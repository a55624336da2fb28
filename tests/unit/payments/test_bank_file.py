"""The files for the bank, judged by the German banks' own schema and by ISO 20022's."""

from datetime import date
from functools import cache
from pathlib import Path

import pytest
import sepaxml
import xmlschema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.contracts.din91379 import letters
from services.payments.bank_file import Creditor, Debit, credit_transfer, direct_debits
from tests.unit.payments.orders import IBAN, NOON

GBIC = Path(__file__).parents[2] / "resources" / "sepa" / "pain.008.001.08_GBIC_5.xsd"
ISO_TRANSFER = Path(sepaxml.__file__).parent / "schemas" / "pain.001.001.09.xsd"

CREDITOR = Creditor("Samtgemeinde Sögel", "DE38999999990034545407", "DE34ZZZ09034545407")
MESSAGE = "01926b2e6a117c448d0e2b3c4d5e6f70"
names = st.lists(st.sampled_from(letters()), min_size=1, max_size=40).map("".join)


@cache
def schema(path: Path) -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(path)


def debit(number: int = 0, holder: str = "Erika Musterfrau", cents: int = 3000) -> Debit:
    return Debit(f"{number:032x}", holder, IBAN, cents, "AG-7KMP-Q2XT-9ZRA", date(2026, 11, 20), "Gebühren, Auftrag 1")


def debits(*given: Debit) -> bytes:
    return direct_debits(MESSAGE, NOON, CREDITOR, date(2026, 11, 23), given)


def refund(holder: str = "Erika Musterfrau", cents: int = 3000) -> bytes:
    return credit_transfer(MESSAGE, NOON, CREDITOR, date(2026, 11, 23), holder=holder, iban=IBAN, cents=cents, text="Erstattung")


def test_a_file_of_direct_debits_fits_the_german_banks_schema():
    schema(GBIC).validate(debits(debit(1), debit(2, cents=2250)).decode())


# A busy machine is no mistake of the file's.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@unhurried
@given(st.lists(st.builds(debit, st.integers(0, 2**64), names, st.integers(1, 99_999_999)), min_size=1, max_size=5))
def test_any_names_and_amounts_fit_it(given: list[Debit]):
    schema(GBIC).validate(debits(*given).decode())


# The controls: a schema that lets these through would prove nothing.
@pytest.mark.parametrize(
    ("of", "to"),
    [
        (b"pain.008.001.08", b"pain.008.001.02"),
        (b'Ccy="EUR"', b'Ccy="USD"'),
        (b'<InstdAmt Ccy="EUR">30.00<', b'<InstdAmt Ccy="EUR">0.00<'),
        (b"<SeqTp>OOFF<", b"<SeqTp>ONCE<"),
        (b"<MndtId>AG-7KMP-Q2XT-9ZRA</MndtId>", b""),
        (b"DE34ZZZ09034545407", b"?"),
        (b"<IBAN>DE02120300000000202051<", b"<IBAN>02120300000000202051<"),
        (b"<MsgId>01926b2e6a117c448d0e2b3c4d5e6f70<", b"<MsgId>01926b2e-6a11-7c44-8d0e-2b3c4d5e6f70<"),
    ],
)
def test_a_broken_file_does_not_fit_it(of: bytes, to: bytes):
    good = debits(debit())
    assert of in good
    with pytest.raises(xmlschema.XMLSchemaValidationError):
        schema(GBIC).validate(good.replace(of, to).decode())


def test_the_same_debits_give_the_same_bytes():
    assert debits(debit(1), debit(2)) == debits(debit(1), debit(2))


def test_the_file_says_what_was_signed():
    text = debits(debit(7, holder="Jörg Đặng")).decode()
    for part in (
        "<Nm>Joerg Dang</Nm>",
        f"<IBAN>{IBAN}</IBAN>",
        "<SeqTp>OOFF</SeqTp>",
        "<Cd>CORE</Cd>",
        "<ReqdColltnDt>2026-11-23</ReqdColltnDt>",
        "<DtOfSgntr>2026-11-20</DtOfSgntr>",
        '<InstdAmt Ccy="EUR">30.00</InstdAmt>',
        f"<EndToEndId>{7:032x}</EndToEndId>",
        f"<MsgId>{MESSAGE}</MsgId>",
        "<CreDtTm>2026-11-20T11:00:00Z</CreDtTm>",
        "<Nm>Samtgemeinde Soegel</Nm>",
    ):
        assert part in text


@unhurried
@given(names, st.integers(1, 99_999_999))
def test_a_refund_fits_the_schema_of_iso_20022(holder: str, cents: int):
    schema(ISO_TRANSFER).validate(refund(holder, cents).decode())


def test_a_broken_refund_does_not():
    with pytest.raises(xmlschema.XMLSchemaValidationError):
        schema(ISO_TRANSFER).validate(refund().replace(b"<PmtMtd>TRF<", b"<PmtMtd>XXX<").decode())


def test_the_same_refund_gives_the_same_bytes():
    assert refund() == refund()
    assert f"<EndToEndId>{MESSAGE}</EndToEndId>".encode() in refund()
