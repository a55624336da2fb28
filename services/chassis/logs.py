"""Structured logs: one line per fact, with the trace in every line and never with personal data."""

import logging
import sys
from typing import Any

import orjson
import structlog
from structlog.typing import EventDict, Processor

from services.chassis import tracing


def _trace(_logger: Any, _method: str, line: EventDict) -> EventDict:
    if tracing.correlation_id():
        line["correlation_id"] = tracing.correlation_id()
        line["trace_id"] = tracing.traceparent()[3:35]
    return line


def _as_json(line: Any, **_options: Any) -> str:
    return orjson.dumps(line, default=str).decode()


def configure(process: str, instance: str, log_format: str) -> None:
    """Send every log line of this process, our own and the libraries', to standard output as JSON or readable text."""

    def name(_logger: Any, _method: str, line: EventDict) -> EventDict:
        return {"process": f"{process}-{instance}", **line}

    shared: list[Processor] = [
        name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _trace,
    ]
    last: list[Processor]
    if log_format == "text":
        # The renderer's own tracebacks show local variables, and those may hold what a citizen typed.
        plain = structlog.dev.plain_traceback
        last = [structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0, exception_formatter=plain)]
    else:
        last = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(serializer=_as_json)]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    # Libraries that tell every step; their warnings still come through.
    for chatty in ("nameko", "kombu", "amqp", "alembic", "aiormq", "sqlalchemy"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def trace_only(error: BaseException) -> tuple[type[Exception], Exception, Any]:
    """Where an unexpected error happened, for the log, without its text, which may hold what a citizen typed."""
    return RuntimeError, RuntimeError(type(error).__name__), error.__traceback__
