"""The way to the second factor and back, before something that guards an account or its data."""

from urllib.parse import quote

from falcon.asgi import Response

from gateway.pages.rendering import see_other
from services.contracts.errors import Forbidden


def address(back: str) -> str:
    """Where a session is lifted to `substantial`; the person comes back to the path `back`."""
    return f"/step-up?level=substantial&for=session&next={quote(back, safe='')}"


def lead(resp: Response, failure: Forbidden, back: str) -> None:
    """To the second factor and back, where that is what is missing; else raises the failure."""
    if failure.slug != "accounts.step_up_needed":
        raise failure
    see_other(resp, address(back))
