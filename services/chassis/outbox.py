"""Rule 1 of the bus: state and event are written in one transaction; the relay publishes what stands here."""

from datetime import timedelta
from typing import Any

import orjson
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from services.chassis import clock, faults, ids, tracing
from services.chassis.tables import OUTBOX
from services.contracts import wire
from services.contracts.registry import check, dump, events


def publish(session: Session, name: str, *, subject: str, data: dict[str, Any]) -> str:
    """Write an event (`order.placed`) into the outbox of the session's transaction; gives its id.

    The event must belong to the session's service and fit its contract; otherwise ValueError: it is our own mistake.
    """
    event = events()[name]
    service = session.info["service"]
    if event.service != service:
        raise ValueError(f"{name} belongs to {event.service}, not to {service}")
    plain = dump(event.data, data)
    if mistakes := check(event.data, plain):
        raise ValueError(f"{name} does not fit its contract: {mistakes}")
    trace = tracing.current()
    event_id, at = ids.new_id(), clock.now()
    envelope = {
        "specversion": "1.0",
        "id": event_id,
        "source": f"/services/{service}",
        "type": event.type,
        "subject": subject,
        "time": at.isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "traceparent": trace[wire.TRACEPARENT],
        "correlationid": trace[wire.CORRELATION_ID],
        "data": plain,
    }
    text = orjson.dumps(envelope).decode()
    if faults.active(session, "publish_without_outbox"):
        faults.publish_after_commit(session, service, name, text)
        return event_id
    session.connection().execute(insert(OUTBOX).values(event_id=event_id, name=name, envelope=text, created_at=at))
    return event_id


def pending(session: Session) -> tuple[int, float]:
    """How many events wait for the relay, and the age of the oldest in seconds (0 if none)."""
    count, oldest = session.execute(
        select(func.count(), func.min(OUTBOX.c.created_at)).where(OUTBOX.c.published_at.is_(None))
    ).one()
    return count, max((clock.now() - oldest) / timedelta(seconds=1), 0.0) if oldest else 0.0
