"""Publishing that waits for the broker's confirm, on a connection that another green thread reads."""

from typing import Any

import amqp
import eventlet
from eventlet.event import Event
from eventlet.semaphore import Semaphore

from services.chassis.moving import CONFIRM_TIMEOUT, NotConfirmedError


class ConfirmedChannel:
    """A channel on which every publish waits for the broker's confirm.

    One at a time, so that a returned message is the last one sent.
    """

    def __init__(self, channel: amqp.Channel) -> None:
        self._channel = channel
        self._turn = Semaphore(1)
        self._answer: Event | None = None
        self._is_returned = False
        channel.events["basic_ack"].add(self._on_ack)
        channel.events["basic_nack"].add(self._on_nack)
        channel.events["basic_return"].add(self._on_return)
        channel.confirm_select()

    def publish(self, message: amqp.Message, exchange: str, routing_key: str) -> None:
        """Publish and wait. Raises NotConfirmedError if the message has no queue, is refused, or no confirm comes."""
        with self._turn:
            answer = self._answer = Event()
            self._is_returned = False
            self._channel.basic_publish(message, exchange, routing_key, mandatory=True)
            with eventlet.Timeout(CONFIRM_TIMEOUT, False):
                if answer.wait() and not self._is_returned:
                    return
            raise NotConfirmedError(f"{exchange} did not take a message for {routing_key}")

    def lost(self) -> None:
        """The connection is gone; whoever waits need not."""
        self._on_nack(0, True)

    def _on_ack(self, _tag: int, _multiple: bool) -> None:
        self._tell(True)

    def _on_nack(self, _tag: int, _multiple: bool) -> None:
        self._tell(False)

    def _on_return(self, *_message: Any) -> None:
        self._is_returned = True

    def _tell(self, is_taken: bool) -> None:
        answer, self._answer = self._answer, None
        if answer is not None:
            answer.send(is_taken)
