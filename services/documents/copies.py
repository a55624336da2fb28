"""A copy of what was sent: the answers of an application as PDF, for who applied. It certifies nothing and is not kept."""

from datetime import datetime
from typing import Any

from services.chassis import clock
from services.documents.letters import Letter, date_of, moment, sections_of
from services.documents.templates import Template

TEMPLATE = Template(
    name="copy",
    title={"de": "Ihre Angaben", "en": "Your answers"},
    filename="kopie-ihrer-angaben",
    recipient=(),
)


def write(
    *,
    case_id: str,
    service_name: dict[str, str],
    placed_at: datetime,
    submitted_at: datetime | None,
    office: dict[str, Any],
    sections: list[dict[str, Any]],
    answers: dict[str, Any],
    corrected_at: datetime | None,
    corrections: list[dict[str, Any]],
    address: str,
) -> Letter:
    """The copy: the answers as they were sent, and what was sent later with each correction.

    A correction that changed no answer is left out. `address` is that of the application in the portal, `corrected_at` is set
    where the first answers were not kept.
    """
    municipality, name = office["municipality"]["name"], office["name"]["de"]
    document = {
        "title": f"{TEMPLATE.title['de']}: {service_name['de']}",
        "municipality": municipality,
        "office": {"name": name},
        "sender": f"{municipality} · {name} · {office['address']}",
        "recipient": [],
        "reference": [
            {"label": "Bestellt", "value": date_of(clock.in_germany(placed_at))},
            {"label": "Vorgang", "value": case_id},
            {"label": "Anschrift", "value": office["address"]},
            {"label": "Telefon", "value": office["phone"]},
            {"label": "E-Mail", "value": office["email"]},
        ],
        "submitted": moment(submitted_at) if submitted_at else None,
        "corrected": moment(corrected_at) if corrected_at else None,
        "sections": list(sections_of(sections, answers)),
        "corrections": [_correction(sections, sent) for sent in corrections if sent["changed"]],
        "address": address,
    }
    return Letter(TEMPLATE, submitted_at or placed_at, address, document)


def _correction(sections: list[dict[str, Any]], sent: dict[str, Any]) -> dict[str, Any]:
    gone = [name for name in sent["changed"] if sent["answers"].get(name) in (None, "", [])]
    return {
        "answered": moment(sent["answered_at"]),
        "sections": list(sections_of(sections, sent["answers"])),
        "gone": [label["de"] for section in sections for name, label in _named(section) if name in gone],
    }


def _named(section: dict[str, Any]) -> list[tuple[str, dict[str, str]]]:
    """What can be corrected in a section, with its label."""
    if section.get("repeated"):
        return [(section["name"], section["title"])]
    return [(field["name"], field["label"]) for field in section["fields"]]
