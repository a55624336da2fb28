"""Declares every exchange, queue and binding of the house, before any service runs."""

import warnings

import amqp

from deploy.broker.connecting import connected
from deploy.trouble import Trouble


def declare(admin_uri: str, may_replace: bool = False) -> None:
    """A second time changes nothing.

    A queue cannot change its properties. Where a new version wants others, the old queue is replaced if it is empty and the
    caller knows that nobody works on this virtual host now (an event published meanwhile would be lost); else this raises.
    nameko and eventlet are imported here only: a start without changes does without their weight.
    """
    warnings.filterwarnings("ignore", message=r"(?s).*Eventlet is deprecated")
    from services.chassis.subscriptions import topologies
    from services.chassis.topology import Queue, Topology

    def fits(connection: amqp.Connection, queue: Queue) -> bool:
        try:
            Topology(queues=(queue,)).declare(connection.channel())
        except amqp.PreconditionFailed:
            return False
        return True

    with connected(admin_uri) as connection:
        for topology in topologies().values():
            for queue in topology.queues:
                if not fits(connection, queue):
                    _remove(connection, queue.name, may_replace)
            topology.declare(connection.channel())


def _remove(connection: amqp.Connection, name: str, may_replace: bool) -> None:
    channel = connection.channel()
    old = channel.queue_declare(name, passive=True)
    if not may_replace or old.message_count or old.consumer_count:
        raise Trouble(
            f"queue {name} was declared by another version with other properties and holds {old.message_count} messages: "
            "let the old version work them off, stop it, and start again with `make run`."
        )
    channel.queue_delete(name)
