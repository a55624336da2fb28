"""What fails where one acts for an organisation or another person, in words."""

from gateway.pages.language import N_
from gateway.pages.words.failures.told import Trouble

TROUBLES: dict[str, Trouble] = {
    "accounts.acting_for_another": Trouble(
        N_("This is possible for yourself only"),
        N_("You are acting for somebody else right now."),
        N_("End that first, then come back."),
        "warning",
    ),
    "gateway.party_changed": Trouble(
        N_("You act for somebody else now"),
        N_("Since you opened this page you have changed, perhaps in another window, for whom you act. Nothing was done."),
        N_("The banner at the top says for whom you act. If that is right, send it again; otherwise change it first."),
        "warning",
    ),
    "gateway.party_lost": Trouble(
        N_("You can no longer act for this organisation or person"),
        N_("The mandate or the membership has ended. Nothing was done, also not in your own name."),
        N_("Choose for whom you act, at the top of the page, then go on."),
        "warning",
    ),
    "actors.behalf_ended": Trouble(
        N_("You can no longer act for this organisation or person"),
        N_("The mandate or the membership has ended a moment ago. Nothing was ordered."),
        N_("Choose for whom you act, then go on."),
        "warning",
    ),
    "actors.only_reading": Trouble(
        N_("You may only look"),
        N_("Your role in this organisation lets you see its things, but not apply or pay."),
        N_("Ask somebody who manages the organisation for another role."),
        "warning",
    ),
    "actors.not_covered": Trouble(
        N_("Your mandate does not cover this service"),
        N_("You may act for this person for other services only."),
        N_("Ask the person for a mandate that covers it, or act for yourself."),
        "warning",
    ),
    "accounts.not_while_acting": Trouble(
        N_("This is done in your own name only"),
        N_("You are acting for somebody else. A mandate cannot be passed on."),
        N_("Stop acting for the other one first."),
        "warning",
    ),
    "accounts.no_party": Trouble(
        N_("You cannot act for this organisation or person"),
        N_("The mandate or the membership is not yours, or has ended."),
        N_("See below for whom you may act."),
        "warning",
    ),
    "accounts.mandate_over": Trouble(
        N_("This mandate has changed"),
        N_("It has been answered, ended or has expired meanwhile."),
        N_("Look at its present state below."),
        "warning",
    ),
    "accounts.too_many_mandates": Trouble(
        N_("Too many wait for an answer"),
        N_("At most ten mandates can wait for an answer at the same time."),
        N_("Withdraw some, or wait for the answers."),
        "warning",
    ),
    "accounts.last_owner": Trouble(
        N_("An organisation needs an owner"),
        N_("You are the only one who represents it."),
        N_("Hand it over to another member first, or dissolve it."),
        "warning",
    ),
    "accounts.role_not_yours": Trouble(
        N_("Your role does not allow this"),
        N_("Only somebody with a higher role in the organisation can do this."),
        N_("Ask one of its owners."),
        "warning",
    ),
    "accounts.no_member": Trouble(
        N_("This person is no member any more"),
        N_("Somebody has removed them, or they have left."),
        N_("Look at the present members below."),
        "warning",
    ),
    "accounts.organisation_has_cases": Trouble(
        N_("Offices still work for this organisation"),
        N_("As long as an application is under way, it cannot be dissolved."),
        N_("Wait until every application has come to its end."),
        "warning",
    ),
    "accounts.invitation_over": Trouble(
        N_("This invitation is over"),
        N_("It has been answered, withdrawn or has expired."),
        N_("Ask for a new one if you still need it."),
        "warning",
    ),
    "accounts.too_many_invitations": Trouble(
        N_("Too many invitations are open"),
        N_("At most fifty can wait for an answer at the same time."),
        N_("Withdraw some, or wait for the answers."),
        "warning",
    ),
    "accounts.too_many_organisations": Trouble(
        N_("You have founded very many organisations"),
        N_("One person can found at most twenty."),
        N_("Dissolve one that is no longer needed."),
        "warning",
    ),
}
