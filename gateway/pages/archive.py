"""Everything the portal holds of a person as one ZIP file, made while it is sent, so that nobody's memory has to hold it.

For each service one JSON file with its records as they are stored, the documents as PDF, and a page for people. The form is
described in docs/accounts.md; `manifest.json` says which version it is.
"""

import base64
import json
import re
import zipfile
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from html import escape
from tempfile import TemporaryFile
from typing import IO, Any, cast
from urllib.parse import quote

from gateway.pages import data_words
from gateway.pages.language import Speech
from gateway.uploads import contents
from gateway.visit import Visit
from services.contracts.registry import SERVICES

VERSION = 1
SECONDS_FOR_A_PAGE = 20.0

Pages = Mapping[str, dict[str, Any]]

NOT_IN_ARCHIVES = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(\+00:00|Z)")

STYLE = (
    "body{font:1rem/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "dl{display:grid;grid-template-columns:minmax(8rem,1fr) 3fr;gap:.2rem 1rem;border-bottom:1px solid #888;padding-bottom:1rem}"
    "dt{color:#444;overflow-wrap:anywhere}dd{margin:0;overflow-wrap:anywhere}"
)


class _Sink:
    """What a ZIP file is written to: bytes that wait to be sent. It cannot go back, and so the format does not either."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def write(self, data: bytes) -> int:
        """Take some bytes."""
        self._waiting += data
        return len(data)

    def flush(self) -> None:
        """Nothing to do."""

    def take(self) -> bytes:
        """What has been written since the last time."""
        taken, self._waiting = bytes(self._waiting), bytearray()
        return taken


async def first_pages(it: Visit) -> Pages:
    """The first page of every service: whoever cannot answer says so before the file begins. Raises the service's failure."""
    return {service: await _page(it, service, None) for service in SERVICES}


async def archive(it: Visit, talk: Speech, first: Pages) -> AsyncIterator[bytes]:
    """The file in pieces. A service that fails in the middle breaks it off, so that nobody takes half of it for the whole."""
    sink = _Sink()
    counts: dict[str, int] = {}
    documents: list[tuple[str, str]] = []
    files: list[tuple[str, str]] = []
    with zipfile.ZipFile(cast("IO[bytes]", sink), "w", zipfile.ZIP_DEFLATED) as file, TemporaryFile() as readable:
        for service in SERVICES:
            _tell_service(readable, talk, service)
            counts[service] = 0
            with file.open(f"{service}.json", "w") as entry:
                entry.write(f'{{"service": "{service}", "records": ['.encode())
                page, last_table = first[service], ""
                while True:
                    for record in page["records"]:
                        entry.write((",\n" if counts[service] else "\n").encode() + _json(record))
                        counts[service] += 1
                        last_table = _tell_record(readable, talk, record, last_table)
                        _remember(record["table"], record["values"], {"documents": documents, "files": files})
                    yield sink.take()
                    if page["next"] is None:
                        break
                    page = await _page(it, service, page["next"])
                entry.write(b"\n]}\n")
        for document_id, filename in documents:
            file.writestr(f"documents/{document_id}-{filename}", await _content(it, document_id))
            yield sink.take()
        for file_id, filename in files:
            async for _ in _attached(it, file, file_id, filename):
                yield sink.take()
        with file.open("index.html", "w") as entry:
            entry.write(_opening(talk, documents, files).encode())
            readable.seek(0)
            while piece := readable.read(1 << 16):
                entry.write(piece)
                yield sink.take()
            entry.write(b"</body></html>\n")
        file.writestr("manifest.json", _manifest(it, counts, documents, files))
    yield sink.take()


async def _page(it: Visit, service: str, after: str | None) -> dict[str, Any]:
    return await it.ask(service, "export_records", deadline=SECONDS_FOR_A_PAGE, after=after)


async def _content(it: Visit, document_id: str) -> bytes:
    found = await it.ask("documents", "get_document_content", deadline=SECONDS_FOR_A_PAGE, document_id=document_id)
    return base64.b64decode(found["content_base64"])


def _remember(table: str, values: Mapping[str, Any], found: Mapping[str, list[tuple[str, str]]]) -> None:
    """Note what has a content of its own, to be fetched afterwards; a file that never came whole has none."""
    if table in found and values.get("kind", "whole") is not None:
        found[table].append((values["id"], values["filename"]))


async def _attached(it: Visit, archive: zipfile.ZipFile, file_id: str, filename: str) -> AsyncIterator[None]:
    """Write an attached file, and stop after each of its parts."""
    first = await it.ask("applications", "get_file_part", deadline=SECONDS_FOR_A_PAGE, file_id=file_id, number=0)
    with archive.open(f"files/{file_id}-{_in_archive(filename)}", "w") as entry:
        async for content in contents(it, "get_file_part", first):
            entry.write(content)
            yield


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode()


def _in_archive(filename: str) -> str:
    """A name that every system can unpack."""
    return NOT_IN_ARCHIVES.sub("_", filename)


def _manifest(
    it: Visit, counts: Mapping[str, int], documents: Sequence[tuple[str, str]], files: Sequence[tuple[str, str]]
) -> bytes:
    told = {
        "format": "amtsgang-export",
        "version": VERSION,
        "exported_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "account_id": replace(it.actor, behalf=None).person_id,
        "portal": it.house.settings.portal_url,
        "records": dict(counts),
        "documents": len(documents),
        "files": len(files),
    }
    return json.dumps(told, indent=2).encode()


def _links(title: str, folder: str, files: Sequence[tuple[str, str]]) -> str:
    links = "".join(
        f'<li><a href="{folder}/{escape(file_id)}-{escape(quote(_in_archive(filename)))}">{escape(filename)}</a></li>'
        for file_id, filename in files
    )
    return f"<h2>{escape(title)}</h2><ul>{links}</ul>" if links else ""


def _opening(talk: Speech, documents: Sequence[tuple[str, str]], files: Sequence[tuple[str, str]]) -> str:
    _ = talk.gettext
    title = escape(_("Everything the portal holds about me"))
    heading = _links(_("Documents as PDF"), "documents", documents) + _links(_("Files I attached"), "files", files)
    text = escape(_("The same is in the files beside this one, one for each part of the portal, in a form for programs (JSON)."))
    return (
        f'<!doctype html><html lang="{talk.language}"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{STYLE}</style></head><body><h1>{title}</h1><p>{escape(talk.moment(datetime.now(UTC)))}</p><p>{text}</p>{heading}"
    )


def _tell_service(readable: IO[bytes], talk: Speech, service: str) -> None:
    readable.write(f"<h2>{escape(talk.gettext(data_words.SERVICES[service]))}</h2>\n".encode())


def _tell_record(readable: IO[bytes], talk: Speech, record: Mapping[str, Any], last_table: str) -> str:
    table = record["table"]
    if table != last_table:
        name = talk.gettext(data_words.TABLES[table]) if table in data_words.TABLES else table
        readable.write(f"<h3>{escape(name)}</h3>\n".encode())
    lines = "".join(
        f"<dt>{_named(talk, column)}</dt><dd>{_told(talk, value, column)}</dd>"
        for column, value in record["values"].items()
        if value not in (None, "", [], {})
    )
    readable.write(f"<dl>{lines}</dl>\n".encode())
    return str(table)


def _named(talk: Speech, column: str) -> str:
    known = data_words.COLUMNS.get(column)
    return escape(talk.gettext(known) if known else column.replace("_", " "))


def _told(talk: Speech, value: Any, column: str = "") -> str:
    if isinstance(value, str) and value in data_words.VALUES.get(column, {}):
        return escape(talk.gettext(data_words.VALUES[column][value]))
    if isinstance(value, bool):
        return escape(talk.gettext("yes") if value else talk.gettext("no"))
    if isinstance(value, dict):
        return "<br>".join(f"{_named(talk, str(key))}: {_told(talk, each, str(key))}" for key, each in value.items())
    if isinstance(value, list):
        return "<br>".join(_told(talk, each, column) for each in value)
    return escape(talk.moment(value) if isinstance(value, str) and MOMENT.fullmatch(value) else str(value))
