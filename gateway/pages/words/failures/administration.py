"""What fails where offices, staff and offers are administered, in words."""

from gateway.pages.language import N_
from gateway.pages.words.failures.told import Trouble

TROUBLES: dict[str, Trouble] = {
    "accounts.changed_meanwhile": Trouble(
        N_("Somebody was faster"),
        N_("Somebody else has changed this since you opened the page. Nothing of yours was saved yet, and nothing is lost."),
        N_("Compare what it says now with what you typed, then save again if yours shall count."),
        "warning",
    ),
    "applications.changed_meanwhile": Trouble(
        N_("Somebody was faster"),
        N_("Somebody else has changed this since you opened the page. Nothing of yours was saved yet, and nothing is lost."),
        N_("Compare what it says now with what you typed, then save again if yours shall count."),
        "warning",
    ),
    "accounts.office_in_use": Trouble(
        N_("This office still has work to do"),
        N_("It has offers, or cases that are not finished yet."),
        N_("Give its offers to another office and finish its cases first."),
        "warning",
    ),
    "accounts.own_account": Trouble(
        N_("This is your own account"),
        N_("Nobody changes their own roles or suspends themselves."),
        N_("Ask another administrator, or the operator."),
        "warning",
    ),
    "accounts.operators_only": Trouble(
        N_("Only an operator may do this"),
        N_("Administrators and operators are made by operators only."),
        N_("Ask the operator of the portal."),
        "warning",
    ),
    "accounts.last_administrator": Trouble(
        N_("This is the last administrator"),
        N_("A municipality needs somebody who administers it."),
        N_("Ask the operator of the portal for another administrator first."),
        "warning",
    ),
    "accounts.invitation_accepted": Trouble(
        N_("This invitation was accepted already"),
        N_("The password is set. There is nothing more to do."),
        "",
        "info",
    ),
    "applications.offered_already": Trouble(
        N_("This service is offered already"),
        N_("Somebody else was faster."),
        N_("Look at the present state below and go on from there."),
        "warning",
    ),
}
