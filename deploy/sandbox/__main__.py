"""`python -m deploy.sandbox`: bank and mail server in one process, on this machine only."""

import asyncio
import logging
import signal
import socket
import sys

import structlog
import uvicorn

from deploy.sandbox import identity, mail
from deploy.sandbox.app import create_app
from deploy.sandbox.settings import SandboxSettings, SettingsError
from deploy.sandbox.store import Store
from services.chassis import health, logs

HOST = "127.0.0.1"


def main() -> int:
    """Run until SIGTERM or SIGINT."""
    try:
        settings = SandboxSettings.from_environment()
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    logs.configure("sandbox", settings.instance, settings.log_format)
    # aiosmtpd would write every address into the log.
    for chatty in ("mail.log", "uvicorn.error"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    try:
        with _listen(settings.bank_port) as bank_socket, _listen(settings.smtp_port) as smtp_socket:
            asyncio.run(serve(settings, bank_socket, smtp_socket))
    except OSError as error:
        print(f"The sandbox cannot listen: {error.strerror or error}. Is another one running?", file=sys.stderr)
        return 1
    return 0


def _provider(settings: SandboxSettings) -> identity.Provider | None:
    """Where a portal has been told of a provider of identities, this is it."""
    if settings.eid_dir is None:
        return None
    entity = f"http://{HOST}:{settings.bank_port}/eid"
    return identity.Provider.from_folders(entity, settings.database.parent / "eid", settings.eid_dir)


def _listen(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        raise OSError(error.errno, f"port {port} on {HOST} is taken") from error
    return listener


async def serve(settings: SandboxSettings, bank_socket: socket.socket, smtp_socket: socket.socket) -> None:
    """Serve on both sockets until a signal comes; then finish the requests in hand."""
    store = Store(settings.database)
    app = create_app(store, settings.bank_path, _provider(settings))
    web = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", server_header=False))
    for number in (signal.SIGTERM, signal.SIGINT):
        # uvicorn sends itself the signal once more when it is done; it has been answered by then.
        signal.signal(number, lambda *_: setattr(web, "should_exit", True))
    smtp = await asyncio.get_running_loop().create_server(lambda: mail.server(store), sock=smtp_socket)
    probe = health.serve(settings.http_port, {"http": lambda: web.started, "smtp": smtp.is_serving})
    structlog.get_logger().info(
        "started", http_port=probe.server_port, bank_port=settings.bank_port, smtp_port=settings.smtp_port, sandbox=True
    )
    try:
        await web.serve(sockets=[bank_socket])
    finally:
        smtp.close()
        probe.shutdown()
        store.close()


if __name__ == "__main__":
    sys.exit(main())
