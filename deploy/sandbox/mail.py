"""The mail server: takes every mail over SMTP, delivers none, and shows them all."""

import email
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.sandbox.store import Store

SIZE_LIMIT = 10 * 1024 * 1024
SELECT_MAILS = """
SELECT * FROM mails
WHERE (? IS NULL OR EXISTS (SELECT 1 FROM json_each(mails.recipients) WHERE lower(value) = lower(?))) AND number > ?
ORDER BY number LIMIT ?
"""


class Catcher:
    """What aiosmtpd calls for each mail."""

    def __init__(self, store: Store) -> None:
        self.store = store

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep the mail; the answer comes after the commit."""
        content = envelope.original_content or b""
        catch(self.store, envelope.mail_from or "", envelope.rcpt_tos, content)
        return "250 Kept in the sandbox, delivered to nobody"


def server(store: Store) -> SMTP:
    """The protocol of one connection."""
    return SMTP(
        Catcher(store), hostname="sandbox.invalid", ident="Amtsgang sandbox", data_size_limit=SIZE_LIMIT, enable_SMTPUTF8=True
    )


def catch(store: Store, sender: str, recipients: Sequence[str], content: bytes) -> None:
    """Keep one mail."""
    with store.transaction() as connection:
        connection.execute(
            "INSERT INTO mails (received_at, sender, recipients, content) VALUES (?, ?, ?, ?)",
            (datetime.now(UTC).isoformat(), sender, json.dumps(list(recipients)), content),
        )


def messages(store: Store, to: str | None = None, after: int = 0, limit: int = 200) -> list[dict[str, Any]]:
    """Mails from behind number `after`, oldest first; only those to an address if `to` is given."""
    return [_readable(row) for row in store.rows(SELECT_MAILS, to, to, after, limit)]


def newest_messages(store: Store, limit: int = 200) -> list[dict[str, Any]]:
    """The newest mails, newest first."""
    return [_readable(row) for row in store.rows("SELECT * FROM mails ORDER BY number DESC LIMIT ?", limit)]


def _readable(row: dict[str, Any]) -> dict[str, Any]:
    message = email.message_from_bytes(row["content"], policy=default)
    body = message.get_body(("plain", "html"))
    return {
        "number": row["number"],
        "received_at": row["received_at"],
        "from": row["sender"],
        "to": json.loads(row["recipients"]),
        "subject": str(message.get("Subject", "")),
        "message_id": str(message.get("Message-ID", "")),
        "text": body.get_content() if body is not None else "",
    }
