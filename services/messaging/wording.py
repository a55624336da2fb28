"""The words of the one mail there is: it calls to the mailbox and tells nothing of what lies in it."""

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


def mail(language: str, portal_url: str) -> tuple[str, str]:
    """Subject and text in the citizen's language."""
    return SUBJECTS[language], TEXTS[language].format(address=f"{portal_url}/mailbox")
