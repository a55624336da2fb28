"""RPC from the gateway's client to a service of the chassis, and between services, over a real broker."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import amqp
import pytest

from gateway.bus import Bus
from services.chassis import topology
from services.chassis.address import address
from services.contracts import wire
from services.contracts.actors import Actor, Role
from services.contracts.errors import (
    BY_KIND,
    Failure,
    Forbidden,
    Internal,
    Invalid,
    NotFound,
    Timeout,
    Unauthenticated,
    Unavailable,
)
from tests.echo.running import Running, running
from tests.integration.events import depth, eventually
from tests.patience import PATIENCE_SECONDS

NOBODY = Actor()
CITIZEN = Actor("citizen", "0190c5a8-8e3a-7c33-8f0a-3a6a3f1b2c3d")
OPERATOR = Actor("staff", "0190c5a8-8e3a-7c33-8f0a-3a6a3f1b2c3e", roles=(Role("operator", "*"),))


@pytest.fixture(scope="module")
def echo(vhost: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running("echo", vhost, tmp_path_factory.mktemp("echo")) as process:
        yield process


@pytest.fixture(scope="module")
def mirror(vhost: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running("mirror", vhost, tmp_path_factory.mktemp("mirror")) as process:
        yield process


@pytest.mark.usefixtures("echo")
async def test_what_is_said_comes_back_letter_for_letter(bus: Bus) -> None:
    name = "Şükrü Čapek-Łuński ẞ Ǆ"
    assert await bus.call("echo", "echo", CITIZEN, name=name, note="") == {"name": name, "note": ""}


@pytest.mark.usefixtures("echo")
async def test_many_at_once_each_get_their_own_answer(bus: Bus) -> None:
    answers = await asyncio.gather(*(bus.call("echo", "echo", CITIZEN, name=str(n), note="") for n in range(200)))
    assert [a["name"] for a in answers] == [str(n) for n in range(200)]


@pytest.mark.usefixtures("echo")
async def test_a_megabyte_goes_both_ways(bus: Bus) -> None:
    note = "ü" * 1_000_000
    assert (await bus.call("echo", "echo", CITIZEN, name="a", note=note))["note"] == note


@pytest.mark.usefixtures("echo")
async def test_a_slow_call_does_not_hold_up_the_others(bus: Bus) -> None:
    slow = asyncio.create_task(bus.call("echo", "wait", NOBODY, seconds=3))
    await bus.call("echo", "greet", NOBODY, name="a", note="b")
    assert not slow.done(), "answered while the slow one was still at work"
    await slow


@pytest.mark.usefixtures("echo")
def test_a_stock_nameko_client_can_call(vhost: str) -> None:
    from kombu import pools
    from nameko.exceptions import MethodNotFound, RemoteError
    from nameko.standalone.rpc import ClusterRpcProxy

    with ClusterRpcProxy({"AMQP_URI": vhost}, timeout=PATIENCE_SECONDS) as cluster:
        assert cluster.echo.greet(name="Grün", note="ß") == {"name": "Grün", "note": "ß"}
        with pytest.raises(RemoteError) as refused:
            cluster.echo.fail(kind="conflict")
        assert (refused.value.exc_type, refused.value.value) == ("Conflict", "echo.conflict: As you wish.")
        with pytest.raises(MethodNotFound):
            cluster.echo.no_such_method()
        with pytest.raises(RemoteError, match="Unauthenticated"):
            cluster.echo.echo(name="a", note="b")
    pools.reset()  # nameko leaves its connections to them


@pytest.mark.usefixtures("echo")
@pytest.mark.parametrize("kind", sorted(BY_KIND))
async def test_every_kind_of_failure_arrives_as_itself(bus: Bus, kind: str) -> None:
    with pytest.raises(BY_KIND[kind]) as caught:
        await bus.call("echo", "fail", NOBODY, kind=kind)
    assert caught.value.as_dict() == {
        "kind": kind,
        "slug": f"echo.{kind}",
        "text": "As you wish.",
        "fields": {"kind": ["wished"]},
    }


async def test_the_unexpected_arrives_without_its_text_and_is_logged_without_it(bus: Bus, echo: Running) -> None:
    with pytest.raises(Internal) as caught:
        await bus.call("echo", "fail", NOBODY, kind="unexpected")
    assert caught.value.slug == "internal"
    log = echo.log.read_text()
    assert "rpc.unexpected" in log
    assert "Mustermann" not in log
    assert "correlation_id" in log


@pytest.mark.usefixtures("echo")
async def test_wrong_and_unknown_fields_are_named(bus: Bus) -> None:
    with pytest.raises(Invalid) as caught:
        await bus.call("echo", "echo", CITIZEN, name="x" * 101, surprise=1)
    assert set(caught.value.fields) == {"name", "note", "surprise"}
    assert caught.value.fields["name"] == ["too_long"]


@pytest.mark.usefixtures("echo")
async def test_an_unknown_method_is_not_found_and_an_unknown_service_unavailable_at_once(bus: Bus) -> None:
    with pytest.raises(NotFound, match=r"rpc\.unknown_method"):
        await bus.call("echo", "no_such_method", CITIZEN)
    with pytest.raises(Unavailable):  # whoever waits until the deadline gets `Timeout`
        await bus.call("nobody", "home", CITIZEN)


@pytest.mark.usefixtures("echo")
async def test_who_may_not_call_is_told_so(bus: Bus) -> None:
    with pytest.raises(Unauthenticated):
        await bus.call("echo", "echo", NOBODY, name="a", note="b")
    with pytest.raises(Forbidden):
        await bus.call("echo", "echo", OPERATOR, name="a", note="b")


@pytest.mark.usefixtures("echo")
async def test_no_answer_in_time_is_a_timeout_on_time(bus: Bus) -> None:
    answer = asyncio.create_task(bus.call("echo", "wait", NOBODY, seconds=5))
    began = time.monotonic()
    with pytest.raises(Timeout):
        await bus.call("echo", "wait", NOBODY, deadline=0.3, seconds=5)
    assert time.monotonic() - began > 0.25
    assert not answer.done(), "the caller was told long before an answer could have come"
    answer.cancel()


@pytest.mark.usefixtures("echo")
async def test_a_request_past_its_deadline_is_not_worked(bus: Bus, vhost: str) -> None:
    before = (await bus.call("echo", "count", NOBODY))["count"]
    headers = wire.RequestHeaders(NOBODY, time.time() - 1).as_table({})
    publish(vhost, "echo.count", wire.encode_request({}), application_headers=headers)
    assert (await bus.call("echo", "count", NOBODY))["count"] == before + 1


async def test_a_request_expires_in_the_queue_of_a_stopped_service(vhost: str, tmp_path: Path) -> None:
    with amqp.Connection(**address(vhost)) as connection:
        topology.of_service("asleep", ()).declare(connection.channel())
    bus = Bus(vhost)
    await bus.start()
    assert await bus.ready(within=PATIENCE_SECONDS)
    with pytest.raises(Timeout):
        await bus.call("asleep", "wake_up", NOBODY, deadline=0.5)
    await bus.close()
    assert eventually(lambda: depth(vhost, "rpc-asleep") == 0)


@pytest.mark.usefixtures("echo")
@pytest.mark.parametrize("body", [b"\xff\xfe", b"[]", b'{"args": [1], "kwargs": {}}', b'{"args": [], "kwargs": []}'])
async def test_a_body_that_is_no_request_is_invalid(vhost: str, body: bytes) -> None:
    assert ask_raw(vhost, "echo.greet", body)["error"]["kind"] == "invalid"


@pytest.mark.usefixtures("echo")
async def test_headers_that_cannot_be_read_are_invalid(vhost: str) -> None:
    for headers in ({wire.ACTOR: "{"}, {wire.ACTOR: "[1]"}, {wire.DEADLINE: "soon"}, {wire.DEPTH: "x"}):
        answer = ask_raw(vhost, "echo.greet", wire.encode_request({"name": "a", "note": ""}), headers)
        assert answer["error"]["slug"] == "rpc.bad_headers", headers


@pytest.mark.usefixtures("echo", "mirror")
async def test_a_service_asks_another_as_itself_within_the_callers_deadline(bus: Bus) -> None:
    trace = {"traceparent": f"00-{'a' * 32}-{'b' * 16}-01", "amtsgang.correlation-id": "0190c5a8-8e3a"}
    latest = time.time() + 20
    answer = await bus.call("echo", "hand_on", CITIZEN, deadline=20, trace=trace, hops=1, seconds=600)
    assert (answer["depth"], answer["kind"], answer["correlation_id"]) == (1, "service", "0190c5a8-8e3a")
    assert answer["deadline"] < latest + 300, "not the ten minutes the service would have waited"


@pytest.mark.usefixtures("echo", "mirror")
async def test_a_chain_of_three_calls_and_a_call_in_a_transaction_are_refused(bus: Bus) -> None:
    with pytest.raises(Internal):
        await bus.call("echo", "hand_on", CITIZEN, hops=2)
    with pytest.raises(Internal):
        await bus.call("echo", "call_in_transaction", NOBODY)


@pytest.mark.usefixtures("echo")
async def test_a_request_from_too_deep_is_forbidden(vhost: str) -> None:
    answer = ask_raw(vhost, "echo.greet", wire.encode_request({"name": "a", "note": ""}), {wire.DEPTH: 2})
    assert answer["error"]["slug"] == "rpc.too_deep"


async def test_status_is_for_operators(bus: Bus, echo: Running) -> None:
    status = await bus.call("echo", "get_status", OPERATOR)
    assert status["service"] == "echo"
    assert {"rpc-echo", "echo.on.account.registered", "echo.retry.1h"} <= {q["name"] for q in status["queues"]}
    with pytest.raises(Unauthenticated):
        await bus.call("echo", "get_status", NOBODY)
    with pytest.raises(Forbidden):
        await bus.call("echo", "get_status", Actor("staff", "x", roles=(Role("clerk", "1"),)))
    assert echo.process.poll() is None


async def test_the_audit_log_is_for_whom_it_concerns_and_for_operators(bus: Bus, echo: Running) -> None:
    assert await bus.call("echo", "list_audit_entries", OPERATOR, of="offices") == {"entries": [], "more": False}
    with pytest.raises(Unauthenticated):
        await bus.call("echo", "list_audit_entries", NOBODY, of="myself")
    with pytest.raises(Forbidden):
        await bus.call("echo", "list_audit_entries", Actor("staff", "x", roles=(Role("clerk", "1"),)), of="offices")


async def test_stopping_finishes_the_work_in_hand(bus: Bus, vhost: str, tmp_path: Path) -> None:
    with running("mirror", vhost, tmp_path) as second:
        calls = [asyncio.create_task(bus.call("mirror", "wait", NOBODY, seconds=2)) for _ in range(4)]  # some for each mirror
        await asyncio.to_thread(second.wait_until_at_work)
        assert await asyncio.to_thread(second.stop) == 0
        assert await asyncio.gather(*calls) == [{}] * 4


async def test_two_processes_share_the_work(bus: Bus, vhost: str, echo: Running, tmp_path: Path) -> None:
    with running("echo", vhost, tmp_path) as second:
        counts = await asyncio.gather(*(bus.call("echo", "count", NOBODY) for _ in range(100)))
        assert max(c["count"] for c in counts) < 100
        assert second.process.poll() is None


def publish(vhost: str, key: str, body: bytes, **properties: Any) -> None:
    with amqp.Connection(**address(vhost)) as connection:
        connection.channel().basic_publish(amqp.Message(body, **properties), wire.RPC_EXCHANGE, key)


def ask_raw(vhost: str, key: str, body: bytes, headers: dict[str, Any] | None = None) -> dict[str, Any]:
    """Ask without any of our client's code."""
    import orjson

    answers: list[bytes] = []
    with amqp.Connection(**address(vhost)) as connection:
        channel = connection.channel()
        channel.auto_decode = False
        queue = channel.queue_declare("", exclusive=True).queue
        channel.queue_bind(queue, wire.RPC_EXCHANGE, queue)
        channel.basic_consume(queue, no_ack=True, callback=lambda m: answers.append(m.body))
        message = amqp.Message(body, reply_to=queue, correlation_id="1", application_headers=headers or {})
        channel.basic_publish(message, wire.RPC_EXCHANGE, key)
        while not answers:
            connection.drain_events(timeout=PATIENCE_SECONDS)
    answer: dict[str, Any] = orjson.loads(answers[0])
    return answer


def test_failures_survive_the_wire_as_they_are() -> None:
    for failure_class in BY_KIND.values():
        failure = failure_class("a.b", "Text.", {"f": ["g"]})
        with pytest.raises(failure_class) as caught:
            wire.decode_reply(wire.encode_failure(failure))
        assert isinstance(caught.value, Failure)
        assert caught.value.as_dict() == failure.as_dict()
