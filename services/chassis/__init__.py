"""How things cross the wire: the chassis of every service. Services take everything they need of it from here.

The names are loaded when first asked for: the gateway uses modules of the chassis too, and has no use for nameko and eventlet.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from services.chassis.background import every as every
    from services.chassis.call import Call as Call
    from services.chassis.dependencies import Database as Database
    from services.chassis.events import subscribe as subscribe
    from services.chassis.inbox import Event as Event
    from services.chassis.offloading import offload as offload
    from services.chassis.peers import Peers as Peers
    from services.chassis.rpc_server import rpc as rpc

HOME = {
    "Call": "call",
    "Database": "dependencies",
    "Event": "inbox",
    "Peers": "peers",
    "every": "background",
    "offload": "offloading",
    "rpc": "rpc_server",
    "subscribe": "events",
}

__all__ = ["Call", "Database", "Event", "Peers", "every", "offload", "rpc", "subscribe"]


def __getattr__(name: str) -> Any:
    if name not in HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{HOME[name]}"), name)
