"""`python -m deploy.backup FOLDER`: databases, documents and the key to the broker, copied whole while the portal runs."""

import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from deploy import key_ring
from deploy.folder import keep_private, var_folder
from deploy.trouble import Trouble, told

FOLDERS = ("documents", "files")
"""Files that databases refer to. They never change once written, so that copying them after the databases misses none."""

KEYS = key_ring.FILE
"""Goes beside the backup, not into it: who finds the one without the other reads no answers."""

RECORD = "broker.json"
"""Without it a restored portal does not find the events that wait for it in the broker."""


def back_up(var: Path, target: Path) -> list[Path]:
    """What was copied. Each database as it stands at one moment; the moments of two databases lie a little apart."""
    databases = sorted(var.glob("*.sqlite"))
    if not databases:
        raise Trouble(f"there is no database in {var}: name the folder of the portal with VAR_DIR=.")
    if target.exists():
        raise Trouble(f"{target} is there already: a backup needs a new folder, like `make backup TO=backup-of-today`.")
    if target.resolve().is_relative_to(var.resolve()):
        raise Trouble(f"{target} lies in {var} itself and would be lost with it: name a folder elsewhere.")
    target.mkdir(mode=0o700, parents=True)
    for database in databases:
        with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(target / database.name)) as copy:
            source.backup(copy)
    folders = [var / name for name in FOLDERS if (var / name).is_dir()]
    for folder in folders:
        shutil.copytree(folder, target / folder.name)
    records = [var / RECORD] if (var / RECORD).is_file() else []
    for record in records:
        _copy_privately(record, target / record.name)
    return [*databases, *folders, *records]


def back_up_keys(var: Path, target: Path) -> Path | None:
    """Where the key ring was copied to, beside the backup; None where the portal has its ring elsewhere."""
    if not (var / KEYS).is_file():
        return None
    beside = target.with_name(f"{target.name}.{KEYS}")
    _copy_privately(var / KEYS, beside)
    return beside


def _copy_privately(source: Path, copy: Path) -> None:
    copy.touch(mode=0o600)
    copy.write_bytes(source.read_bytes())


def main(arguments: list[str]) -> None:
    """Prints what was copied, and where the keys are."""
    if len(arguments) != 1 or not arguments[0]:
        raise Trouble("name a new folder for the backup, like `make backup TO=backup-of-today`.")
    target = Path(arguments[0])
    copied = back_up(var_folder(), target)
    print(f"{target}: {', '.join(path.name for path in copied)}")
    if keys := back_up_keys(var_folder(), target):
        print(f"{keys}: the key ring that opens it. Keep it elsewhere than the backup, and never lose it.")


if __name__ == "__main__":
    keep_private()
    with told():
        main(sys.argv[1:])
