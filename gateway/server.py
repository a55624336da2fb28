"""Gunicorn's configuration of the gateway: HOST, PORT and WEB_CONCURRENCY beside what every process reads of its environment."""

import ctypes
import os
import shutil
import signal
import sys
from typing import Any

from gateway.logger import one_log
from services.chassis.settings import Reader, Settings, SettingsError

PR_SET_PDEATHSIG = 1

reader = Reader(os.environ)
host, port = reader.text("HOST", "127.0.0.1"), reader.integer("PORT", 8000, 1, 65535)
workers = reader.integer("WEB_CONCURRENCY", 1, 1, 64)
try:
    settings = Settings.from_environment("gateway")
except SettingsError as error:
    # One message names everything that is wrong.
    sys.exit("; ".join([str(error).rstrip("."), *reader.mistakes]) + ".")
if reader.mistakes:
    sys.exit(f"gateway cannot start: {'; '.join(reader.mistakes)}.")

run_dir = settings.var_dir / "run" / f"gateway-{settings.instance}"
metrics_dir = run_dir / "metrics"

bind = [f"{host}:{port}"] + ([f"127.0.0.1:{settings.http_port}"] if settings.http_port else [])
worker_class = "gateway.worker.PortalWorker"
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108, PTH112 - heartbeats of workers, in memory
timeout = 30
graceful_timeout = 20
keepalive = 65
backlog = 1024
logger_class = "gateway.logger.PortalLogger"
accesslog = None
control_socket_disable = True

if workers > 1:
    # The workers' numbers are added up from files in this folder.
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(metrics_dir)


def on_starting(server: Any) -> None:
    """Before the first worker: a clean folder for the numbers."""
    shutil.rmtree(metrics_dir, ignore_errors=True)
    metrics_dir.mkdir(parents=True)


def post_fork(server: Any, worker: Any) -> None:
    """A worker does not outlive its master, even one that was killed: it would keep the port and answer with old code."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != server.pid:
        os._exit(1)


def post_worker_init(worker: Any) -> None:
    """The worker's libraries log as we do."""
    one_log()


def child_exit(server: Any, worker: Any) -> None:
    """The numbers of a worker that is gone still count, its gauges do not."""
    if workers > 1:
        from prometheus_client.multiprocess import mark_process_dead  # noqa: PLC0415 - reads the folder from the environment

        mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
