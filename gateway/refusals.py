"""What HTTP itself refuses before any service is asked: failures with a status of their own."""

from http import HTTPStatus

from services.contracts.errors import HTTP_STATUS, Failure, Kind


class Refusal(Failure):
    """A request that is wrong as HTTP: too large, of the wrong type, not UTF-8."""

    kind = Kind.INVALID
    status = HTTPStatus.BAD_REQUEST


class BadRequest(Refusal):
    """The request cannot be read."""


class RequestTimeout(Refusal):
    """The body did not arrive in time."""

    status = HTTPStatus.REQUEST_TIMEOUT


class MethodNotAllowed(Refusal):
    """The address exists, the method does not."""

    status = HTTPStatus.METHOD_NOT_ALLOWED


class BodyTooLarge(Refusal):
    """The body is larger than this address takes."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class WrongContentType(Refusal):
    """The body is not of a type this address reads."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE


def status_of(failure: Failure) -> HTTPStatus:
    """The HTTP status of any failure."""
    return failure.status if isinstance(failure, Refusal) else HTTP_STATUS[failure.kind]
