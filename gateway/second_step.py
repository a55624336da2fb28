"""The secret of a sign-in whose password was right, kept by the browser until its second factor has answered."""

from typing import Any

from falcon.asgi import Request, Response

from gateway import visit

COOKIE = "amtsgang_second_step"
SECONDS = 5 * 60


def begin(req: Request, resp: Response, asked: dict[str, Any]) -> None:
    """Keep the secret of `accounts.sign_in`; it opens nothing by itself."""
    is_https = visit.of(req).house.is_https
    resp.set_cookie(
        COOKIE, asked["challenge"], max_age=SECONDS, path="/sign-in", http_only=True, secure=is_https, same_site="Strict"
    )


def challenge(req: Request) -> str:
    """The secret this browser holds; empty if it holds none."""
    return req.cookies.get(COOKIE, "")[:200]


def end(resp: Response) -> None:
    """Forget it."""
    resp.unset_cookie(COOKIE, path="/sign-in", same_site="Strict")
