"""What of a profile answers which question of a form: for the page that takes it over, and the service that checks this."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from services.contracts import addresses, countries
from services.contracts.accounts.profile import GERMANY

Field = Mapping[str, Any]


def wanted(fields: Iterable[Field]) -> Iterator[tuple[Field, str]]:
    """The questions of a step that a profile may know the answer to, and what it is called there."""
    asked = list(fields)
    taken = {field["part_of"]["name"] for field in asked if field.get("part_of") and field.get("prefill")}
    for field in asked:
        address = field.get("part_of") or {}
        name = field.get("prefill") or (address.get("part") if address.get("name") in taken else None)
        if name:
            yield field, name


def spread(values: Mapping[str, str]) -> dict[str, str]:
    """The values, with an address as forms ask for it: the country also where it is Germany, and one abroad in lines."""
    if "street" not in values:
        return dict(values)
    country = values.get("country", "")
    if country.strip().casefold() in GERMANY:
        return {**values, "country": "DE"}
    lines = addresses.lines({part: values[part] for part in addresses.PARTS if part in values and part != "country"})
    others = {name: value for name, value in values.items() if name not in addresses.PARTS}
    return {**others, "country": country, "foreign_address": "\n".join(lines)}


def answer(kind: str, value: str) -> str:
    """The answer that a value is to a question of this type; empty where it cannot be one."""
    if kind in ("country", "nationality"):
        return countries.code_of(kind, value)
    return "" if kind == "date" and "-00" in value else value
