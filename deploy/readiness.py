"""Whether processes are ready to work: each answers `/ready` on its own port."""

import time
import urllib.request
from collections.abc import Callable, Iterable
from http import HTTPStatus
from http.client import HTTPException

from deploy.ports import HOST
from deploy.processes import Process

LOOK_SECONDS = 0.1


def answers_ready(port: int, seconds: float = 2.0) -> bool:
    """As of now."""
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/ready", timeout=seconds) as answer:
            return bool(answer.status == HTTPStatus.OK)
    except (OSError, ValueError, HTTPException):
        return False


def await_ready(processes: Iterable[Process], seconds: float, goes_on: Callable[[], bool] = lambda: True) -> list[str]:
    """Waits until all are, or until the time is up, or until `goes_on` says no; the names of those that are not."""
    waiting = list(processes)
    end = time.monotonic() + seconds
    while waiting and time.monotonic() < end and goes_on():
        waiting = [process for process in waiting if not answers_ready(process.http_port)]
        if waiting:
            time.sleep(LOOK_SECONDS)
    return [process.name for process in waiting]
