"""The addresses that the `type` of a problem leads to: what it means and what to do about it, in plain text for developers."""

from http import HTTPStatus

from falcon.asgi import Request, Response

from gateway import visit
from gateway.api.operation import PUBLIC
from services.contracts.actors import ANYONE

SAME_KEY = "Send the same request again after Retry-After, with the same Idempotency-Key."
LOOK_AGAIN = "Read the thing again; it has moved on."

MEANINGS: dict[str, tuple[HTTPStatus, str, str]] = {
    "invalid": (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "Some fields do not fit.",
        "`fields` names each of them with slugs of what is wrong; nested fields have dots.",
    ),
    "internal": (
        HTTPStatus.INTERNAL_SERVER_ERROR, "Our mistake.", "Tell the operator the `correlation_id`; it leads to the log lines.",
    ),
    "accounts.no_staff": (HTTPStatus.NOT_FOUND, "There is no such member of staff in what you administer.", "Check the id."),
    "accounts.changed_meanwhile": (HTTPStatus.CONFLICT, "Somebody else changed it since you read it.", LOOK_AGAIN),
    "accounts.office_exists": (HTTPStatus.CONFLICT, "An office with this key is open already.", "Choose another `slug`."),
    "accounts.office_in_use": (
        HTTPStatus.CONFLICT, "The office has offers or open cases.", "Give its offers to another office, finish its cases.",
    ),
    "accounts.own_account": (
        HTTPStatus.FORBIDDEN, "Nobody changes their own roles or suspends themselves.", "Ask another administrator.",
    ),
    "accounts.operators_only": (HTTPStatus.FORBIDDEN, "Only operators make administrators and operators.", "Ask an operator."),
    "accounts.last_administrator": (
        HTTPStatus.FORBIDDEN, "A municipality keeps its last administrator.", "Ask an operator.",
    ),
    "accounts.invitation_accepted": (HTTPStatus.CONFLICT, "The invitation was accepted already.", "There is nothing to do."),
    "applications.changed_meanwhile": (HTTPStatus.CONFLICT, "Somebody else changed it since you read it.", LOOK_AGAIN),
    "applications.offered_already": (HTTPStatus.CONFLICT, "The service is offered already.", LOOK_AGAIN),
    "applications.working_copy_exists": (
        HTTPStatus.CONFLICT, "Somebody is working on this service already.", "Go on with that working copy, or discard it.",
    ),
    "applications.no_working_copy": (
        HTTPStatus.NOT_FOUND, "Nobody is working on this service in the name of this municipality.", "Begin a working copy.",
    ),
    "applications.service_exists": (HTTPStatus.CONFLICT, "There is a service of this name.", "Choose another name."),
    "applications.not_editable": (
        HTTPStatus.CONFLICT, "The service belongs to another municipality, or to the county.", "Copy it under a new name.",
    ),
    "applications.newer_published": (
        HTTPStatus.CONFLICT, "A newer version was published since the working copy was begun.",
        "Compare both, put into the text what is to stay, and save it with the number of the newer version as `based_on`.",
    ),
    "applications.nothing_changed": (
        HTTPStatus.CONFLICT, "The working copy says the same as the version that counts.", "There is nothing to publish.",
    ),
    "applications.neutral_case": (
        HTTPStatus.CONFLICT, "A question or another office would show the applicant what a neutral answer must not.",
        "Decide on what the case says.",
    ),
    "applications.same_person": (
        HTTPStatus.FORBIDDEN, "Whoever approved a case first cannot be the second.", "Leave it to another second approver.",
    ),
    "applications.no_batch": (HTTPStatus.NOT_FOUND, "There is no such batch of yours.", "Check the id."),
    "applications.no_deputy": (HTTPStatus.NOT_FOUND, "There is no such deputy of yours.", "GET /api/v1/deputies lists them."),
    "applications.no_document": (
        HTTPStatus.NOT_FOUND, "The case has no document.", "Wait until `document_id` of the case is set.",
    ),
    "applications.no_service": (
        HTTPStatus.NOT_FOUND, "The catalogue has no such service.", "GET /api/v1/services lists them.",
    ),
    "accounts.weak_password": (
        HTTPStatus.UNPROCESSABLE_ENTITY, "The password is easy to guess; `fields.password` says why.", "Ask for another one.",
    ),
    "accounts.not_confirmed": (
        HTTPStatus.UNAUTHORIZED, "The address is not confirmed yet; the mail was sent again.",
        "Send its token to POST /api/v1/accounts/confirmation.",
    ),
    "accounts.same_email": (HTTPStatus.UNPROCESSABLE_ENTITY, "The account has this address already.", "There is nothing to do."),
    "accounts.no_mail": (HTTPStatus.NOT_FOUND, "There is no such mail to be sent any more.", "There is nothing to do."),
    "accounts.email_taken": (HTTPStatus.CONFLICT, "There is an account with this e-mail address.", "Sign in instead."),
    "accounts.wrong_credentials": (
        HTTPStatus.UNAUTHORIZED, "E-mail address and password do not fit together.", "Ask the person for both again.",
    ),
    "accounts.too_many_attempts": (HTTPStatus.TOO_MANY_REQUESTS, "Too many attempts to sign in.", "Wait for Retry-After."),
    "accounts.no_challenge": (
        HTTPStatus.UNAUTHORIZED, "The sign-in or the question for a passkey is over.", "Begin again at POST /api/v1/sessions.",
    ),
    "accounts.wrong_code": (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "The code is not right, or was used before.",
        "Ask the person for the next code of the app, or for a recovery code.",
    ),
    "accounts.passkey_refused": (
        HTTPStatus.UNPROCESSABLE_ENTITY, "The answer of the passkey does not fit.", "Ask for a new challenge and try again.",
    ),
    "accounts.step_up_needed": (
        HTTPStatus.FORBIDDEN,
        "What guards an account changes only right after its second factor was shown.",
        "Lift the session at PUT /api/v1/sessions/current/level first.",
    ),
    "accounts.wrong_password": (HTTPStatus.UNPROCESSABLE_ENTITY, "The password is not right.", "Ask the person for it again."),
    "accounts.no_factor": (
        HTTPStatus.NOT_FOUND,
        "There is no such second factor of this account.",
        "GET /api/v1/accounts/current/security has them.",
    ),
    "accounts.too_many_factors": (HTTPStatus.CONFLICT, "There are twenty second factors already.", "Remove one."),
    "accounts.passkeys_unavailable": (
        HTTPStatus.CONFLICT,
        "The portal is not reached under a host name with TLS, to which browsers could bind a passkey.",
        "Use an authenticator app.",
    ),
    "accounts.no_eid": (
        HTTPStatus.NOT_FOUND, "The portal is not connected to a provider of electronic identities.", "Use another way.",
    ),
    "accounts.eid_refused": (
        HTTPStatus.FORBIDDEN, "The answer of the provider is not beyond doubt, or was used before.", "Begin a new request.",
    ),
    "accounts.eid_not_linked": (
        HTTPStatus.NOT_FOUND, "No account is linked with this electronic identity.", "Sign in otherwise and link it first.",
    ),
    "accounts.eid_taken": (HTTPStatus.CONFLICT, "The electronic identity belongs to another account.", "Sign in with it."),
    "accounts.eid_other": (HTTPStatus.CONFLICT, "The account has another electronic identity.", "Unlink that one first."),
    "accounts.eid_mismatch": (
        HTTPStatus.CONFLICT, "The account's verified identity is that of another person.", "Have it verified at an office.",
    ),
    "applications.level_needed": (
        HTTPStatus.FORBIDDEN,
        "The service asks for a higher trust level; `fields.level` says which.",
        "Lift the session at PUT /api/v1/sessions/current/level, or have the person's identity verified.",
    ),
    "accounts.visit_code_invalid": (
        HTTPStatus.NOT_FOUND, "The code is mistyped, unknown, used, replaced or too old.", "Ask the person for a new one.",
    ),
    "accounts.too_many_codes": (
        HTTPStatus.TOO_MANY_REQUESTS, "Too many codes, or mails, in a short time.", "Wait for Retry-After.",
    ),
    "accounts.own_identity": (
        HTTPStatus.FORBIDDEN, "Nobody verifies themselves, nor an account in their own name.", "A colleague has to do it.",
    ),
    "accounts.not_this_office": (
        HTTPStatus.FORBIDDEN, "The officer has no role in this office.", "Name an office of the officer.",
    ),
    "accounts.second_officer_needed": (
        HTTPStatus.FORBIDDEN, "Who recorded a check cannot confirm it.", "Another officer of the same office has to.",
    ),
    "accounts.no_check": (HTTPStatus.NOT_FOUND, "There is no such check in the officer's offices.", "List those that wait."),
    "accounts.check_wrong_state": (HTTPStatus.CONFLICT, "The check is in another state already.", LOOK_AGAIN),
    "accounts.document_expired": (
        HTTPStatus.UNPROCESSABLE_ENTITY, "The document has expired, or its date is a slip.", "Compare with a valid document.",
    ),
    "accounts.not_verified_in_person": (
        HTTPStatus.CONFLICT, "The identity of this account is not verified in person.", LOOK_AGAIN,
    ),
    "accounts.not_awaiting_activation": (
        HTTPStatus.CONFLICT, "There is no account of this office that waits for its letter.", LOOK_AGAIN,
    ),
    "accounts.activation_invalid": (
        HTTPStatus.NOT_FOUND, "The code is mistyped, or its letter used, replaced or too old.", "The office prints a new letter.",
    ),
    "accounts.value_locked": (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "A verified value changes by a new verification only; `fields` names it.",
        "Leave it out, or have the identity verified again.",
    ),
    "accounts.open_cases": (
        HTTPStatus.CONFLICT, "An office still works on an application of this citizen.", "Wait for its decision.",
    ),
    "accounts.sole_owner": (
        HTTPStatus.CONFLICT, "An organisation would be left without an owner.", "Hand it over or dissolve it first.",
    ),
    "accounts.acting_for_another": (
        HTTPStatus.FORBIDDEN, "Export and erasure are for one's own account only.",
        "PUT /api/v1/sessions/current/party with null for oneself.",
    ),
    "accounts.no_account": (HTTPStatus.NOT_FOUND, "There is no such account.", "Look the person up again."),
    "accounts.no_office": (HTTPStatus.NOT_FOUND, "There is no such office here.", "GET /api/v1/municipalities has them."),
    "accounts.link_invalid": (HTTPStatus.NOT_FOUND, "The link was used, replaced or is too old.", "Ask for a new one."),
    "accounts.no_session": (HTTPStatus.UNAUTHORIZED, "The session has ended.", "Sign in again at POST /api/v1/sessions."),
    "accounts.no_municipality": (
        HTTPStatus.NOT_FOUND, "No municipality of the network has this slug or ARS.", "GET /api/v1/municipalities lists them.",
    ),
    "accounts.no_organisation": (
        HTTPStatus.NOT_FOUND, "There is no such organisation of this citizen.", "GET /api/v1/organisations lists them.",
    ),
    "accounts.no_member": (HTTPStatus.NOT_FOUND, "There is no such member.", "Read the organisation again."),
    "accounts.role_not_yours": (HTTPStatus.FORBIDDEN, "One's role in the organisation does not allow this.", "Ask an owner."),
    "accounts.last_owner": (
        HTTPStatus.CONFLICT, "An organisation needs an owner, and this is the last one.", "Hand over first, or dissolve it.",
    ),
    "accounts.organisation_has_cases": (
        HTTPStatus.CONFLICT, "Offices still work on applications of the organisation.", "Wait until they have come to their end.",
    ),
    "accounts.too_many_organisations": (HTTPStatus.CONFLICT, "One person has founded too many.", "Dissolve one."),
    "accounts.no_invitation": (HTTPStatus.NOT_FOUND, "There is no such invitation.", "Lists hold what can be seen."),
    "accounts.invitation_over": (HTTPStatus.CONFLICT, "It is answered, withdrawn or has expired.", LOOK_AGAIN),
    "accounts.member_already": (HTTPStatus.CONFLICT, "The address is that of a member.", "There is nothing to do."),
    "accounts.invited_already": (HTTPStatus.CONFLICT, "The address is invited already.", "Withdraw that invitation first."),
    "accounts.too_many_invitations": (HTTPStatus.CONFLICT, "Too many invitations wait for an answer.", "Withdraw some."),
    "accounts.no_mandate": (HTTPStatus.NOT_FOUND, "There is no such mandate.", "GET /api/v1/mandates lists them."),
    "accounts.mandate_over": (HTTPStatus.CONFLICT, "It is answered, ended or has expired.", LOOK_AGAIN),
    "accounts.too_many_mandates": (HTTPStatus.CONFLICT, "Too many mandates wait for an answer.", "Withdraw some."),
    "accounts.not_while_acting": (
        HTTPStatus.FORBIDDEN, "Mandates are given and taken in one's own name.", "Act for oneself first.",
    ),
    "accounts.no_party": (
        HTTPStatus.NOT_FOUND, "One may not act under this grant, or no longer.", "GET /api/v1/parties lists those that hold.",
    ),
    "actors.only_reading": (HTTPStatus.FORBIDDEN, "A reader of an organisation may only look.", "Ask an owner for another role."),
    "actors.not_covered": (HTTPStatus.FORBIDDEN, "The mandate is not for this service.", "GET /api/v1/parties says for which."),
    "actors.behalf_ended": (
        HTTPStatus.FORBIDDEN, "The membership or mandate has just ended. Nothing was ordered.", "Choose another party.",
    ),
    "gateway.party_lost": (
        HTTPStatus.CONFLICT,
        "The session acted for somebody and may no longer. Nothing is changed until its person chooses anew.",
        "PUT /api/v1/sessions/current/party with another grant, or with null for oneself.",
    ),
    "gateway.party_changed": (HTTPStatus.CONFLICT, "A form of a page that was opened for another party.", "Load the page again."),
    "actors.not_signed_in": (HTTPStatus.UNAUTHORIZED, "Nobody is signed in.", "Send `Authorization: Bearer <token>`."),
    "actors.not_allowed": (HTTPStatus.FORBIDDEN, "The account may not do this.", "Use an account of the right kind."),
    "applications.not_offered": (
        HTTPStatus.NOT_FOUND,
        "The municipality does not offer this service online.",
        "GET /api/v1/services says in `offered_by` who does.",
    ),
    "applications.not_listed": (
        HTTPStatus.NOT_FOUND,
        "The federal catalogue has no such life situation or service.",
        "GET /api/v1/situations lists all of them.",
    ),
    "applications.too_many_drafts": (HTTPStatus.CONFLICT, "There are too many drafts.", "Finish or discard some."),
    "applications.changed_elsewhere": (
        HTTPStatus.CONFLICT, "Some of these answers have been changed by another device meanwhile.",
        "Read the draft, and send them with what stands there now as `before`.",
    ),
    "applications.no_file": (
        HTTPStatus.NOT_FOUND, "There is no such file for this person, or no such part of it.", "List the files of the draft.",
    ),
    "applications.upload_over": (HTTPStatus.CONFLICT, "All of the file is here already.", "There is nothing to do."),
    "applications.upload_incomplete": (
        HTTPStatus.CONFLICT, "Parts of the file are missing, or it has another size.", "Send them, or begin again.",
    ),
    "applications.scanner_away": (
        HTTPStatus.SERVICE_UNAVAILABLE, "The virus scanner cannot be reached; the file is kept.", "Say again that it has come.",
    ),
    "applications.too_many_files": (
        HTTPStatus.CONFLICT, "The citizen's drafts hold as many files as can be kept.", "Finish, discard or remove some.",
    ),
    "applications.no_draft": (HTTPStatus.NOT_FOUND, "There is no such draft of this citizen.", "Drafts end after 30 days."),
    "applications.cart_empty": (HTTPStatus.CONFLICT, "There is nothing to order.", "Put complete drafts into the cart."),
    "applications.cart_changed": (
        HTTPStatus.CONFLICT,
        "The cart has another `version` than `cart_version`.",
        "Read the cart, show what is in it now, and order with a new Idempotency-Key.",
    ),
    "applications.total_changed": (
        HTTPStatus.CONFLICT,
        "The sum of the cart is another than `expected_total_cents`.",
        "Read the cart, show the new sum, and order with a new Idempotency-Key.",
    ),
    "applications.no_order": (HTTPStatus.NOT_FOUND, "There is no such order of this citizen.", "GET /api/v1/orders lists them."),
    "applications.no_case": (
        HTTPStatus.NOT_FOUND, "There is no such case, or none of this citizen or these offices.", "Lists hold what can be seen.",
    ),
    "applications.wrong_state": (HTTPStatus.CONFLICT, "The state of the case does not allow this.", LOOK_AGAIN),
    "payments.order_not_known_yet": (
        HTTPStatus.SERVICE_UNAVAILABLE, "The order was placed a moment ago and has not reached the treasury.", SAME_KEY,
    ),
    "payments.no_payment": (HTTPStatus.NOT_FOUND, "There is nothing to pay for this order.", "Free orders have no payment."),
    "payments.already_paid": (HTTPStatus.CONFLICT, "The order is paid.", LOOK_AGAIN),
    "documents.no_document": (HTTPStatus.NOT_FOUND, "There is no such document of this citizen.", "Lists hold what can be seen."),
    "documents.unknown_code": (
        HTTPStatus.NOT_FOUND, "No document has this code.", "It may be mistyped; otherwise the document is not genuine.",
    ),
    "messaging.no_notice": (HTTPStatus.NOT_FOUND, "There is no such notice of this citizen.", "Lists hold what can be seen."),
    "database.changed_meanwhile": (HTTPStatus.CONFLICT, "Somebody else changed the thing at the same time.", LOOK_AGAIN),
    "database.unavailable": (HTTPStatus.SERVICE_UNAVAILABLE, "A service cannot reach its data.", SAME_KEY),
    "idempotency.key_reused": (
        HTTPStatus.CONFLICT, "The Idempotency-Key was used with another body.", "Use a new key for each new thing.",
    ),
    "rpc.broker_away": (HTTPStatus.SERVICE_UNAVAILABLE, "The services cannot be reached.", SAME_KEY),
    "rpc.no_such_service": (HTTPStatus.SERVICE_UNAVAILABLE, "A service does not run.", SAME_KEY),
    "rpc.timeout": (HTTPStatus.SERVICE_UNAVAILABLE, "A service did not answer in time; it may have done the work.", SAME_KEY),
    "rpc.answer_lost": (HTTPStatus.SERVICE_UNAVAILABLE, "The answer was lost; the work may be done.", SAME_KEY),
    "gateway.not_found": (HTTPStatus.NOT_FOUND, "There is nothing at this address.", "Look it up in /api/v1/openapi.json."),
    "gateway.not_signed_in": (HTTPStatus.UNAUTHORIZED, "Nobody is signed in.", "Send `Authorization: Bearer <token>`."),
    "gateway.not_allowed": (HTTPStatus.FORBIDDEN, "The account is of the wrong kind.", "Use an account of the right kind."),
    "gateway.operators_only": (HTTPStatus.FORBIDDEN, "Only operators may see this.", "Use an operator's account."),
    "gateway.bearer_token": (
        HTTPStatus.UNAUTHORIZED, "The Authorization header cannot be read.", "Send `Authorization: Bearer <token>`.",
    ),
    "gateway.idempotency_key_missing": (
        HTTPStatus.BAD_REQUEST,
        "What creates something needs an Idempotency-Key header.",
        "Send a new UUID for each thing, and the same one when you send the request again.",
    ),
    "gateway.idempotency_key_unusable": (
        HTTPStatus.BAD_REQUEST, "The Idempotency-Key is not 1 to 100 visible ASCII characters.", "Send a UUID.",
    ),
    "gateway.bad_request": (HTTPStatus.BAD_REQUEST, "The request cannot be read as HTTP.", "Mend the request."),
    "gateway.not_json": (
        HTTPStatus.BAD_REQUEST, "The body is not JSON (400), or not said to be (415).", "Send JSON as application/json.",
    ),
    "gateway.address": (HTTPStatus.BAD_REQUEST, "The address is not UTF-8, or holds a NUL.", "Mend the address."),
    "gateway.host": (HTTPStatus.BAD_REQUEST, "The Host header is no host name, or there are two.", "Send one."),
    "gateway.wrong_host": (
        HTTPStatus.MISDIRECTED_REQUEST, "The portal does not answer under this host name.", "Use the servers of openapi.json.",
    ),
    "gateway.not_utf8": (HTTPStatus.BAD_REQUEST, "The body is not UTF-8.", "Encode it as UTF-8."),
    "gateway.control_characters": (HTTPStatus.BAD_REQUEST, "There is a NUL in a text.", "Leave it out."),
    "gateway.body_too_large": (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is larger than a million bytes.", "Send less."),
    "gateway.body_too_slow": (HTTPStatus.REQUEST_TIMEOUT, "The body did not arrive within 30 seconds.", "Send it again."),
    "gateway.method_not_allowed": (
        HTTPStatus.METHOD_NOT_ALLOWED, "The address does not take this method.", "The Allow header names those it takes.",
    ),
    "gateway.not_a_form": (HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Pages take forms only.", "Programs use /api/v1."),
    "gateway.form_unreadable": (HTTPStatus.BAD_REQUEST, "The form cannot be read.", "Programs use /api/v1."),
    "gateway.form_changed": (HTTPStatus.CONFLICT, "The form of a page came back otherwise than it went.", "Load the page again."),
    "gateway.csrf": (HTTPStatus.FORBIDDEN, "The form is out of date or not from this session.", "Load the page again."),
    "gateway.csrf_origin": (HTTPStatus.FORBIDDEN, "The form was sent from another website.", "Programs use /api/v1."),
}  # fmt: skip


class Problems:
    """`/problems/<slug>`."""

    allow = ANYONE
    is_same_for_everybody = True

    async def on_get(self, req: Request, resp: Response, slug: str) -> None:
        """Raises not_found for a slug that no answer of the API carries."""
        if slug not in MEANINGS:
            raise visit.nothing_here()
        status, meaning, advice = MEANINGS[slug]
        resp.content_type = "text/plain; charset=utf-8"
        resp.set_header("Cache-Control", PUBLIC)
        resp.text = f"{slug}\nHTTP {int(status)} {status.phrase}\n\n{meaning}\n{advice}\n"
