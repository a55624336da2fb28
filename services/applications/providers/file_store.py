"""Where the bytes of attached files lie: sealed, in parts of one size, one file each."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from services.chassis.own_key import seal, unseal
from services.chassis.sealing import NONCE_BYTES
from services.contracts.attachments import PART_BYTES
from services.contracts.errors import Internal, Unavailable

TAG_BYTES = 16
SEALED_BYTES = NONCE_BYTES + PART_BYTES + TAG_BYTES


class FileStore(Protocol):
    """Keeps sealed parts under the id of their file."""

    def put(self, file_id: str, number: int, sealed: bytes) -> None:
        """Keep a part, in place of what was there. Raises unavailable."""
        ...

    def settle(self, file_id: str, length: int) -> bool:
        """Make sure that everything survives a power cut; False if the file has another length than this."""
        ...

    def get(self, file_id: str, number: int) -> bytes:
        """A part. Raises unavailable if it cannot be read."""
        ...

    def delete(self, file_id: str) -> None:
        """Forget a file; that it is not there is no error. Raises unavailable."""
        ...

    def all(self) -> Iterator[tuple[str, float]]:
        """Every file that is there, with the time of its last change in seconds since 1970."""
        ...


class FolderStore:
    """A folder that all processes of the service share."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, file_id: str, number: int, sealed: bytes) -> None:
        """Keep a part."""
        path = self._path(file_id)
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
            try:
                os.pwrite(handle, sealed, number * SEALED_BYTES)
            finally:
                os.close(handle)
        except OSError as error:
            raise _away() from error

    def settle(self, file_id: str, length: int) -> bool:
        """Sync it, and the folders that name it."""
        path = self._path(file_id)
        try:
            for each in (path, path.parent, self.folder):
                _sync(each)
            return path.stat().st_size == length
        except FileNotFoundError:
            return False
        except OSError as error:
            raise _away() from error

    def get(self, file_id: str, number: int) -> bytes:
        """A part."""
        try:
            handle = os.open(self._path(file_id), os.O_RDONLY)
            try:
                return os.pread(handle, SEALED_BYTES, number * SEALED_BYTES)
            finally:
                os.close(handle)
        except OSError as error:
            raise _away() from error

    def delete(self, file_id: str) -> None:
        """Forget a file."""
        try:
            self._path(file_id).unlink(missing_ok=True)
        except OSError as error:
            raise _away() from error

    def all(self) -> Iterator[tuple[str, float]]:
        """Every file that is there."""
        for path in self.folder.glob("*/*"):
            try:
                yield path.name, path.stat().st_mtime
            except FileNotFoundError:
                continue

    def _path(self, file_id: str) -> Path:
        # The end of a UUIDv7 is random, its beginning is the time.
        return self.folder / file_id[-2:] / file_id


class SealedFile:
    """One file with its key: what goes into the store is sealed, and each part bound to its place in this file."""

    def __init__(self, store: FileStore, file_id: str, key: bytes, size: int) -> None:
        self._store, self._id, self._key, self.size = store, file_id, key, size

    @property
    def parts(self) -> int:
        """How many parts it has."""
        return -(-self.size // PART_BYTES)

    def length_of(self, number: int) -> int:
        """How many bytes a part has; 0 for one that there is not."""
        return max(0, min(PART_BYTES, self.size - number * PART_BYTES))

    def put(self, number: int, content: bytes) -> None:
        """Keep a part."""
        self._store.put(self._id, number, seal(self._key, content, self._purpose(number)))

    def get(self, number: int) -> bytes:
        """A part. Raises internal if it is not what was put in."""
        try:
            return unseal(self._key, self._store.get(self._id, number), self._purpose(number))
        except ValueError:
            raise Internal("applications.file_damaged", "The stored file is damaged.") from None

    def is_whole(self) -> bool:
        """Whether every part has come; from then on it survives a power cut."""
        if not self._store.settle(self._id, self.size + self.parts * (NONCE_BYTES + TAG_BYTES)):
            return False
        try:
            return all(self.get(number) for number in range(self.parts))
        except Internal:
            return False

    def _purpose(self, number: int) -> str:
        return f"file {self._id} part {number}"


class Reader:
    """A sealed file, to be read from beginning to end as a virus scanner wants it, never more of it in memory than one part."""

    def __init__(self, file: SealedFile) -> None:
        self._file, self._number, self._rest = file, 0, b""

    def read(self, size: int) -> bytes:
        """Up to so many bytes; none at the end."""
        if not self._rest and self._number < self._file.parts:
            self._rest = self._file.get(self._number)
            self._number += 1
        piece, self._rest = self._rest[:size], self._rest[size:]
        return piece


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _away() -> Unavailable:
    return Unavailable("applications.storage_away", "Files cannot be kept or read right now.")
