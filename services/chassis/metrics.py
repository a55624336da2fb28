"""The numbers every process shows at /metrics, one registry per process."""

from prometheus_client import Counter, Gauge, Histogram

SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)

rpc_requests = Counter(
    "amtsgang_rpc_requests_total",
    "Requests answered, by outcome: ok, dropped or the kind of error",
    ("service", "method", "outcome"),
)
rpc_seconds = Histogram("amtsgang_rpc_seconds", "Time from receipt to answer", ("service", "method"), buckets=SECONDS)

events_handled = Counter(
    "amtsgang_events_handled_total", "Events by outcome: done, duplicate, retried, dead", ("subscription", "outcome")
)
events_published = Counter("amtsgang_events_published_total", "Events confirmed by the broker", ("service", "event"))

queue_messages = Gauge("amtsgang_queue_messages", "Messages ready in a queue", ("queue",))
outbox_pending = Gauge("amtsgang_outbox_pending", "Events committed and not yet published", ("service",))
outbox_age_seconds = Gauge("amtsgang_outbox_age_seconds", "Age of the oldest event not yet published", ("service",))

broker_connected = Gauge("amtsgang_broker_connected", "1 while the process is connected to the broker, or a relay stands by")

calls = Counter(
    "amtsgang_calls_total", "Calls made to other services, by outcome: ok or the kind of error", ("service", "method", "outcome")
)
call_seconds = Histogram("amtsgang_call_seconds", "Time from call to answer", ("service", "method"), buckets=SECONDS)

http_requests = Counter("amtsgang_http_requests_total", "Requests to the gateway", ("route", "method", "status"))
http_seconds = Histogram("amtsgang_http_seconds", "Time to answer a request to the gateway", ("route", "method"), buckets=SECONDS)
