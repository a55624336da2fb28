"""The sandbox's mail server, asked by a mail client that is not ours."""

import smtplib
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

from tests.integration.payments.sandbox import running_sandbox
from tests.patience import PATIENCE_SECONDS


def test_a_mail_is_kept_as_it_was_sent_and_delivered_to_nobody(tmp_path: Path):
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = "Neue Nachricht", "portal@example.org", "citizen@example.org"
    message.set_content("Grüße aus Sögel\n.\nEin Punkt allein beendet nichts.")
    with running_sandbox(tmp_path) as sandbox:
        place = urlsplit(sandbox.smtp_url)
        with smtplib.SMTP(str(place.hostname), place.port or 0, timeout=PATIENCE_SECONDS) as client:
            client.send_message(message, to_addrs=["citizen@example.org", "other@example.org"])
        (found,) = sandbox.mails("other@example.org")
    assert found["from"] == "portal@example.org"
    assert found["to"] == ["citizen@example.org", "other@example.org"]
    assert found["text"].splitlines() == ["Grüße aus Sögel", ".", "Ein Punkt allein beendet nichts."]
