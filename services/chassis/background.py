"""Periodic work of a service, beside what comes over the bus."""

from collections.abc import Callable
from typing import Any, TypeVar

import structlog
from eventlet import Timeout
from eventlet.event import Event
from nameko.extensions import Entrypoint, register_entrypoint

from services.chassis import tracing
from services.chassis.logs import trace_only
from services.chassis.worker import instance
from services.contracts.errors import Failure

Function = TypeVar("Function", bound=Callable[..., Any])

log = structlog.get_logger()


def every(*, seconds: float) -> Callable[[Function], Function]:
    """Make a method of a service run by itself: at start, and `seconds` after the last run ended.

    Never twice at once in one process; several processes of the service each run it, so it claims its work in the database.
    """

    def register(function: Function) -> Function:
        register_entrypoint(function, Every(seconds))
        return function

    return register


class Every(Entrypoint):  # type: ignore[misc]
    """One method that runs again and again."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds
        self._stopping = Event()

    def start(self) -> None:
        """Begin, in a green thread of its own."""
        self._thread = self.container.spawn_managed_thread(self._run, identifier=f"every {self.method_name}")

    def stop(self) -> None:
        """Let the run in hand finish; no other follows."""
        self._stopping.send(True)
        self._thread.wait()

    def _run(self) -> None:
        while not self._stopping.ready():
            with tracing.adopt({}):
                self._once()
            with Timeout(self._seconds, False):
                self._stopping.wait()

    def _once(self) -> None:
        """One run; what goes wrong is written down, and the next run comes anyway."""
        try:
            with instance(self.container, self) as service:
                getattr(service, self.method_name)()
        except Failure as failure:
            log.warning("background.failed", work=self.method_name, kind=failure.kind.value, slug=failure.slug)
        except Exception as error:
            log.error("background.unexpected", work=self.method_name, error=type(error).__name__, exc_info=trace_only(error))
