"""The inputs in which an officer compares a person with a document: drawn, read, and their errors named."""

from datetime import date
from typing import Any

from gateway.body import Form
from gateway.pages import answers, identity_words
from gateway.pages.counter.offices import office_of
from gateway.pages.form_page import Labels, key_of
from gateway.pages.language import N_, Speech
from services.contracts.accounts.profile import IDENTITY
from services.contracts.errors import Failure, Invalid

DOCUMENT = ("kind", "issuing_authority", "valid_until")
DOCUMENT_LABELS = {
    "document.kind": N_("Kind of document"),
    "document.issuing_authority": N_("Issuing authority"),
    "document.valid_until": N_("Valid until"),
    "is_compared": N_("Compared"),
}


def fields(talk: Speech, form: Form) -> dict[str, Any]:
    """What the templates of a check need to draw its inputs."""
    names = {name: identity_words.label(talk, name) for name in IDENTITY}
    return {
        "key": key_of(form),
        "office_id": form.get("office_id"),
        "inputs": [
            {
                "name": f"values.{name}",
                "label": label,
                "hint": talk.gettext(hint) if (hint := identity_words.HINTS.get(name)) else None,
                "value": form.get(f"values.{name}"),
                "required": name in ("given_names", "family_name", "birth_date"),
            }
            for name, label in names.items()
        ],
        "document": {name: form.get(f"document.{name}") for name in DOCUMENT},
        "kinds": identity_words.options(talk, identity_words.DOCUMENT_KINDS),
        "is_compared": form.get("is_compared") == "yes",
    }


def seen(form: Form) -> dict[str, str]:
    """The identity values as the document shows them."""
    return {name: form.get(f"values.{name}") for name in IDENTITY}


def compared(form: Form) -> dict[str, Any]:
    """Office, document and the officer's word, as the contract wants them."""
    document = {name: form.get(f"document.{name}").strip() for name in DOCUMENT}
    document["valid_until"] = _iso(document["valid_until"])
    return {"office_id": office_of(form), "document": document, "is_compared": form.get("is_compared") == "yes"}


def _iso(typed: str) -> str:
    """A day as typed, in the form of the contract; what is no day goes on as it is, and comes back as an error."""
    match = answers.GERMAN_DATE.fullmatch(typed)
    if match is None:
        return typed
    day, month, year = (int(part) for part in match.groups())
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return typed


def check_labels(talk: Speech) -> Labels:
    """Where an error of a check belongs."""
    inputs = {f"values.{name}": (f"values.{name}", identity_words.label(talk, name)) for name in IDENTITY}
    document = {name: (name, talk.gettext(label)) for name, label in DOCUMENT_LABELS.items()}
    return {"code": ("content", talk.gettext("Code of the citizen")), **inputs, **document}


def aligned(failure: Failure | None) -> Failure | None:
    """Errors of identity values under the names of their inputs, wherever the service found them."""
    if failure is None or not failure.fields:
        return failure
    found = {f"values.{name}" if name in IDENTITY else name: slugs for name, slugs in failure.fields.items()}
    return Invalid(failure.slug, failure.text, fields=found)
