"""The virtual environment `.venv`, from versions locked with their hashes."""

import importlib.util
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from deploy.debian import install
from deploy.stamps import Stamp, fingerprint
from deploy.trouble import Trouble


def install_python(root: Path, for_tests: bool) -> None:
    """Makes `.venv` and installs what the locks name; only when a lock or the interpreter has changed."""
    environment = root / ".venv"
    _make(environment)
    for purpose in ("run", "test") if for_tests else ("run",):
        lock = root / "requirements" / f"{purpose}.txt"
        stamp = Stamp(environment / f"installed-{purpose}")
        value = fingerprint([lock])
        if not stamp.is_current(value):
            _install(environment, lock)
            stamp.write(value)


def _install(environment: Path, lock: Path) -> None:
    print(f"Installing Python packages: {lock.parent.name}/{lock.name}", flush=True)
    command = [
        str(environment / "bin" / "python"),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-input",
    ]
    command += ["--no-deps", "--require-hashes", "-r", str(lock)]
    done = subprocess.run(command, check=False, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        print(done.stdout + done.stderr, flush=True)
        raise Trouble("pip could not install the locked packages (its reason is above): put that right and run again.")


def _make(environment: Path) -> None:
    """A fresh one where there is none, or where this clone or its interpreter has moved."""
    made_with = f"{sys.version} {environment}"
    stamp = Stamp(environment / "made-with")
    if stamp.is_current(made_with) and _works(environment):
        return
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        if sys.prefix != "/usr":
            raise Trouble("this Python has no module venv: install it, or name another Python with `make PYTHON=...`.")
        install(["python3-venv"], "The virtual environment")
    print(f"Making the virtual environment {environment.name} with Python {sys.version.split()[0]}", flush=True)
    shutil.rmtree(environment, ignore_errors=True)
    try:
        venv.create(environment, with_pip=True)
    except (subprocess.CalledProcessError, OSError) as error:
        raise Trouble(
            f"the virtual environment {environment} could not be made ({error}): put that right and run again."
        ) from None
    stamp.write(made_with)


def _works(environment: Path) -> bool:
    try:
        return subprocess.run([environment / "bin" / "python", "-c", ""], check=False, capture_output=True).returncode == 0
    except OSError:
        return False
