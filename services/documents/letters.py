"""What stands in a document: from a case and its office to the strings a template prints. In German, the official language."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from babel.dates import format_date
from babel.numbers import format_currency

from services.chassis import clock
from services.contracts import addresses, countries
from services.documents.templates import Template, template

LOCALE = "de_DE"


@dataclass(frozen=True)
class Letter:
    """A document before it is printed: all that decides its bytes."""

    template: Template
    issued_at: datetime
    address: str
    document: dict[str, Any]

    @property
    def filename(self) -> str:
        """The name under which it is downloaded."""
        return f"{self.template.filename}-{clock.in_germany(self.issued_at):%Y-%m-%d}.pdf"


def write(case: dict[str, Any], office: dict[str, Any], *, verification_code: str, portal_url: str) -> Letter:
    """The letter for an approved case (`get_case_for_document`) from its office (`get_office`)."""
    kind = template(case["template"])
    submitted, approved = (datetime.fromisoformat(case[name]) for name in ("submitted_at", "approved_at"))
    address = f"{portal_url}/verify/{verification_code}"
    municipality, office_name = office["municipality"]["name"], office["name"]["de"]
    document = {
        "title": kind.title["de"],
        "municipality": municipality,
        "ars": case["ars"],
        "office": {"name": office_name},
        "about": kind.about,
        "notes": list(kind.notes),
        "sender": " · ".join((municipality, office_name, office["address"])),
        "recipient": list(_recipient(kind, case["sections"], case["answers"])),
        "reference": [
            {"label": "Datum", "value": date_of(clock.in_germany(approved))},
            {"label": "Vorgang", "value": case["case_id"]},
            {"label": "Leistung", "value": case["service_name"]["de"]},
            {"label": "Anschrift", "value": office["address"]},
            {"label": "Telefon", "value": office["phone"]},
            {"label": "E-Mail", "value": office["email"]},
        ],
        "submitted": moment(submitted),
        "approved": moment(approved),
        "sections": list(sections_of(_shown(kind, case["sections"]), case["answers"])),
        "legal_basis": case["legal_basis"],
        "fee": _euros(case["fee"]["cents"]) if case["fee"]["cents"] else None,
        "verification": {"address": address, "code": verification_code},
    }
    return Letter(kind, approved, address, document)


def _recipient(kind: Template, sections: list[dict[str, Any]], answers: dict[str, Any]) -> Iterator[str]:
    """The lines of the address field. Post within Germany does not name the country."""
    fields = {field["name"]: field for section in sections for field in section["fields"]}
    said = {name: _answer(fields[name], answers[name]) if name in fields else str(answers[name]) for name in answers}
    for line in kind.recipient:
        if words := [said[name] for name in line if answers.get(name) not in (None, "", "DE")]:
            yield from " ".join(words).split("\n")


def _shown(kind: Template, sections: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The sections with those of their fields that may stand in this kind of document."""
    shows = kind.shows
    if shows is None:
        return sections
    return [{**section, "fields": [field for field in section["fields"] if field["name"] in shows]} for section in sections]


def sections_of(sections: list[dict[str, Any]], answers: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The form as it was answered, every entry of a repeated section by itself; what was left out is left out here too."""
    for section in sections:
        title = section["title"]["de"]
        if not section.get("repeated"):
            yield from _rows(title, section, answers)
            continue
        for number, entry in enumerate(answers.get(section["name"]) or (), 1):
            yield from _rows(f"{title}: {section['repeated']['entry']['de']} {number}", section, entry)


def _rows(title: str, section: dict[str, Any], answers: dict[str, Any]) -> Iterator[dict[str, Any]]:
    answered = [field for field in section["fields"] if _answer(field, answers.get(field["name"]))]
    rows = [
        {
            "label": (address or run[0])["label"]["de"],
            "value": addresses.told(run, lambda field: _answer(field, answers[field["name"]])),
        }
        for address, run in addresses.runs(answered)
    ]
    if rows:
        yield {"title": title, "rows": rows}


def _answer(field: Mapping[str, Any], value: Any) -> str:
    """An answer as it is printed; empty where there is none."""
    if value is None or value == []:
        return ""
    say = SPOKEN.get(field["type"])
    return say(field, value) if say else str(value)


def _chosen(field: Mapping[str, Any], value: Any) -> str:
    return next((choice["label"]["de"] for choice in field["choices"] if choice["value"] == value), str(value))


def _listed(field: Mapping[str, Any], value: Any) -> str:
    return countries.listed(field["type"]).get(value, {}).get("de", str(value))


SPOKEN: dict[str, Callable[[Mapping[str, Any], Any], str]] = {
    "yes_no": lambda _field, value: "Ja" if value else "Nein",
    "consent": lambda _field, value: "Ja" if value else "Nein",
    "date": lambda _field, value: date_of(date.fromisoformat(value)),
    "amount": lambda _field, value: _euros(value),
    "choice": _chosen,
    "choices": lambda field, value: "\n".join(_chosen(field, one) for one in value),
    "iban": lambda _field, value: " ".join(re.findall(".{1,4}", value)),
    "country": _listed,
    "nationality": _listed,
}
"""How an answer is printed by the type of its field, where not as it is."""


def moment(at: datetime) -> dict[str, str]:
    """Day and time in Germany, as they are printed."""
    local = clock.in_germany(at)
    return {"date": date_of(local), "time": f"{local:%H:%M}"}


def date_of(day: date) -> str:
    """A day as it is printed."""
    return format_date(day, "long", locale=LOCALE)


def _euros(cents: int) -> str:
    return format_currency(f"{cents // 100}.{cents % 100:02d}", "EUR", "#,##0.00 ¤¤", locale=LOCALE)
