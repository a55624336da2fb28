"""Approved cases as `applications` gives them, one for each service of the catalogue that ends with a document."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from services.applications import catalogue
from services.contracts import forms as contract
from services.contracts.registry import dump
from services.documents import letters
from services.documents.letters import Letter

PORTAL = "https://portal.example.org"
CODE = "7K2M-Q0XT-9ZRA-4HDW"
CASE = "01926b2e-5c3a-7d2e-9b1f-3f2a5c6d7e8f"
CITIZEN = "01926b2e-5c3a-7d2e-9b1f-3f2a5c6d7e80"
SUBMITTED = datetime(2026, 10, 1, 9, 15, tzinfo=UTC)
APPROVED = datetime(2026, 10, 2, 22, 30, 0, 123456, tzinfo=UTC)

OFFICE: dict[str, Any] = {
    "office_id": "034540032/gewerbeamt",
    "name": {"de": "Gewerbeamt", "en": "Trade office"},
    "address": "Elisabethstraße 14-16, 49808 Lingen (Ems)",
    "email": "gewerbeamt@example.org",
    "phone": "0591 0000",
    "opening_hours": [],
    "municipality": {
        "ars": "034540032", "slug": "lingen", "name": "Stadt Lingen (Ems)", "kind": "town", "postal_codes": [], "places": []
    },
}  # fmt: skip

ANSWERS: dict[str, Any] = {
    "text": "Beispiel", "long_text": "Backen\nund verkaufen", "name": "Erika", "date": "1980-02-01", "integer": 2, "yes_no": True,
    "email": "erika@example.org", "phone": "0591 1234", "postal_code": "49808", "amount": 1250, "consent": True,
    "iban": "DE89370400440532013000", "country": "FR", "nationality": "XXA",
}  # fmt: skip


@cache
def services() -> list[dict[str, Any]]:
    """The catalogue's services that end with a document."""
    return [
        {
            **{name: getattr(service, name) for name in ("service", "name", "template", "legal_basis")},
            "sections": [dump(contract.Section, section) for section in service.sections],
        }
        for service in catalogue.services().values()
        if service.ending == "document"
    ]


def service(slug: str) -> dict[str, Any]:
    """One of them."""
    return next(s for s in services() if s["service"] == slug)


def case(of: dict[str, Any] | None = None, **answers: Any) -> dict[str, Any]:
    """The reply of `get_case_for_document`; every field is answered, some as told."""
    of = of or service("business-registration")
    sections = [{**s, "fields": [{"choices": [], **f} for f in s["fields"]]} for s in of["sections"]]
    given: dict[str, Any] = {}
    for s in sections:
        entry = {f["name"]: _answer(f) for f in s["fields"]}
        given |= {s["name"]: [entry, entry]} if s.get("repeated") else entry
    return {
        "case_id": CASE,
        "account_id": CITIZEN,
        "service": of["service"],
        "service_name": of["name"],
        "ars": "034540032",
        "office_id": OFFICE["office_id"],
        "template": of["template"],
        "answers": {**given, **answers},
        "sections": sections,
        "fee": {"cents": 3000, "currency": "EUR"},
        "legal_basis": of["legal_basis"],
        "submitted_at": SUBMITTED.isoformat(),
        "approved_at": APPROVED.isoformat(),
    }


def letter(of: dict[str, Any] | None = None, **answers: Any) -> Letter:
    """The letter of such a case."""
    return letters.write(case(of, **answers), OFFICE, verification_code=CODE, portal_url=PORTAL)


def _answer(field: dict[str, Any]) -> Any:
    values = [choice["value"] for choice in field["choices"]]
    if field["type"] in ("choice", "choices"):
        return values if field["type"] == "choices" else values[0]
    return ANSWERS[field["type"]]
