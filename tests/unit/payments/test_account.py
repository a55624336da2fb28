"""Which accounts a direct debit can name, and in which letters a bank reads a name."""

import contextlib
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import iban as stdnum_iban

from services.contracts.din91379 import letters
from services.payments.account import checked_iban, in_bank_letters, mask

# EPC217-08: the letters every bank in SEPA must take.
SEPA_LETTERS = re.compile(r"[a-zA-Z0-9/?:().,'+ -]*")


# Examples of the SWIFT IBAN registry and of the Deutsche Bundesbank.
@pytest.mark.parametrize(
    "text", ["DE89370400440532013000", "de89 3704 0044 0532 0130 00", "NL91ABNA0417164300", "FR1420041010050500013M02606"]
)
def test_an_iban_of_the_economic_area_is_taken_without_its_spaces(text: str):
    assert checked_iban(text) == text.replace(" ", "").upper()
    assert stdnum_iban.is_valid(text, check_country=False)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "DE",
        "Erika",
        "DE89370400440532013001",  # check digits
        "DE8937040044053201300",  # one short
        "CH9300762011623852957",  # SEPA, but the debit would need the payer's address
        "BR1500000000000010932840814P2",  # no SEPA
        "ＤＥ89370400440532013000",
        "DE89370400440532013000 DE89370400440532013000",
    ],
)
def test_any_other_text_is_not(text: str):
    with pytest.raises(ValueError, match=r"IBAN|direct debit"):
        checked_iban(text)


@settings(deadline=None)
@given(st.text(max_size=42))
def test_no_text_does_anything_else_to_it(text: str):
    with contextlib.suppress(ValueError):
        assert stdnum_iban.is_valid(checked_iban(text), check_country=False)


def test_german_letters_are_written_out():
    assert in_bank_letters("Bäckerei Größe & Söhne, Sögel") == "Baeckerei Groesse Soehne, Soegel"


@pytest.mark.parametrize("letter", letters())
def test_every_letter_of_din_91379_has_a_form_for_the_bank(letter: str):
    assert SEPA_LETTERS.fullmatch(in_bank_letters(letter))
    assert any(c.isalpha() for c in in_bank_letters(letter))


@settings(deadline=None)
@given(st.text(), st.integers(1, 140))
def test_any_text_ends_in_bank_letters_and_fits(text: str, most: int):
    plain = in_bank_letters(text, most)
    assert SEPA_LETTERS.fullmatch(plain)
    assert len(plain) <= most


def test_a_masked_iban_shows_country_and_last_four():
    assert mask("DE02120300000000202051") == "DE…2051"
