"""Least rights on a real broker: what one service's user may do, another's may not."""

from collections.abc import Iterator
from uuid import uuid4

import amqp
import pytest

from deploy import broker
from deploy.broker.connecting import connected
from services.chassis import topology
from services.contracts.registry import SERVICES

ARGUMENTS = {"x-queue-type": "quorum"}


@pytest.fixture(scope="module")
def uris() -> Iterator[dict[str, str]]:
    with broker.temporary_vhost() as found:
        yield found


def publish(uri: str, exchange: str, key: str) -> None:
    with connected(uri) as connection:
        channel = connection.channel()
        channel.confirm_select()
        channel.basic_publish_confirm(amqp.Message("{}"), exchange=exchange, routing_key=key)


def refuses(uri: str, exchange: str, key: str) -> bool:
    try:
        publish(uri, exchange, key)
    except amqp.AccessRefused:
        return True
    return False


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_reads_its_own_queue_and_no_other(uris: dict[str, str], service: str) -> None:
    with connected(uris[service]) as connection:
        connection.channel().basic_get(topology.rpc_queue(service))
        for other in SERVICES:
            if other != service:
                with pytest.raises(amqp.AccessRefused):
                    connection.channel().basic_get(topology.rpc_queue(other))


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_publishes_its_own_events_and_no_others(uris: dict[str, str], service: str) -> None:
    publish(uris[service], topology.events_exchange(service), "nothing.happened")
    for other in SERVICES:
        if other != service:
            assert refuses(uris[service], topology.events_exchange(other), "nothing.happened")


def test_a_service_may_not_put_messages_past_the_exchanges_into_a_queue(uris: dict[str, str]) -> None:
    assert refuses(uris["payments"], "", "rpc-accounts")


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_answers_callers_but_calls_only_whom_its_code_calls(uris: dict[str, str], service: str) -> None:
    publish(uris[service], "nameko-rpc", str(uuid4()))
    assert refuses(uris[service], "nameko-rpc", "accounts.grant_role")


def test_a_service_may_not_take_the_requests_of_another(uris: dict[str, str]) -> None:
    with connected(uris["messaging"]) as connection:
        channel = connection.channel()
        channel.queue_declare("messaging.on.everything", durable=True, auto_delete=False, arguments=ARGUMENTS)
        with pytest.raises(amqp.AccessRefused):
            channel.queue_bind("messaging.on.everything", "nameko-rpc", "accounts.*")


def test_a_service_may_not_delete_the_queue_of_another(uris: dict[str, str]) -> None:
    with connected(uris["messaging"]) as connection, pytest.raises(amqp.AccessRefused):
        connection.channel().queue_delete(topology.rpc_queue("accounts"))


def test_the_gateway_calls_services_and_publishes_no_event(uris: dict[str, str]) -> None:
    publish(uris["gateway"], "nameko-rpc", "accounts.sign_in")
    assert refuses(uris["gateway"], "accounts.events", "account.registered")
    assert refuses(uris["gateway"], "nameko-rpc", str(uuid4()))


def test_the_relay_publishes_every_event_and_reads_nothing(uris: dict[str, str]) -> None:
    for service in SERVICES:
        publish(uris["relay"], topology.events_exchange(service), "nothing.happened")
    assert refuses(uris["relay"], "nameko-rpc", "accounts.sign_in")
    with connected(uris["relay"]) as connection, pytest.raises(amqp.AccessRefused):
        connection.channel().basic_get("rpc-accounts")


def test_the_operator_sends_dead_letters_again_and_reads_no_requests(uris: dict[str, str]) -> None:
    dead = "applications.on.payment.secured.dead"
    with connected(uris["operator"]) as connection:
        connection.channel().basic_get(dead)
        with pytest.raises(amqp.AccessRefused):
            connection.channel().basic_get("rpc-applications")
    publish(uris["operator"], "applications.requeue", "applications.on.payment.secured")


def test_nobody_of_the_house_administrates_the_broker_or_enters_another_house(uris: dict[str, str]) -> None:
    with broker.temporary_vhost(declared=False) as others:
        foreign = others["admin"].rsplit("/", 1)[1]
        with pytest.raises((amqp.AMQPError, OSError)), connected(f"{uris['admin'].rsplit('/', 1)[0]}/{foreign}"):
            pass
