"""`python -m deploy.backup FOLDER`: databases, documents and the key to the broker, copied whole while the portal runs."""

import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from deploy.folder import keep_private, var_folder
from deploy.trouble import Trouble, told

FOLDERS = ("documents",)
"""Files that databases refer to. They never change once written, so that copying them after the databases misses none."""

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
        copy_of_it = target / record.name
        copy_of_it.touch(mode=0o600)
        copy_of_it.write_bytes(record.read_bytes())
    return [*databases, *folders, *records]


def main(arguments: list[str]) -> None:
    """Prints one line."""
    if len(arguments) != 1 or not arguments[0]:
        raise Trouble("name a new folder for the backup, like `make backup TO=backup-of-today`.")
    copied = back_up(var_folder(), Path(arguments[0]))
    print(f"{arguments[0]}: {', '.join(path.name for path in copied)}")


if __name__ == "__main__":
    keep_private()
    with told():
        main(sys.argv[1:])
