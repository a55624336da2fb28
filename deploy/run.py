"""`python -m deploy.run`: the whole portal in the foreground, until Ctrl-C."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from deploy import broker, ports, scale
from deploy.folder import keep_private, var_folder
from deploy.log import MergedLog
from deploy.occupancy import refuse_second
from deploy.parent import Make
from deploy.processes import names
from deploy.stack import Stack
from deploy.trouble import Trouble, told

LOOK_SECONDS = 0.5
LOG_MEGABYTES = 5
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class _Stopped(BaseException):
    """Somebody wants the portal to stop; no error, and nothing that catches errors should see it."""


def main() -> None:
    """Raises `Trouble` where it cannot start."""
    began = time.monotonic()
    keep_private()
    var = var_folder()
    wished = os.environ.get("SCALE", "")
    processes = names(scale.parse(wished))
    refuse_second(var)
    port = ports.public(os.environ.get("PORT") or "8000")
    stack = Stack(
        var, port=port, scale=wished, uris=lambda: broker.bring_up(var, may_replace=True).uris, log_megabytes=LOG_MEGABYTES
    )
    with _until_stopped(), MergedLog(var / "log", processes), stack:
        _welcome(stack, time.monotonic() - began)
        make = Make()
        while stack.supervision.is_alive and not make.has_ended:
            time.sleep(LOOK_SECONDS)
        if not stack.supervision.is_alive:
            raise Trouble(f"the process supervisor has ended by itself: see {stack.log('supervisord')}.")


@contextmanager
def _until_stopped() -> Iterator[None]:
    """The first signal unwinds everything, further ones do not disturb that."""

    def stop(number: int, frame: FrameType | None) -> None:
        for each in STOPPING:
            signal.signal(each, signal.SIG_IGN)
        raise _Stopped

    for each in STOPPING:
        signal.signal(each, stop)
    try:
        yield
    except _Stopped:
        _say("Amtsgang has stopped.")


def _welcome(stack: Stack, seconds: float) -> None:
    from deploy.samples import SAMPLE_PASSWORD, told_at_start

    _say(
        "\n".join(
            [
                f"Amtsgang is ready: {stack.url}",
                f"Sample sign-ins, all with the password {SAMPLE_PASSWORD}:",
                *told_at_start(),
                f"Its mails, and what it books at the bank, go no further than {stack.outside}",
                f"Ready after {seconds:.1f} s. Ctrl-C stops everything.",
            ]
        )
    )


def _say(text: str) -> None:
    """The terminal may be gone already."""
    try:
        print(text, flush=True)
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    with told():
        main()
