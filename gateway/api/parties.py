"""Operations on organisations and mandates, and on whom a session acts for."""

from http import HTTPStatus
from typing import Any

from gateway.api.operation import Operation
from gateway.visit import Visit
from services.contracts import values
from services.contracts.actors import CITIZEN
from services.contracts.registry import Request

ORGANISATION = "/organisations/{organisation_id}"
MEMBER = f"{ORGANISATION}/members/{{account_id}}"
INVITATION = "/member-invitations/{invitation_id}"
MANDATE = "/mandates/{mandate_id}"


class ChooseParty(Request):
    """The membership or mandate to act under from now on, one of `GET /parties`; null for oneself."""

    grant_id = values.Id(allow_none=True, required=True)


async def act_for(visit: Visit, key: str | None, *, grant_id: str | None) -> dict[str, Any]:
    """Set it for the session of this very request."""
    return await visit.ask("accounts", "act_for", token=visit.token, grant_id=grant_id)


OPERATIONS = (
    Operation("GET", "/parties", "accounts", "list_parties", "For whom one may act", CITIZEN),
    Operation(
        "PUT", "/sessions/current/party", "accounts", "act_for", "Act for an organisation or person in this session", CITIZEN,
        handler=act_for, request_schema=ChooseParty,
    ),
    Operation(
        "GET", "/sessions/current/party/prefill", "accounts", "get_prefill",
        "What forms may be filled in with for whom one acts; nothing for oneself", CITIZEN,
    ),
    Operation("GET", "/organisations", "accounts", "list_organisations", "One's own organisations and invitations", CITIZEN),
    Operation(
        "POST", "/organisations", "accounts", "found_organisation", "Found an organisation", CITIZEN, HTTPStatus.CREATED,
        location=ORGANISATION,
    ),
    Operation("GET", ORGANISATION, "accounts", "get_organisation", "An organisation with its members", CITIZEN),
    Operation("PUT", ORGANISATION, "accounts", "change_organisation", "Change what an organisation says of itself", CITIZEN),
    Operation(
        "DELETE", ORGANISATION, "accounts", "dissolve_organisation", "Dissolve an organisation", CITIZEN, HTTPStatus.NO_CONTENT,
    ),
    Operation(
        "POST", f"{ORGANISATION}/leave", "accounts", "leave_organisation", "Leave an organisation", CITIZEN,
        HTTPStatus.NO_CONTENT,
    ),
    Operation("PUT", MEMBER, "accounts", "change_member", "Give a member another role", CITIZEN),
    Operation("DELETE", MEMBER, "accounts", "remove_member", "Remove a member", CITIZEN),
    Operation("POST", f"{MEMBER}/ownership", "accounts", "hand_over_organisation", "Hand over to a member", CITIZEN),
    Operation(
        "POST", f"{ORGANISATION}/invitations", "accounts", "invite_member", "Invite somebody by e-mail", CITIZEN,
        HTTPStatus.CREATED, location=INVITATION,
    ),
    Operation("GET", INVITATION, "accounts", "get_member_invitation", "An invitation to oneself", CITIZEN),
    Operation("PUT", INVITATION, "accounts", "answer_member_invitation", "Accept or decline an invitation", CITIZEN),
    Operation(
        "DELETE", INVITATION, "accounts", "withdraw_member_invitation", "Withdraw an invitation", CITIZEN, HTTPStatus.NO_CONTENT,
    ),
    Operation("GET", "/mandates", "accounts", "list_mandates", "Mandates one gave, holds or is asked for", CITIZEN),
    Operation(
        "POST", "/mandates", "accounts", "ask_for_mandate", "Propose a mandate", CITIZEN, HTTPStatus.CREATED, location=MANDATE,
    ),
    Operation("GET", MANDATE, "accounts", "get_mandate", "A mandate", CITIZEN),
    Operation("POST", f"{MANDATE}/accept", "accounts", "accept_mandate", "Accept a mandate one is asked for", CITIZEN),
    Operation("POST", f"{MANDATE}/decline", "accounts", "decline_mandate", "Decline a mandate one is asked for", CITIZEN),
    Operation("POST", f"{MANDATE}/withdraw", "accounts", "withdraw_mandate", "Take back what one has proposed", CITIZEN),
    Operation("POST", f"{MANDATE}/revoke", "accounts", "revoke_mandate", "End a mandate at once, from either side", CITIZEN),
)  # fmt: skip
