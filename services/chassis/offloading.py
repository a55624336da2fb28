"""Work that would hold up a whole process is done in a thread of its own."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any, ParamSpec, TypeVar

from eventlet import patcher, spawn_after, tpool
from eventlet.semaphore import Semaphore

from services.contracts.errors import Unavailable

NICENESS = 10
"""Of threads that do slow work: whoever only asks a question goes first, on this core and on the others."""
REST = 1.5
"""How long a turn rests before the next that waits, by how long it took: what follows slow work, a commit, holds up the whole
process, and a storm must leave time to everybody else."""

P = ParamSpec("P")
T = TypeVar("T")


def offload(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run blocking or computing work in a native thread while the process goes on serving.

    Outside of a service process (a command, a unit test) it is a plain call. Database sessions must not be handed over:
    PostgreSQL inside a native thread hangs.
    """
    if not patcher.is_monkey_patched("thread"):
        return function(*args, **kwargs)
    untyped: Any = tpool.execute
    result: T = untyped(function, *args, **kwargs)
    return result


class Bounded:
    """`offload` for at most so many who wait, a few of them at a time: who comes then is told to try again in a moment.

    Each waiting call holds a worker of the process; without a bound, a storm of slow ones would hold all of them and with them
    the questions that need no time at all. Raises unavailable.
    """

    def __init__(self, most: int, at_a_time: int) -> None:
        self._most = most
        self._running = 0
        self._turn = Semaphore(at_a_time)

    def __call__(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run it like `offload`, if there is room."""
        if self._running >= self._most:
            raise Unavailable("offload.busy", "There is too much to do at the moment. Please try again.")
        self._running += 1
        try:
            yielding: Callable[..., T] = _yielding
            with self._paced_turn():
                return offload(yielding, function, *args, **kwargs)
        finally:
            self._running -= 1

    @contextmanager
    def _paced_turn(self) -> Iterator[None]:
        self._turn.acquire()
        began = monotonic()
        try:
            yield
        finally:
            if self._turn.balance < 0:  # somebody waits
                spawn_after(REST * (monotonic() - began), self._turn.release)
            else:
                self._turn.release()


def _yielding(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run with a lower priority than the rest of the machine, if this is a native thread of its own."""
    if patcher.is_monkey_patched("thread"):
        thread = patcher.original("_thread").get_native_id()
        if thread != os.getpid():
            os.setpriority(os.PRIO_PROCESS, thread, NICENESS)
    return function(*args, **kwargs)
