"""Files on their way: out of a form that is read as it arrives, in parts over the bus, and back into an answer.

Nothing here holds more than one part of a file, whatever its size.
"""

import asyncio
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from typing import Any

from falcon import MEDIA_MULTIPART, MultipartParseError
from falcon.asgi import Request, Response
from falcon.asgi.multipart import BodyPart
from falcon.media import MultipartFormHandler

from gateway import body, csrf
from gateway.body import Form
from gateway.refusals import BadRequest, BodyTooLarge, RequestTimeout, WrongContentType
from gateway.visit import Visit
from services.chassis import ids
from services.contracts.attachments import MOST_BYTES, MOST_FILES, PART_BYTES
from services.contracts.errors import Failure, Invalid, Timeout, Unavailable

SECONDS_BETWEEN_CHUNKS = 30.0
SECONDS_TO_LOOK = 45.0
"""For the service to look at a file: a virus scanner opens archives."""

MOST_AT_ONCE = MOST_FILES * MOST_BYTES
LONGEST_VALUE = 20_000
"""Bytes of a field beside the files: 5000 characters."""

LONGEST_NAME = 1000
"""Characters of a name with its folders, as some browsers send it; its end counts."""

TRIES = 3
"""A part that did not arrive is sent again: the service takes it for the same."""

CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""Whatever a file holds: nothing of it runs, should a browser show it all the same."""


class Parts:
    """A form as it arrives: fields first, then its files, one after the other. The fields must prove whose form it is."""

    def __init__(self, req: Request) -> None:
        self._req = req
        self.form = Form()

    async def files(self) -> AsyncIterator[BodyPart]:
        """Each file, to be read before the next. Raises forbidden before the first where the form is not one of ours."""
        is_ours = False
        async for part in self._parts():
            if part.filename is None:
                self.form.pairs.append((body.checked(part.name or ""), body.checked(await _value(part))))
                continue
            if not is_ours:
                csrf.check(self._req, self.form)
                is_ours = True
            if part.filename:
                yield part
        if not is_ours:
            csrf.check(self._req, self.form)

    async def _parts(self) -> AsyncIterator[BodyPart]:
        if body.media_type(self._req) != MEDIA_MULTIPART:
            raise WrongContentType("gateway.not_a_form", "This address takes forms with files only.")
        if (self._req.content_length or 0) > MOST_AT_ONCE:
            raise BodyTooLarge(
                "gateway.body_too_large", f"The request is too large: at most {MOST_AT_ONCE} bytes can be sent here."
            )
        handler = MultipartFormHandler()
        handler.parse_options.max_body_part_count = body.MOST_FIELDS
        handler.parse_options.max_body_part_buffer_size = LONGEST_VALUE
        try:
            media = await handler.deserialize_async(self._req.stream, self._req.content_type, self._req.content_length)
            async for part in media:
                yield part
        except UnicodeDecodeError:
            raise body.not_utf8() from None
        except (ValueError, MultipartParseError):
            raise BadRequest("gateway.form_unreadable", "The form could not be read.") from None


async def _value(part: BodyPart) -> str:
    return (await _read(part, LONGEST_VALUE)).decode()


async def _read(part: BodyPart, size: int) -> bytes:
    try:
        async with asyncio.timeout(SECONDS_BETWEEN_CHUNKS):
            content: bytes = await part.stream.read(size)
            return content
    except TimeoutError:
        raise RequestTimeout("gateway.body_too_slow", "The request did not arrive in time. Please send it again.") from None


async def take(it: Visit, part: BodyPart, place: str, begin: str = "begin_upload", **of: Any) -> dict[str, Any]:
    """Hand a file on to the service, part by part. Raises the service's failure, after the rest of the file has been dropped.

    `begin` is the method that a file begins with, `of` names what it belongs to.
    """
    chunk = await _read(part, PART_BYTES)
    if not chunk:
        raise _refused("file_empty")
    name = (part.filename or "")[-LONGEST_NAME:]
    try:
        file = await it.ask("applications", begin, idempotency_key=ids.new_id(), place=place, filename=name, **of)
        number, size = 0, 0
        while chunk:
            size += len(chunk)
            if size > MOST_BYTES:
                await it.ask("applications", "remove_file", file_id=file["file_id"])
                raise _refused("attachment_too_large")
            await _send(it, file["file_id"], number, chunk)
            chunk, number = await _read(part, PART_BYTES), number + 1
    except Failure:
        await _drop(part)
        raise
    return await it.ask("applications", "finish_upload", deadline=SECONDS_TO_LOOK, file_id=file["file_id"], size=size)


async def _send(it: Visit, file_id: str, number: int, chunk: bytes) -> None:
    content = b64encode(chunk).decode()
    for left in reversed(range(TRIES)):
        try:
            await it.ask("applications", "add_upload_part", file_id=file_id, number=number, content_base64=content)
        except (Timeout, Unavailable):
            if not left:
                raise
        else:
            return


async def _drop(part: BodyPart) -> None:
    """A browser shows no answer before it has sent everything."""
    while await _read(part, PART_BYTES):
        pass


def _refused(slug: str) -> Invalid:
    return Invalid("invalid", "This file cannot be taken.", fields={"file": [slug]})


async def give(it: Visit, resp: Response, method: str, file_id: str) -> None:
    """Answer with a file, as a download and never as a page. Raises the service's failure before anything is sent."""
    first = await it.ask("applications", method, file_id=file_id, number=0)
    resp.content_type = first["media_type"]
    resp.downloadable_as = first["filename"]
    resp.content_length = first["size"]
    resp.set_header("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    resp.stream = contents(it, method, first)


async def contents(it: Visit, method: str, first: dict[str, Any]) -> AsyncIterator[bytes]:
    """The parts of a file, of which the first has been asked for already."""
    yield b64decode(first["content_base64"])
    for number in range(1, first["parts"]):
        part = await it.ask("applications", method, file_id=first["file_id"], number=number)
        yield b64decode(part["content_base64"])
