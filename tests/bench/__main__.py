"""`python -m tests.bench`: measures the house, prints a table and writes `var/bench.json`.

Speed on shared machines is noisy, so what is compared is measured side by side in the same run and shown as a ratio.
"""

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from deploy.folder import var_folder
from deploy.trouble import Trouble
from tests.bench import cases, documents, portal, searching, signing_in
from tests.bench.figures import Figure, table
from tests.bench.rpc import measuring

PARTS: dict[str, Callable[[], list[Figure]]] = {
    "rpc": measuring.figures,
    "documents": documents.figures,
    "search": searching.figures,
    "portal": portal.figures,
    "cases": cases.figures,
    "signing in": signing_in.figures,
}


def main(arguments: list[str]) -> int:
    """Measure the chosen parts; 0 also where an aim is missed, for a bench informs and tests decide."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", choices=PARTS, action="append", help="only this part; may be given again")
    parser.add_argument("--cases", type=int, default=cases.MANY, help="how many cases the large database of `cases` has")
    wanted = parser.parse_args(arguments)
    parts: dict[str, Callable[[], list[Figure]]] = {**PARTS, "cases": partial(cases.figures, wanted.cases)}
    chosen = wanted.only or list(parts)
    figures: list[Figure] = []
    for part in chosen:
        print(f"measuring {part} …", file=sys.stderr, flush=True)
        figures += parts[part]()
    print(table(figures))
    file = var_folder() / "bench.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    about = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "cores": os.cpu_count(), "python": platform.python_version()}
    file.write_text(json.dumps({**about, "figures": [f.as_dict() for f in figures]}, indent=2) + "\n", encoding="utf-8")
    print(f"written to {file}")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Trouble as trouble:
        sys.exit(str(trouble))
