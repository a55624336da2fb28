"""Programs the tests use besides: a browser, PostgreSQL, a judge of PDF/A, a reader of PDF, a virus scanner."""

import shutil
from collections.abc import Callable
from pathlib import Path

from deploy.debian import install
from deploy.trouble import Trouble

BROWSERS = ("chromium-headless-shell", "chromium")
"""The better first: they draw alike, but the second keeps windows that nobody sees and takes twice the processor's time."""


def _program(name: str) -> Callable[[], bool]:
    return lambda: shutil.which(name) is not None


def _file(pattern: str) -> Callable[[], bool]:
    return lambda: any(Path("/usr").glob(pattern))


NEEDED: dict[str, Callable[[], bool]] = {
    BROWSERS[0]: _program(BROWSERS[0]),
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
    if not missing:
        return
    try:
        install(missing, "Testing")
    except Trouble as trouble:
        if missing != [BROWSERS[0]] or not shutil.which(BROWSERS[1]):
            raise
        print(f"{trouble} Until then the tests drive {BROWSERS[1]}, which takes them longer.", flush=True)
