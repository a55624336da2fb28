"""For operators: how the services are, in words."""

from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from falcon.asgi import Request, Response

from gateway import visit
from gateway.pages.language import Speech
from gateway.pages.rendering import reading, render
from gateway.status import SECONDS_TO_ANSWER, Answer, of_services
from gateway.visit import Visit
from services.contracts.actors import staff
from services.contracts.errors import Failure

SECONDS_OUTBOX_MAY_WAIT = 30.0
MESSAGES_THAT_MAY_WAIT = 1000
ERASURE_MAY_WAIT = timedelta(days=1)


class Operations:
    """State of every service."""

    allow: ClassVar[Any] = staff("operator")

    async def on_get(self, req: Request, resp: Response) -> None:
        """Only for operators."""
        talk = reading(req)
        found = (await of_services(visit.of(req))).items()
        worries = [sentence for name, status in found for sentence in _worries(talk, name, status)]
        worries += await _stuck_erasures(visit.of(req), talk)
        services = [_shown(talk, name, status) for name, status in found]
        scanner = await _scanner(visit.of(req))
        worries += _worries_of_scanner(talk, scanner)
        shown = {"services": services, "scanner": _scanner_shown(talk, scanner)}
        await render(req, resp, "operations.html", **shown, worries=worries, is_well=not worries)


async def _stuck_erasures(it: Visit, talk: Speech) -> list[str]:
    """Erasures that some service has not answered for a day."""
    try:
        found = await it.ask("accounts", "list_unfinished_erasures")
    except Failure:
        return []
    late = [e for e in found["erasures"] if datetime.now(UTC) - datetime.fromisoformat(e["requested_at"]) > ERASURE_MAY_WAIT]
    text = talk.gettext("An erasure has been waiting for %(services)s for more than a day.")
    waiting = [", ".join(part["service"] for part in erasure["services"] if not part["done_at"]) for erasure in late]
    return [text % {"services": services} for services in waiting]


async def _scanner(it: Visit) -> Answer:
    """The virus scanner, or why nothing can be said of it."""
    try:
        return await it.ask("applications", "get_scanner_state", deadline=SECONDS_TO_ANSWER)
    except Failure as failure:
        return failure


def _worries_of_scanner(talk: Speech, state: Answer) -> list[str]:
    """Files nobody can look at; that there is no scanner is a choice, and applications that is away is told already."""
    if isinstance(state, Failure) or not state["address"] or state["is_reachable"]:
        return []
    text = talk.ngettext(
        "The virus scanner does not answer. %(num)d file waits for it.",
        "The virus scanner does not answer. %(num)d files wait for it.",
        state["waiting"],
    )
    return [text % {"num": state["waiting"]}]


def _scanner_shown(talk: Speech, state: Answer) -> dict[str, Any]:
    _ = talk.gettext
    if isinstance(state, Failure):
        return {"label": _("not known: applications does not answer"), "tone": "warning", "facts": []}
    if not state["address"]:
        return {"label": _("not configured: nobody looks at attached files"), "tone": "info", "facts": []}
    facts = [(_("Address"), state["address"]), (_("Files waiting"), talk.number(state["waiting"]))]
    if state["is_reachable"]:
        return {"label": _("answers"), "tone": "success", "facts": [(_("Engine and signatures"), state["version"]), *facts]}
    return {"label": _("does not answer"), "tone": "danger", "facts": [(_("Error"), state["error"]), *facts]}


def _dead(status: dict[str, Any]) -> int:
    return sum(queue["messages"] for queue in status["queues"] if queue["name"].endswith(".dead"))


def _waiting(status: dict[str, Any]) -> int:
    return sum(queue["messages"] for queue in status["queues"] if not queue["name"].endswith(".dead"))


def _worries(talk: Speech, name: str, status: Answer) -> list[str]:
    if isinstance(status, Failure):
        return [talk.gettext("%(service)s does not answer.") % {"service": name}]
    found = []
    if _dead(status):
        text = talk.ngettext(
            "%(service)s has %(num)d message that failed for good.",
            "%(service)s has %(num)d messages that failed for good.",
            _dead(status),
        )
        found.append(text % {"service": name, "num": _dead(status)})
    if status["outbox_age_seconds"] > SECONDS_OUTBOX_MAY_WAIT:
        text = talk.gettext("Events of %(service)s have been waiting for %(seconds)s seconds to be sent. Does the relay run?")
        found.append(text % {"service": name, "seconds": talk.number(round(status["outbox_age_seconds"]))})
    if _waiting(status) > MESSAGES_THAT_MAY_WAIT:
        text = talk.gettext("%(num)s messages wait for %(service)s. Start more of it.")
        found.append(text % {"service": name, "num": talk.number(_waiting(status))})
    return found


def _shown(talk: Speech, name: str, status: Answer) -> dict[str, Any]:
    _ = talk.gettext
    if isinstance(status, Failure):
        return {"name": name, "label": _("does not answer"), "tone": "danger", "facts": [], "queues": []}
    is_well = not _worries(talk, name, status)
    facts = [
        (_("Answered by"), status["instance"]),
        (_("Running since"), talk.moment(status["started_at"])),
        (_("Messages waiting"), talk.number(_waiting(status))),
        (_("Messages failed for good"), talk.number(_dead(status))),
        (_("Events to be sent"), talk.number(status["outbox_pending"])),
    ]
    label, tone = (_("answers"), "success") if is_well else (_("needs a look"), "warning")
    return {"name": name, "label": label, "tone": tone, "facts": facts, "queues": status["queues"]}
