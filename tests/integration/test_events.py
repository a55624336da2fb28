"""What becomes of events: handled once, tried again, buried; whatever happens, none is lost."""

import signal
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest

from tests.echo.running import running
from tests.echo.service import IN_HAND
from tests.integration.events import ACCOUNT, CORRELATION, DEAD, QUEUE, depth, envelope, eventually, publish, take
from tests.patience import PATIENCE_SECONDS


def handled(folder: Path) -> list[str]:
    """Subjects of the events whose handling was committed, in order."""
    with sqlite3.connect(folder / "echo.sqlite") as database:
        rows = database.execute("SELECT subject FROM handled ORDER BY number").fetchall()
    database.close()
    return [row[0] for row in rows]


def counted(log: str, outcome: str) -> int:
    return log.count(f'"outcome":"{outcome}"') + log.count(f'"outcome": "{outcome}"')


def test_an_event_is_handled_once_with_its_trace(vhost: str, tmp_path: Path) -> None:
    with running("echo", vhost, tmp_path) as echo:
        event = envelope("first")
        publish(vhost, event, event, envelope("second"))
        assert eventually(lambda: sorted(handled(tmp_path)) == ["first", "second"])
        assert eventually(lambda: counted(echo.log.read_text(), "duplicate") == 1)
        assert CORRELATION in echo.log.read_text()
        assert eventually(lambda: depth(vhost, QUEUE) == depth(vhost, DEAD) == 0)


def test_an_unavailable_peer_brings_the_event_back_until_it_succeeds(vhost: str, tmp_path: Path) -> None:
    with running("mirror", vhost, tmp_path):
        pass  # its queue is there now, and it is not: who asks waits for the deadline
    with running("echo", vhost, tmp_path) as echo:
        publish(vhost, envelope("ask mirror"))
        assert eventually(lambda: echo.log.read_text().count("event.failed") >= 1)
        assert handled(tmp_path) == []
        with running("mirror", vhost, tmp_path):
            assert eventually(lambda: handled(tmp_path) == ["ask mirror"])
        assert depth(vhost, DEAD) == 0


def test_the_sixth_failure_buries_the_event_with_its_error(vhost: str, tmp_path: Path) -> None:
    with running("echo", vhost, tmp_path) as echo:
        event = envelope("unavailable")
        publish(vhost, event)
        assert eventually(lambda: depth(vhost, DEAD) == 1)
        assert eventually(lambda: echo.log.read_text().count("event.failed") == 6)
        (dead,) = take(vhost, DEAD)
        headers = dead.headers
        assert (headers["error-kind"], headers["error-slug"], headers["error-text"]) == (
            "unavailable",
            "echo.unavailable",
            "Not now.",
        )
        assert (headers["attempt"], headers["failed-at"][:2]) == (6, "20")
        assert event["id"].encode() in dead.body
        assert handled(tmp_path) == []


@pytest.mark.parametrize(("subject", "slug"), [("invalid", "echo.invalid"), ("unexpected", "internal")])
def test_what_will_never_succeed_is_buried_at_once(vhost: str, tmp_path: Path, subject: str, slug: str) -> None:
    with running("echo", vhost, tmp_path) as echo:
        publish(vhost, envelope(subject))
        assert eventually(lambda: depth(vhost, DEAD) == 1)
        (dead,) = take(vhost, DEAD)
        assert (dead.headers["error-slug"], dead.headers["attempt"]) == (slug, 1)
        assert "Mustermann" not in str(dead.headers) + echo.log.read_text()
        assert handled(tmp_path) == []


