"""What fails where a person is verified at the counter or activates their account, in words."""

from gateway.pages.language import N_
from gateway.pages.words.failures.told import Trouble

TROUBLES: dict[str, Trouble] = {
    "accounts.own_identity": Trouble(
        N_("Nobody verifies themselves"),
        N_("This is your own account, or one in your own name."),
        N_("Please ask a colleague, or another citizens’ office of the network."),
    ),
    "accounts.not_this_office": Trouble(
        N_("You do not verify identities in this office"),
        N_("Your role belongs to another office."),
        N_("Choose your own office, or ask your administrator for the role."),
    ),
    "accounts.second_officer_needed": Trouble(
        N_("A second officer has to confirm this"),
        N_("You have recorded this check yourself."),
        N_("Please ask a colleague of your office."),
        "warning",
    ),
    "accounts.not_verified_in_person": Trouble(
        N_("Nothing was verified in person here"),
        N_("The identity of this account was not verified at a counter, or no longer is."),
        N_("Look the person up again to see the present state."),
        "warning",
    ),
    "accounts.not_awaiting_activation": Trouble(
        N_("There is no letter for this account"),
        N_("Its holder has activated it already, a second officer has not confirmed it yet, or another office made it."),
        N_("Look the person up again to see the present state."),
        "warning",
    ),
    "accounts.too_many_codes": Trouble(
        N_("Please wait a little"),
        N_("There were too many tries in a short time."),
        N_("Try again in some minutes."),
        "warning",
    ),
    "accounts.activation_invalid": Trouble(
        N_("This letter is no longer valid"),
        N_("It was used already, replaced by a newer one, or is older than 30 days."),
        N_("Ask the office that gave it to you for a new one."),
    ),
}
