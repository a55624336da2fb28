"""The real gateway before a fake bus, for a browser."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import uvicorn

from gateway.app import create_app
from services.chassis.settings import Settings
from tests.fakes.bus import FakeBus


@contextmanager
def serving(bus: FakeBus, folder: Path) -> Iterator[str]:
    """Its address, which ends with a slash."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        settings = Settings(
            service="gateway", amqp_uri="amqp://nowhere.invalid", database_url="", var_dir=folder, portal_url=url.rstrip("/"),
            secret_key="only-for-tests-only-for-tests-only",
        )  # fmt: skip
        server = uvicorn.Server(uvicorn.Config(create_app(bus, settings), lifespan="off", log_config=None))
        thread = Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        yield url
        server.should_exit = True
        thread.join()
