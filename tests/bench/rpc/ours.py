"""Ours, the whole way: the gateway's client on uvloop, a service process of the chassis, both contracts checked.

Durable request queue of the type given (quorum is what we run); requests transient with confirm, deadline, actor and trace;
replies transient without confirm; acknowledgement after the reply.
"""

import logging
import os
import sys
import tempfile
from typing import Any

import structlog

from tests.bench.rpc import BODY

SERVICE = "echo"


def serve(uri: str, queue_type: str) -> None:
    from services.chassis import process, topology

    if queue_type == "classic":
        process._patch()
        topology._quorum = _classic
    from tests.echo.__main__ import main

    sys.exit(main(SERVICE, uri, tempfile.mkdtemp(prefix="amtsgang-bench-")))


def _classic(name: str, arguments: dict[str, Any]) -> Any:
    from services.chassis.topology import Queue

    shared = ("x-message-ttl", "x-dead-letter-exchange", "x-dead-letter-routing-key")
    return Queue(name, {"x-queue-type": "classic"} | {k: arguments[k] for k in shared if k in arguments})


async def call(uri: str, seconds: float) -> None:
    from gateway.bus import Bus
    from services.chassis import tracing
    from services.contracts.actors import Actor
    from tests.bench.rpc.pacing import Pace, drive

    bus = Bus(uri)
    await bus.start()
    if not await bus.ready(within=10):
        sys.exit("no broker")
    pace, citizen = Pace(seconds), Actor("citizen", "0190c5a8-8e3a-7c33-8f0a-3a6a3f1b2c3d", "substantial")
    await drive(pace, lambda: bus.call(SERVICE, "echo", citizen, trace=tracing.current(), **BODY))
    await bus.close()
    pace.report()


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(sys.argv[2], sys.argv[3])
    else:
        import uvloop

        os.environ.pop("FAULT", None)
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
        uvloop.run(call(sys.argv[2], float(sys.argv[3])))
