"""The error kinds of the house, with the one table to HTTP and the one table to the fate of a message."""

from enum import StrEnum
from http import HTTPStatus


class Kind(StrEnum):
    """What went wrong, as far as the caller needs to know."""

    INVALID = "invalid"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    RATE_LIMITED = "rate_limited"
    UNAVAILABLE = "unavailable"
    TIMEOUT = "timeout"
    INTERNAL = "internal"


class Fate(StrEnum):
    """What becomes of an event whose handler failed."""

    RETRY = "retry"
    DEAD_LETTER = "dead_letter"


HTTP_STATUS: dict[Kind, HTTPStatus] = {
    Kind.INVALID: HTTPStatus.UNPROCESSABLE_ENTITY,
    Kind.UNAUTHENTICATED: HTTPStatus.UNAUTHORIZED,
    Kind.FORBIDDEN: HTTPStatus.FORBIDDEN,
    Kind.NOT_FOUND: HTTPStatus.NOT_FOUND,
    Kind.CONFLICT: HTTPStatus.CONFLICT,
    Kind.RATE_LIMITED: HTTPStatus.TOO_MANY_REQUESTS,
    Kind.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
    Kind.TIMEOUT: HTTPStatus.SERVICE_UNAVAILABLE,
    Kind.INTERNAL: HTTPStatus.INTERNAL_SERVER_ERROR,
}
"""`timeout` is 503 and not 504: for the client both mean "try again in a moment", and both carry Retry-After."""

MESSAGE_FATE: dict[Kind, Fate] = {
    kind: Fate.RETRY if kind in (Kind.UNAVAILABLE, Kind.TIMEOUT) else Fate.DEAD_LETTER for kind in Kind
}


class Failure(Exception):
    """An error with a kind, a stable slug (`payments.already_paid`) and a text that is safe to show.

    `fields` maps the name of an input field to the slugs of what is wrong with it; nested fields are dotted (`mandate.iban`).
    """

    kind = Kind.INTERNAL

    def __init__(self, slug: str, text: str, fields: dict[str, list[str]] | None = None) -> None:
        super().__init__(slug, text)
        self.slug = slug
        self.text = text
        self.fields = fields or {}

    def as_dict(self) -> dict[str, object]:
        """The form in which it crosses the wire; `from_dict` reads it back."""
        return {"kind": self.kind.value, "slug": self.slug, "text": self.text, "fields": self.fields}

    @staticmethod
    def from_dict(raw: dict[str, object]) -> "Failure":
        """The failure that `as_dict` wrote; an unknown kind becomes `internal`."""
        failure_class = BY_KIND.get(str(raw.get("kind")), Internal)
        fields = raw.get("fields")
        return failure_class(
            str(raw.get("slug", "internal")), str(raw.get("text", "")), fields if isinstance(fields, dict) else None
        )


class Invalid(Failure):
    """The input does not fit; `fields` says where."""

    kind = Kind.INVALID


class Unauthenticated(Failure):
    """Nobody is signed in, or the sign-in was wrong."""

    kind = Kind.UNAUTHENTICATED


class Forbidden(Failure):
    """Signed in, but without the right; used only where the existence of the thing is no secret."""

    kind = Kind.FORBIDDEN


class NotFound(Failure):
    """There is no such thing, or none that this actor may know of."""

    kind = Kind.NOT_FOUND


class Conflict(Failure):
    """The thing is not in a state that allows this, or the idempotency key was used with another body."""

    kind = Kind.CONFLICT


class RateLimited(Failure):
    """Too often in too short a time."""

    kind = Kind.RATE_LIMITED


class Unavailable(Failure):
    """Something that is needed cannot be reached now; the same call may succeed in a moment."""

    kind = Kind.UNAVAILABLE


class Timeout(Failure):
    """No answer within the deadline; whether the work was done is unknown, the same idempotency key makes a repeat safe."""

    kind = Kind.TIMEOUT


class Internal(Failure):
    """Our own mistake; never carries the text of what was unexpected."""

    kind = Kind.INTERNAL


BY_KIND: dict[str, type[Failure]] = {
    c.kind.value: c
    for c in (Invalid, Unauthenticated, Forbidden, NotFound, Conflict, RateLimited, Unavailable, Timeout, Internal)
}


def unexpected() -> Internal:
    """The answer for every error nobody foresaw: no text of its own leaves the process."""
    return Internal("internal", "Something went wrong on our side.")
