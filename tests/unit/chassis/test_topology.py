"""Names on the broker are those of docs/architecture.md, and every queue has its way out."""

import pytest

from services.chassis import subscriptions, topology
from services.chassis.topology import Binding, Exchange, Topology
from services.contracts.registry import SERVICES, events

SECURED = topology.subscription("applications", "payment.secured")


def arguments(part: Topology, queue: str) -> dict[str, object]:
    return next(q.arguments for q in part.queues if q.name == queue)


def test_a_subscription_is_named_for_who_listens_to_what() -> None:
    assert (SECURED.producer, SECURED.queue) == ("payments", "applications.on.payment.secured")
    assert SECURED.dead_queue == "applications.on.payment.secured.dead"


def test_an_event_nobody_publishes_cannot_be_subscribed_to() -> None:
    with pytest.raises(KeyError):
        topology.subscription("applications", "payment.dreamt_of")


def test_a_service_without_subscriptions_has_its_rpc_queue_and_its_events() -> None:
    part = topology.of_service("documents", ())
    assert part.exchanges == (Exchange("nameko-rpc", "topic"), Exchange("documents.events", "topic"))
    assert [q.name for q in part.queues] == ["rpc-documents"]
    assert part.bindings == (Binding("rpc-documents", "nameko-rpc", "documents.*"),)


def test_the_ladder_has_the_rungs_of_rule_three() -> None:
    part = topology.of_service("applications", [SECURED])
    waits = {q.name: q.arguments["x-message-ttl"] for q in part.queues if ".retry." in q.name}
    assert waits == {
        "applications.retry.1s": 1_000,
        "applications.retry.10s": 10_000,
        "applications.retry.1m": 60_000,
        "applications.retry.10m": 600_000,
        "applications.retry.1h": 3_600_000,
    }


def test_what_has_waited_comes_back_to_the_queue_it_came_from() -> None:
    part = topology.of_service("applications", [SECURED])
    assert arguments(part, "applications.retry.1s")["x-dead-letter-exchange"] == "applications.requeue"
    assert "x-dead-letter-routing-key" not in arguments(part, "applications.retry.1s"), "the key is the subscription's queue"
    assert Binding(SECURED.queue, "applications.requeue", SECURED.queue) in part.bindings
    assert Exchange("applications.retry.1s", "fanout") in part.exchanges


@pytest.fixture(scope="module")
def house() -> dict[str, Topology]:
    return subscriptions.topologies()


def test_every_service_is_there(house: dict[str, Topology]) -> None:
    assert tuple(house) == SERVICES


def test_every_queue_is_a_quorum_queue(house: dict[str, Topology]) -> None:
    assert {q.arguments["x-queue-type"] for part in house.values() for q in part.queues} == {"quorum"}


def test_every_subscription_has_a_producer_and_a_dead_letter_queue(house: dict[str, Topology]) -> None:
    for service, part in house.items():
        for queue in [q for q in part.queues if q.name.startswith(f"{service}.on.") and not q.name.endswith(".dead")]:
            event = queue.name.removeprefix(f"{service}.on.")
            assert Binding(queue.name, f"{events()[event].service}.events", event) in part.bindings
            assert Binding(f"{queue.name}.dead", f"{service}.dead", queue.name) in part.bindings
            assert queue.arguments["x-dead-letter-exchange"] == f"{service}.dead"
            assert queue.arguments["x-dead-letter-routing-key"] == queue.name


def test_the_broker_never_drops_what_it_moves(house: dict[str, Topology]) -> None:
    moving = [q for part in house.values() for q in part.queues if "x-dead-letter-exchange" in q.arguments]
    assert moving
    for queue in moving:
        assert queue.arguments["x-dead-letter-strategy"] == "at-least-once"
        assert queue.arguments["x-overflow"] == "reject-publish", "at-least-once is not granted without"


def test_no_two_services_declare_the_same_queue(house: dict[str, Topology]) -> None:
    names = [q.name for part in house.values() for q in part.queues]
    assert len(names) == len(set(names))


def test_bindings_meet_only_what_is_declared_with_them(house: dict[str, Topology]) -> None:
    for part in house.values():
        exchanges, queues = {e.name for e in part.exchanges}, {q.name for q in part.queues}
        assert {b.exchange for b in part.bindings} <= exchanges
        assert {b.queue for b in part.bindings} <= queues
        assert {q.arguments.get("x-dead-letter-exchange") for q in part.queues} - {None} <= exchanges
