"""Who may do what on the broker: one user per kind of process, with no more than its work needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from deploy.broker.conversations import Conversations, conversations
from services.contracts.registry import SERVICES, events
from services.contracts.wire import RPC_EXCHANGE

UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
ANYTHING = ".*"
ANY_SERVICE = f"({'|'.join(SERVICES)})"

Names = tuple[str, ...]
"""Regular expressions, each for a whole name."""


@dataclass(frozen=True)
class Topic:
    """Routing keys a user may publish with (write) and bind with (read) on one topic exchange."""

    write: Names = ()
    read: Names = ()


@dataclass(frozen=True)
class Rights:
    """Names a user may declare (configure), publish to or bind (write), and consume or bind from (read)."""

    configure: Names = ()
    write: Names = ()
    read: Names = ()
    topics: Mapping[str, Topic] = field(default_factory=dict)


def rights() -> dict[str, Rights]:
    """The rights of every kind of process."""
    return {
        **{service: _service(service, conversations(service)) for service in SERVICES},
        "gateway": _client("gateway", tuple(rf"{service}\.[a-z_]+" for service in SERVICES)),
        "relay": Rights(write=(rf"{ANY_SERVICE}\.events",)),
        "operator": _operator(),
        "admin": Rights(configure=(ANYTHING,), write=(ANYTHING,), read=(ANYTHING,)),
    }


def pattern(names: Names) -> str:
    """What RabbitMQ takes: one expression; nothing at all without names."""
    return f"^({'|'.join(names)})$" if names else "^$"


def _service(name: str, talk: Conversations) -> Rights:
    """Declares, binds and reads its own queues; publishes its own events and failures; calls only whom its code calls.

    It declares the exchanges on which it meets others too, so that services may start in any order.
    """
    own = (
        rf"rpc-{name}",
        rf"rpc\.reply-{name}-.+",
        rf"{name}\.on\..+",
        rf"{name}\.retry\..+",
        rf"{name}\.(requeue|dead|events)",
    )
    heard = {producer: _heard(talk, producer) for producer in SERVICES if _heard(talk, producer)}
    met = (RPC_EXCHANGE, *(rf"{producer}\.events" for producer in heard))
    calls = tuple(rf"{service}\.{method}" for service, method in sorted(talk.calls))
    return Rights(
        configure=(*own, *met),
        write=(*own, RPC_EXCHANGE),
        read=(*own, *met),
        topics={
            RPC_EXCHANGE: Topic(write=(*calls, UUID), read=(rf"{name}\.\*", UUID)),
            **{f"{producer}.events": Topic(read=keys) for producer, keys in heard.items() if producer != name},
        },
    )


def _heard(talk: Conversations, producer: str) -> Names:
    return tuple(event.replace(".", r"\.") for event in sorted(talk.hears) if events()[event].service == producer)


def _operator() -> Rights:
    """Reads dead letters, sends them again, and asks services for their state."""
    client = _client("operator", (rf"{ANY_SERVICE}\.get_status",))
    return Rights(
        configure=client.configure,
        write=(*client.write, rf"{ANY_SERVICE}\.requeue"),
        read=(*client.read, rf"{ANY_SERVICE}\.on\..+\.dead"),
        topics=client.topics,
    )


def _client(name: str, calls: Names) -> Rights:
    """Sends requests and reads its own replies."""
    replies = rf"rpc\.reply-{name}-.+"
    return Rights(
        configure=(replies, RPC_EXCHANGE),
        write=(replies, RPC_EXCHANGE),
        read=(replies, RPC_EXCHANGE),
        topics={RPC_EXCHANGE: Topic(write=calls, read=(UUID,))},
    )
