"""Front-end packages from npm: KERN UX for the pages, axe-core to judge them."""

import shutil
import subprocess
from pathlib import Path

from deploy.stamps import Stamp, fingerprint
from deploy.trouble import Trouble


def install_frontend(root: Path) -> None:
    """`npm ci`, only when the lock has changed."""
    lock = root / "package-lock.json"
    modules = root / "node_modules"
    stamp = Stamp(modules / ".installed")
    value = fingerprint([lock])
    if stamp.is_current(value):
        return
    if shutil.which("npm") is None or shutil.which("node") is None:
        raise Trouble("npm is missing: install Node.js with npm (on Debian: `apt-get install nodejs npm` as root) and run again.")
    print(f"Installing front-end packages into {modules.name}", flush=True)
    done = subprocess.run(
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=root,
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        print(done.stdout + done.stderr, flush=True)
        raise Trouble("npm could not install the front-end packages (its reason is above): put that right and run again.")
    stamp.write(value)
