"""What is asked of ClamAV's clamd over its own protocol, Debian's and one that answers anything, and what its silence means."""

import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.applications.providers.file_store import FolderStore, Reader, SealedFile
from services.applications.providers.scanner import scanner_of
from services.chassis import ids
from services.contracts.attachments import MOST_BYTES, PART_BYTES
from services.contracts.errors import Unavailable
from tests.fakes.clamd import EICAR, clamd
from tests.patience import PATIENCE_SECONDS


@pytest.fixture(scope="module")
def real_clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Debian's, with one signature, as the lists of the world cannot be had here; it listens at a Unix socket."""
    folder = tmp_path_factory.mktemp("clamd")
    (folder / "eicar.ndb").write_text(f"Eicar-Test-File:0:*:{EICAR.hex()}\n")
    settings = folder / "clamd.conf"
    at = folder / "clamd.ctl"
    settings.write_text(f"Foreground yes\nDatabaseDirectory {folder}\nLocalSocket {at}\nLogFile {folder}/clamd.log\n")
    with subprocess.Popen(["/usr/sbin/clamd", "--config-file", settings]) as process:
        try:
            until = time.monotonic() + PATIENCE_SECONDS
            while not at.exists():
                assert process.poll() is None, (folder / "clamd.log").read_text()
                assert time.monotonic() < until
                time.sleep(0.05)
            yield f"unix://{at}"
        finally:
            process.terminate()


def reader(folder: Path, content: bytes) -> Reader:
    """A file as the service hands it over."""
    file = SealedFile(FolderStore(folder), ids.new_id(), b"k" * 32, len(content))
    for number in range(file.parts):
        file.put(number, content[number * PART_BYTES :][:PART_BYTES])
    return Reader(file)


def scan(address: str, folder: Path, content: bytes) -> bool:
    scanner = scanner_of(address)
    assert scanner is not None
    return scanner.is_clean(reader(folder, content))


@pytest.mark.parametrize("is_unix", [False, True])
def test_a_virus_is_found_wherever_in_the_file_it_is(tmp_path: Path, is_unix: bool):
    with clamd(tmp_path / "clamd.ctl" if is_unix else None) as address:
        assert scan(address, tmp_path, b"%PDF" * 200_000)
        assert not scan(address, tmp_path, b"x" * (PART_BYTES - 20) + EICAR + b"x" * PART_BYTES)
        assert scan(address, tmp_path, b"x" * PART_BYTES)


def test_clamav_itself_finds_a_virus_wherever_in_the_file_it_is(tmp_path: Path, real_clamd: str):
    assert scan(real_clamd, tmp_path, b"%PDF" * 200_000)
    assert not scan(real_clamd, tmp_path, EICAR)
    assert not scan(real_clamd, tmp_path, b"x" * (PART_BYTES - 20) + EICAR + b"x" * PART_BYTES)
    assert scan(real_clamd, tmp_path, b"x" * PART_BYTES)


def test_clamav_itself_takes_files_of_every_size_that_can_be_sent(tmp_path: Path, real_clamd: str):
    assert scan(real_clamd, tmp_path, b"%PDF" + b"x" * (MOST_BYTES - 4))
    assert not scan(real_clamd, tmp_path, b"x" * (MOST_BYTES - len(EICAR)) + EICAR)


def test_clamav_itself_tells_its_version(real_clamd: str):
    scanner = scanner_of(real_clamd)
    assert scanner is not None
    assert scanner.version().startswith("ClamAV ")


def test_it_tells_its_version_and_why_it_does_not(tmp_path: Path):
    with clamd() as address:
        scanner = scanner_of(address)
        assert scanner is not None
        assert scanner.version().startswith("ClamAV 1.0.7/27432")
    with pytest.raises(Unavailable, match="onnect"):
        scanner.version()


def test_no_address_is_no_scanner():
    assert scanner_of("") is None


@pytest.mark.parametrize(
    "answer", [b"INSTREAM size limit exceeded. ERROR", b"stream: Can't allocate memory ERROR", b"", b"nonsense"]
)
def test_whatever_is_no_verdict_is_no_answer(tmp_path: Path, answer: bytes):
    with clamd(answer=answer) as address, pytest.raises(Unavailable, match="scanner_away"):
        scan(address, tmp_path, b"%PDF")


def test_a_scanner_that_is_not_there_is_away(tmp_path: Path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(Unavailable, match="scanner_away"):
            scan(f"tcp://127.0.0.1:{taken.getsockname()[1]}", tmp_path, b"%PDF")
    with pytest.raises(Unavailable, match="scanner_away"):
        scan(f"unix://{tmp_path / 'nobody.ctl'}", tmp_path, b"%PDF")
