"""`make dead-letters` against a real broker: it lists, shows, sends again and discards, and loses nothing on the way."""

import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import amqp
import pytest

from deploy.broker import temporary_vhost
from services.chassis import dead_letters, topology
from services.chassis.topology import Rung
from tests.echo.running import QUICK, ROOT, running
from tests.integration.events import DEAD, QUEUE, channel, depth, envelope, eventually, publish

SUBSCRIPTIONS = [topology.subscription("echo", "account.registered")]
Command = Callable[..., tuple[int, str]]


@pytest.fixture
def command(vhost: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    def run(*arguments: str) -> tuple[int, str]:
        monkeypatch.setenv("AMQP_URI", vhost)
        code = dead_letters.main(list(arguments), SUBSCRIPTIONS)
        streams = capsys.readouterr()
        return code, streams.out + streams.err

    return run


@pytest.fixture
def graveyard(vhost: str) -> None:
    """The queues of echo, empty."""
    ladder = tuple(Rung(rung.name, int(ms)) for rung, ms in zip(topology.LADDER, QUICK, strict=True))
    with channel(vhost) as opened:
        topology.of_service("echo", SUBSCRIPTIONS, ladder).declare(opened)
        for queue in (QUEUE, DEAD):
            opened.queue_purge(queue)


def bury(vhost: str, *subjects: str) -> None:
    """Dead letters as the chassis makes them."""
    import orjson

    with channel(vhost) as opened:
        for subject in subjects:
            headers = {
                "attempt": 1,
                "error-kind": "invalid",
                "error-slug": "echo.invalid",
                "error-text": "Never.",
                "failed-at": "2026-11-21T12:00:00+00:00",
            }
            message = amqp.Message(orjson.dumps(envelope(subject)), application_headers=headers, delivery_mode=2)
            opened.basic_publish(message, "echo.dead", QUEUE, mandatory=True)


def ids(text: str) -> list[str]:
    return re.findall(r"^[0-9a-f]{10}", text, re.MULTILINE)


@pytest.mark.usefixtures("graveyard")
def test_a_letter_is_listed_shown_and_still_there(vhost: str, command: Command) -> None:
    bury(vhost, "one", "two")
    for _ in range(30):
        code, text = command("list")
        assert (code, len(ids(text))) == (0, 2)
    assert "2 dead letters." in text
    assert "echo.invalid" in text
    code, text = command("show", ids(text)[0])
    assert code == 0
    assert '"subject": "one"' in text
    assert "Never." in text
    assert eventually(lambda: depth(vhost, DEAD) == 2)


@pytest.mark.usefixtures("graveyard")
def test_a_poisoned_event_is_buried_shown_sent_again_and_done(vhost: str, command: Command, tmp_path: Path) -> None:
    with running("echo", vhost, tmp_path):
        publish(vhost, envelope("invalid"))
        assert eventually(lambda: depth(vhost, DEAD) == 1)
        letter = ids(command("list")[1])[0]
        assert command("send-again", letter)[0] == 0
        assert eventually(lambda: depth(vhost, DEAD) == 1), "still poison: buried again"
        assert ids(command("list")[1]) != [letter]
    # The cause is mended: nobody minds this subject now.
    with running("echo", vhost, tmp_path, healed=True):
        assert "1 sent again." in command("send-again", "--all", QUEUE)[1]
        assert eventually(lambda: handled(tmp_path) == ["invalid"])
    assert eventually(lambda: depth(vhost, DEAD) == 0)


@pytest.mark.usefixtures("graveyard")
def test_discarding_takes_exactly_one(vhost: str, command: Command) -> None:
    bury(vhost, "one", "two", "three")
    second = ids(command("list")[1])[1]
    code, text = command("discard", second)
    assert code == 0
    assert '"subject": "two"' in text, "what is discarded is shown a last time"
    assert len(ids(command("list", DEAD)[1])) == 2
    assert command("discard", second)[0] == dead_letters.NOT_FOUND


@pytest.mark.usefixtures("graveyard")
@pytest.mark.parametrize(("body", "shown"), [(b"\xff\xfe", "\\xff\\xfe"), (b"", DEAD), (b"[1]", "[1]")])
def test_what_is_no_event_can_be_shown_and_discarded(vhost: str, command: Command, body: bytes, shown: str) -> None:
    with channel(vhost) as opened:
        opened.basic_publish(amqp.Message(body), "echo.dead", QUEUE, mandatory=True)
    letter = ids(command("list")[1])[0]
    assert shown in command("show", letter)[1]
    assert command("discard", letter)[0] == 0
    assert command("list") == (0, "0 dead letters.\n")


@pytest.mark.usefixtures("graveyard")
def test_without_its_queue_a_letter_stays_where_it_is(vhost: str, command: Command) -> None:
    bury(vhost, "one")
    with channel(vhost) as opened:
        opened.queue_unbind(QUEUE, "echo.requeue", QUEUE)
    letter = ids(command("list")[1])[0]
    assert command("send-again", letter)[0] == dead_letters.UNREACHABLE
    assert eventually(lambda: depth(vhost, DEAD) == 1)


@pytest.mark.usefixtures("graveyard")
def test_interrupted_between_publish_and_acknowledgement_nothing_is_lost(vhost: str, monkeypatch: pytest.MonkeyPatch) -> None:
    bury(vhost, "one", "two")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(dead_letters.DeadLetters, "discard", interrupted)
    with pytest.raises(KeyboardInterrupt), dead_letters.opened(vhost, SUBSCRIPTIONS) as letters:
        for letter in letters.waiting():
            letters.send_again(letter)
    assert eventually(lambda: depth(vhost, QUEUE) == 1)
    assert eventually(lambda: depth(vhost, DEAD) == 2)


def test_exit_codes(vhost: str, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    assert command("show", "0123456789")[0] == dead_letters.NOT_FOUND
    for unknown in (["list", "nowhere"], ["send-again", "--all", "nowhere"]):
        code, text = command(*unknown)
        assert code == dead_letters.NOT_FOUND
        assert f"There is no queue nowhere; those there are:\n{QUEUE}" in text
    assert command("list", DEAD)[0] == 0
    for wrong in ([], ["send-again"], ["show"], ["bury", "x"]):
        with pytest.raises(SystemExit, match="2"):
            dead_letters.main(wrong, SUBSCRIPTIONS)
    monkeypatch.setenv("AMQP_URI", "amqp://guest:guest@127.0.0.1:1/nowhere")
    assert dead_letters.main(["list"], SUBSCRIPTIONS) == dead_letters.UNREACHABLE
    monkeypatch.delenv("AMQP_URI")
    assert dead_letters.main(["list"], SUBSCRIPTIONS) == 2


@pytest.mark.slow
def test_the_operators_rights_suffice_for_every_subscription_of_the_house() -> None:
    queue = "documents.on.application.approved"
    with temporary_vhost() as uris:

        def command(*arguments: str) -> tuple[int, str, str]:
            done = subprocess.run(
                [sys.executable, "-m", "services.chassis.dead_letters", *arguments],
                cwd=ROOT,
                env={"AMQP_URI": uris["operator"], "PATH": ""},
                capture_output=True,
                text=True,
                check=False,
            )
            return done.returncode, done.stdout, done.stderr

        assert command("list") == (0, "0 dead letters.\n", "")
        with channel(uris["documents"]) as opened:
            for _ in range(3):
                opened.basic_publish(amqp.Message(b"{}"), "documents.dead", queue, mandatory=True)
        letter = ids(command("list")[1])[0]
        assert command("discard", letter)[0] == 0
        assert command("send-again", "--all", queue) == (0, "2 sent again.\n", "")
        assert eventually(lambda: depth(uris["admin"], queue) == 2)


def handled(folder: Path) -> list[str]:
    with sqlite3.connect(folder / "echo.sqlite") as database:
        found = [row[0] for row in database.execute("SELECT subject FROM handled")]
    database.close()
    return found
