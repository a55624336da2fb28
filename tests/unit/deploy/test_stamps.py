from pathlib import Path

from deploy.stamps import Stamp, fingerprint


def test_a_step_is_done_again_only_when_its_input_has_changed(tmp_path: Path) -> None:
    lock = tmp_path / "lock.txt"
    lock.write_text("a==1")
    stamp = Stamp(tmp_path / "deep" / "stamp")
    assert not stamp.is_current(fingerprint([lock]))
    stamp.write(fingerprint([lock]))
    assert stamp.is_current(fingerprint([lock]))
    lock.write_text("a==2")
    assert not stamp.is_current(fingerprint([lock]))


def test_a_new_file_and_a_new_name_change_the_fingerprint_of_a_folder(tmp_path: Path) -> None:
    seen = {fingerprint([tmp_path])}
    (tmp_path / "one").write_text("1")
    seen.add(fingerprint([tmp_path]))
    (tmp_path / "one").rename(tmp_path / "two")
    seen.add(fingerprint([tmp_path]))
    seen.add(fingerprint([tmp_path], "word"))
    assert len(seen) == 4


def test_compiled_files_do_not_count(tmp_path: Path) -> None:
    before = fingerprint([tmp_path])
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "x.pyc").write_text("x")
    assert fingerprint([tmp_path]) == before