def test_what_is_no_event_is_buried_as_it_came(vhost: str, tmp_path: Path) -> None:
    wrong: list[dict[str, Any] | bytes] = [
        b"\xff\xfe not JSON",
        b"",
        b"[]",
        b'{"specversion": "1.0"}',
        envelope("x", specversion="0.3"),
        envelope("x", type="de.amtsgang.payments.payment.secured.v1"),
        envelope("x", data=[ACCOUNT]),
        envelope("x", data={}),
    ]
    with running("echo", vhost, tmp_path):
        publish(vhost, *wrong, envelope("good"))
        assert eventually(lambda: depth(vhost, DEAD) == len(wrong))
        assert eventually(lambda: handled(tmp_path) == ["good"])
        dead = take(vhost, DEAD)
        assert {m.headers["error-kind"] for m in dead} == {"invalid"}
        assert b"\xff\xfe not JSON" in [m.body for m in dead]


def test_unknown_fields_of_a_later_producer_are_ignored(vhost: str, tmp_path: Path) -> None:
    with running("echo", vhost, tmp_path):
        publish(vhost, envelope("newer", data={"account_id": ACCOUNT, "added_in_v1_9": True}, extension="x"))
        assert eventually(lambda: handled(tmp_path) == ["newer"])


def test_a_killed_process_loses_nothing_it_had_in_hand(vhost: str, tmp_path: Path) -> None:
    with running("echo", vhost, tmp_path) as echo:
        publish(vhost, *(envelope("slow") for _ in range(20)))
        echo.wait_until_at_work(2)
        echo.stop(signal.SIGKILL)
    with running("echo", vhost, tmp_path):
        assert eventually(lambda: len(handled(tmp_path)) == 20)
        assert eventually(lambda: depth(vhost, QUEUE) == 0)


def test_the_control_that_acknowledges_first_does_lose_events(vhost: str, tmp_path: Path) -> None:
    with running("echo", vhost, tmp_path, fault="ack_before_work") as echo:
        publish(vhost, *(envelope("slow") for _ in range(20)))
        echo.wait_until_at_work(2)
        echo.stop(signal.SIGKILL)
    with running("echo", vhost, tmp_path):
        assert eventually(lambda: depth(vhost, QUEUE) == 0)
        time.sleep(2)
        assert len(handled(tmp_path)) < 20


def test_stopping_finishes_the_events_in_hand_and_leaves_the_rest(vhost: str, tmp_path: Path) -> None:
    with running("echo", vhost, tmp_path) as echo:
        publish(vhost, *(envelope("slow") for _ in range(12)))
        echo.wait_until_at_work()
        assert echo.stop() == 0
        done = len(handled(tmp_path))
        assert echo.log.read_text().count(IN_HAND) == done > 0
        assert eventually(lambda: depth(vhost, QUEUE) == 12 - done > 0)
    with running("echo", vhost, tmp_path):
        assert eventually(lambda: len(handled(tmp_path)) == 12)


def test_two_processes_share_the_events(vhost: str, tmp_path: Path) -> None:
    with running("echo", vhost, tmp_path) as one, running("echo", vhost, tmp_path) as two:
        publish(vhost, *(envelope("slow") for _ in range(16)))
        assert eventually(lambda: len(handled(tmp_path)) == 16)
        assert all(counted(process.log.read_text(), "done") >= 4 for process in (one, two))


@pytest.mark.slow
def test_an_event_that_kills_its_process_is_buried_by_the_broker(vhost: str, tmp_path: Path) -> None:
    publish_to = envelope("crash")
    innocent = [envelope("brief") for _ in range(6)]
    with running("echo", vhost, tmp_path) as echo:
        publish(vhost, *innocent[:3], publish_to, *innocent[3:])
        assert echo.process.wait(PATIENCE_SECONDS) == 9
    until = time.monotonic() + 4 * PATIENCE_SECONDS
    while depth(vhost, DEAD) == 0:
        assert time.monotonic() < until
        try:
            with running("echo", vhost, tmp_path) as again:
                if eventually(lambda: again.process.poll() is not None or depth(vhost, DEAD) == 1, 5):
                    continue
        except AssertionError:
            continue
    assert len(handled(tmp_path)) == len(innocent), "the others in hand at each crash are not buried with it"
    (dead,) = take(vhost, DEAD)
    assert publish_to["id"].encode() in dead.body
    assert dead.headers["x-death"][0]["reason"] == "delivery_limit"
