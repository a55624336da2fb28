"""`python -m services.applications.fim FILE [TO]`: turn a schema of XDatenfelder into a service file of the catalogue."""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from services.applications import catalogue
from services.applications.fim import BrokenSchema, Imported, codelists, convert
from services.applications.fim.document import LARGEST
from services.applications.fim.elements import Value
from services.applications.fim.naming import slug

DEFAULT = Path("var/fim")


class Refused(Exception):
    """The command cannot do what it is asked to; the text says why."""


def main(arguments: list[str]) -> int:
    """Write the service file and say what it does not hold. 0 if it was written, 1 if there is a mistake: then nothing was."""
    parser = argparse.ArgumentParser(
        prog="make import-fim FILE=… [TO=…]", description="Turn a schema of FIM into a service file."
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="a schema of XDatenfelder 2 or 3")
    parser.add_argument(
        "to", type=Path, nargs="?", metavar="TO", help=f"a folder, or SERVICE.yaml; else {DEFAULT}", default=DEFAULT
    )
    options = parser.parse_args(arguments)
    try:
        imported = bring(options.file, options.to)
        written = put(imported, options.to)
    except (BrokenSchema, Refused) as refusal:
        print(f"{refusal}\nNothing was written.", file=sys.stderr)
        return 1
    for title, told in imported.notes.chapters():
        print(f"\n{title}", *(f"- {one}" for one in told), sep="\n")
    print(f"\n{written}: written; the notes above stand at its end.")
    return 0


def bring(file: Path, to: Path) -> Imported:
    """The file as a service, checked by the catalogue's own reader. Raises BrokenSchema or Refused."""
    service = to.stem if to.suffix == ".yaml" else ""
    if service and slug(service, "-", len(service)) != service:
        raise Refused(f"{to}: a service file is called like its service: lower-case letters, digits and hyphens.")
    imported = convert(_content(file), file.name, service=service, lists=_lists(file))
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / f"{imported.service}.yaml").write_text(imported.text, encoding="utf-8")
        try:
            catalogue.read(Path(folder))
        except catalogue.CatalogueError as error:
            raise Refused(f"{file.name} was read, but the catalogue does not take what became of it:\n{error}") from None
    return imported


def put(imported: Imported, to: Path) -> Path:
    """Write the file in one go; an author's work under the same name is never written over."""
    path = to if to.suffix == ".yaml" else to / f"{imported.service}.yaml"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            if path.read_text(encoding="utf-8") == imported.text:
                return path
            raise Refused(f"{path} is there already and says something else; remove it, or give another TO.")
        unfinished = path.with_name(f".{path.name}.{os.getpid()}")
        unfinished.write_text(imported.text, encoding="utf-8")
        unfinished.replace(path)
    except OSError as error:
        raise Refused(f"{path}: {error.strerror or error}") from None
    return path


def _content(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(LARGEST + 1)
    except OSError as error:
        raise Refused(f"{file}: {error.strerror or error}") from None


def _lists(file: Path) -> dict[str, tuple[Value, ...]]:
    """The code lists beside a schema, as the editors of FIM export them: `C60000017_genericode.xml`."""
    found: dict[str, tuple[Value, ...]] = {}
    for path in sorted(file.parent.glob("*genericode*.xml")):
        if path != file:
            values = codelists.read(_content(path), path.name)
            found |= values
            if values:
                found[path.name.partition("_")[0]] = next(iter(values.values()))
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
