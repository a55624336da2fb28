"""The payer's bank account: which IBANs and holders a direct debit can name, and how much of an IBAN may be shown."""

import re

from schwifty import IBAN
from schwifty.exceptions import SchwiftyException
from text_unidecode import unidecode  # type: ignore[import-untyped]

# A debit in the European Economic Area needs the IBAN alone. For the other countries of SEPA (Switzerland, the United Kingdom, …)
# the banks also demand the payer's address and refuse the whole file without it (DFÜ-Abkommen, Anlage 3).
COUNTRIES = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split()  # noqa: SIM905
)
# What unidecode would write otherwise, or not as a letter: the German ones as in bank forms, schwa as in ICAO 9303.
WRITTEN_OUT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "ẞ": "SS", "ə": "e", "Ə": "E"}
)
FOREIGN = re.compile(r"[^a-zA-Z0-9/?:().,'+ -]")


def checked_iban(text: str) -> str:
    """The IBAN without spaces; ValueError if its check digits are wrong or its country takes no part."""
    try:
        iban = IBAN(text)
    except SchwiftyException as error:
        raise ValueError("not an IBAN") from error
    if iban.country_code not in COUNTRIES:
        raise ValueError("no direct debit in this country")
    return str(iban.compact)


def in_bank_letters(text: str, most: int = 70) -> str:
    """A text in the letters every bank of SEPA takes (EPC217-08): `Bäckerei Đặng` becomes `Baeckerei Dang`."""
    plain = unidecode(text.translate(WRITTEN_OUT))
    return re.sub(r" +", " ", FOREIGN.sub(" ", plain)).strip()[:most].strip()


def mask(iban: str) -> str:
    """First two and last four characters."""
    return f"{iban[:2]}…{iban[-4:]}"
