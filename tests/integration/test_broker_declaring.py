"""A new version that wants other properties for a queue: an empty one gives way, one with messages never does."""

from collections.abc import Iterator

import amqp
import pytest

from deploy import broker
from deploy.broker.connecting import connected
from deploy.broker.declaring import declare
from deploy.trouble import Trouble

QUEUE = "payments.on.order.placed"
OLD = {"x-queue-type": "quorum", "x-max-length": 7}


@pytest.fixture
def admin() -> Iterator[str]:
    with broker.temporary_vhost(declared=False) as uris:
        with connected(uris["admin"]) as connection:
            connection.channel().queue_declare(QUEUE, durable=True, auto_delete=False, arguments=OLD)
        yield uris["admin"]


def test_an_empty_queue_of_an_old_version_gives_way_while_nobody_works(admin: str) -> None:
    declare(admin, may_replace=True)
    declare(admin)
    with connected(admin) as connection, pytest.raises(amqp.PreconditionFailed):
        connection.channel().queue_declare(QUEUE, durable=True, auto_delete=False, arguments=OLD)


def test_while_somebody_may_work_it_stays(admin: str) -> None:
    with pytest.raises(Trouble, match=QUEUE):
        declare(admin)


def test_a_queue_with_a_message_is_never_taken_away(admin: str) -> None:
    with connected(admin) as connection:
        channel = connection.channel()
        channel.confirm_select()
        channel.basic_publish_confirm(amqp.Message("{}"), exchange="", routing_key=QUEUE)
    with pytest.raises(Trouble, match="holds 1 messages"):
        declare(admin, may_replace=True)
