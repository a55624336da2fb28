"""Fills in any form of the catalogue from its own definition, as a patient citizen would."""

from typing import Any

BY_TYPE: dict[str, Any] = {
    "text": "Musterangabe",
    "long_text": "Eine Angabe zum Ausprobieren.",
    "name": "Musterfrau",
    "date": "1990-05-17",
    "yes_no": True,
    "email": "muster@example.org",
    "phone": "05952 12345",
    "postal_code": "49751",
}


def fill(sections: list[dict[str, Any]], **given: Any) -> dict[str, Any]:
    """Valid answers to every required field; `given` ones stay as they are."""
    answers = {field["name"]: answer(field) for section in sections for field in section["fields"] if field["required"]}
    return answers | given


def answer(field: dict[str, Any]) -> Any:
    """A valid answer to one field."""
    if field["type"] == "choice":
        return field["choices"][0]["value"]
    if field["type"] == "integer":
        return field.get("least") or 1
    value = BY_TYPE[field["type"]]
    least = field.get("least") or 0
    return value.ljust(least, "x")[: field.get("most") or None] if isinstance(value, str) and field["type"] == "text" else value
