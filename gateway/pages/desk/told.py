"""What the citizen was told of a case, in the words they read, and what became of the mails that called to it."""

from collections.abc import Mapping
from typing import Any

from gateway.pages import words
from gateway.pages.language import N_, Speech
from gateway.visit import Visit
from services.contracts.errors import Timeout, Unavailable

SECONDS_TO_WAIT = 1.5
"""The rest of the page is worth more than waiting longer for this."""

MAILS = {
    "waiting": N_("the e-mail about it waits to be sent"),
    "sent": N_("e-mail sent %(moment)s"),
    "failed": N_("the e-mail about it could not be delivered"),
    "unknown": N_("not known whether an e-mail went out"),
}
NO_MAIL = N_("in the mailbox, without an e-mail")


async def told_of(it: Visit, talk: Speech, case_id: str) -> list[dict[str, Any]] | None:
    """Newest first; None while the mailbox cannot be asked."""
    try:
        found = await it.ask("applications", "list_case_notices", deadline=SECONDS_TO_WAIT, case_id=case_id)
    except (Unavailable, Timeout):
        return None
    return [_said(talk, notice) for notice in found["notices"]]


def _said(talk: Speech, notice: Mapping[str, Any]) -> dict[str, Any]:
    mail, said = notice["mail"], words.NOTICES[notice["kind"]]
    how = MAILS[mail["state"]] if mail else NO_MAIL
    return {
        "at": notice["at"],
        "title": talk.gettext(said.title),
        "text": talk.gettext(said.text),
        "mail": talk.gettext(how) % ({"moment": talk.moment(mail["sent_at"])} if mail and mail["sent_at"] else {}),
        "is_lost": mail is not None and mail["state"] == "failed",
    }
