import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from deploy.backup import back_up, back_up_keys
from deploy.trouble import Trouble


def portal(var: Path) -> sqlite3.Connection:
    """A database that is being written to, and a document."""
    (var / "documents" / "ab").mkdir(parents=True)
    (var / "documents" / "ab" / "ab12").write_bytes(b"%PDF")
    connection = sqlite3.connect(var / "payments.sqlite", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE payments (cents INTEGER)")
    connection.execute("INSERT INTO payments VALUES (3000)")
    return connection


def test_a_backup_holds_what_was_committed_and_nothing_else_while_somebody_writes(tmp_path: Path) -> None:
    with closing(portal(tmp_path / "var")) as writing:
        writing.execute("BEGIN IMMEDIATE")
        writing.execute("INSERT INTO payments VALUES (750)")
        back_up(tmp_path / "var", tmp_path / "copy")
        writing.execute("ROLLBACK")
    with closing(sqlite3.connect(tmp_path / "copy" / "payments.sqlite")) as copy:
        assert copy.execute("SELECT cents FROM payments").fetchall() == [(3000,)]
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert (tmp_path / "copy" / "documents" / "ab" / "ab12").read_bytes() == b"%PDF"


def test_a_backup_never_overwrites_another(tmp_path: Path) -> None:
    portal(tmp_path / "var").close()
    back_up(tmp_path / "var", tmp_path / "copy")
    with pytest.raises(Trouble, match="is there already"):
        back_up(tmp_path / "var", tmp_path / "copy")


def test_a_folder_without_databases_is_told(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="no database"):
        back_up(tmp_path, tmp_path / "copy")


def test_the_key_to_the_broker_goes_along_for_its_owner_only(tmp_path: Path) -> None:
    portal(tmp_path / "var").close()
    (tmp_path / "var" / "broker.json").write_text("{}")
    (tmp_path / "var" / "broker.json").chmod(0o644)
    back_up(tmp_path / "var", tmp_path / "copy")
    copy = tmp_path / "copy" / "broker.json"
    assert copy.read_text() == "{}"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600


def test_a_backup_does_not_lie_in_what_it_is_a_backup_of(tmp_path: Path) -> None:
    portal(tmp_path / "var").close()
    with pytest.raises(Trouble, match="name a folder elsewhere"):
        back_up(tmp_path / "var", tmp_path / "var" / "copy")
    assert not (tmp_path / "var" / "copy").exists()


def test_the_key_ring_goes_beside_the_backup_and_not_into_it(tmp_path: Path) -> None:
    portal(tmp_path / "var").close()
    (tmp_path / "var" / "key-ring.json").write_text("{}")
    back_up(tmp_path / "var", tmp_path / "copy")
    beside = back_up_keys(tmp_path / "var", tmp_path / "copy")
    assert beside == tmp_path / "copy.key-ring.json"
    assert stat.S_IMODE(beside.stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "copy").rglob("*key-ring*")] == []


def test_a_key_ring_that_lies_elsewhere_is_not_looked_for(tmp_path: Path) -> None:
    portal(tmp_path / "var").close()
    assert back_up_keys(tmp_path / "var", tmp_path / "copy") is None
