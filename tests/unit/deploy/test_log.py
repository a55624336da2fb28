from pathlib import Path

import pytest

from deploy.log import MERGED, MergedLog


def test_every_line_says_whose_it_is_and_old_lines_do_not_come_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "accounts.log").write_text("yesterday\n")
    with MergedLog(tmp_path, ["accounts", "relay"]):
        with (tmp_path / "accounts.log").open("a") as log:
            log.write("started\nhalf a")
        (tmp_path / "relay.log").write_text("relaying\n")
    shown = capsys.readouterr().out.splitlines()
    assert [line.split(" | ") for line in shown] == [["accounts      ", "started"], ["relay         ", "relaying"]]
    assert (tmp_path / MERGED).read_text().splitlines() == shown


def test_a_log_that_is_renamed_goes_on_in_the_new_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "accounts.log"
    log.write_text("")
    with MergedLog(tmp_path, ["accounts"]):
        with log.open("a") as old:
            old.write("last of the old\n")
        log.rename(tmp_path / "accounts.log.1")
        log.write_text("first of the new\n")
    assert [line.split(" | ")[1] for line in capsys.readouterr().out.splitlines()] == ["last of the old", "first of the new"]
