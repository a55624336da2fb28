"""What stops a command a person gave: one clear sentence and an exit code that is not 0."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


class Trouble(Exception):
    """Something the person at the terminal can put right; its text is one sentence saying what and how."""


@contextmanager
def told() -> Iterator[None]:
    """Ends the process with the sentence of a `Trouble` instead of a stack trace."""
    try:
        yield
    except Trouble as trouble:
        sys.stdout.flush()
        print(f"amtsgang: {trouble}", file=sys.stderr)
        sys.exit(1)
