"""`python -m tests.chaos --submissions 10000 --kills 200`: the run, then its three controls, one JSON line each.

The controls run side by side, each on a portal of its own.
"""

import argparse
import json
import signal
import subprocess
import sys
from collections.abc import Sequence

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
    wanted = chosen.only or ("run", *CONTROLS)
    is_good = _run(Plan(chosen.submissions, chosen.kills, seed=chosen.seed)) if "run" in wanted else True
    plans = [Plan(fewer, kills, control=name, seed=chosen.seed) for name in CONTROLS if name in wanted]
    if len(plans) > 1:
        return 0 if _side_by_side(plans) and is_good else 1
    return 0 if all(_run(plan) for plan in plans) and is_good else 1


def _run(plan: Plan) -> bool:
    """Whether the run was clean and whole, or the control was not."""
    name = plan.control or "run"
    figures = run(plan, lambda sentence: _say(f"{name}: {sentence}"))
    print(json.dumps(figures), flush=True)
    if plan.control:
        good, wrong = not is_clean(figures), "this control should have shown loss or duplicates"
    else:
        is_whole = figures["submissions"] == plan.submissions and figures["kills"] == plan.kills
        good, wrong = is_clean(figures) and is_whole, "not clean"
    if not good:
        _say(f"{name}: {wrong}")
    return good


def _side_by_side(controls: Sequence[Plan]) -> bool:
    """Each control in a process of its own: mostly they wait to see whether anything still moves."""
    started = [
        subprocess.Popen(
            [
                *(sys.executable, "-m", "tests.chaos", "--only", plan.control, "--seed", str(plan.seed)),
                *("--control-submissions", str(plan.submissions), "--control-kills", str(plan.kills)),
            ]
        )
        for plan in controls
    ]
    try:
        codes = [process.wait() for process in started]
        return not any(codes)
    finally:
        for process in started:
            process.terminate()


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))  # so that virtual host and folder are removed
    try:
        sys.exit(main(sys.argv[1:]))
    except Trouble as trouble:
        sys.exit(str(trouble))
