"""Reads YAML files that ship with the service."""

from pathlib import Path
from typing import Any

import yaml

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Both are safe; the one in C reads the catalogue in a fifth of a second instead of one."""


def read(path: Path) -> Any:
    """What stands in the file."""
    with path.open(encoding="utf-8") as file:
        return yaml.load(file, LOADER)  # noqa: S506 - a safe loader, see above
