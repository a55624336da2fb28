"""What every answer tells the browser not to do."""

from typing import Any

from falcon.asgi import Request, Response

from gateway.house import House

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # same-origin and not no-referrer: the latter makes browsers send `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Security:
    """Middleware: the headers of every answer; nothing is stored by a cache unless a resource says that it may be."""

    def __init__(self, house: House) -> None:
        self.house = house

    async def process_response(self, req: Request, resp: Response, resource: Any, req_succeeded: bool) -> None:
        """Headers a resource has set itself stay."""
        for name, value in HEADERS.items():
            if resp.get_header(name) is None:
                resp.set_header(name, value)
        if self.house.is_https:
            resp.set_header("Strict-Transport-Security", "max-age=31536000")
        if resp.get_header("Cache-Control") is None:
            resp.set_header("Cache-Control", "no-store")
