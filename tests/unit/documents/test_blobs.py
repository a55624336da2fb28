"""Blob stores: the folder and the one of the tests keep the same promises."""

import os
from pathlib import Path

import pytest

from services.contracts.errors import Internal, Unavailable
from services.documents.providers.blobs import BlobStore, FileBlobs, fingerprint
from tests.unit.documents.memory_blobs import MemoryBlobs


@pytest.fixture(params=["folder", "memory"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    return FileBlobs(tmp_path / "documents") if request.param == "folder" else MemoryBlobs()


def test_what_was_put_in_comes_out(blobs: BlobStore):
    # SHA-256 of "abc": FIPS 180-2, appendix B.1.
    assert blobs.put(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert blobs.get(fingerprint(b"abc")) == b"abc"


def test_putting_again_changes_nothing(blobs: BlobStore):
    assert blobs.put(b"abc") == blobs.put(b"abc")
    assert blobs.get(fingerprint(b"abc")) == b"abc"


def test_what_is_not_there_is_unavailable(blobs: BlobStore):
    with pytest.raises(Unavailable, match=r"documents\.storage_unavailable"):
        blobs.get(fingerprint(b"never"))


def test_damage_is_noticed(tmp_path: Path):
    blobs = FileBlobs(tmp_path)
    sha256 = blobs.put(b"a certificate")
    (tmp_path / sha256[:2] / sha256).write_bytes(b"a forgery")
    with pytest.raises(Internal, match=r"documents\.content_damaged"):
        blobs.get(sha256)


def test_a_folder_that_cannot_be_written_is_unavailable(tmp_path: Path):
    (tmp_path / "documents").write_text("in the way")
    with pytest.raises(Unavailable):
        FileBlobs(tmp_path / "documents").put(b"abc")


def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(_handle: int) -> None:
        raise OSError(28, os.strerror(28))

    sha256 = fingerprint(b"abc")
    (tmp_path / sha256[:2]).mkdir()
    monkeypatch.setattr("services.documents.providers.blobs.os.fsync", full)
    with pytest.raises(Unavailable):
        FileBlobs(tmp_path).put(b"abc")
    assert list((tmp_path / sha256[:2]).iterdir()) == []


def test_documents_are_for_the_service_alone(tmp_path: Path):
    sha256 = FileBlobs(tmp_path / "documents").put(b"abc")
    path = tmp_path / "documents" / sha256[:2] / sha256
    assert path.stat().st_mode & 0o077 == 0
    assert (tmp_path / "documents").stat().st_mode & 0o077 == 0
