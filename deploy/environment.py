"""What the processes of a local portal are told: `deploy/local.env`, the shell's own variables, and where things are."""

import os
import runpy
import sys
from collections.abc import Mapping
from pathlib import Path

from deploy import key_ring
from deploy.broker import bring_up, is_set_up
from deploy.folder import keep_private, var_folder
from deploy.trouble import Trouble, told

ROOT = Path(__file__).resolve().parents[1]
LOCAL = ROOT / "deploy" / "local.env"
NOT_THEIRS = ("AMQP_URI", "AMQP_VHOST", "AMQP_MANAGEMENT_URL", "SCALE", "PORT", "MAKEFLAGS", "MFLAGS", "MAKELEVEL")
"""What steers this run and is no business of a process."""


def read(path: Path = LOCAL) -> dict[str, str]:
    """Lines of NAME=value; the rest is comment."""
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def shared(var: Path, environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """What every process gets."""
    own = os.environ if environment is None else environment
    inherited = {name: value for name, value in own.items() if name not in NOT_THEIRS}
    ring = {"KEY_RING": str(key_ring.path_of(var.resolve()))}
    return {**read(), **ring, **inherited, "VAR_DIR": str(var.resolve()), "PYTHONUNBUFFERED": "1"}


def main(arguments: list[str]) -> None:
    """Runs a module as a process of this kind would run: with its variables and its user on the broker."""
    keep_private()
    kind, module, *rest = arguments
    var = var_folder()
    told_to_it = shared(var)
    if kind != "migrate":
        if not is_set_up(var):
            raise Trouble(f"no portal has been set up in {var}: start one with `make run`, or name its folder with VAR_DIR=.")
        uris = bring_up(var).uris
        if kind not in uris:
            raise Trouble(f"{kind} is none of {', '.join(uris)}.")
        told_to_it["AMQP_URI"] = uris[kind]
    else:
        key_ring.set_up(var, told_to_it)
    os.environ.update(told_to_it)
    sys.argv = [module, *rest]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    if len(sys.argv) < 3:  # noqa: PLR2004 - kind and module
        sys.exit("usage: python -m deploy.environment KIND MODULE [ARGUMENT ...]")
    with told():
        main(sys.argv[1:])
