"""`python -m deploy.test [STAGE ...]`: every check there is, one after the other, and at the end what failed and what passed."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

from deploy.broker.server import find
from deploy.environment import ROOT
from deploy.trouble import Trouble, told

REPORTS = ROOT / "var" / "test"
PROGRAMS = Path(sys.executable).parent
SHORT_CHAOS = ("--submissions", "1000", "--kills", "40", "--control-submissions", "120")
"""The same as `make chaos`, its three controls included."""

SHARED = ("--numprocesses=4", "--dist=loadfile", "--no-loadscope-reorder")
"""For stages that wait more than they work: files are tested side by side, each by one process, the slow ones first."""

SPREAD = ("--numprocesses=2", "--dist=worksteal")
"""For stages whose tests need nothing of each other: each process has its own portal and takes whichever test is next."""

NOT_FOR_TESTS = ("VAR_DIR", "PORT", "SCALE", "MAKEFLAGS", "MFLAGS", "MAKELEVEL")


@dataclass
class Stage:
    """One kind of check; `folder` is set where pytest does it, and counts its tests."""

    name: str
    commands: Sequence[Sequence[str]]
    folder: str = ""
    seconds: float = 0.0
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    failures: list[str] = field(default_factory=list)
    """Names of the tests that failed."""


def stages() -> list[Stage]:
    """In the order of what is quickest to put right."""
    python = sys.executable
    return [
        Stage("lint", [(python, "-m", "ruff", "check", "."), (python, "-m", "ruff", "format", "--check", ".")]),
        Stage("types", [(python, "-m", "mypy")]),
        Stage("walls", [(str(PROGRAMS / "lint-imports"), "--no-logo")]),
        _pytest("unit", *SHARED),
        _pytest("contract"),
        _pytest("integration", *SHARED),
        _pytest("e2e", *SPREAD),
        Stage("chaos", [(python, "-m", "tests.chaos", *SHORT_CHAOS)]),
    ]


def _pytest(name: str, *more: str) -> Stage:
    command = (sys.executable, "-m", "pytest", f"tests/{name}", "--durations=5", f"--junitxml={REPORTS / name}.xml", *more)
    return Stage(name, [command], folder=f"tests/{name}")


def main(wanted: Sequence[str]) -> int:
    """0 if everything passed. Goes on after a failure: one run shows everything there is to do."""
    chosen = [stage for stage in stages() if not wanted or stage.name in wanted]
    unknown = set(wanted) - {stage.name for stage in stages()}
    if unknown:
        names = ", ".join(stage.name for stage in stages())
        raise Trouble(f"there is no stage {', '.join(sorted(unknown))}: choose from {names}.")
    find(os.environ)
    REPORTS.mkdir(parents=True, exist_ok=True)
    for stage in chosen:
        _run(stage)
    return _sum_up(chosen)


def _run(stage: Stage) -> None:
    print(f"\n=== {stage.name} ===", flush=True)
    report = REPORTS / f"{stage.name}.xml"
    report.unlink(missing_ok=True)
    environment = {name: value for name, value in os.environ.items() if name not in NOT_FOR_TESTS}
    began = time.monotonic()
    codes = [subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode for command in stage.commands]
    stage.seconds = time.monotonic() - began
    if stage.folder and report.exists():
        _count(stage, report)
    else:
        stage.passed = codes.count(0)
        stage.failed = len(codes) - stage.passed
    if any(codes) and not stage.failed:
        stage.failed = 1


def _count(stage: Stage, report: Path) -> None:
    root = ET.parse(report).getroot()  # noqa: S314 - pytest has just written it
    for suite in root.iter("testsuite"):
        total, failures, errors = (int(suite.get(name, "0")) for name in ("tests", "failures", "errors"))
        stage.skipped = int(suite.get("skipped", "0"))
        stage.failed = failures + errors
        stage.passed = total - stage.failed - stage.skipped
    cases = [case for case in root.iter("testcase") if case.find("failure") is not None or case.find("error") is not None]
    stage.failures = [f"{case.get('classname')}::{case.get('name')}" for case in cases]


def _sum_up(chosen: Sequence[Stage]) -> int:
    print("\n=== all ===")
    for stage in chosen:
        verdict = "failed" if stage.failed else "passed"
        counts = f"{stage.passed:>5} passed {stage.failed:>4} failed {stage.skipped:>4} skipped"
        print(f"{stage.name:<12} {verdict} {counts} {stage.seconds:>7.1f} s")
    for stage in chosen:
        for name in stage.failures:
            print(f"failed: {name}")
    passed, failed, skipped = (sum(getattr(stage, name) for stage in chosen) for name in ("passed", "failed", "skipped"))
    print(f"{passed} passed, {failed} failed, {skipped} skipped", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    with told():
        sys.exit(main(sys.argv[1:]))
