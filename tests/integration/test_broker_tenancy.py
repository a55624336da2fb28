"""A portal's events stay in the broker whatever becomes of its `broker.json`, until somebody takes the portal off the broker."""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import amqp
import pytest

from deploy import broker
from deploy.broker.connecting import connected
from deploy.broker.leaving import leave
from deploy.trouble import Trouble

QUEUE = "payments.on.order.placed"


@pytest.fixture
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("AMQP_VHOST", f"amtsgang-test-{secrets.token_hex(4)}")
    broker.bring_up(tmp_path)
    yield tmp_path
    broker.tear_down(tmp_path)


def waiting(uri: str) -> int:
    with connected(uri) as connection:
        return int(connection.channel().queue_declare(QUEUE, passive=True).message_count)


def test_a_lost_record_loses_no_event_and_takes_nothing_from_those_at_work(var: Path) -> None:
    before = broker.bring_up(var)
    with connected(before.uris["admin"]) as connection:
        channel = connection.channel()
        channel.confirm_select()
        channel.basic_publish_confirm(amqp.Message("{}"), exchange="", routing_key=QUEUE)
    kept = (var / "broker.json").read_bytes()
    (var / "broker.json").unlink()
    with connected(before.uris["accounts"]) as connection:
        connection.channel().basic_consume("rpc-accounts")
        with pytest.raises(Trouble, match="a portal works on"):
            broker.bring_up(var)
    after = broker.bring_up(var)
    assert after.passwords != before.passwords
    assert waiting(after.uris["admin"]) == 1
    (var / "broker.json").write_bytes(kept)
    assert waiting(broker.bring_up(var).uris["admin"]) == 1


def test_leaving_takes_the_virtual_host_and_its_users(var: Path) -> None:
    home = broker.bring_up(var)
    assert leave(var, os.environ["AMQP_VHOST"]) == home.vhost
    with pytest.raises(amqp.AMQPError), connected(home.uris["admin"]):
        pass
