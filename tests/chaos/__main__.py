"""`python -m tests.chaos --submissions 10000 --kills 200`: the run, then its three controls, one JSON line each."""

import argparse
import json
import signal
import sys
from typing import Any

from deploy.trouble import Trouble
from tests.chaos.running import Plan, is_clean, run

CONTROLS = ("no_inbox", "ack_before_work", "publish_without_outbox")


def main(arguments: list[str]) -> int:
    """0 if the run is clean and every control is not."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--submissions", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--control-submissions", type=int, default=None, help="default: a tenth, at least 200")
    parser.add_argument("--control-kills", type=int, default=None, help="default: thrice as dense as in the run, at least 30")
    parser.add_argument("--only", choices=("run", *CONTROLS), action="append", help="only these; may be given again")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    fewer = chosen.control_submissions or max(200, chosen.submissions // 10)
    kills = chosen.control_kills or max(30, 3 * chosen.kills * fewer // chosen.submissions)
    is_good = True
    for name in chosen.only or ("run", *CONTROLS):
        if name == "run":
            figures = run(Plan(chosen.submissions, chosen.kills, seed=chosen.seed), _say)
            good = is_clean(figures) and figures["submissions"] == chosen.submissions and figures["kills"] == chosen.kills
        else:
            figures = run(Plan(fewer, kills, control=name, seed=chosen.seed), _say)
            good = not is_clean(figures)
        _print(figures)
        if not good:
            _say(f"{name}: {'not clean' if name == 'run' else 'this control should have shown loss or duplicates'}")
        is_good &= good
    return 0 if is_good else 1


def _print(figures: dict[str, Any]) -> None:
    print(json.dumps(figures), flush=True)


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))  # so that virtual host and folder are removed
    try:
        sys.exit(main(sys.argv[1:]))
    except Trouble as trouble:
        sys.exit(str(trouble))
