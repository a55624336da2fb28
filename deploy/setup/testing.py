"""Programs the tests use besides: a browser, PostgreSQL, a judge of PDF/A, a reader of PDF, a virus scanner."""

import shutil
from collections.abc import Callable
from pathlib import Path

from deploy.debian import install


def _program(name: str) -> Callable[[], bool]:
    return lambda: shutil.which(name) is not None


def _file(pattern: str) -> Callable[[], bool]:
    return lambda: any(Path("/usr").glob(pattern))


NEEDED: dict[str, Callable[[], bool]] = {
    "chromium": _program("chromium"),
    "postgresql": _file("lib/postgresql/*/bin/initdb"),
    "default-jdk-headless": _program("javac"),
    "libjaxb-java": _file("share/java/jaxb-runtime.jar"),
    "poppler-utils": _program("pdftotext"),
    "clamav-daemon": _file("sbin/clamd"),
}
"""Debian package: whether what it brings is here already."""


def install_test_programs() -> None:
    """Installs what is missing; raises with the command to type where this process may not."""
    missing = [package for package, is_here in NEEDED.items() if not is_here()]
    if missing:
        install(missing, "Testing")
