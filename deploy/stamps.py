"""Remembers what was done for which input, so that the next start does only what has changed."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

PASSED_OVER = {"__pycache__"}


def fingerprint(paths: Iterable[Path], *words: str) -> str:
    """A hash of these words and of all files at or under these paths, by name and content."""
    digest = hashlib.sha256("\0".join(words).encode())
    for path in paths:
        for file in sorted(_files(path)):
            digest.update(f"\0{file}\0".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def _files(path: Path) -> Iterable[Path]:
    if path.is_file():
        return [path]
    return (file for file in path.rglob("*") if file.is_file() and not PASSED_OVER & set(file.parts))


class Stamp:
    """One step's note of the input it was last done for; write it only after the step has succeeded."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def is_current(self, value: str) -> bool:
        """Whether the step was done for this very input."""
        try:
            return self.path.read_text(encoding="utf-8") == value
        except OSError:
            return False

    def write(self, value: str) -> None:
        """Note that it was."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(value, encoding="utf-8")
