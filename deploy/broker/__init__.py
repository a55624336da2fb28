"""The broker a portal runs on: found or started, with the house's virtual host, users, rights, exchanges and queues on it."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from deploy.broker import tenancy
from deploy.broker.conversations import SERVICES_FOLDER
from deploy.broker.declaring import declare
from deploy.stamps import Stamp, fingerprint


def bring_up(var: Path, environment: Mapping[str, str] | None = None, may_replace: bool = False) -> tenancy.Tenancy:
    """Everything a portal with this var folder needs on the broker; what is there already stays as it is.

    `may_replace`: nobody works on it now, so that empty queues of another version may give way to those of this one.
    Raises `deploy.trouble.Trouble` with what to do where that is impossible.
    """
    record = var / "broker.json"
    home = tenancy.move_in(os.environ if environment is None else environment, record)
    written = record.stat().st_mtime_ns if home.passwords else 0
    stamp, value = Stamp(var / "run" / "declared"), fingerprint([SERVICES_FOLDER], home.uris["admin"], str(written))
    if not written or not stamp.is_current(value):
        declare(home.uris["admin"], may_replace)
        stamp.write(value)
    return home


def is_set_up(var: Path) -> bool:
    """Whether `bring_up` has ever worked for this var folder; looks at files only."""
    return (var / "broker.json").exists() or (var / "run" / "declared").exists()


def tear_down(var: Path, environment: Mapping[str, str] | None = None) -> None:
    """Takes away what `bring_up` made for this var folder; events that have not been handled are lost."""
    tenancy.move_out(os.environ if environment is None else environment, var / "broker.json")
    (var / "run" / "declared").unlink(missing_ok=True)


@contextmanager
def temporary_vhost(declared: bool = True, environment: Mapping[str, str] | None = None) -> Iterator[dict[str, str]]:
    """For tests: a virtual host of their own with the same users and rights; yields the AMQP address of each kind of process.

    Kinds are the services, `gateway`, `relay`, `operator`, and `admin`, who may do everything in it.
    """
    with tenancy.temporary_vhost(os.environ if environment is None else environment) as home:
        if declared:
            declare(home.uris["admin"])
        yield home.uris
