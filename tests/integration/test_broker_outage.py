"""The broker goes away and comes back: nobody hangs, nobody falls over, nothing is lost, nothing is done twice."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from gateway.bus import Bus
from services.contracts.actors import Actor
from services.contracts.errors import Failure, Timeout, Unavailable
from tests.echo.running import Running, running
from tests.integration.events import DEAD, QUEUE, channel, depth, envelope, eventually, publish
from tests.integration.proxy import Proxy, proxied
from tests.patience import PATIENCE_SECONDS

NOBODY = Actor()
LONG_DEADLINE = 60.0
"""Seconds; what ends at once ends long before it, on any machine."""


@pytest.fixture
def proxy(vhost: str) -> Iterator[Proxy]:
    with proxied(vhost) as between:
        yield between


@pytest.fixture
def echo(proxy: Proxy, tmp_path: Path) -> Iterator[Running]:
    with running("echo", proxy.uri, tmp_path) as process:
        yield process


@pytest_asyncio.fixture
async def bus(proxy: Proxy) -> AsyncIterator[Bus]:
    client = Bus(proxy.uri)
    await client.start()
    await client.ready(within=PATIENCE_SECONDS)
    yield client
    await client.close()


def handled(folder: Path) -> list[str]:
    with sqlite3.connect(folder / "echo.sqlite") as database:
        found = [row[0] for row in database.execute("SELECT event_id FROM handled")]
    database.close()
    return found


async def answers(bus: Bus, seconds: float = PATIENCE_SECONDS) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            await bus.call("echo", "greet", NOBODY, deadline=1, name="a", note="b")
        except Failure:
            await asyncio.sleep(0.05)
        else:
            return True
    return False


async def test_calls_fail_fast_while_the_broker_is_away_and_succeed_when_it_is_back(
    bus: Bus, echo: Running, proxy: Proxy
) -> None:
    assert await answers(bus)
    proxy.cut()
    async with asyncio.timeout(LONG_DEADLINE / 2):
        with pytest.raises(Unavailable):
            await bus.call("echo", "greet", NOBODY, deadline=LONG_DEADLINE, name="a", note="b")
    assert not await bus.ready()
    cpu, began = cpu_seconds(echo), time.monotonic()
    async with asyncio.timeout(LONG_DEADLINE / 2):
        for _ in range(20):
            with pytest.raises(Unavailable):
                await bus.call("echo", "greet", NOBODY, deadline=LONG_DEADLINE, name="a", note="b")
            await asyncio.sleep(0.2)
    assert cpu_seconds(echo) - cpu < (time.monotonic() - began) / 2, "a process without a broker waits, it does not spin"
    proxy.restore()
    assert await answers(bus)
    assert echo.process.poll() is None


async def test_a_call_in_hand_when_the_line_breaks_ends_at_once(bus: Bus, echo: Running, proxy: Proxy) -> None:
    assert await answers(bus)
    call = asyncio.create_task(bus.call("echo", "wait", NOBODY, deadline=LONG_DEADLINE, seconds=3))
    await asyncio.to_thread(echo.wait_until_at_work)
    proxy.cut()
    with pytest.raises(Timeout, match=r"answer_lost"):
        async with asyncio.timeout(LONG_DEADLINE / 2):
            await call
    proxy.restore()
    assert await answers(bus)
    assert echo.process.poll() is None


@pytest.mark.slow
@pytest.mark.usefixtures("echo")
async def test_a_line_gone_silent_is_found_out(bus: Bus, proxy: Proxy, tmp_path: Path, vhost: str) -> None:
    assert await answers(bus)
    proxy.silence()
    with pytest.raises(Failure):
        await bus.call("echo", "greet", NOBODY, deadline=1, name="a", note="b")
    event = envelope("during the silence")
    publish(vhost, event)
    before = proxy.connections
    assert await asyncio.to_thread(eventually, lambda: proxy.connections >= before + 2), "both sides tried again"
    proxy.cut()
    proxy.restore()
    assert await answers(bus)
    assert await asyncio.to_thread(eventually, lambda: handled(tmp_path) == [event["id"]])


async def test_started_without_a_broker_everything_waits_for_it(vhost: str, tmp_path: Path) -> None:
    with proxied(vhost) as proxy:
        proxy.cut()
        bus = Bus(proxy.uri)
        await bus.start()
        assert not await bus.ready(within=0.2)
        with pytest.raises(Unavailable):
            await bus.call("echo", "greet", NOBODY, name="a", note="b")
        with running("echo", proxy.uri, tmp_path, is_awaited=False) as echo:
            assert await asyncio.to_thread(eventually, lambda: "broker.lost" in echo.log.read_text())
            proxy.restore()
            assert await answers(bus)
        await bus.close()


def test_events_in_hand_and_underway_survive_with_one_effect_each(
    echo: Running, proxy: Proxy, vhost: str, tmp_path: Path
) -> None:
    events = [envelope("slow") for _ in range(24)]
    publish(vhost, *events)
    echo.wait_until_at_work()
    for pause in (0.3, 2.5):
        proxy.cut()
        publish(vhost, events[0])
        time.sleep(pause)
        proxy.restore()
        time.sleep(1.5)
    assert eventually(lambda: len(handled(tmp_path)) == 24)
    assert eventually(lambda: depth(vhost, QUEUE) == 0)
    time.sleep(1)
    assert sorted(handled(tmp_path)) == sorted(e["id"] for e in events)
    assert depth(vhost, DEAD) == 0


def test_a_failed_event_that_cannot_be_moved_is_kept_until_it_can(echo: Running, vhost: str) -> None:
    with channel(vhost) as opened:
        opened.exchange_delete("echo.dead")
    publish(vhost, envelope("invalid"))
    assert eventually(lambda: depth(vhost, DEAD) == 1), "declared anew, then moved"
    echo.wait_until_connected(2)
    with channel(vhost) as opened:
        opened.queue_purge(DEAD)


async def test_a_queue_deleted_under_its_consumer_is_declared_anew(bus: Bus, echo: Running, vhost: str) -> None:
    assert await answers(bus)
    with channel(vhost) as opened:
        opened.queue_delete("rpc-echo")
    assert await answers(bus)
    assert echo.process.poll() is None


async def test_stopping_without_a_broker_does_not_wait_for_it(echo: Running, proxy: Proxy) -> None:
    proxy.cut()
    assert await asyncio.to_thread(eventually, lambda: "broker.lost" in echo.log.read_text())
    assert await asyncio.to_thread(echo.stop) == 0, "1 is what it gives when its time to finish has run out"


def cpu_seconds(process: Running) -> float:
    fields = Path(f"/proc/{process.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100
