"""Set-up says in one sentence what is missing. Run with no tools in the path, or with an interpreter that claims to be old."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy import debian
from deploy.setup import frontend, testing
from deploy.trouble import Trouble

ROOT = Path(__file__).resolve().parents[3]


def test_an_old_python_is_refused_before_anything_else_is_read() -> None:
    pretend = (
        "import sys, runpy; sys.version_info = (3, 9, 2); sys.argv = ['x']; runpy.run_module('deploy.setup', run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", pretend], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.strip().splitlines() == [
        "amtsgang: this is Python 3.9; install Python 3.11 or newer, or name one with `make PYTHON=...`."
    ]


def test_a_missing_python_is_told_by_make() -> None:
    done = subprocess.run(["make", "setup", "PYTHON=no-such-python"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "no-such-python is missing: install Python 3.11" in done.stderr


def test_a_missing_npm_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "package-lock.json").write_text("{}")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Trouble, match="npm is missing: install"):
        frontend.install_frontend(tmp_path)


def test_packages_that_may_not_be_installed_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debian, "root_prefix", lambda: None)
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    with pytest.raises(Trouble, match="run `apt-get install chromium poppler-utils` as root"):
        debian.install(["chromium", "poppler-utils"], "Testing")


@pytest.mark.parametrize("here", ["chromium", "nothing of it"])
def test_the_browser_with_windows_does_where_the_one_without_cannot_be_had(here: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debian, "root_prefix", lambda: None)
    monkeypatch.setattr(testing, "NEEDED", {**dict.fromkeys(testing.NEEDED, lambda: True), testing.BROWSERS[0]: lambda: False})
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}" if name in ("apt-get", here) else None)
    if here == "chromium":
        testing.install_test_programs()
    else:
        with pytest.raises(Trouble, match="Testing needs chromium-headless-shell"):
            testing.install_test_programs()


def test_make_alone_lists_every_command() -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    listed = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True, env=clean).stdout
    commands = {line.split()[0] for line in listed.splitlines()[1:]}
    assert {"setup", "run", "test", "demo", "bench", "chaos", "network", "dead-letters", "lock", "migrate", "lint"} <= commands
