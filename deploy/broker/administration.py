"""The two ways to manage users and virtual hosts of a RabbitMQ: its control tool and its management HTTP API."""

import base64
import json
import re
import subprocess
import urllib.error
import urllib.request
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

from deploy.broker.address import Address
from deploy.broker.server import CONTROL, node_environment
from deploy.debian import as_root
from deploy.trouble import Trouble
from services.contracts.registry import SERVICES

MANAGEMENT_PORT = 15672
LISTENING_PORTS = "[Port || {listener, _, _, _, _, Port, _} <- rabbit_networking:active_listeners()]."
QUEUES = (
    "[begin {{ok, Messages, Consumers}} = rabbit_amqqueue:stat(Queue), "
    "{{element(4, element(2, Queue)), Messages, Consumers}} end "
    '|| Queue <- rabbit_amqqueue:list(<<"{vhost}">>)].'
)
"""Asks the queues themselves: what `list_queues` says of a quorum queue is some seconds old."""

SECONDS = 60


@dataclass(frozen=True)
class Load:
    """What a portal has in a virtual host: events that wait in its queues, and services at work there now."""

    events: int = 0
    workers: int = 0

    @classmethod
    def of(cls, queues: Iterable[tuple[str, int, int]]) -> "Load":
        """From names, messages and consumers; queues of other systems that read events do not count."""
        rows = list(queues)
        events = sum(messages for name, messages, _ in rows if name.startswith(tuple(f"{service}." for service in SERVICES)))
        return cls(events, sum(consumers for name, _, consumers in rows if name.startswith("rpc-")))


class Administration(Protocol):
    """Whoever may manage users and virtual hosts."""

    def apply(self, definitions: Mapping[str, Any]) -> None:
        """Creates or changes what RabbitMQ's definitions format says."""

    def vhosts(self) -> list[str]:
        """Names of all virtual hosts."""

    def load(self, vhost: str) -> Load:
        """What a portal has there; nothing where there is no such virtual host."""

    def remove(self, vhost: str, users: Collection[str]) -> None:
        """Deletes a virtual host with all it holds, and users; silent about those already gone."""


@dataclass(frozen=True)
class ControlTool:
    """`rabbitmqctl` of this machine, as root."""

    command: tuple[str, ...]

    def apply(self, definitions: Mapping[str, Any]) -> None:
        """Passwords go through standard input: a command line is readable by everybody on the machine."""
        self.run("import_definitions", "--format", "json", given=json.dumps(definitions))

    def vhosts(self) -> list[str]:
        """Names of all virtual hosts."""
        rows = json.loads(self.run("list_vhosts", "--formatter", "json"))
        return [row["name"] for row in rows]

    def load(self, vhost: str) -> Load:
        """As of now."""
        said = self.run("eval", QUEUES.format(vhost=vhost))
        found = re.findall(r'<<"([^"]*)">>,\s*(\d+),\s*(\d+)', said)
        return Load.of((name, int(messages), int(consumers)) for name, messages, consumers in found)

    def remove(self, vhost: str, users: Collection[str]) -> None:
        """One call for all: each start of the tool costs half a second."""
        names = ", ".join(f'<<"{user}">>' for user in users)
        self.run(
            "eval",
            f'catch rabbit_vhost:delete(<<"{vhost}">>, <<"amtsgang">>), '
            f'[catch rabbit_auth_backend_internal:delete_user(User, <<"amtsgang">>) || User <- [{names}]], ok.',
        )

    def run(self, *arguments: str, given: str = "") -> str:
        """The tool's output; raises with its last words if it failed."""
        try:
            done = subprocess.run(
                [*self.command, "-q", *arguments], input=given, capture_output=True, text=True, check=False, timeout=SECONDS
            )
        except subprocess.TimeoutExpired:
            raise Trouble(f"rabbitmqctl did not finish within {SECONDS} s: see /var/log/rabbitmq.") from None
        if done.returncode != 0:
            words = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
            raise Trouble(f"rabbitmqctl {arguments[0]} failed ({words[-1] if words else 'no output'}): see /var/log/rabbitmq.")
        return done.stdout


@dataclass(frozen=True)
class ManagementApi:
    """RabbitMQ's management plugin over HTTP, as an administrator."""

    url: str
    user: str
    password: str

    def apply(self, definitions: Mapping[str, Any]) -> None:
        """Virtual hosts first: some versions check permissions before they create them."""
        for vhost in definitions.get("vhosts", []):
            self.request("PUT", f"/api/vhosts/{quote(vhost['name'], safe='')}", {})
        self.request("POST", "/api/definitions", definitions)

    def vhosts(self) -> list[str]:
        """Names of all virtual hosts."""
        return [row["name"] for row in self.request("GET", "/api/vhosts")]

    def load(self, vhost: str) -> Load:
        """As of some seconds ago; queues too young to be counted hold nothing."""
        if vhost not in self.vhosts():
            return Load()
        rows = self.request("GET", f"/api/queues/{quote(vhost, safe='')}")
        return Load.of((row["name"], row.get("messages", 0), row.get("consumers", 0)) for row in rows)

    def remove(self, vhost: str, users: Collection[str]) -> None:
        """The virtual host goes first, so that nobody works on in it."""
        for path in (f"/api/vhosts/{quote(vhost, safe='')}", *(f"/api/users/{quote(user, safe='')}" for user in users)):
            try:
                self.request("DELETE", path)
            except urllib.error.HTTPError as error:
                if error.code != HTTPStatus.NOT_FOUND:
                    raise

    def request(self, verb: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """The decoded answer; raises what urllib raises."""
        token = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        request = urllib.request.Request(  # noqa: S310 - the address is the operator's own
            self.url + path,
            method=verb,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Basic {token}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - as above
            text = answer.read()
        return json.loads(text) if text else None

    def is_open_to_us(self) -> bool:
        """Whether it answers and lets this user administrate."""
        try:
            return "administrator" in self.request("GET", "/api/whoami").get("tags", "")
        except (OSError, ValueError, AttributeError):
            return False


def administration(address: Address, management_url: str | None = None) -> Administration | None:
    """Whichever way works for this broker; None where this process has no right to manage it."""
    tool = _control_tool(address) if address.is_local else None
    if tool is not None:
        return tool
    scheme = "https" if address.scheme == "amqps" else "http"
    api = ManagementApi(management_url or f"{scheme}://{address.host}:{MANAGEMENT_PORT}", address.user, address.password)
    return api if api.is_open_to_us() else None


def _control_tool(address: Address) -> ControlTool | None:
    """The control tool, if it manages the very broker that listens at this port: others may be forwarded from elsewhere."""
    command = as_root([CONTROL], node_environment()) if Path(CONTROL).exists() else None
    if command is None:
        return None
    tool = ControlTool(tuple(command))
    try:
        ports = json.loads(tool.run("eval", LISTENING_PORTS))
    except (Trouble, ValueError):
        return None
    return tool if address.port in ports else None
