"""Which language a page speaks, its words (gettext), and dates and money as that language writes them."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.core import negotiate_locale
from babel.dates import format_date, format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal

from services.chassis.clock import GERMANY
from services.contracts.values import LANGUAGES

COOKIE = "amtsgang_language"
LOCALE = Path(__file__).parent.parent / "locale"
BABEL_LOCALE = {"de": "de_DE", "en": "en_GB"}


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "translate later"
    """Mark a message for the catalogue of translations; it is put into words when the page is rendered."""
    return message


@cache
def translations(language: str) -> NullTranslations:
    """The words of a language, read from its .po file, so that there is no compiled copy that can be stale."""
    with (LOCALE / language / "LC_MESSAGES" / "amtsgang.po").open("rb") as source:
        catalog = read_po(source, locale=language, domain="amtsgang")
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return GNUTranslations(compiled)


def choose(cookie: str | None, account: str | None, accept_language: str | None) -> str:
    """The reader's language: what was switched to, else the account's, else the browser's, else German."""
    for wish in (cookie, account):
        if wish in LANGUAGES:
            return wish
    return negotiate_locale(_accepted(accept_language or ""), LANGUAGES, sep="-") or "de"


def _accepted(header: str) -> list[str]:
    weighed = []
    for part in header.split(",")[:20]:
        tag, _, weight = part.partition(";q=")
        try:
            weighed.append((float(weight or 1), tag.strip()))
        except ValueError:
            continue
    return [tag for weight, tag in sorted(weighed, key=lambda w: -w[0]) if weight > 0]


ENGLISH_DAYS = {"Mo": "Mon", "Di": "Tue", "Mi": "Wed", "Do": "Thu", "Fr": "Fri", "Sa": "Sat", "So": "Sun"}
DAYS = re.compile(rf"\b({'|'.join(ENGLISH_DAYS)})\b")


class Speech:
    """One language with its words and formats; templates use its methods as filters."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.locale = BABEL_LOCALE[language]
        self._words = translations(language)

    def gettext(self, message: str) -> str:
        """The message in this language."""
        return self._words.gettext(message) if message else ""

    def ngettext(self, singular: str, plural: str, count: int) -> str:
        """The message in the grammatical number of the count."""
        return self._words.ngettext(singular, plural, count)

    def local(self, text: Mapping[str, str] | None) -> str:
        """A text of the contract in this language."""
        return text[self.language] if text else ""

    def money(self, amount: Mapping[str, Any]) -> str:
        """Whole cents as an amount of money."""
        return format_currency(Decimal(amount["cents"]) / 100, amount["currency"], locale=self.locale)

    def day(self, value: date | datetime | str) -> str:
        """A date with the month in letters: in numbers, 03.04.2026 reads as another day in English."""
        moment = as_moment(value)
        form = "d. MMMM y" if self.language == "de" else "d MMMM y"
        return format_date(moment, form, locale=self.locale)

    def moment(self, value: datetime | str) -> str:
        """Date and time of day in Germany."""
        form = "d. MMMM y, HH:mm 'Uhr'" if self.language == "de" else "d MMMM y, HH:mm"
        return format_datetime(as_moment(value), form, tzinfo=GERMANY, locale=self.locale)

    def hours(self, line: Mapping[str, str]) -> str:
        """A line of opening hours; the network folder has the days in German."""
        days = DAYS.sub(lambda found: found[0] if self.language == "de" else ENGLISH_DAYS[found[0]], line["days"])
        return f"{days}: {line['hours']}{' Uhr' if self.language == 'de' else ''}".replace("-", "–")

    def number(self, value: float) -> str:
        """A number with the separators of the language."""
        return format_decimal(value, locale=self.locale)


@cache
def speech(language: str) -> Speech:
    """The speech of a language; there is one of each."""
    return Speech(language)


def as_moment(value: date | datetime | str) -> Any:
    """A date or a time from the text in which it crosses the wire; times in German time."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    return value.astimezone(GERMANY) if isinstance(value, datetime) else value
