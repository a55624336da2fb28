"""nameko as it comes: its service runner with 32 workers, its own client in 16 green threads, each with its own proxy.

Its defaults: classic durable queue, persistent requests and replies, a confirm for each, acknowledgement after the reply.
"""

import sys
import warnings

warnings.filterwarnings("ignore")

import eventlet  # noqa: E402

eventlet.monkey_patch()

from typing import Any  # noqa: E402

from nameko.containers import ServiceContainer  # noqa: E402
from nameko.rpc import rpc  # noqa: E402
from nameko.standalone.rpc import ServiceRpcProxy  # noqa: E402

from tests.bench.rpc import BODY, IN_FLIGHT, PREFETCH  # noqa: E402
from tests.bench.rpc.pacing import Pace  # noqa: E402


class Bare:
    """Echoes."""

    name = "bare"

    @rpc
    def echo(self, **words: Any) -> dict[str, Any]:
        return words


def serve(uri: str) -> None:
    container = ServiceContainer(Bare, {"AMQP_URI": uri, "max_workers": PREFETCH})
    container.start()
    print("serving", flush=True)
    container.wait()


def call(uri: str, seconds: float) -> None:
    pace = Pace(seconds)

    def one() -> None:
        with ServiceRpcProxy("bare", {"AMQP_URI": uri}) as proxy:
            while pace.goes_on:
                proxy.echo(**BODY)
                pace.count()

    for thread in [eventlet.spawn(one) for _ in range(IN_FLIGHT)]:
        thread.wait()
    pace.report()


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(sys.argv[2])
    else:
        call(sys.argv[2], float(sys.argv[3]))
