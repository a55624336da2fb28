"""A failure in words, and those that several failures share."""

from dataclasses import dataclass

from gateway.pages.language import N_


@dataclass(frozen=True)
class Trouble:
    """A failure in words: what happened, what it means, what to do next."""

    title: str
    text: str
    next: str = ""
    tone: str = "danger"


AGAIN = Trouble(
    N_("Please try again in a moment"),
    N_("A part of the portal cannot be reached right now. Nothing is lost."),
    N_("Wait a moment, then try again. Sending twice is safe: it counts once."),
    "warning",
)
CHANGED_MEANWHILE = Trouble(
    N_("Somebody was faster"),
    N_("This has changed since you opened the page, so your step no longer fits."),
    N_("Look at the present state below and go on from there."),
    "warning",
)
