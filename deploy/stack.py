"""A whole portal as an object: `make run` holds one, and so do tests, benches and chaos runs, each in a folder of its own."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from deploy import broker, eid, key_ring, ports, register
from deploy.environment import shared
from deploy.occupancy import occupied
from deploy.preparing import Preparation
from deploy.processes import Plan, Process, plan
from deploy.readiness import await_ready
from deploy.scale import parse
from deploy.supervision import Supervision
from deploy.trouble import Trouble

READY_SECONDS = 90

Uris = Mapping[str, str]
"""AMQP address of each kind of process."""


@dataclass(frozen=True)
class Running:
    """One process of a running portal; no pid while it is down."""

    name: str
    kind: str
    instance: int
    http_port: int
    pid: int | None


class Stack:
    """A context manager: everything is up and ready inside the block, and gone after it.

    Without `port` it takes a free one. Without `uris` it lives on a virtual host of its own, deleted after the block; with
    them (kind of process to AMQP address, as `deploy.broker.temporary_vhost` yields them, or a function that brings them) it
    deletes nothing. `environment` is told to every process, on top of local.env. Each process's log is kept whole, or at most
    twice `log_megabytes` of it. Enter it from a thread that outlives the block.
    """

    def __init__(
        self,
        var: Path,
        *,
        port: int | None = None,
        scale: str = "",
        uris: Uris | Callable[[], Uris] | None = None,
        environment: Mapping[str, str] | None = None,
        log_megabytes: int = 0,
    ) -> None:
        self.var = var.resolve()
        self._port = port
        self._scale = parse(scale)
        self._uris = uris
        self._log_megabytes = log_megabytes
        self._environment = {**shared(self.var), **(environment or {})}
        self._exits = ExitStack()
        self._plan: Plan | None = None
        self._supervision: Supervision | None = None

    def __enter__(self) -> Self:
        with ExitStack() as exits:
            self._start(exits)
            self._exits = exits.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self._exits.close()

    def _start(self, exits: ExitStack) -> None:
        exits.enter_context(occupied(self.var))
        key_ring.set_up(self.var, self._environment)
        preparation = Preparation(self.var, self._environment)
        exits.callback(preparation.abandon)
        uris = self._uris() if callable(self._uris) else self._uris or exits.enter_context(broker.temporary_vhost())
        preparation.finish()
        self._launch(self._with_eid(plan(self._port or ports.any_free(), self._scale, uris, self._environment)), exits)
        late = self.await_ready(READY_SECONDS)
        if late and not self.supervision.is_alive:
            raise Trouble(
                f"the process supervisor ended at once: see {self.log('supervisord')} and {self.var / 'log' / 'supervisord.err'}."
            )
        if late:
            raise Trouble(f"{', '.join(late)} did not become ready within {READY_SECONDS} s: see the logs in {self.var / 'log'}.")

    def _with_eid(self, planned: Plan) -> Plan:
        """With the sandbox as provider of electronic identities, unless the environment names another."""
        if "EID_DIR" in planned.shared:
            return planned
        folder = eid.set_up(self.var, _outside(planned))
        return replace(planned, shared={**planned.shared, "EID_DIR": str(folder)})

    def _launch(self, planned: Plan, exits: ExitStack) -> None:
        self._plan = planned
        self._supervision = Supervision(planned, self.var, self._log_megabytes)
        exits.callback(register.forget, self.var)
        exits.callback(self._supervision.stop)
        self._supervision.start()
        register.write(self.var, planned, self._supervision.socket)

    @property
    def plan(self) -> Plan:
        """What was started."""
        if self._plan is None:
            raise RuntimeError("the stack has not been entered")
        return self._plan

    @property
    def supervision(self) -> Supervision:
        """The supervisor of the processes."""
        if self._supervision is None:
            raise RuntimeError("the stack has not been entered")
        return self._supervision

    @property
    def url(self) -> str:
        """Where a browser goes; ends with a slash."""
        return self.plan.url

    @property
    def outside(self) -> str:
        """Where the sandbox shows the mails and bookings of the outside world; ends with a slash."""
        return f"{_outside(self.plan)}/"

    @property
    def processes(self) -> list[Running]:
        """As they are now."""
        states = self.supervision.states()
        return [
            Running(process.name, process.kind, process.instance, process.http_port, state.pid)
            for process, state in zip(self.plan.processes, states, strict=True)
        ]

    def process(self, name: str) -> Process:
        """One process of the plan: its port, its command, what it was told."""
        return next(process for process in self.plan.processes if process.name == name)

    def stop(self, name: str) -> None:
        """Gracefully; it stays down until `start_again`."""
        self.supervision.stop_process(name)

    def start_again(self, name: str, seconds: float = READY_SECONDS) -> None:
        """Starts a stopped process and waits until it is ready."""
        self.supervision.start_process(name)
        if await_ready([self.process(name)], seconds):
            raise Trouble(f"{name} did not become ready within {seconds} s: see {self.log(name)}.")

    def kill(self, name: str) -> int | None:
        """SIGKILL; the supervisor starts it again by itself. The pid it had; None if it was not running."""
        return self.supervision.kill_process(name)

    def await_ready(self, seconds: float = READY_SECONDS) -> list[str]:
        """Names of the processes that are still not ready when the time is up."""
        return await_ready(self.plan.processes, seconds, lambda: self.supervision.is_alive)

    def log(self, name: str) -> Path:
        """What a process has written."""
        return self.var / "log" / f"{name}.log"


def _outside(planned: Plan) -> str:
    bank = urlsplit(planned.shared["BANK_URL"])
    return f"{bank.scheme}://{bank.netloc}"
