"""Work that would hold up a whole process is done in a thread of its own."""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from eventlet import patcher, tpool

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
