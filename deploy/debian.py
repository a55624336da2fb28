"""Debian's packages, and commands as root: what set-up may install where it is allowed to."""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence

from deploy.folder import USUAL
from deploy.trouble import Trouble

MANY_FILES = ("sh", "-c", 'ulimit -n "$(ulimit -Hn)"; exec "$@"', "sh")
"""Installing a server may start it, and it inherits how many files it may hold open."""


def root_prefix() -> list[str] | None:
    """What to put before a command to run it as root without a question; None where that is impossible."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0:
        return ["sudo", "-n"]
    return None


def as_root(command: Sequence[str], environment: Mapping[str, str] | None = None) -> list[str] | None:
    """The command with whatever makes it run as root, and with these variables; None where that is impossible."""
    prefix = root_prefix()
    if prefix is None:
        return None
    return [*prefix, "env", *(f"{name}={value}" for name, value in (environment or {}).items()), *command]


def install(packages: Sequence[str], purpose: str) -> None:
    """Installs Debian packages; raises with the command to type where this process may not."""
    wish = f"{purpose} needs {' '.join(packages)}"
    if shutil.which("apt-get") is None:
        raise Trouble(f"{wish}, and this is not a Debian system: install what corresponds to it and run the command again.")
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    update = as_root(["apt-get", "update", "-qq"], quiet)
    fetch = as_root([*MANY_FILES, "apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages], quiet)
    if update is None or fetch is None:
        raise Trouble(f"{wish}: run `apt-get install {' '.join(packages)}` as root and the command again.")
    print(f"Installing Debian packages: {' '.join(packages)}", flush=True)
    subprocess.run(update, check=False, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, umask=USUAL)
    done = subprocess.run(fetch, check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL, umask=USUAL)
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["apt-get failed"])[-1]
        raise Trouble(f"{wish}, and apt-get could not install it ({reason}): put that right and run the command again.")
