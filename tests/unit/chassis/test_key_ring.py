import stat
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.key_ring import KeyRing, KeyRingError, KeyRingFile, MasterKey, alone, read, write
from services.chassis.sealing import UnsealableError
from services.chassis.settings import Settings, SettingsError

OLD = MasterKey("old", b"1" * 32, datetime(2026, 1, 1, tzinfo=UTC))
NEW = MasterKey("new", b"2" * 32, datetime(2026, 2, 1, tzinfo=UTC))
SHORT = b'{"keys": [{"id": "a", "key": "AAAA", "made_at": "2026-01-01"}]}'


@given(st.binary(min_size=32, max_size=32))
def test_the_newest_key_wraps_and_older_ones_still_unwrap(key):
    old_id, wrapped = KeyRing([OLD]).wrap(key, "cases:1")
    ring = KeyRing([OLD, NEW])
    assert old_id == "old"
    assert ring.unwrap(old_id, wrapped, "cases:1") == key
    new_id, wrapped = ring.wrap(key, "cases:1")
    assert new_id == "new"
    assert KeyRing([NEW]).unwrap(new_id, wrapped, "cases:1") == key


def test_a_wrapped_key_is_of_no_use_in_another_row_or_without_its_master_key():
    key_id, wrapped = KeyRing([OLD]).wrap(b"k" * 32, "cases:1")
    with pytest.raises(UnsealableError):
        KeyRing([OLD]).unwrap(key_id, wrapped, "cases:2")
    with pytest.raises(UnsealableError):
        KeyRing([NEW]).unwrap(key_id, wrapped, "cases:1")
    with pytest.raises(UnsealableError):
        KeyRing([MasterKey("old", NEW.key, OLD.made_at)]).unwrap(key_id, wrapped, "cases:1")


def test_new_keys_are_all_different():
    keys = [MasterKey.new() for _ in range(20)]
    assert len({key.key for key in keys}) == len({key.id for key in keys}) == 20
    assert all(len(key.key) == 32 for key in keys)


def test_a_file_is_its_owners_and_says_what_was_written(tmp_path):
    path = tmp_path / "ring.json"
    write(path, [OLD, NEW])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read(path) == (OLD, NEW)


def test_the_rights_of_a_group_are_kept(tmp_path):
    path = tmp_path / "ring.json"
    write(path, [OLD])
    path.chmod(0o640)
    write(path, [OLD, NEW])
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_process_sees_at_once_that_a_key_was_added(tmp_path):
    path = tmp_path / "ring.json"
    write(path, [OLD])
    ring = KeyRingFile(path)
    assert ring.wrap(b"k" * 32, "cases:1")[0] == "old"
    write(path, [OLD, NEW])
    assert ring.wrap(b"k" * 32, "cases:1")[0] == "new"


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"keys": []}', SHORT])
def test_what_is_no_key_ring_is_refused(tmp_path, content):
    path = tmp_path / "ring.json"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(KeyRingError, match=r"ring\.json"):
        read(path)


def test_a_process_does_not_start_without_its_key_ring_or_with_one_that_is_open_to_all(tmp_path):
    path = tmp_path / "ring.json"
    told = {"AMQP_URI": "amqp://x", "PORTAL_URL": "http://x", "SECRET_KEY": "x" * 32}
    with pytest.raises(SettingsError, match="KEY_RING is missing"):
        Settings.from_environment("applications", told)
    with pytest.raises(SettingsError, match="cannot be read"):
        Settings.from_environment("applications", {**told, "KEY_RING": str(path)})
    write(path, [OLD])
    assert Settings.from_environment("applications", {**told, "KEY_RING": str(path)}).key_ring == path
    path.chmod(0o644)
    with pytest.raises(SettingsError, match="read by everybody"):
        Settings.from_environment("applications", {**told, "KEY_RING": str(path)})
    assert Settings.from_environment("accounts", told).key_ring is None


def test_only_one_at_a_time_changes_a_ring(tmp_path):
    with alone(tmp_path / "ring.json"), pytest.raises(KeyRingError, match="somebody else"), alone(tmp_path / "ring.json"):
        pass
    with alone(tmp_path / "ring.json"):
        pass
