"""The words of mails: the call to the mailbox, which tells nothing of what lies in it, and the mails that accounts asks for.

Those are files of `mails/`, one for each kind, with subject, text and why it came, in both languages. `{link}` and `{portal}` are
addresses; other words in braces come with the mail.
"""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

MAILS = Path(__file__).parent / "mails"

SUBJECTS = {
    "de": "Neue Nachricht in Ihrem Postfach",
    "en": "New message in your mailbox",
}
TEXTS = {
    "de": """Guten Tag,

in Ihrem Postfach im Bürgerportal liegt eine neue Nachricht für Sie. Sie können sie nach der Anmeldung lesen:

{address}

Zum Schutz Ihrer Daten steht ihr Inhalt nicht in dieser E-Mail. Wir fragen Sie nie per E-Mail nach Ihrem Passwort.

Diese E-Mail wurde automatisch versandt. Bitte antworten Sie nicht darauf.
""",
    "en": """Hello,

there is a new message for you in your mailbox on the citizens' portal. You can read it after signing in:

{address}

To protect your data, this e-mail does not say what it is about. We never ask for your password by e-mail.

This e-mail was sent automatically. Please do not reply to it.
""",
}
FRAMES = {
    "de": """Guten Tag,

{text}

{why}

Wir fragen Sie nie per E-Mail nach Ihrem Passwort. Diese E-Mail wurde automatisch versandt. Bitte antworten Sie nicht darauf.
""",
    "en": """Hello,

{text}

{why}

We never ask for your password by e-mail. This e-mail was sent automatically. Please do not reply to it.
""",
}


def mail(language: str, portal_url: str) -> tuple[str, str]:
    """Subject and text of the call to the mailbox, in the citizen's language."""
    return SUBJECTS[language], TEXTS[language].format(address=f"{portal_url}/mailbox")


def requested(kind: str, language: str, link: str, portal_url: str, data: dict[str, str]) -> tuple[str, str]:
    """Subject and text of a mail that accounts asked for, in the language of who gets it."""
    words = _words(kind)
    said = {**data, "link": link, "portal": portal_url}
    text, why = (words[part][language].strip().format_map(said) for part in ("text", "why"))
    return words["subject"][language], FRAMES[language].format(text=text, why=why)


@cache
def _words(kind: str) -> dict[str, Any]:
    words: dict[str, Any] = yaml.safe_load((MAILS / f"{kind}.yaml").read_text(encoding="utf-8"))
    return words
