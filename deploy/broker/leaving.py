"""`python -m deploy.broker.leaving VHOST`: takes a portal off its broker: its virtual host, its users, all that waits there."""

import sys
from pathlib import Path

from deploy.broker import tear_down
from deploy.broker.tenancy import Record
from deploy.folder import keep_private, var_folder
from deploy.occupancy import occupied
from deploy.trouble import Trouble, told


def leave(var: Path, confirmed: str) -> str:
    """The name of the virtual host that is gone; raises unless the person has named it."""
    known = Record.read(var / "broker.json")
    if known is None or not known.tenancy.passwords:
        raise Trouble(f"no virtual host has been made for {var}: there is nothing to remove.")
    vhost = known.tenancy.vhost
    if confirmed != vhost:
        raise Trouble(
            f"this removes virtual host {vhost} at {known.tenancy.address.place} with its users and every event that waits "
            f"in it, for good: to do so, `make leave-broker VHOST={vhost}`."
        )
    with occupied(var):
        tear_down(var)
    return vhost


if __name__ == "__main__":
    keep_private()
    with told():
        gone = leave(var_folder(), " ".join(sys.argv[1:]))
        print(f"Virtual host {gone} and its users are gone.")
