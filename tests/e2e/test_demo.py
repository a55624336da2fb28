"""`make demo` plays the whole errand."""

import re
import subprocess
import sys
from pathlib import Path

from tests.e2e.portal import Portal

ROOT = Path(__file__).resolve().parents[2]
LAST = re.compile(r"journey completed: application ([0-9a-f-]{36}), document (\S+)/\1\.pdf, [0-9.]+ s")


def test_the_demo_completes_its_journey_and_leaves_the_document(portal: Portal, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "deploy.demo", "--url", portal.url, "--mail", portal.caught, "--folder", str(tmp_path)],
        cwd=ROOT, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    last = LAST.fullmatch(done.stdout.splitlines()[-1])
    assert last, done.stdout
    assert (tmp_path / f"{last[1]}.pdf").read_bytes().startswith(b"%PDF-")
    assert done.stderr == ""


def test_without_a_portal_the_demo_says_how_to_start_one() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "deploy.demo", "--url", "http://127.0.0.1:9"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "make run" in done.stderr
    assert "Traceback" not in done.stderr
