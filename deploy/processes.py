"""Which processes make up a portal: their names, commands, ports and what each is told."""

import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from deploy import ports
from services.contracts.registry import SERVICES

HEALTH_OFFSET = 100
"""Health, readiness and metrics of the processes lie from the public port plus this upward."""

OUTSIDE_OFFSET = 80
"""So do the sandbox's bank and mail catcher."""


@dataclass(frozen=True)
class Process:
    """One process; `name` is `kind` for the first of its kind and `kind-2`, `kind-3` … for the others."""

    kind: str
    instance: int
    command: tuple[str, ...]
    http_port: int
    environment: Mapping[str, str]

    @property
    def name(self) -> str:
        """Unique in the portal."""
        return _name(self.kind, self.instance)


@dataclass(frozen=True)
class Plan:
    """All processes, and what they share."""

    port: int
    shared: Mapping[str, str]
    processes: tuple[Process, ...]

    @property
    def url(self) -> str:
        """Where a browser goes."""
        return f"http://{ports.HOST}:{self.port}/"


def plan(port: int, scale: Mapping[str, int], uris: Mapping[str, str], told: Mapping[str, str]) -> Plan:
    """Assigns ports; several relays or services of a kind share the work, the gateway has as many workers as its scale."""
    outside = ports.free_from(port + OUTSIDE_OFFSET)
    health = ports.free_from(port + HEALTH_OFFSET)
    shared = {
        **told,
        "PORTAL_URL": told.get("PORTAL_URL") or f"http://{ports.HOST}:{port}",
        "BANK_URL": told.get("BANK_URL") or f"http://{ports.HOST}:{next(outside)}/bank",
        "SMTP_URL": told.get("SMTP_URL") or f"smtp://{ports.HOST}:{next(outside)}",
    }
    processes = [
        Process(kind, instance, command, http_port, _own(kind, instance, http_port, uris, port, scale))
        for (kind, instance, command), http_port in zip(_commands(scale), health, strict=False)
    ]
    return Plan(port, shared, tuple(processes))


def names(scale: Mapping[str, int]) -> list[str]:
    """Of all processes that a scale means."""
    return [_name(kind, instance) for kind, instance, _ in _commands(scale)]


def _name(kind: str, instance: int) -> str:
    return kind if instance == 1 else f"{kind}-{instance}"


def _commands(scale: Mapping[str, int]) -> Iterator[tuple[str, int, tuple[str, ...]]]:
    yield "sandbox", 1, _python("deploy.sandbox")
    for service in SERVICES:
        for instance in range(1, scale[service] + 1):
            yield service, instance, _python("services.chassis.process", service)
    for instance in range(1, scale["relay"] + 1):
        yield "relay", instance, _python("services.chassis.relay")
    yield "gateway", 1, _python("gunicorn", "-c", "gateway/server.py", "gateway.app:create_from_environment()")


def _python(module: str, *arguments: str) -> tuple[str, ...]:
    """Linux ends the process when the supervisor is gone, however it went: nothing of a portal outlives it."""
    bound = ("setpriv", "--pdeathsig", "TERM") if shutil.which("setpriv") else ()
    return (*bound, sys.executable, "-m", module, *arguments)


def _own(
    kind: str, instance: int, http_port: int, uris: Mapping[str, str], port: int, scale: Mapping[str, int]
) -> dict[str, str]:
    own = {"INSTANCE": str(instance), "HTTP_PORT": str(http_port)}
    if kind in uris:
        own["AMQP_URI"] = uris[kind]
    if kind == "gateway":
        own |= {"PORT": str(port), "WEB_CONCURRENCY": str(scale["gateway"])}
    return own
