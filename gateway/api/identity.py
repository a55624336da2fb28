"""Operations on profiles and on identities that are verified in person."""

from http import HTTPStatus

from gateway.api.operation import Operation
from services.contracts.actors import ANYONE, CITIZEN, staff

OFFICERS = staff("identity_officer")
READERS = staff("identity_officer", "administrator")
MINE = "/accounts/current"

OPERATIONS = (
    Operation("GET", f"{MINE}/profile", "accounts", "get_profile", "One's own profile with the origin of every value", CITIZEN),
    Operation("PUT", f"{MINE}/profile", "accounts", "save_profile", "Change self-declared values of the profile", CITIZEN),
    Operation("GET", f"{MINE}/identity", "accounts", "get_verification", "How far one's own identity is verified", CITIZEN),
    Operation(
        "POST", f"{MINE}/identity/code", "accounts", "create_visit_code", "Make a code to be shown at the counter", CITIZEN,
        HTTPStatus.CREATED, location=f"{MINE}/identity",
    ),
    Operation("POST", "/counter/visitors", "accounts", "look_at_visit_code", "Who shows this code", OFFICERS),
    Operation(
        "POST", "/counter/checks", "accounts", "record_check", "Record a check of identity of who showed a code", OFFICERS,
        HTTPStatus.CREATED, location="/counter/checks/{check_id}",
    ),
    Operation(
        "POST", "/counter/accounts", "accounts", "open_counter_account", "Make a verified account at the counter", OFFICERS,
        HTTPStatus.CREATED, location="/counter/checks/{check_id}",
    ),
    Operation(
        "POST", "/counter/lost-factors", "accounts", "remove_lost_factors", "Remove second factors that were lost", OFFICERS,
        HTTPStatus.CREATED, location="/counter/checks/{check_id}",
    ),
    Operation("GET", "/counter/checks", "accounts", "list_pending_checks", "Checks that wait for a second officer", OFFICERS),
    Operation("GET", "/counter/checks/{check_id}", "accounts", "get_pending_check", "A check that waits, whole", OFFICERS),
    Operation(
        "POST", "/counter/checks/{check_id}/confirmation", "accounts", "confirm_check", "Confirm a check as second officer",
        OFFICERS,
    ),
    Operation("POST", "/counter/checks/{check_id}/refusal", "accounts", "decline_check", "Do not confirm a check", OFFICERS),
    Operation("POST", "/counter/people", "accounts", "find_person", "Look a person up, for a reason that is recorded", OFFICERS),
    Operation(
        "POST", "/counter/people/{account_id}/revocation", "accounts", "revoke_identity", "Take a verified identity back",
        OFFICERS, HTTPStatus.NO_CONTENT,
    ),
    Operation(
        "POST", "/counter/people/{account_id}/letter", "accounts", "print_activation_letter",
        "A new activation letter; every earlier one is void", OFFICERS,
    ),
    Operation("GET", "/counter/report", "accounts", "get_verification_report", "The office's report on identities", READERS),
    Operation("POST", "/activations/question", "accounts", "look_at_activation", "What an activation letter is worth", ANYONE),
    Operation(
        "POST", "/activations", "accounts", "activate_account", "Take over an account with its letter, to be confirmed by mail",
        ANYONE, HTTPStatus.ACCEPTED,
    ),
    Operation(
        "POST", "/activations/confirmation", "accounts", "confirm_activation", "Confirm the address of a new account", ANYONE,
        HTTPStatus.NO_CONTENT,
    ),
)  # fmt: skip
