"""Which areas a member of staff has, by role: the navigation, the way after signing in, and the start page of staff follow it."""

from collections.abc import Iterator

from gateway.pages.language import N_
from services.contracts.actors import Actor, staff

CASE_READERS = staff("clerk", "approver")
IDENTITY_OFFICERS = staff("identity_officer")
ADMINISTRATORS = staff("administrator", "operator")
OPERATORS = staff("operator")
EDITORS = staff("editor")

AREAS: tuple[tuple[frozenset[str], str, str], ...] = (
    (CASE_READERS, N_("Queue"), "/staff"),
    (IDENTITY_OFFICERS, N_("Counter"), "/staff/counter"),
    (OPERATORS, N_("Operations"), "/staff/operations"),
    (ADMINISTRATORS, N_("Administration"), "/staff/administration"),
    (EDITORS, N_("Edit services"), "/staff/editing"),
    (staff("administrator"), N_("Identity report"), "/staff/counter/report"),
    (staff("clerk", "approver", "administrator"), N_("Statistics"), "/staff/statistics"),
)
"""Who has an area, what it is called, and where it begins; the first one somebody has is their start page."""


def areas(actor: Actor) -> Iterator[tuple[str, str]]:
    """The areas of this member of staff: label (to be translated) and address."""
    return ((label, href) for allow, label, href in AREAS if actor.may(allow))


def start(actor: Actor) -> str:
    """Where a member of staff begins; the page of the queue explains itself to those who have no area yet."""
    href = next((href for _, href in areas(actor)), "/staff")
    return "/staff/" if href == "/staff" else href
