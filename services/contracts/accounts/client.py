"""From where somebody signs in or registers: what the gateway tells of a browser, and nobody else can."""

from marshmallow import fields, validate

from services.contracts import values
from services.contracts.registry import Request

MOST_DEVICES = 5


class Client(Request):
    """A browser or API client as the gateway sees it.

    `address` is its network address, null where it is not known; `browser` a few words for people (`Firefox, Linux`), empty for a
    program; `devices` the tokens by which accounts know this browser.
    """

    address = values.Text(most=45, allow_none=True, load_default=None)
    browser = values.Text(most=100, least=0, load_default="")
    devices = fields.List(values.Text(most=64), validate=validate.Length(max=MOST_DEVICES, error="too_long"), load_default=list)


def client() -> fields.Nested:
    """A field for it; without one nothing is known of the client."""
    return fields.Nested(Client, load_default=dict)
