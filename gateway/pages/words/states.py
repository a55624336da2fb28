"""What states say to citizens and to staff: of cases, payments, mandates and staff."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.pages.language import N_, Speech


@dataclass(frozen=True)
class State:
    """A state as a badge and as sentences for the citizen and for staff."""

    label: str
    tone: str
    symbol: str
    meaning: str
    for_staff: str


CASE_STATES: dict[str, State] = {
    "awaiting_payment": State(
        N_("waiting for payment"),
        "warning",
        "warning",
        N_("The office begins as soon as the payment is secured."),
        N_("The citizen has not paid yet. There is nothing to do."),
    ),
    "submitted": State(
        N_("received"),
        "info",
        "info",
        N_("Your application has arrived at the office. It will be taken up soon."),
        N_("The case waits for somebody to take it up."),
    ),
    "in_review": State(
        N_("in review"),
        "info",
        "autorenew",
        N_("Somebody at the office is working on your application."),
        N_("The case is in review."),
    ),
    "awaiting_applicant": State(
        N_("correction asked for"),
        "warning",
        "warning",
        N_("The office has a question about your answers. Please correct what it asks for; until then it cannot go on."),
        N_("The citizen is asked to correct some answers. The legal deadline stands still until they do."),
    ),
    "awaiting_second": State(
        N_("waiting for the second person"),
        "info",
        "autorenew",
        N_("Somebody at the office has decided on your application. A second person is checking the decision."),
        N_("The case is approved by one person and waits for the second approver."),
    ),
    "withheld": State(
        N_("rejected, not told yet"),
        "info",
        "info",
        N_("Your application has arrived at the office. It will be taken up soon."),
        N_("The case is rejected. The citizen reads that on %(day)s, whatever was found."),
    ),
    "approved": State(
        N_("approved"),
        "success",
        "success",
        N_("The office has approved your application. What you receive is being prepared."),
        N_("The case is approved; its document is being made."),
    ),
    "completed": State(
        N_("completed"),
        "success",
        "success",
        N_("Everything is done."),
        N_("The case is completed. There is nothing to do."),
    ),
    "rejected": State(
        N_("rejected"),
        "danger",
        "danger",
        N_("The office could not approve your application. If you have paid for it, the fee goes back to you by itself."),
        N_("The case is rejected. A paid fee goes back by itself."),
    ),
    "withdrawn": State(
        N_("taken back"),
        "info",
        "info",
        N_("You have taken back your application. If you have paid for it, the fee goes back to you by itself."),
        N_("The citizen has taken back the application. There is nothing to do."),
    ),
}
URGENCIES = {"soon": (N_("due soon"), "warning"), "overdue": (N_("overdue"), "danger")}
CASE_EVENTS: dict[str, str] = {
    "hand_over": N_("handed over to another office"),
    "send_back": N_("sent back by the second person"),
    "correct": N_("answers corrected"),
    "call_back": N_("the office goes on without a correction"),
}
SUBMITTED_AND_NEUTRAL = N_("Your application has arrived at the office. The answer can take four weeks and longer.")
APPROVED_BY_POST = N_("The office has approved your application and sends it to you by post.")
COMPLETED_BY_POST = N_("The office has sent it to you by post. It should arrive within a few days.")
COMPLETED_WITH_DOCUMENT = N_("Your document is ready.")
PAYMENT_STATES: dict[str, str] = {
    "open": N_("not paid yet"),
    "secured": N_("secured by your mandate, will be collected"),
    "collected": N_("collected from your account"),
}
SHARE_STATES: dict[str, str] = {
    "due": N_("not paid yet"),
    "secured": N_("secured by your mandate, will be collected"),
    "collected": N_("collected from your account"),
    "released": N_("will not be collected, as the application was rejected or taken back"),
    "refunded": N_("paid back to your account, as the application was rejected or taken back"),
}
MANDATE_STATES: dict[str, State] = {
    "asked": State(N_("waits for an answer"), "warning", "warning", "", ""),
    "active": State(N_("in force"), "success", "success", "", ""),
    "declined": State(N_("declined"), "info", "info", "", ""),
    "withdrawn": State(N_("withdrawn"), "info", "info", "", ""),
    "revoked": State(N_("ended"), "info", "info", "", ""),
    "expired": State(N_("expired"), "info", "info", "", ""),
}
STAFF_STATES: dict[str, tuple[str, str]] = {
    "invited": (N_("invited"), "info"),
    "active": (N_("active"), "success"),
    "suspended": (N_("suspended"), "danger"),
}


def meaning(case: Mapping[str, Any]) -> str:
    """What the state means for the citizen, which depends on how the service ends."""
    by_post = case["ending"] == "post"
    if case["state"] == "approved" and by_post:
        return APPROVED_BY_POST
    if case["state"] == "completed":
        return COMPLETED_BY_POST if by_post else COMPLETED_WITH_DOCUMENT
    if case["state"] == "submitted" and case.get("is_neutral"):
        return SUBMITTED_AND_NEUTRAL
    return CASE_STATES[case["state"]].meaning


def urgency_badge(talk: Speech, urgency: str | None) -> dict[str, str] | None:
    """The badge of a time that is nearly or wholly over."""
    if urgency is None:
        return None
    label, tone = URGENCIES[urgency]
    return {"label": talk.gettext(label), "tone": tone, "symbol": tone}


def for_staff(talk: Speech, case: Mapping[str, Any]) -> str:
    """What the state means for the clerk."""
    state = CASE_STATES[case["state"]]
    said = talk.gettext(state.for_staff)
    return said % {"day": talk.day(case["answer_at"])} if case["state"] == "withheld" else said
