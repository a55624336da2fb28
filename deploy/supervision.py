"""supervisord keeps the processes of a portal running: its configuration, and a hand on it while it runs."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xmlrpc.client import Fault, ServerProxy

from supervisor.xmlrpc import SupervisorTransport

from deploy.environment import ROOT
from deploy.folder import PRIVATE
from deploy.processes import Plan, Process

STOP_SECONDS = 30
"""For a process to finish the work in hand; a service takes at most 25."""

LONGEST_SOCKET_PATH = 90
"""Unix knows about 108 characters, and supervisord appends a process id."""

FRONT = "front"
BACK = "back"

HEADER = """\
[unix_http_server]
file = {socket}
chmod = 0700

[supervisorctl]
serverurl = unix://{socket}

[supervisord]
nodaemon = true
silent = true
{user}directory = {root}
logfile = {var}/log/supervisord.log
logfile_maxbytes = 1MB
logfile_backups = 1
pidfile = {var}/run/supervisord.pid

[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
"""

GROUP = """
[group:{name}]
programs = {programs}
priority = {priority}
"""

PROGRAM = """
[program:{name}]
command = {command}
directory = {root}
environment = {environment}
autorestart = true
startsecs = 1
startretries = 100000000
stopsignal = TERM
stopwaitsecs = {stop_seconds}
killasgroup = true
umask = {umask:03o}
redirect_stderr = true
stdout_logfile = {var}/log/{name}.log
stdout_logfile_maxbytes = {log_megabytes}MB
stdout_logfile_backups = 1
"""


@dataclass(frozen=True)
class State:
    """What supervisord says about a process; no pid while it does not run."""

    name: str
    state: str
    pid: int | None


class Supervision:
    """A running supervisord with the processes of one portal; start it from a thread that stays: it ends with that thread."""

    def __init__(self, plan: Plan, var: Path, log_megabytes: int = 0) -> None:
        self.plan = plan
        self.log_megabytes = log_megabytes
        self.var = var.resolve()
        self._daemon: subprocess.Popen[bytes] | None = None
        self._folder = ""

    def start(self) -> None:
        """Starts all processes, out of reach of the terminal's Ctrl-C."""
        for name in ("log", "run"):
            (self.var / name).mkdir(parents=True, exist_ok=True)
        configuration = self.var / "run" / "supervisord.conf"
        configuration.touch(mode=0o600)
        configuration.chmod(0o600)
        configuration.write_text(configuration_of(self.plan, self.var, self.socket, self.log_megabytes), encoding="utf-8")
        bound = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
        with (self.var / "log" / "supervisord.err").open("wb") as errors:
            self._daemon = subprocess.Popen(
                [*bound, sys.executable, "-m", "supervisor.supervisord", "-c", str(configuration)],
                cwd=ROOT,
                env=dict(self.plan.shared),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                start_new_session=True,
                umask=PRIVATE,
            )

    @property
    def socket(self) -> Path:
        """Beside the configuration, or somewhere with a shorter name."""
        beside = self.var / "run" / "supervisord.sock"
        if len(str(beside)) <= LONGEST_SOCKET_PATH:
            return beside
        self._folder = self._folder or tempfile.mkdtemp(prefix="amtsgang-")
        return Path(self._folder) / "supervisord.sock"

    @property
    def is_alive(self) -> bool:
        """Whether supervisord itself runs."""
        return self._daemon is not None and self._daemon.poll() is None

    def stop(self) -> None:
        """Lets every process finish its work in hand and ends; the gateway first."""
        if self._daemon is not None:
            self._daemon.terminate()
            try:
                self._daemon.wait(2 * STOP_SECONDS + 10)
            except subprocess.TimeoutExpired:
                self._daemon.kill()
                self._daemon.wait()
            self._daemon = None
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)

    def states(self) -> list[State]:
        """Of all processes, in the order of the plan."""
        found = {row["name"]: row for row in self._ask().getAllProcessInfo()}
        return [_state(found[process.name]) for process in self.plan.processes]

    def state(self, name: str) -> State:
        """Of one process."""
        return _state(self._ask().getProcessInfo(self._address(name)))

    def stop_process(self, name: str) -> None:
        """Gracefully; it stays down until started again."""
        try:
            self._ask().stopProcess(self._address(name), True)
        except Fault as fault:
            if "NOT_RUNNING" not in fault.faultString:
                raise

    def start_process(self, name: str) -> None:
        """Returns when it has been started, which is before it is ready."""
        try:
            self._ask().startProcess(self._address(name), False)
        except Fault as fault:
            if "ALREADY_STARTED" not in fault.faultString:
                raise

    def kill_process(self, name: str, number: int = signal.SIGKILL) -> int | None:
        """Without warning; supervisord starts it again. The pid it had; None if it was not running."""
        pid = self.state(name).pid
        if pid is not None:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                return None
        return pid

    def _address(self, name: str) -> str:
        process = next(process for process in self.plan.processes if process.name == name)
        return f"{_group(process)}:{name}"

    def _ask(self) -> Any:
        return ask(self.socket)


class OneQuestion(SupervisorTransport):  # type: ignore[misc]
    """Leaves no connection open behind an answer."""

    def request(self, host: str, handler: str, request_body: bytes, verbose: int = 0) -> Any:
        """One question, one connection."""
        try:
            return super().request(host, handler, request_body, verbose)
        finally:
            self.close()


def ask(socket: Path) -> Any:
    """supervisord's XML-RPC interface; a connection for each question."""
    transport = OneQuestion(None, None, f"unix://{socket}")
    return ServerProxy("http://127.0.0.1", transport=transport).supervisor


def configuration_of(plan: Plan, var: Path, socket: Path, log_megabytes: int = 0) -> str:
    """The whole file; at 0 megabytes logs are never cut.

    Two groups, because supervisord stops all processes of a group at once, and one group after the other.
    """
    values = {"root": _escaped(str(ROOT)), "var": _escaped(str(var)), "socket": _escaped(str(socket)), "user": _user()}
    text = HEADER.format(**values)
    for priority, group in enumerate((BACK, FRONT), start=1):
        names = [process.name for process in plan.processes if _group(process) == group]
        text += GROUP.format(name=group, programs=",".join(names), priority=priority)
    for process in plan.processes:
        text += PROGRAM.format(
            name=process.name,
            command=_escaped(" ".join(_quoted(word) for word in process.command)),
            environment=_escaped(_variables(process.environment)),
            stop_seconds=STOP_SECONDS,
            log_megabytes=log_megabytes,
            umask=PRIVATE,
            **values,
        )
    return text


def _user() -> str:
    """supervisord warns root, and only root, who has not said that it is meant."""
    return "user = root\n" if os.geteuid() == 0 else ""


def _group(process: Process) -> str:
    return FRONT if process.kind == "gateway" else BACK


def _variables(environment: Mapping[str, str]) -> str:
    return ",".join(f"{name}={_quoted(value)}" for name, value in environment.items())


def _quoted(value: str) -> str:
    backslashed = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{backslashed}"'


def _escaped(value: str) -> str:
    return value.replace("%", "%%")


def _state(row: Mapping[str, Any]) -> State:
    return State(row["name"], row["statename"].lower(), row["pid"] or None)
