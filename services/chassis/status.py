"""What a service tells operators about itself: `get_status`, and the depth of its queues."""

from collections.abc import Iterable
from typing import Any

import amqp

from services.chassis import metrics, subscriptions, topology
from services.chassis.transport import connect


def status(container: Any) -> dict[str, Any]:
    """The state of the service of this container; asks the broker."""
    config = container.config
    settings = config["settings"]
    pending, age = config["outbox_state"]()
    depths = queue_depths(settings.amqp_uri, queues_of(container.service_cls))
    return {
        "service": container.service_name,
        "instance": str(settings.instance),
        "started_at": config["started_at"],
        "outbox_pending": pending,
        "outbox_age_seconds": age,
        "queues": [{"name": name, "messages": messages} for name, messages in depths.items()],
    }


def queues_of(service_class: type[Any]) -> list[str]:
    """Names of every queue of a service."""
    service = service_class.name
    return [q.name for q in topology.of_service(service, subscriptions.of(service_class)).queues]


def queue_depths(amqp_uri: str, queues: Iterable[str]) -> dict[str, int]:
    """Messages ready in each queue, over a connection of its own, without queues that do not exist. Sets the metric too."""
    depths: dict[str, int] = {}
    wire = connect(amqp_uri, "queue-depths")
    try:
        for queue in queues:
            try:
                depths[queue] = wire.channel().queue_declare(queue, passive=True).message_count
            except amqp.NotFound:
                continue
            metrics.queue_messages.labels(queue).set(depths[queue])
    finally:
        wire.close()
    return depths
