"""What failures say to a citizen: by their slug where it has words of its own, else by their kind."""

from gateway.pages.language import N_
from gateway.pages.words.failures import acting, administration, editing, errand, identities, requests, signing_in
from gateway.pages.words.failures.told import AGAIN, CHANGED_MEANWHILE, Trouble
from services.contracts.errors import Failure, Kind

BY_KIND: dict[Kind, Trouble] = {
    Kind.INVALID: Trouble(
        N_("Something does not fit yet"),
        N_("We could not take this over as it was sent."),
        N_("Please check what you typed and send it again."),
    ),
    Kind.UNAUTHENTICATED: Trouble(
        N_("Please sign in"),
        N_("You were signed out, perhaps because nothing happened for an hour."),
        N_("Sign in and send it again. What you typed is kept on this page."),
        "warning",
    ),
    Kind.FORBIDDEN: Trouble(
        N_("You may not open this"),
        N_("Your account has no right to this page."),
        N_("If you think this is a mistake, sign out and sign in with another account."),
    ),
    Kind.NOT_FOUND: Trouble(
        N_("There is nothing here"),
        N_("The address leads nowhere, or to something that belongs to somebody else."),
        N_("Check the address, or begin at the start page."),
    ),
    Kind.CONFLICT: CHANGED_MEANWHILE,
    Kind.RATE_LIMITED: Trouble(
        N_("Too many tries"),
        N_("This was tried too often in a short time. To protect the account we ask you to wait."),
        N_("Try again in a minute."),
        "warning",
    ),
    Kind.UNAVAILABLE: AGAIN,
    Kind.TIMEOUT: AGAIN,
    Kind.INTERNAL: Trouble(
        N_("Something went wrong on our side"),
        N_("That was our mistake, not yours. It has been written down."),
        N_("Try again later. If it stays, tell your municipality the reference below."),
    ),
}
BY_SLUG: dict[str, Trouble] = {
    **acting.TROUBLES,
    **administration.TROUBLES,
    **editing.TROUBLES,
    **errand.TROUBLES,
    **identities.TROUBLES,
    **requests.TROUBLES,
    **signing_in.TROUBLES,
}


def trouble(failure: Failure) -> Trouble:
    """The words for a failure."""
    return BY_SLUG.get(failure.slug) or BY_KIND[failure.kind]
