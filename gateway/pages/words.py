"""What slugs, states and kinds say in words a citizen understands: the one catalogue of the pages.

Messages are English here and translated when a page is rendered (`gateway/locale`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.pages.language import N_
from services.contracts.errors import Failure, Kind

FIELD_ERRORS: dict[str, str] = {
    "required": N_("Please fill this in."),
    "text": N_("This holds characters that cannot be stored. Please type it again."),
    "too_long": N_("This is too long. Please shorten it."),
    "too_short": N_("This is too short. Please check whether something is missing."),
    "name_letters": N_("Please use only letters, spaces, hyphens, apostrophes and full stops, as in a passport."),
    "email": N_("Please write the address as name@example.org."),
    "phone": N_("Please write the number with digits, spaces, and + at most: 05952 123456."),
    "postal_code": N_("Please write the five digits of the postal code."),
    "date": N_("Please write the date as day.month.year, for example 27.3.1985."),
    "date_in_future": N_("This day is still to come. Please check the date."),
    "date_in_past": N_("This day is over. Please check the date."),
    "date_too_early": N_("This day is too long ago. Please check the date."),
    "date_too_late": N_("This day is too far ahead. Please check the date."),
    "integer": N_("Please write a whole number in digits."),
    "number": N_("Please write a whole number in digits."),
    "too_small": N_("This number is too small."),
    "too_large": N_("This number is too large."),
    "choice": N_("Please choose one of the answers."),
    "yes_no": N_("Please choose yes or no."),
    "not_offered": N_("The municipality no longer offers this online. Please take it out of your cart."),
    "unknown_field": N_("This form has changed. Please load the page again."),
    "password_length": N_("Please choose a password of 8 to 200 characters."),
    "wrong_code": N_("This code is not right, or it was used before. Wait for the next one and type it as it is shown."),
    "passkey_refused": N_("This passkey could not be used. Please try again, or choose another way."),
    "iban": N_("This IBAN is not right. Please compare it with your bank card, digit by digit."),
    "iban_country": N_("This account is outside the SEPA area. Please use an account of a SEPA country."),
    "mandate_agreement": N_("Please tick the box: without the mandate we cannot collect the amount."),
    "password_weak": N_("This password is easy to guess. Please choose another one, for example four words in a row."),
    "password_common": N_("This is one of the most used passwords, or close to one. Please choose another one."),
    "password_words": N_("A single word or name is easy to guess. Please add more words that do not belong together."),
    "password_own_words": N_("Your own name or address is easy to guess. Please choose words that have nothing to do with you."),
    "password_keyboard": N_("Keys in a row are easy to guess. Please choose another password."),
    "password_repeat": N_("Repeated letters or words are easy to guess. Please choose another password."),
    "password_sequence": N_("Sequences such as abc or 6543 are easy to guess. Please choose another password."),
    "password_date": N_("Dates and years are easy to guess. Please choose another password."),
    "wrong_password": N_("This password is not right."),
    "same_email": N_("This is the address you have already."),
    "email_taken": N_("There is an account with this address already. Sign in, or use another address."),
    "slug": N_("Please use small letters, digits and hyphens only, for example buergerbuero."),
    "office_exists": N_("There is an office with this key already. Please choose another one."),
    "hours_line": N_("Please write one line for each: the days, a colon, the hours. For example Mo-Fr: 08:30-12:30"),
    "amount": N_("Please write the amount in euros, for example 15,00."),
    "pieces_together": N_("A further piece costs something where a field counts the pieces. Please fill in both or neither."),
    "fee_from_tomorrow": N_("A fee can change from tomorrow at the earliest: what somebody may have paid stays as it was."),
    "role_place": N_("One of these roles cannot be given there. Please load the page again."),
    "staff_email_taken": N_("There is an account with this address already. Please use the address at the office."),
    "too_many": N_("This is too much. Please shorten it."),
    "own_address": N_("This is your own address. Please write that of the other person."),
    "mandate_too_long": N_("A mandate lasts two years at most. Please choose an earlier day."),
    "scope": N_("Please choose all services, or at least one."),
    "member_already": N_("This person is a member already."),
    "invited_already": N_("This address is invited already. You can withdraw the invitation and send a new one."),
    "no_register": N_("This legal form is in no register. Please leave this empty."),
    "register_number_hra": N_("This legal form is in register section HRA. Please write the number like HRA 12345."),
    "register_number_hrb": N_("This legal form is in register section HRB. Please write the number like HRB 12345."),
    "register_number_gnr": N_("This legal form is in the register of cooperatives. Please write the number like GnR 123."),
    "register_number_pr": N_("This legal form is in the register of partnerships. Please write the number like PR 123."),
    "register_number_vr": N_("This legal form is in the register of associations. Please write the number like VR 1234."),
    "register_number_gsr": N_(
        "This legal form is in the register of civil-law partnerships. Please write the number like GsR 123."
    ),
    "reason_required": N_("Please write the reason: the citizen reads it."),
    "file_missing": N_("Please choose the PDF file first."),
    "file_too_large": N_("This file is larger than 5 MB, so it is not a document of this portal."),
    "partial_date": N_("Please write the date as day.month.year, or only the year if the card shows no more."),
    "document_expired": N_("This document has expired. It cannot be used to verify an identity."),
    "must_compare": N_("Please compare face and values with the document, and tick the box."),
    "visit_code": N_("This code is not valid: mistyped, used, replaced by a newer one, or older than 14 days."),
    "activation_code": N_("This code is not valid: mistyped, used, replaced by a newer letter, or older than 30 days."),
    "verified": N_("This value is verified. Only a new verification changes it."),
    "invalid": N_("Please check this answer."),
}


def field_error(slugs: list[str]) -> str:
    """The sentence for what is wrong with a field: the first thing to do."""
    return FIELD_ERRORS.get(slugs[0] if slugs else "invalid", FIELD_ERRORS["invalid"])


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
    "accounts.wrong_credentials": Trouble(
        N_("Signing in did not work"),
        N_("The e-mail address or the password is not right."),
        N_("Check both and try again."),
    ),
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
    "accounts.acting_for_another": Trouble(
        N_("This is possible for yourself only"),
        N_("You are acting for somebody else right now."),
        N_("End that first, then come back."),
        "warning",
    ),
    "accounts.eid_refused": Trouble(
        N_("The electronic identity could not be used"),
        N_("Its answer did not reach us whole, came too late, or is below the trust level that we asked for."),
        N_("Please begin again."),
        "warning",
    ),
    "accounts.eid_not_linked": Trouble(
        N_("No account is linked with this electronic identity"),
        N_("An account is linked once, by its holder."),
        N_("Sign in with your password, or create an account; then link the electronic identity under “Security”."),
        "warning",
    ),
    "accounts.eid_taken": Trouble(
        N_("This electronic identity belongs to another account"),
        N_("Each can be linked with one account only."),
        N_("Sign in with it, or unlink it from the other account first."),
        "warning",
    ),
    "accounts.eid_other": Trouble(
        N_("Your account is linked with another electronic identity"),
        N_("An account can have one only."),
        N_("If your identity card is new, unlink the old one under “Security” first."),
        "warning",
    ),
    "accounts.eid_mismatch": Trouble(
        N_("This is the electronic identity of somebody else"),
        N_("Your account's identity is verified already, with another name or date of birth."),
        N_("If your name has changed, have it verified anew at a Bürgerbüro."),
        "warning",
    ),
    "accounts.no_eid": Trouble(
        N_("There is no electronic identity here"),
        N_("This portal is not connected to a provider of electronic identities."),
        N_("Sign in with your password."),
        "warning",
    ),
    "accounts.no_challenge": Trouble(
        N_("That took too long"),
        N_("For your safety we wait only a few minutes."),
        N_("Please begin again."),
        "warning",
    ),
    "accounts.passkey_refused": Trouble(
        N_("The passkey could not be used"),
        N_("It may belong to another account or another website, or it was removed."),
        N_("Sign in with your password instead."),
        "warning",
    ),
    "accounts.passkeys_unavailable": Trouble(
        N_("Passkeys do not work here"),
        N_("Browsers bind passkeys to a host name with a secure connection. This portal is reached in another way."),
        N_("Use an authenticator app."),
        "warning",
    ),
    "accounts.factor_there": Trouble(
        N_("This is set up already"),
        N_("Your authenticator app was confirmed a moment ago."),
        N_("You find it under “Security”."),
        "info",
    ),
    "accounts.no_factor": Trouble(
        N_("This second factor is gone"),
        N_("It was removed, or the time to confirm it is over."),
        N_("Begin again under “Security”."),
        "warning",
    ),
    "accounts.too_many_factors": Trouble(
        N_("There are too many second factors"),
        N_("An account can have twenty."),
        N_("Remove one that you no longer use."),
        "warning",
    ),
    "accounts.not_confirmed": Trouble(
        N_("Please confirm your e-mail address first"),
        N_("You have registered, but the address is not confirmed yet. We have sent you the mail once more."),
        N_("Open the link in it. It works for 24 hours."),
        "warning",
    ),
    "accounts.email_taken": Trouble(
        N_("There is an account with this address already"),
        N_("An e-mail address can have one account only."),
        N_("Sign in, or use another address."),
    ),
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
    "gateway.wrong_host": Trouble(
        N_("The portal has another address"),
        N_("It does not answer under the name you used."),
        N_("Go on at its own address. Sign in only there."),
        "warning",
    ),
    "applications.too_many_drafts": Trouble(
        N_("You have very many unfinished forms"),
        N_("More cannot be kept."),
        N_("Please finish or discard some of them first."),
        "warning",
    ),
    "applications.not_offered": Trouble(
        N_("This service is not offered online here"),
        N_("The municipality does not offer this service through the portal."),
        N_("Look at what it offers, or ask its town hall."),
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
    "idempotency.key_reused": Trouble(
        N_("This was sent already, with other content"),
        N_("To be safe, we did not do it a second time."),
        N_("See in “My applications” what has arrived, then begin anew."),
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
    "gateway.csrf": Trouble(
        N_("Please send it once more"),
        N_("This page was open for too long, or you have signed in or out since."),
        N_("Look through what you typed and send it again."),
        "warning",
    ),
    "gateway.csrf_origin": Trouble(
        N_("This was sent from another website"),
        N_("To protect you, the portal takes forms only from its own pages. Nothing was done."),
        N_("Open the portal itself and do it there."),
    ),
    "gateway.address": Trouble(
        N_("The address cannot be read"),
        N_("It holds characters that no address of this portal has."),
        N_("Check the address, or begin at the start page."),
    ),
    "gateway.body_too_large": Trouble(
        N_("That was too much at once"),
        N_("What was sent is larger than this page takes."),
        N_("Shorten the text or choose a smaller file, then send it again."),
    ),
    "gateway.method_not_allowed": Trouble(
        N_("This address cannot be used like that"),
        N_("The address exists, but not for what was sent to it."),
        N_("Begin at the start page."),
    ),
    "gateway.body_too_slow": Trouble(
        N_("The connection was too slow"),
        N_("What you sent did not arrive in time."),
        N_("Check your connection and send it again."),
        "warning",
    ),
}
REQUEST_UNREADABLE = Trouble(
    N_("The request could not be read"),
    N_("What your browser sent is not what this page expects."),
    N_("Open the page anew and try again."),
)
for _slug in ("bad_request", "not_a_form", "form_unreadable", "not_utf8", "control_characters"):
    BY_SLUG[f"gateway.{_slug}"] = REQUEST_UNREADABLE


def trouble(failure: Failure) -> Trouble:
    """The words for a failure."""
    return BY_SLUG.get(failure.slug) or BY_KIND[failure.kind]


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
}
APPROVED_BY_POST = N_("The office has approved your application and sends it to you by post.")
COMPLETED_BY_POST = N_("The office has sent it to you by post. It should arrive within a few days.")
COMPLETED_WITH_DOCUMENT = N_("Your document is ready.")


def meaning(case: Mapping[str, Any]) -> str:
    """What the state means for the citizen, which depends on how the service ends."""
    by_post = case["ending"] == "post"
    if case["state"] == "approved" and by_post:
        return APPROVED_BY_POST
    if case["state"] == "completed":
        return COMPLETED_BY_POST if by_post else COMPLETED_WITH_DOCUMENT
    return CASE_STATES[case["state"]].meaning


def for_staff(case: Mapping[str, Any]) -> str:
    """What the state means for the clerk."""
    return CASE_STATES[case["state"]].for_staff


PAYMENT_STATES: dict[str, str] = {
    "open": N_("not paid yet"),
    "secured": N_("secured by your mandate, will be collected"),
    "collected": N_("collected from your account"),
}
SHARE_STATES: dict[str, str] = {
    "due": N_("not paid yet"),
    "secured": N_("secured by your mandate, will be collected"),
    "collected": N_("collected from your account"),
    "released": N_("will not be collected, as the application was rejected"),
    "refunded": N_("paid back to your account, as the application was rejected"),
}
LEVELS: dict[str, str] = {"low": N_("normal"), "substantial": N_("substantial"), "high": N_("high")}
"""Trust levels as citizens read them."""
MUNICIPALITY_KINDS: dict[str, str] = {
    "county": N_("County"),
    "town": N_("Town"),
    "municipality": N_("Municipality"),
    "joint_municipality": N_("Joint municipality (Samtgemeinde)"),
}

ROLES: dict[str, str] = {
    "clerk": N_("Clerk"),
    "approver": N_("Second approver"),
    "treasurer": N_("Treasurer"),
    "identity_officer": N_("Identity officer"),
    "editor": N_("Editor"),
    "administrator": N_("Administrator"),
    "operator": N_("Operator"),
}

STAFF_STATES: dict[str, tuple[str, str]] = {
    "invited": (N_("invited"), "info"),
    "active": (N_("active"), "success"),
    "suspended": (N_("suspended"), "danger"),
}
SUSPENSION_REASONS: dict[str, str] = {
    "left": N_("has left"),
    "absent": N_("is absent for a longer time"),
    "security": N_("the account may be in wrong hands"),
    "other": N_("another reason"),
}


@dataclass(frozen=True)
class NoticeWords:
    """A notice: its heading and its sentence."""

    title: str
    text: str


NOTICES: dict[str, NoticeWords] = {
    "mandate_asked": NoticeWords(
        N_("Somebody proposes a mandate"),
        N_("Please read who asks and for what before you answer. Without your answer nothing happens."),
    ),
    "mandate_granted": NoticeWords(
        N_("A mandate has begun"),
        N_("From now on the one acts for the other, as both have agreed. Either can end it at any time."),
    ),
    "mandate_declined": NoticeWords(N_("A mandate was declined"), N_("The other person does not want this mandate.")),
    "mandate_revoked": NoticeWords(N_("A mandate has ended"), N_("One of you has ended it. Nobody acts under it any more.")),
    "membership_offered": NoticeWords(
        N_("You are invited to an organisation"), N_("You can accept or decline the invitation within 14 days.")
    ),
    "membership_changed": NoticeWords(
        N_("Your role in an organisation has changed"), N_("You see under “Organisations” what you may do now.")
    ),
    "membership_ended": NoticeWords(N_("You are no longer a member of an organisation"), N_("You can no longer act for it.")),
    "account_registered": NoticeWords(
        N_("Welcome"), N_("Your account is ready. You can use it in the county and in all its municipalities.")
    ),
    "account_security_changed": NoticeWords(
        N_("The security of your account was changed"),
        N_(
            "The ways to sign in to your account have changed, or a recovery code was used. You find what applies now under "
            "“Security” in your account. This was not you? Then set a new password at once."
        ),
    ),
    "device_added": NoticeWords(
        N_("Somebody signed in from a new device"),
        N_(
            "Your account was signed in to from a browser or program that it did not know. You find all open sessions under "
            "“Sessions” in your account. This was not you? Then set a new password at once."
        ),
    ),
    "identity_verified": NoticeWords(
        N_("Your identity is verified"),
        N_(
            "An office has compared you with your identity document. This counts in the county and in all its municipalities. "
            "You see until when, and which values are verified, under “Identity” in your account."
        ),
    ),
    "identity_renewed": NoticeWords(
        N_("Your verified identity is renewed"),
        N_("An office has compared you with your identity document again. You see until when it counts under “Identity”."),
    ),
    "identity_revoked": NoticeWords(
        N_("Your verified identity was taken back"),
        N_(
            "An office has taken back the verification of your identity. Your account works on, with the trust level low. "
            "You find the reason and the office under “Identity” in your account. Please ask there if you do not agree."
        ),
    ),
    "identity_expired": NoticeWords(
        N_("Your verified identity has ended"),
        N_("Its time is over. You can have your identity verified again at any citizens’ office of the network."),
    ),
    "identity_expiry_announced": NoticeWords(
        N_("Your verified identity ends soon"),
        N_(
            "It ends within a month, with your document or after five years. To renew it, make a code under “Identity” in your "
            "account and bring it to a citizens’ office together with a valid document."
        ),
    ),
    "order_placed": NoticeWords(N_("Your order has arrived"), N_("We have received your order.")),
    "payment_secured": NoticeWords(
        N_("Your payment is secured"), N_("Your mandate has arrived. The offices can begin; the amount will be collected.")
    ),
    "application_submitted": NoticeWords(
        N_("Your application is at the office"), N_("The office has received your application and will take it up soon.")
    ),
    "application_approved": NoticeWords(
        N_("Your application is approved"), N_("The office has approved your application. What you receive is being prepared.")
    ),
    "application_rejected": NoticeWords(
        N_("Your application was rejected"),
        N_("The office could not approve your application. You find its reason with the application."),
    ),
    "application_completed": NoticeWords(N_("Your application is completed"), N_("Everything is done.")),
    "draft_expiring": NoticeWords(
        N_("A form in progress will be deleted"),
        N_(
            "You have not worked on it for 25 days. In five days it is deleted. "
            "Open it and change something if you still need it."
        ),
    ),
    "document_issued": NoticeWords(
        N_("Your document is ready"), N_("The office has issued your document. You can download it now.")
    ),
    "payment_refunded": NoticeWords(
        N_("Your fee goes back to you"),
        N_(
            "As the application was rejected, you do not pay for it. "
            "An amount that was collected is on its way back to your account."
        ),
    ),
}


@dataclass(frozen=True)
class RoleWords:
    """What somebody is for the party they act for: a word, and what it allows."""

    label: str
    meaning: str


PARTY_ROLES: dict[str, RoleWords] = {
    "owner": RoleWords(
        N_("Owner"), N_("represents the organisation, gives all roles, can hand over and dissolve; may apply and pay for it")
    ),
    "manager": RoleWords(
        N_("Manager"), N_("changes its data, invites and removes members and readers; may apply and pay for it")
    ),
    "member": RoleWords(N_("Member"), N_("may apply and pay for the organisation and read its mailbox")),
    "reader": RoleWords(N_("Reader"), N_("may look at its applications, documents and mailbox, and nothing else")),
    "helper": RoleWords(N_("Mandate"), N_("may apply and pay for the person within the mandate")),
}
MANDATE_STATES: dict[str, State] = {
    "asked": State(N_("waits for an answer"), "warning", "warning", "", ""),
    "active": State(N_("in force"), "success", "success", "", ""),
    "declined": State(N_("declined"), "info", "info", "", ""),
    "withdrawn": State(N_("withdrawn"), "info", "info", "", ""),
    "revoked": State(N_("ended"), "info", "info", "", ""),
    "expired": State(N_("expired"), "info", "info", "", ""),
}

DONE: dict[str, str] = {
    "acting": N_("You act for the other one now. The banner at the top of every page says so."),
    "oneself": N_("You act for yourself again."),
    "founded": N_("The organisation has an account now. You are its owner."),
    "changed": N_("The data are changed."),
    "invited": N_("The invitation is on its way by e-mail. It is good for 14 days."),
    "member_role": N_("The role is changed."),
    "member_remove": N_("The person is no longer a member and can no longer act for the organisation."),
    "member_withdraw": N_("The invitation is withdrawn."),
    "left": N_("You are no longer a member."),
    "handed_over": N_("The organisation has a new owner. You are a manager now."),
    "dissolved": N_("The organisation is dissolved. Nobody can act for it any more."),
    "joined": N_("You are a member now. You can act for the organisation."),
    "invitation_declined": N_("You have declined the invitation."),
    "mandate_asked": N_("Sent. If the address has an account, the person finds it there and gets an e-mail."),
    "mandate_accept": N_("The mandate is in force. Both of you can end it at any time."),
    "mandate_decline": N_("You have declined the mandate."),
    "mandate_withdraw": N_("You have taken it back."),
    "mandate_revoke": N_("The mandate has ended. Nobody acts under it any more."),
    "registered": N_("Your account is ready. Welcome!"),
    "factor_added": N_("The second factor is set up."),
    "eid": N_("Your electronic identity has confirmed who you are."),
    "eid_unlinked": N_("The electronic identity is no longer linked."),
    "factor_removed": N_("The second factor is removed."),
    "signed_out": N_("You are signed out."),
    "signed_out_there": N_("Signed out there."),
    "password_set": N_("Your new password is set. You are signed out everywhere; please sign in with it."),
    "password_changed": N_("Your password is changed. You are signed out on all other devices."),
    "email_asked": N_(
        "Please look into the mailbox of the new address and open the link in our mail. Until then nothing changes."
    ),
    "email_changed": N_("Your e-mail address is changed."),
    "email_undone": N_(
        "The change is undone. Everybody is signed out. Please set a new password by the mail we have just sent you."
    ),
    "saved": N_("Saved. You can go on whenever you like."),
    "in_cart": N_("The application is in the cart."),
    "taken_out": N_("The application is out of the cart. You find it among the forms in progress."),
    "discarded": N_("The form is discarded."),
    "ordered": N_("Your order has arrived."),
    "paid": N_("Your payment is secured."),
    "profile_saved": N_("Your profile is saved."),
    "taken_over": N_("Taken over from your account. Please look through it."),
    "activated": N_("Your account is yours now. Please sign in."),
    "identity_verified": N_("The identity is verified, in all municipalities at once. The person gets a notice."),
    "identity_recorded": N_("Recorded. A second officer has to confirm it now."),
    "identity_declined": N_("The check is not confirmed."),
    "identity_revoked": N_("The verification is taken back. The person gets a notice with the reason."),
    "factors_removed": N_("The second factors are removed and all sessions ended. The person signs in and sets up a new one."),
    "account_opened": N_("The account is made and its identity verified. Now print the letter."),
    "review": N_("The case is in review now."),
    "approve": N_("The case is approved."),
    "reject": N_("The case is rejected. The citizen gets a notice with the reason."),
    "sent": N_("The case is completed: sent by post."),
    "office_opened": N_("The office is open."),
    "office_changed": N_("Saved. Citizens see it within half a minute."),
    "office_withdrawn": N_("The office is withdrawn."),
    "staff_invited": N_("The invitation is on its way."),
    "staff_invite": N_("The invitation is on its way once more. The link before is void."),
    "staff_name": N_("The name is changed."),
    "staff_roles": N_("The roles are changed. They count from now on."),
    "staff_suspend": N_("Suspended: signed out everywhere, and signing in is not possible any more."),
    "staff_reinstate": N_("Reinstated: signing in is possible again, with the roles there were."),
    "invitation_accepted": N_("Your password is set. Please sign in."),
    "offer_offer": N_("The service is offered now."),
    "offer_move": N_("From now on the other office decides."),
    "offer_fee": N_("The fee is announced."),
    "offer_drop": N_("The announced fee is taken back."),
    "offer_withdraw": N_("The service is not offered any more. Cases that are there go on."),
}
"""What a page says after a redirect, by the word in its address (`?done=saved`)."""

TYPED_LABELS: dict[str, str] = {
    "legal_form": N_("Legal form"),
    "register_court": N_("Register court"),
    "register_number": N_("Register number"),
    "valid_until": N_("Last day"),
    "given_names": N_("Given names"),
    "family_name": N_("Family name"),
    "email": N_("E-mail address"),
    "holder": N_("Account holder"),
    "iban": "IBAN",
    "code": N_("Code on the document"),
    "reason": N_("Reason of a rejection"),
}
"""Names of typed fields where a page must show them without their form."""
