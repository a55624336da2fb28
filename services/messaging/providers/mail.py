"""Handing e-mails to a mail server."""

import smtplib
import ssl
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from services.chassis import clock
from services.contracts.errors import Invalid, Unavailable

PATIENCE = 10
"""Seconds we wait for the mail server at each step."""

PERMANENT = 500
"""SMTP replies from here on mean "never" (RFC 5321, 4.2.1)."""


class Post(Protocol):
    """Takes mails to where they are delivered from."""

    def send(self, mail_id: str, to: str, subject: str, text: str, language: str) -> None:
        """Hand over one mail. The same id makes the same Message-ID, so that a second copy can be recognised.

        Raises unavailable if it may work later, invalid (`messaging.address_refused`) if this address never works.
        """
        ...


@dataclass(frozen=True)
class SmtpPost:
    """A mail server that speaks SMTP.

    The URL is `smtp://[user:password@]host[:port][?tls=starttls][&from=address]`, or `smtps://…` for TLS from the first byte.
    """

    url: str

    def send(self, mail_id: str, to: str, subject: str, text: str, language: str) -> None:
        """Hand over one mail on a connection of its own."""
        message = self._message(mail_id, to, subject, text, language)
        try:
            with self._connect() as server:
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            if all(code >= PERMANENT for code, _ in error.recipients.values()):
                raise _refused() from None
            raise _unavailable() from None
        except smtplib.SMTPNotSupportedError:
            raise _refused() from None
        except (smtplib.SMTPException, OSError):
            # Without its text, which may hold the address.
            raise _unavailable() from None

    def _message(self, mail_id: str, to: str, subject: str, text: str, language: str) -> EmailMessage:
        message = EmailMessage()
        message.set_content(text)
        sender = self._options.get("from", ["portal@localhost"])[0]
        user, _, domain = to.rpartition("@")
        if not user or not domain:
            raise _refused()
        try:
            message["To"] = Address(username=user, domain=domain.encode("idna").decode())
        except (ValueError, IndexError):
            raise _refused() from None
        message["From"] = Address(display_name="Amtsgang", addr_spec=sender)
        message["Subject"] = subject
        message["Date"] = format_datetime(clock.now())
        message["Message-ID"] = f"<{mail_id}@{sender.rpartition('@')[2]}>"
        message["Content-Language"] = language
        message["Auto-Submitted"] = "auto-generated"
        return message

    def _connect(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        host = parts.hostname or "localhost"
        if parts.scheme == "smtps":
            context = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=PATIENCE, context=context)
        else:
            server = smtplib.SMTP(host, parts.port or 25, timeout=PATIENCE)
        if self._options.get("tls") == ["starttls"]:
            server.starttls(context=ssl.create_default_context())
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        return server

    @property
    def _options(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.url).query)


def _refused() -> Invalid:
    return Invalid("messaging.address_refused", "The mail server refuses this address.")


def _unavailable() -> Unavailable:
    return Unavailable("messaging.mail_server_unavailable", "The mail server cannot be reached right now.")
