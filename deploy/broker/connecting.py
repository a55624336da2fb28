"""A short AMQP connection of the house's keepers: to declare, to look, to try whether a user may come in."""

from collections.abc import Iterator
from contextlib import contextmanager

import amqp

from services.chassis.address import address

CONNECT_SECONDS = 5


@contextmanager
def connected(uri: str) -> Iterator[amqp.Connection]:
    """Raises OSError or `amqp.AMQPError` where the broker cannot be reached or refuses the user."""
    connection = amqp.Connection(
        **address(uri),
        connect_timeout=CONNECT_SECONDS,
        client_properties={"connection_name": "deploy", "product": "Amtsgang"},
    )
    connection.connect()
    try:
        yield connection
    finally:
        connection.close()


def lets_in(uri: str) -> bool:
    """Whether the broker lets this user into this virtual host."""
    try:
        with connected(uri):
            return True
    except (OSError, amqp.AMQPError):
        return False
