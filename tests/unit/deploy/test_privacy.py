"""What lies in VAR_DIR is for its owner's eyes only, whatever the shell's umask says."""

import os
import stat
import subprocess
import sys
from configparser import RawConfigParser
from pathlib import Path

from deploy.environment import ROOT
from deploy.occupancy import occupied
from deploy.preparing import Preparation
from deploy.processes import plan
from deploy.scale import parse
from deploy.supervision import configuration_of


def open_to_others(folder: Path) -> list[str]:
    """Names of what others may read, write or enter."""
    return [str(path) for path in (folder, *folder.rglob("*")) if stat.S_IMODE(path.lstat().st_mode) & 0o077]


def run(var: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    told = {**os.environ, "VAR_DIR": str(var)}
    command = [sys.executable, "-m", *arguments]
    return subprocess.run(command, cwd=ROOT, env=told, capture_output=True, text=True, check=False, umask=0o022)


def test_databases_and_their_backup_are_their_owners(tmp_path: Path) -> None:
    var, copy = tmp_path / "var", tmp_path / "copy"
    assert run(var, "deploy.environment", "migrate", "services.chassis.migrate", "accounts", "documents").returncode == 0
    assert {path.name for path in var.iterdir()} >= {"accounts.sqlite", "documents.sqlite"}
    assert open_to_others(var) == []
    assert run(var, "deploy.backup", str(copy)).returncode == 0
    assert open_to_others(copy) == []


def test_the_folder_is_its_owners_before_anything_lies_in_it(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        with occupied(tmp_path / "var"):
            assert stat.S_IMODE((tmp_path / "var").stat().st_mode) == 0o700
    finally:
        os.umask(before)


def test_preparing_writes_privately(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        (tmp_path / "var").mkdir(mode=0o700)
        Preparation(tmp_path / "var", {**os.environ, "VAR_DIR": str(tmp_path / "var"), "SECRET_KEY": "x" * 32}).finish()
    finally:
        os.umask(before)
    assert [path for path in open_to_others(tmp_path / "var") if path.endswith(".sqlite")] == []


def test_every_process_writes_privately(tmp_path: Path) -> None:
    parser = RawConfigParser()
    parser.read_string(configuration_of(plan(8000, parse(""), {}, {}), tmp_path, tmp_path / "socket"))
    programs = [section for section in parser.sections() if section.startswith("program:")]
    assert {int(parser[program]["umask"], 8) for program in programs} == {0o077}


def test_reading_commands_set_nothing_up(tmp_path: Path) -> None:
    done = run(tmp_path / "var", "deploy.environment", "operator", "services.chassis.dead_letters", "list")
    assert done.returncode == 1
    assert "no portal has been set up in" in done.stderr
    assert not (tmp_path / "var").exists()
