"""What every service answers to operators: its own state. The chassis provides these methods."""

from marshmallow import fields

from services.contracts.registry import Method, Nothing, Reply


class QueueState(Reply):
    """One queue of the service."""

    name = fields.String(required=True)
    messages = fields.Integer(required=True)


class Status(Reply):
    """State of a service as seen from the process that answers."""

    service = fields.String(required=True)
    instance = fields.String(required=True)
    started_at = fields.AwareDateTime(required=True)
    outbox_pending = fields.Integer(required=True)
    outbox_age_seconds = fields.Float(required=True, metadata={"description": "Age of the oldest unpublished event; 0 if none."})
    queues = fields.List(fields.Nested(QueueState), required=True)


METHODS = {"get_status": Method(Nothing, Status)}
