"""Where everything that a portal writes lies: VAR_DIR, for its owner's eyes only."""

import os
from pathlib import Path

PRIVATE = 0o077
"""The umask of whatever writes there: citizens' data is nobody else's on this machine."""

USUAL = 0o022
"""The umask of what belongs to the machine: its packages and its broker."""


def var_folder() -> Path:
    """As the environment says now; `var` where it says nothing."""
    return Path(os.environ.get("VAR_DIR") or "var")


def keep_private() -> None:
    """For a command as it begins: no other user reads what it and its children write."""
    os.umask(PRIVATE)
