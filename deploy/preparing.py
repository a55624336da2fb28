"""`python -m deploy.preparing`: brings the databases of a var folder up to date: migrations, the network, sample accounts."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from deploy import key_ring
from deploy.environment import ROOT
from deploy.folder import PRIVATE
from deploy.stamps import Stamp, fingerprint
from deploy.trouble import Trouble
from services.contracts.registry import SERVICES

NETWORK = ROOT / "deploy" / "networks" / "emsland"


class Preparation:
    """The step as a process of its own, so that the broker can be brought up meanwhile; skipped where nothing has changed."""

    def __init__(self, var: Path, told: Mapping[str, str]) -> None:
        self.var = var
        self.told = dict(told)
        self._stamp = Stamp(var / "run" / "prepared")
        self._process: subprocess.Popen[str] | None = None
        if not self._stamp.is_current(self._fingerprint()):
            self._process = subprocess.Popen(
                [sys.executable, "-m", "deploy.preparing"],
                cwd=ROOT,
                env=self.told,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
                umask=PRIVATE,
            )

    def finish(self) -> None:
        """Waits for it; raises if it failed, with what it said before on the terminal."""
        if self._process is None:
            return
        said, _ = self._process.communicate()
        if self._process.returncode != 0:
            print(said, flush=True)
            raise Trouble("the databases could not be brought up to date (the reason is above): put that right and run again.")
        self._stamp.write(self._fingerprint())

    def abandon(self) -> None:
        """Ends it where somebody has lost patience; the databases roll back what is not committed."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.communicate()

    def _fingerprint(self) -> str:
        """The code and the network it was done with, and the databases it was done to."""
        folders = [ROOT / "services" / service for service in SERVICES]
        files = (self.var / f"{service}.sqlite" for service in SERVICES)
        databases = [f"{file} {file.stat().st_ino if file.exists() else 'none'}" for file in files]
        databases += [f"{name}={value}" for name, value in sorted(self.told.items()) if name.startswith("DATABASE_URL_")]
        ring = Path(self.told.get("KEY_RING") or self.var / key_ring.FILE)
        databases.append(f"{ring} {ring.stat().st_ino if ring.exists() else 'none'}")
        return fingerprint(
            [*folders, ROOT / "services" / "chassis", NETWORK, ROOT / "deploy" / "samples.py", ROOT / "deploy" / "network"],
            *databases,
        )


def main() -> int:
    """In one process: its imports take longer than its work."""
    from deploy import samples
    from deploy.network import __main__ as network
    from services.chassis import migrate

    return migrate.main([]) or network.main(["load", str(NETWORK)]) or samples.main()


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
