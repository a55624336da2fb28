"""The files of the design: our own, KERN and zxcvbn from node_modules. Addresses change with them, so browsers keep them."""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import falcon
from falcon.asgi import Request, Response

from services.contracts.actors import ANYONE
from services.contracts.errors import NotFound

HERE = Path(__file__).parent.parent
OWN = HERE / "static"
ZXCVBN = HERE.parent / "node_modules" / "zxcvbn" / "dist" / "zxcvbn.js"
KERN = HERE.parent / "node_modules" / "@kern-ux" / "native" / "dist"
TYPES = {".woff2": "font/woff2", ".woff": "font/woff", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
SMALLER_WHEN_PACKED = (".css", ".js", ".svg")
A_YEAR = "public, max-age=31536000, immutable"
A_WHILE = "public, max-age=300"


@dataclass(frozen=True)
class File:
    """A file in memory, as it is sent."""

    content: bytes
    packed: bytes | None
    media_type: str
    fingerprint: str


@cache
def known() -> dict[str, Path]:
    """Every file that may be asked for, by its address below /static/; nothing else is ever opened."""
    found = {str(path.relative_to(OWN)): path for path in OWN.rglob("*") if path.is_file()}
    for path in KERN.rglob("*"):
        if path.suffix in (".css", ".woff2", ".woff"):
            found[f"kern/{path.relative_to(KERN)}"] = path
    found["zxcvbn.js"] = ZXCVBN
    return found


@cache
def load(name: str) -> File:
    """A file by its name; KeyError if there is none."""
    path = known()[name]
    content = path.read_bytes()
    packed = gzip.compress(content, mtime=0) if path.suffix in SMALLER_WHEN_PACKED else None
    media_type = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return File(content, packed, media_type, hashlib.sha256(content).hexdigest()[:16])


def address(name: str) -> str:
    """Where a page finds the file."""
    return f"/static/{name}?v={load(name).fingerprint}"


class Static:
    """Sends a file of the design."""

    allow = ANYONE
    is_same_for_everybody = True

    async def on_get(self, req: Request, resp: Response, name: str) -> None:
        """Raises not_found for anything that is not a file of the design."""
        if name not in known():
            raise NotFound("gateway.not_found", "There is nothing at this address.")
        file = load(name)
        resp.set_header("Cache-Control", A_YEAR if req.get_param("v") == file.fingerprint else A_WHILE)
        resp.set_header("Vary", "Accept-Encoding")
        resp.etag = falcon.ETag(file.fingerprint)
        if falcon.ETag(file.fingerprint) in (req.if_none_match or []):
            resp.status = falcon.HTTP_304
            return
        resp.content_type = file.media_type
        if file.packed is not None and "gzip" in (req.get_header("Accept-Encoding") or ""):
            resp.set_header("Content-Encoding", "gzip")
            resp.data = file.packed
        else:
            resp.data = file.content


class Icon:
    """The address at which browsers look for an icon unasked."""

    allow = ANYONE
    is_same_for_everybody = True

    async def on_get(self, req: Request, resp: Response) -> None:
        """Leads to the icon of the pages."""
        resp.status = falcon.HTTP_301
        resp.set_header("Location", address("icon.svg"))
        resp.set_header("Cache-Control", A_WHILE)
