"""The steps of set-up in their order; two set-ups of one folder wait for each other."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.setup.frontend import install_frontend
from deploy.setup.python import install_python
from deploy.setup.testing import install_test_programs

ROOT = Path(__file__).resolve().parents[2]


def set_up(for_tests: bool = False, root: Path = ROOT) -> None:
    """Raises `Trouble` with what to do where something is missing that it may not install."""
    with _alone(root / "var" / "setup.lock"):
        install_python(root, for_tests)
        install_frontend(root)
        if for_tests:
            install_test_programs()


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
