"""`python -m deploy.network check|load FOLDER`: find every mistake in a network folder, or take it into the portal."""

import argparse
import sys
from pathlib import Path

from deploy.network import BrokenNetwork, load, read
from deploy.trouble import told
from services.applications.catalogue import CatalogueError


def main(arguments: list[str]) -> int:
    """Check or load a folder; every mistake is one line. 0 if all went well, 1 if there are mistakes."""
    parser = argparse.ArgumentParser(prog="python -m deploy.network", description="Check a network folder or load it.")
    parser.add_argument("command", choices=("check", "load"))
    parser.add_argument("folder", type=Path, help="for example deploy/networks/emsland")
    parser.add_argument("--take-folder", action="store_true", help="also where something was changed in the portal meanwhile")
    options = parser.parse_args(arguments)
    try:
        network = read(options.folder)
    except BrokenNetwork as broken:
        for mistake in broken.mistakes:
            print(mistake, file=sys.stderr)
        count = len(broken.mistakes)
        print(f"{options.folder}: {count} mistake{'s' if count > 1 else ''}; nothing was loaded.", file=sys.stderr)
        return 1
    except CatalogueError as broken:
        print(f"The catalogue has mistakes; nothing was loaded.\n{broken}", file=sys.stderr)
        return 1
    members = len(network["members"])
    if options.command == "check":
        print(f"{options.folder}: no mistakes; {members} members, {sum(len(m['offers']) for m in network['members'])} offers.")
        return 0
    loaded = load(network, takes_folder=options.take_folder)
    print(f"{options.folder}: {members} members loaded into {', '.join(loaded.takers)}.")
    for kept in loaded.kept:
        print(f"kept, changed in the portal: {kept}")
    if loaded.kept:
        print("`make network ARGS=--take-folder` makes these as the folder says.")
    for against in loaded.against_law:
        print(f"says less than the law, which counts all the same: {against}")
    return 0


if __name__ == "__main__":
    with told():
        sys.exit(main(sys.argv[1:]))
