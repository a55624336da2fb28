"""The bank: takes files of direct debits and credit transfers in the form of ISO 20022."""

from http import HTTPStatus
from typing import Protocol

import requests

from services.contracts.errors import Unavailable

CONNECT_SECONDS, ANSWER_SECONDS = 3.0, 10.0


class Refused(Exception):
    """The bank has read the file and will not carry it out, now or later. Nothing of it was booked."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Bank(Protocol):
    """What payments needs of a bank. Returning means accepted; the same message id again is accepted again and booked once.

    Both raise Refused, and unavailable where it is not known whether the bank has the file: the same file must be sent again.
    """

    def debit(self, pain_008: bytes) -> None:
        """Hand over a file of direct debits (pain.008.001.08)."""

    def transfer(self, pain_001: bytes) -> None:
        """Hand over a credit transfer (pain.001.001.09)."""


class HttpBank:
    """A bank behind HTTP: the sandbox, or an adapter with the same two addresses in front of a bank's EBICS client."""

    def __init__(self, url: str, timeout: tuple[float, float] = (CONNECT_SECONDS, ANSWER_SECONDS)) -> None:
        self.url = url
        self.timeout = timeout

    def debit(self, pain_008: bytes) -> None:
        """Hand over a file of direct debits."""
        self._send("direct-debits", pain_008)

    def transfer(self, pain_001: bytes) -> None:
        """Hand over a credit transfer."""
        self._send("credit-transfers", pain_001)

    def _send(self, what: str, content: bytes) -> None:
        try:
            answer = requests.post(
                f"{self.url}/{what}",
                data=content,
                headers={"Content-Type": "application/xml", "Accept": "application/json"},
                timeout=self.timeout,
            )
        except requests.RequestException as error:
            raise Unavailable("payments.bank_unavailable", "The bank cannot be reached right now.") from error
        if answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY:
            raise Refused(_reason(answer))
        # Everything else, even "another file came under this id" (409), leaves open what the bank has booked: never a refusal.
        if answer.status_code != HTTPStatus.OK:
            raise Unavailable("payments.bank_unavailable", f"The bank answered {answer.status_code}.")


def _reason(answer: requests.Response) -> str:
    try:
        return str(answer.json()["reason"])
    except (ValueError, KeyError, TypeError):
        return "The bank gave no reason."
