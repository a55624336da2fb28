"""Operations of administrators and operators: offices, staff and roles, offers and fees. An office is named by its whole id."""

from http import HTTPStatus

from gateway.api.operation import Operation
from services.contracts import values
from services.contracts.actors import ANYONE, staff
from services.contracts.registry import Request

ADMINISTRATORS = staff("administrator", "operator")
MUNICIPALITY = "/administration/municipalities/{ars}"
OFFICE = "/administration/offices"
MEMBER = "/administration/staff/{account_id}"
OFFER = f"{MUNICIPALITY}/offers/{{service}}"


class StaffOf(Request):
    """The staff of a municipality; without one, operators."""

    ars = values.ars(allow_none=True, load_default=None)


OPERATIONS = (
    Operation(
        "GET", "/administration/municipalities", "accounts", "list_administered_municipalities",
        "The municipalities one administers", ADMINISTRATORS,
    ),
    Operation(
        "GET", f"{MUNICIPALITY}/offices", "accounts", "list_administered_offices",
        "Every office of a municipality, withdrawn ones too", ADMINISTRATORS,
    ),
    Operation("GET", OFFICE, "accounts", "get_administered_office", "An office with its version", ADMINISTRATORS),
    Operation("POST", OFFICE, "accounts", "open_office", "Open an office", ADMINISTRATORS, HTTPStatus.CREATED),
    Operation("PUT", OFFICE, "accounts", "change_office", "Change an office", ADMINISTRATORS),
    Operation(
        "POST", f"{OFFICE}/withdrawal", "accounts", "withdraw_office", "Withdraw an office without offers and open cases",
        ADMINISTRATORS,
    ),
    Operation(
        "GET", "/administration/staff", "accounts", "list_staff", "The staff of a municipality, or operators", ADMINISTRATORS,
        request_schema=StaffOf,
    ),
    Operation(
        "POST", "/administration/staff", "accounts", "invite_staff", "Invite somebody by e-mail", ADMINISTRATORS,
        HTTPStatus.CREATED, location=MEMBER,
    ),
    Operation("GET", MEMBER, "accounts", "get_staff", "A member of staff with their roles", ADMINISTRATORS),
    Operation("PUT", MEMBER, "accounts", "change_staff", "Change the name of a member of staff", ADMINISTRATORS),
    Operation("POST", f"{MEMBER}/invitation", "accounts", "renew_invitation", "Send the invitation again", ADMINISTRATORS),
    Operation("PUT", f"{MEMBER}/roles", "accounts", "assign_roles", "Set the roles one administers", ADMINISTRATORS),
    Operation(
        "POST", f"{MEMBER}/suspension", "accounts", "suspend_staff", "Sign out at once and refuse further sign-ins",
        ADMINISTRATORS,
    ),
    Operation("POST", f"{MEMBER}/reinstatement", "accounts", "reinstate_staff", "Allow sign-ins again", ADMINISTRATORS),
    Operation("GET", "/staff-invitations/{token}", "accounts", "get_invitation", "For whom an invitation is", ANYONE),
    Operation(
        "POST", "/staff-invitations/{token}/acceptance", "accounts", "accept_invitation", "Set the first password", ANYONE,
        HTTPStatus.NO_CONTENT,
    ),
    Operation(
        "GET", f"{MUNICIPALITY}/offers", "applications", "list_administered_offers",
        "The catalogue, with what the municipality offers", ADMINISTRATORS,
    ),
    Operation(
        "POST", f"{MUNICIPALITY}/offers", "applications", "offer_service", "Offer a service, with its first fee", ADMINISTRATORS,
        HTTPStatus.CREATED, location=OFFER,
    ),
    Operation("GET", OFFER, "applications", "get_administered_offer", "A service with all its fees", ADMINISTRATORS),
    Operation("PUT", f"{OFFER}/office", "applications", "move_offer", "Give an offer to another office", ADMINISTRATORS),
    Operation(
        "PUT", f"{OFFER}/text", "applications", "set_offer_text", "The municipality's own words on a service",
        staff("administrator", "operator", "editor"),
    ),
    Operation("PUT", f"{OFFER}/fee", "applications", "set_fee", "Announce a fee from a day to come on", ADMINISTRATORS),
    Operation("POST", f"{OFFER}/fee/withdrawal", "applications", "drop_fee", "Take back an announced fee", ADMINISTRATORS),
    Operation("POST", f"{OFFER}/withdrawal", "applications", "withdraw_offer", "Offer a service no longer", ADMINISTRATORS),
)  # fmt: skip
