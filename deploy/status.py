"""`python -m deploy.status`: the processes of the portal that runs from VAR_DIR, and whether each is ready."""

import sys
from pathlib import Path
from xmlrpc.client import Error

from deploy import register
from deploy.folder import var_folder
from deploy.readiness import answers_ready
from deploy.supervision import ask
from deploy.trouble import Trouble, told


def main() -> int:
    """0 if all are ready."""
    var = var_folder()
    known = register.read(var)
    if known is None:
        raise Trouble(f"no portal runs from {var}: start one with `make run`.")
    try:
        rows = {row["name"]: row for row in ask(Path(known["supervisor"])).getAllProcessInfo()}
    except (OSError, Error):
        raise Trouble(f"the portal that ran from {var} has ended without a word: start it again with `make run`.") from None
    print(f"{known['url']}\n{'process':<16}{'state':<10}{'pid':>8}{'port':>7}  ready")
    all_ready = True
    for process in known["processes"]:
        row = rows[process["name"]]
        ready = answers_ready(process["http_port"])
        all_ready = all_ready and ready
        state, pid = row["statename"].lower(), row["pid"] or "-"
        print(f"{process['name']:<16}{state:<10}{pid:>8}{process['http_port']:>7}  {'yes' if ready else 'no'}")
    return 0 if all_ready else 1


if __name__ == "__main__":
    with told():
        sys.exit(main())
