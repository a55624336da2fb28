"""Real processes of the house's services, for integration tests: migrated database, own log, ended with the test."""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from services.chassis import key_ring, relay
from services.chassis.migrate import migrate
from tests.echo.running import Running, started
from tests.patience import PATIENCE_SECONDS

LOCAL = {
    "PORTAL_URL": "http://127.0.0.1:8000",
    "SECRET_KEY": "insecure-key-for-tests-and-nothing-else",
    "LOG_FORMAT": "json",
    "BANK_URL": "http://127.0.0.1:9",
    "SMTP_URL": "smtp://127.0.0.1:9",
}
"""Nobody listens at the addresses of the outside world; a test that needs it names its own."""


@contextmanager
def relaying(service: str, amqp_uri: str, database_url: str) -> Iterator[None]:
    """A relay at work on the outbox of one service."""
    stopping = threading.Event()
    thread = relay.Relay(service, database_url, amqp_uri, stopping)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join(PATIENCE_SECONDS)


def key_ring_in(folder: Path) -> Path:
    """The key ring of a portal that keeps its things in this folder."""
    path = folder / "key-ring.json"
    if not path.exists():
        key_ring.write(path, [key_ring.MasterKey.new()])
    return path


@contextmanager
def running_service(service: str, amqp_uri: str, database_url: str, folder: Path, **environment: str) -> Iterator[Running]:
    """A process of the service on a migrated database, connected to the broker."""
    migrate(service, database_url)
    told = {
        **os.environ,
        **LOCAL,
        "KEY_RING": str(key_ring_in(folder)),
        "VAR_DIR": str(folder),
        "AMQP_URI": amqp_uri,
        f"DATABASE_URL_{service.upper()}": database_url,
        **environment,
    }
    command = [sys.executable, "-m", "services.chassis.process", service]
    with started(command, folder / f"{service}.log", told) as process:
        yield process
