"""What fails between form and document, and at the end of an account, in words."""

from gateway.pages.language import N_
from gateway.pages.words.failures.told import CHANGED_MEANWHILE, Trouble

TROUBLES: dict[str, Trouble] = {
    "accounts.open_cases": Trouble(
        N_("An office is still working for you"),
        N_("An application of yours is not finished yet."),
        N_("You can delete your account as soon as it is."),
        "warning",
    ),
    "accounts.sole_owner": Trouble(
        N_("You are the only owner of an organisation"),
        N_("Without you nobody could act for it any more."),
        N_("Hand it over to somebody else or remove it from the portal first."),
        "warning",
    ),
    "applications.cart_changed": Trouble(
        N_("Your cart has changed"),
        N_("Since you opened the page, something was changed in it, perhaps in another window. Nothing was ordered."),
        N_("Look at what is in it now and order again."),
        "warning",
    ),
    "applications.total_changed": Trouble(
        N_("The sum has changed"),
        N_("The cart or a fee has changed since you opened the page. Nothing was ordered."),
        N_("Look at the new sum below and order again."),
        "warning",
    ),
    "applications.cart_empty": Trouble(
        N_("The cart is empty"),
        N_("Perhaps you have ordered already in another window."),
        N_("You find your orders under “My applications”."),
        "warning",
    ),
    "applications.wrong_state": CHANGED_MEANWHILE,
    "applications.scanner_away": Trouble(
        N_("The virus scanner cannot be reached"),
        N_("Your file is here and is kept, but nobody has looked at it yet."),
        N_("Have it checked again in a moment. Until then the application cannot be sent."),
        "warning",
    ),
    "applications.upload_incomplete": Trouble(
        N_("The file did not arrive whole"),
        N_("Something was lost on the way."),
        N_("Please attach it again."),
        "warning",
    ),
    "applications.too_many_files": Trouble(
        N_("There is no room for more files"),
        N_("Your unfinished forms hold as many files as can be kept."),
        N_("Finish or discard some of them, or remove files."),
        "warning",
    ),
    "applications.level_needed": Trouble(
        N_("Your sign-in is no longer strong enough for this"),
        N_("This service asks for a higher trust level, and yours has lapsed meanwhile. What you typed is still here."),
        N_("Sign in again with what the service asks for, in a second window, and then send this page."),
        "warning",
    ),
    "applications.neutral_case": Trouble(
        N_("This would show what must not be known"),
        N_("Who asks about somebody must not learn what is stored of them, nor which office has it."),
        N_("Please decide on what the case says."),
        "warning",
    ),
    "applications.same_person": Trouble(
        N_("You have approved this case yourself"),
        N_("The service asks for a second person."),
        N_("Please leave it to a colleague."),
        "warning",
    ),
    "applications.too_many_drafts": Trouble(
        N_("You have very many unfinished forms"),
        N_("More cannot be kept."),
        N_("Please finish or discard some of them first."),
        "warning",
    ),
    "applications.changed_elsewhere": Trouble(
        N_("This was changed on another device meanwhile"),
        N_("Nothing was overwritten."),
        N_("Please look at both, and go on with what is right."),
        "warning",
    ),
    "applications.not_offered": Trouble(
        N_("This service is not offered online here"),
        N_("The municipality does not offer this service through the portal."),
        N_("Look at what it offers, or ask its town hall."),
        "warning",
    ),
    "applications.not_listed": Trouble(
        N_("The catalogue knows no such service"),
        N_("The address may be old or mistyped."),
        N_("Look for the service by its name."),
        "warning",
    ),
    "payments.already_paid": Trouble(
        N_("This order is paid already"),
        N_("There is nothing more to do for you."),
        "",
        "info",
    ),
    "documents.unknown_code": Trouble(
        N_("We know no document with this code"),
        N_("Either the code was mistyped, or the document is not one of this portal."),
        N_("Compare the code letter by letter. If it stays unknown, ask the office that is named on the document."),
    ),
}
