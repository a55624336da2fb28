"""The countries one can come from or be a national of, by code, with their names in both languages.

Codes are those of ISO 3166-1, Kosovo's `XK` as in CLDR, and for nationalities those of ICAO 9303 for who has none or none known.
"""

from functools import cache

import pycountry
from babel import Locale

KOSOVO = "XK"
NO_NATIONALITY = {
    "XXA": {"de": "staatenlos", "en": "stateless"},
    "XXX": {"de": "ungeklärt", "en": "unknown"},
}
GERMAN = frozenset({"deutsch", "german", "d"})
"""How people and identity cards write it."""


@cache
def countries() -> dict[str, dict[str, str]]:
    """The names of every country by its code."""
    german, english = Locale("de").territories, Locale("en").territories
    codes = [*(country.alpha_2 for country in pycountry.countries), KOSOVO]
    return {code: {"de": german[code], "en": english[code]} for code in codes}


@cache
def nationalities() -> dict[str, dict[str, str]]:
    """The names of what a nationality can be, by code: a country, none, or unknown."""
    return {**countries(), **NO_NATIONALITY}


def listed(kind: str) -> dict[str, dict[str, str]]:
    """The list behind a field of the type `country` or `nationality`; empty for the other types."""
    return {"country": countries, "nationality": nationalities}.get(kind, dict)()


def code_of(kind: str, text: str) -> str:
    """The code for a code or a name in either language, as people write it; empty where there is none."""
    wanted = text.strip().casefold()
    if kind == "nationality" and wanted in GERMAN:
        return "DE"
    for code, names in listed(kind).items():
        if wanted in (code.casefold(), *(name.casefold() for name in names.values())):
            return code
    return ""
