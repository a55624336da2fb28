"""`python -m services.chassis.process <service>`: one process of one service."""

import os
import signal
import sys
from datetime import UTC, datetime
from typing import Any

GRACE_SECONDS = 25
"""How long work in hand may take to finish after SIGTERM."""

NATIVE_THREADS = "4"
"""For offloaded work. Each keeps the memory of its largest piece: with eventlet's 20, accounts held 400 MiB after sign-ins."""

NOTE_HEAD_SECONDS = 24 * 3600
"""How often the end of the audit log is written into the process's log, which lies elsewhere than the database."""

LOOK_SECONDS = 0.1
"""How often the main green thread looks whether a signal came; a handler itself must not block."""


def main(arguments: list[str]) -> int:
    """Run the service until SIGTERM or SIGINT; then finish what is in hand and end."""
    # Before anything else is imported: whoever imported a blocking socket or lock first would keep it.
    os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_select")
    os.environ.setdefault("EVENTLET_THREADPOOL_SIZE", NATIVE_THREADS)
    _patch()
    from services.chassis.settings import Settings, SettingsError  # noqa: PLC0415
    from services.contracts.registry import SERVICES  # noqa: PLC0415

    if len(arguments) != 1 or arguments[0] not in SERVICES:
        print(f"usage: python -m services.chassis.process {'|'.join(SERVICES)}", file=sys.stderr)
        return 2
    try:
        settings = Settings.from_environment(arguments[0])
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    return run(settings)


def run(settings: Any) -> int:
    """Start the container, show health, wait for a signal, stop."""
    import eventlet  # noqa: PLC0415
    import structlog  # noqa: PLC0415
    from nameko.containers import ServiceContainer  # noqa: PLC0415

    from services.chassis import logs, subscriptions  # noqa: PLC0415

    logs.configure(settings.service, settings.instance, settings.log_format)
    log = structlog.get_logger()
    if settings.fault:
        log.warning("fault_on_purpose", fault=settings.fault)
    service_class = subscriptions.service_class(settings.service)
    container = ServiceContainer(service_class, {"settings": settings, "started_at": datetime.now(UTC)})
    signals: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _frame: signals.append(received))
    container.start()
    container.config["outbox_state"] = _outbox_state(container)
    server = _show_health(container, settings)
    eventlet.spawn_n(_note_audit_head, container)
    log.info("started", http_port=server.server_port, pid=os.getpid())
    lives = eventlet.spawn(container.wait)
    while not signals and not lives.dead:
        eventlet.sleep(LOOK_SECONDS)
    log.info("stopping")
    is_finished = False
    with eventlet.Timeout(GRACE_SECONDS, False):
        container.stop()
        is_finished = True
    if is_finished:
        log.info("stopped")
    else:
        log.error("stopped_with_work_in_hand", grace_seconds=GRACE_SECONDS)
    return 0 if signals and is_finished else 1


def _patch() -> None:
    import warnings  # noqa: PLC0415

    warnings.filterwarnings("ignore", message=r"(?s).*Eventlet is deprecated")
    import eventlet  # noqa: PLC0415

    eventlet.monkey_patch()


def _outbox_state(container: Any) -> Any:
    from services.chassis import outbox  # noqa: PLC0415
    from services.chassis.dependencies import transactions_of  # noqa: PLC0415

    def state() -> tuple[int, float]:
        with transactions_of(container).reading() as session:
            return outbox.pending(session)

    return state


def _note_audit_head(container: Any) -> None:
    """Once a day, so that an audit log written anew as a whole no longer fits what was noted (`make audit HEAD=…`)."""
    import eventlet  # noqa: PLC0415
    import structlog  # noqa: PLC0415

    from services.chassis import audit  # noqa: PLC0415
    from services.chassis.dependencies import transactions_of  # noqa: PLC0415
    from services.contracts.errors import Failure  # noqa: PLC0415

    log = structlog.get_logger()
    while True:
        try:
            with transactions_of(container).reading() as session:
                sequence, digest = audit.head(session)
        except Failure as failure:
            log.warning("audit.head_not_read", slug=failure.slug)
            eventlet.sleep(60)
            continue
        log.info("audit.head", head=f"{container.service_name}:{sequence}:{digest}")
        eventlet.sleep(NOTE_HEAD_SECONDS)


def _show_health(container: Any, settings: Any) -> Any:
    from sqlalchemy import text  # noqa: PLC0415

    from services.chassis import health, metrics, status  # noqa: PLC0415
    from services.chassis.connection import Connection  # noqa: PLC0415
    from services.chassis.dependencies import transactions_of  # noqa: PLC0415

    connection = container.shared_extensions.get(Connection)

    def database_answers() -> bool:
        with transactions_of(container).reading() as session:
            return bool(session.execute(text("SELECT 1")).scalar())

    def refresh() -> None:
        pending, age = container.config["outbox_state"]()
        metrics.outbox_pending.labels(settings.service).set(pending)
        metrics.outbox_age_seconds.labels(settings.service).set(age)
        status.queue_depths(settings.amqp_uri, status.queues_of(container.service_cls))

    checks = {"broker": lambda: connection is not None and connection.is_up, "database": database_answers}
    return health.serve(settings.http_port, checks, refresh)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
