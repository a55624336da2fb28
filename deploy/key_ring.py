"""The key ring of a local portal: made once, in its folder, for its owner only."""

from collections.abc import Mapping
from pathlib import Path

from services.chassis.key_ring import MasterKey, write

FILE = "key-ring.json"


def path_of(var: Path) -> Path:
    """Where it lies."""
    return var / FILE


def set_up(var: Path, told: Mapping[str, str]) -> None:
    """Make it where there is none and the processes are told of this one.

    Where an old one is lost, the databases are not opened by the new one: bringing them up to date says so.
    """
    path = path_of(var.resolve())
    if told.get("KEY_RING") == str(path) and not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write(path, [MasterKey.new()])
