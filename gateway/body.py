"""Reads what was sent: never more than the limit, never as anything but UTF-8, as a form or as a JSON object."""

import asyncio
import io
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import orjson
from falcon import MultipartParseError, parse_header
from falcon.asgi import Request
from falcon.media import MultipartFormHandler

from gateway.refusals import BadRequest, BodyTooLarge, RequestTimeout, WrongContentType
from services.contracts.errors import Invalid

LIMIT = 1_000_000
"""Bytes of a form or a JSON body; a resource may set `body_limit` where it takes a file."""
MOST_FIELDS = 600
"""Of a form: as many as a batch has cases, and what stands beside them."""
SECONDS_TO_ARRIVE = 30
LARGEST_WHOLE = 2**53
"""Up to here every whole number has a float of its own."""


@dataclass(frozen=True)
class Upload:
    """A file out of a multipart form."""

    filename: str
    content: bytes


@dataclass
class Form:
    """What was typed, in order; a name may come more than once (check boxes)."""

    pairs: list[tuple[str, str]] = field(default_factory=list)
    files: dict[str, Upload] = field(default_factory=dict)

    def get(self, name: str, default: str = "") -> str:
        """The last value of a field: a check box after its hidden counterpart wins."""
        return next((v for n, v in reversed(self.pairs) if n == name), default)

    def all(self, name: str) -> list[str]:
        """Every value of a field."""
        return [v for n, v in self.pairs if n == name]

    def names(self) -> list[str]:
        """Names of the fields, once each, in order."""
        return list(dict.fromkeys(n for n, _ in self.pairs))

    def __contains__(self, name: str) -> bool:
        return any(n == name for n, _ in self.pairs)


async def read(req: Request, limit: int = LIMIT) -> bytes:
    """The body, at most `limit` bytes: a longer one is refused before it is read, or as soon as it shows."""
    if (req.content_length or 0) > limit:
        raise _too_large(limit)
    chunks, size = [], 0
    try:
        async with asyncio.timeout(SECONDS_TO_ARRIVE):
            async for chunk in req.stream:
                size += len(chunk)
                if size > limit:
                    raise _too_large(limit)
                chunks.append(chunk)
    except TimeoutError:
        raise RequestTimeout("gateway.body_too_slow", "The request did not arrive in time. Please send it again.") from None
    return b"".join(chunks)


def _too_large(limit: int) -> BodyTooLarge:
    return BodyTooLarge("gateway.body_too_large", f"The request is too large: at most {limit} bytes can be sent here.")


def media_type(req: Request) -> str:
    """The content type without its parameters."""
    return parse_header(req.content_type or "")[0].lower()


async def read_form(req: Request, limit: int = LIMIT) -> Form:
    """A form as browsers send it."""
    kind = media_type(req)
    if kind not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        if not kind and not req.content_length:
            return Form()
        raise WrongContentType("gateway.not_a_form", "This address takes forms only.")
    body = await read(req, limit)
    try:
        return _multipart(req, body) if kind == "multipart/form-data" else _urlencoded(body)
    except UnicodeDecodeError:
        raise not_utf8() from None
    except (ValueError, MultipartParseError):
        raise BadRequest("gateway.form_unreadable", "The form could not be read.") from None


def _urlencoded(body: bytes) -> Form:
    pairs = parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    return Form([(checked(n), checked(v)) for n, v in pairs])


def _multipart(req: Request, body: bytes) -> Form:
    form = Form()
    handler = MultipartFormHandler()
    handler.parse_options.max_body_part_count = MOST_FIELDS
    handler.parse_options.max_body_part_buffer_size = len(body)
    for part in handler.deserialize(io.BytesIO(body), req.content_type, len(body)):
        content, name = part.stream.read(), checked(part.name or "")
        if part.filename is None:
            form.pairs.append((name, checked(content.decode())))
        elif content:
            form.files[name] = Upload(part.filename, content)
    return form


async def read_json(req: Request, limit: int = LIMIT) -> dict[str, Any]:
    """A JSON object; no body at all is an empty one."""
    if media_type(req) != "application/json":
        if not req.content_type and not req.content_length and not await read(req, 0):
            return {}
        raise WrongContentType("gateway.not_json", "Send the body as application/json.")
    body = await read(req, limit)
    if not body:
        return {}
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise not_utf8() from None
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise BadRequest("gateway.not_json", "The body is not valid JSON.") from None
    if not isinstance(value, dict):
        raise Invalid("invalid", "The body must be a JSON object.", fields={"": ["type"]})
    if "\\u0000" in text:
        raise BadRequest("gateway.control_characters", "The text holds characters that cannot be stored.")
    return {name: _whole(part) for name, part in value.items()}


def _whole(value: Any) -> Any:
    """`1.0` as 1, the whole number that it is in JSON Schema."""
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) <= LARGEST_WHOLE else value
    if isinstance(value, dict):
        return {name: _whole(part) for name, part in value.items()}
    return [_whole(part) for part in value] if isinstance(value, list) else value


def checked(text: str) -> str:
    """The text, refused where it holds a NUL, which no database of ours stores."""
    if "\x00" in text:
        raise BadRequest("gateway.control_characters", "The text holds characters that cannot be stored.")
    return text


def not_utf8() -> BadRequest:
    """The refusal of text in another encoding."""
    return BadRequest("gateway.not_utf8", "The request is not UTF-8.")
