"""An address as it is written in a service's file, opened into the fields that it is asked with."""

from collections.abc import Mapping
from typing import Any

TYPE = "address"
FROM_PROFILE = "address"

Entry = Mapping[str, Any]

IN_GERMANY = ("street", "house_number", "postal_code", "town")
ABROAD = ("country", *IN_GERMANY, "foreign_address")
FIELDS: dict[str, dict[str, Any]] = {
    "country": {
        "type": "country",
        "label": {"de": "Land", "en": "Country"},
        "help": {"de": "Nur wenn nicht Deutschland.", "en": "Only if not Germany."},
        "required": False,
        "autocomplete": "country",
    },
    "street": {"type": "text", "label": {"de": "Straße", "en": "Street"}, "most": 100},
    "house_number": {"type": "text", "label": {"de": "Hausnummer", "en": "House number"}, "most": 20},
    "postal_code": {
        "type": "postal_code",
        "label": {"de": "Postleitzahl", "en": "Postal code"},
        "autocomplete": "postal-code",
    },
    "town": {"type": "text", "label": {"de": "Ort", "en": "Town"}, "most": 100, "autocomplete": "address-level2"},
    "foreign_address": {
        "type": "long_text",
        "label": {"de": "Anschrift im Ausland", "en": "Address abroad"},
        "help": {
            "de": "So, wie sie auf einem Brief steht, ohne das Land.",
            "en": "As one writes it on a letter, without the country.",
        },
        "most": 300,
    },
}
"""What each part is asked with. Every other country writes addresses its own way: they are lines, and nobody checks them."""


def is_address(entry: Entry) -> bool:
    """Whether an entry of a file is an address."""
    return bool(entry["type"] == TYPE)


def opened(entry: Entry) -> list[dict[str, Any]]:
    """The fields of an entry: the parts of an address, each named like it (`landlord_address`: `landlord_street`), or itself."""
    if not is_address(entry):
        return [{name: value for name, value in entry.items() if name != "abroad"}]
    return [_part(entry, part) for part in (ABROAD if entry["abroad"] else IN_GERMANY)]


def _part(entry: Entry, part: str) -> dict[str, Any]:
    prefix = entry["name"].removesuffix(TYPE)
    is_own = entry["prefill"] is not None and part != "foreign_address"
    asked = FIELDS[part]
    return {
        **{name: value for name, value in entry.items() if name != "abroad"},
        "help": None,
        **asked,
        "name": prefix + part,
        "prefill": part if is_own else None,
        "autocomplete": asked.get("autocomplete") if is_own else None,
        "when": _both(entry["when"], _where(prefix, part) if entry["abroad"] else None),
        "part_of": {"name": entry["name"], "label": entry["label"], "help": entry["help"], "part": part},
    }


def _where(prefix: str, part: str) -> dict[str, Any] | None:
    """Under which country a part is asked for. Where none is chosen, the address is a German one."""
    country = f"{prefix}country"
    if part == "country":
        return None
    if part == "foreign_address":
        return {"not": {country: "DE"}, country: {"answered": True}}
    return {"any": [{country: "DE"}, {country: {"answered": False}}]}


def _both(first: dict[str, Any] | None, second: dict[str, Any] | None) -> dict[str, Any] | None:
    return {"all": [first, second]} if first and second else first or second
