"""Faults on purpose, for the controls of the chaos test only: each breaks one rule of the bus, and the test must notice.

They are chosen by FAULT in the environment of a process, which says so loudly at its start.
"""

from sqlalchemy import event
from sqlalchemy.orm import Session

IN_MEMORY_SECONDS = 0.05
"""How long an event that was acknowledged first waits in memory for its work, as it does where a pool of threads takes it up."""


def active(session: Session, fault: str) -> bool:
    """Whether this process runs with that fault."""
    settings = session.info.get("settings")
    return settings is not None and settings.fault == fault


def publish_after_commit(session: Session, service: str, name: str, envelope: str) -> None:
    """What a house without an outbox does: commit first, then publish from memory, without a confirm."""
    import eventlet  # noqa: PLC0415 - only a process with this fault needs it here

    uri: str = session.info["settings"].amqp_uri
    event.listen(session, "after_commit", lambda _session: eventlet.spawn_n(_publish, uri, service, name, envelope), once=True)


def _publish(uri: str, service: str, name: str, envelope: str) -> None:
    import amqp  # noqa: PLC0415

    from services.chassis import topology  # noqa: PLC0415
    from services.chassis.transport import connect  # noqa: PLC0415

    wire = connect(uri, "without-outbox")
    message = amqp.Message(envelope, delivery_mode=2, content_type="application/cloudevents+json")
    wire.channel().basic_publish(message, topology.events_exchange(service), name)
    wire.close()
