"""Where the bytes of documents are kept: content-addressed, written once, never changed."""

import hashlib
import os
import tempfile
from pathlib import Path
from typing import Protocol

from services.contracts.errors import Internal, Unavailable


class BlobStore(Protocol):
    """Keeps bytes under their SHA-256."""

    def put(self, content: bytes) -> str:
        """Keep the bytes for good; gives their SHA-256. Doing it again changes nothing. Raises unavailable."""
        ...

    def get(self, sha256: str) -> bytes:
        """The bytes. Raises unavailable if they cannot be read now, internal if they are not what was put in."""
        ...

    def delete(self, sha256: str) -> None:
        """Forget the bytes for good; that they are not there is no error. Raises unavailable."""
        ...


class FileBlobs:
    """A folder. A blob is there whole or not at all, also after a power cut: written aside, synced, renamed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, content: bytes) -> str:
        """Keep the bytes."""
        sha256 = fingerprint(content)
        path = self._path(sha256)
        try:
            if not path.exists():
                _make_folder(path.parent)
                _write(path, content)
        except OSError as error:
            raise Unavailable("documents.storage_unavailable", "The document cannot be stored right now.") from error
        return sha256

    def get(self, sha256: str) -> bytes:
        """The bytes."""
        try:
            content = self._path(sha256).read_bytes()
        except OSError as error:
            raise Unavailable("documents.storage_unavailable", "The document cannot be read right now.") from error
        if fingerprint(content) != sha256:
            raise Internal("documents.content_damaged", "The stored document is damaged.")
        return content

    def delete(self, sha256: str) -> None:
        """Forget the bytes."""
        path = self._path(sha256)
        try:
            if path.exists():
                path.unlink(missing_ok=True)
                _sync_folder(path.parent)
        except OSError as error:
            raise Unavailable("documents.storage_unavailable", "The document cannot be erased right now.") from error

    def _path(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256


def fingerprint(content: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(content).hexdigest()


def _make_folder(folder: Path) -> None:
    if not folder.exists():
        _make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        _sync_folder(folder.parent)


def _write(path: Path, content: bytes) -> None:
    handle, aside = tempfile.mkstemp(dir=path.parent, prefix=".")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(aside).replace(path)
    finally:
        Path(aside).unlink(missing_ok=True)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
