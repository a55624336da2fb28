"""The services `echo` and `mirror`."""

import os
import time
from typing import Any

import structlog
from sqlalchemy import Column, Integer, MetaData, String, Table, insert

from services.chassis import Call, Database, Event, Peers, rpc, subscribe, tracing
from services.contracts.actors import ANYONE, CITIZEN, SIGNED_IN
from services.contracts.errors import BY_KIND, Invalid, Unavailable

TABLES = MetaData()
HANDLED = Table(
    "handled",
    TABLES,
    Column("number", Integer, primary_key=True),
    Column("event_id", String(36)),
    Column("subject", String(80)),
    Column("correlation_id", String(80)),
)
COUNTED = [0]
IN_HAND = "echo.in_hand"
"""What the log says when work begins that takes a while."""

SECRET = "Erika Mustermann, DE02120300000000202051"


class Echo:
    """Answers what it is asked; its event handler does what the subject says."""

    name = "echo"
    db: Any = Database()
    peers = Peers()
    other = "mirror"

    @rpc(allow=CITIZEN)
    def echo(self, call: Call) -> dict[str, Any]:
        return call.data

    @rpc(allow=ANYONE)
    def greet(self, call: Call) -> dict[str, Any]:
        return call.data

    @rpc(allow=ANYONE)
    def fail(self, call: Call) -> dict[str, Any]:
        kind = call.data["kind"]
        if kind == "unexpected":
            raise ValueError(SECRET)
        raise BY_KIND[kind](f"echo.{kind}", "As you wish.", {"kind": ["wished"]})

    @rpc(allow=ANYONE)
    def wait(self, call: Call) -> dict[str, Any]:
        structlog.get_logger().info(IN_HAND)
        time.sleep(call.data["seconds"])
        return {}

    @rpc(allow=ANYONE)
    def count(self, _call: Call) -> dict[str, Any]:
        COUNTED[0] += 1
        return {"count": COUNTED[0]}

    @rpc(allow=ANYONE)
    def hand_on(self, call: Call) -> dict[str, Any]:
        if call.data["hops"]:
            return self.peers.call(self.other, "hand_on", within=call.data["seconds"], hops=call.data["hops"] - 1)
        return {
            "depth": call.depth,
            "kind": call.actor.kind,
            "correlation_id": tracing.correlation_id(),
            "deadline": call.deadline,
        }

    @rpc(allow=ANYONE)
    def call_in_transaction(self, _call: Call) -> dict[str, Any]:
        with self.db.transaction():
            return self.peers.call(self.other, "count")

    @subscribe("account.registered")
    def on_account_registered(self, event: Event) -> None:
        if event.subject == "crash":
            os._exit(9)
        if event.subject == "brief":
            time.sleep(0.2)
        if event.subject == "slow":
            structlog.get_logger().info(IN_HAND)
            time.sleep(1)
        if event.subject == "ask mirror":
            self.peers.call(self.other, "count", within=1)
        with event.transaction() as session:
            row = {"event_id": event.id, "subject": event.subject, "correlation_id": tracing.correlation_id()}
            session.execute(insert(HANDLED).values(row))
            if os.environ.get("HEALED"):
                return
            if event.subject == "unavailable":
                raise Unavailable("echo.unavailable", "Not now.")
            if event.subject == "invalid":
                raise Invalid("echo.invalid", "Never.")
            if event.subject == "unexpected":
                raise ValueError(SECRET)


class Mirror(Echo):
    """The other one: the same, under another name."""

    name = "mirror"
    other = "echo"

    @rpc(allow=SIGNED_IN)
    def echo(self, call: Call) -> dict[str, Any]:
        return call.data
