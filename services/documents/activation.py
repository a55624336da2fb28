"""The letter that a citizen takes home from the counter, to take over the account that was made there."""

from datetime import datetime

from babel.dates import format_date

from services.chassis import clock
from services.documents.letters import LOCALE, Letter
from services.documents.templates import Template

TEMPLATE = Template(
    name="activation-letter",
    title={"de": "Aktivierung Ihres Bürgerkontos", "en": "Activation of your citizen account"},
    filename="aktivierungsbrief",
    recipient=(),
)


def write(
    *,
    municipality: str,
    office: str,
    office_address: str,
    phone: str,
    email: str,
    recipient: str,
    code: str,
    page: str,
    address: str,
    printed_at: datetime,
    expires_at: datetime,
) -> Letter:
    """The letter; its QR code holds `address`, which is `page` with the code."""
    printed, expires = (format_date(clock.in_germany(at), "long", locale=LOCALE) for at in (printed_at, expires_at))
    document = {
        "title": TEMPLATE.title["de"],
        "municipality": municipality,
        "office": {"name": office},
        "sender": f"{municipality} · {office} · {office_address}",
        "recipient": [recipient, "– persönlich ausgehändigt –"],
        "reference": [
            {"label": "Datum", "value": printed},
            {"label": "Gültig bis", "value": expires},
            {"label": "Anschrift", "value": office_address},
            {"label": "Telefon", "value": phone},
            {"label": "E-Mail", "value": email},
        ],
        "code": code,
        "page": page,
        "expires": expires,
    }
    return Letter(TEMPLATE, printed_at, address, document)
