"""Passkeys (WebAuthn Level 3): made for an account, answered as its second factor, or as the only thing that signs in."""

import json
import re
import secrets
from typing import Any
from uuid import UUID

import webauthn
from sqlalchemy import select
from sqlalchemy.orm import Session
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from services.accounts.model import ANSWER_WITHIN, PASSKEY, Account, Challenge, SecondFactor
from services.chassis import clock, ids
from services.chassis.relying_party import RelyingParty, relying_party
from services.contracts.errors import Conflict, Failure, Invalid, Unauthenticated

NAME = "Amtsgang"
NONCE_BYTES = 32
CREDENTIAL_ID = re.compile(r"[A-Za-z0-9_-]{1,1364}")
"""At most 1023 bytes (WebAuthn, 4) in base64url; whatever else JSON can write is no question for the database."""


def are_possible(session: Session) -> bool:
    """Whether passkeys work under the address of this portal."""
    return relying_party(session.info["settings"].portal_url) is not None


def begin(session: Session, account: Account) -> dict[str, str]:
    """What the browser needs to make a passkey. Raises conflict where passkeys cannot work."""
    party = _party(session)
    options = webauthn.generate_registration_options(
        rp_id=party.id,
        rp_name=NAME,
        user_id=UUID(account.id).bytes,
        user_name=account.email,
        user_display_name=f"{account.given_names} {account.family_name}",
        challenge=secrets.token_bytes(NONCE_BYTES),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.PREFERRED
        ),
        exclude_credentials=_descriptors(_of(session, account.id)),
    )
    waiting = keep(session, "register", account.id, options.challenge)
    return {"challenge_id": waiting.id, "options": webauthn.options_to_json(options)}


def add(session: Session, account_id: str, *, nonce: bytes, credential: str, name: str) -> SecondFactor:
    """The passkey that the browser made. Raises invalid if it was not made for this portal and this challenge."""
    party = _party(session)
    _parsed(credential)
    try:
        made = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=nonce,
            expected_rp_id=party.id,
            expected_origin=party.origin,
        )
    except WebAuthnException:
        raise refused() from None
    credential_id = bytes_to_base64url(made.credential_id)
    if session.scalar(select(SecondFactor.id).where(SecondFactor.credential_id == credential_id)) is not None:
        raise refused()
    now = clock.now()
    factor = SecondFactor(
        id=ids.new_id(),
        account_id=account_id,
        kind=PASSKEY,
        name=name,
        added_at=now,
        confirmed_at=now,
        credential_id=credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        transports=_transports(credential),
    )
    session.add(factor)
    return factor


def options(session: Session, nonce: bytes, account_id: str | None) -> str | None:
    """What the browser needs to ask a passkey: one of the account, or any that knows this portal. None if there can be none."""
    party = relying_party(session.info["settings"].portal_url)
    known = _of(session, account_id) if account_id else []
    if party is None or (account_id and not known):
        return None
    asked = webauthn.generate_authentication_options(
        rp_id=party.id,
        challenge=nonce,
        allow_credentials=_descriptors(known) or None,
        user_verification=UserVerificationRequirement.PREFERRED if account_id else UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(asked)


def answered(session: Session, *, nonce: bytes, credential: str, account_id: str | None) -> SecondFactor:
    """The passkey that answered; without a known account it must have verified its user. Raises invalid."""
    party = _party(session)
    factor = session.scalar(select(SecondFactor).where(SecondFactor.credential_id == _id_of(credential)).with_for_update())
    if factor is None or factor.public_key is None or (account_id and factor.account_id != account_id):
        raise refused()
    try:
        verified = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=nonce,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=factor.public_key,
            credential_current_sign_count=factor.sign_count,
            require_user_verification=account_id is None,
        )
    except WebAuthnException:
        raise refused() from None
    if _user_of(credential) not in (None, UUID(factor.account_id).bytes):
        raise refused()
    factor.sign_count, factor.last_used_at = verified.new_sign_count, clock.now()
    return factor


def keep(session: Session, purpose: str, account_id: str | None, nonce: bytes | None = None) -> Challenge:
    """A challenge that waits for its answer."""
    waiting = Challenge(
        id=ids.new_id(),
        purpose=purpose,
        account_id=account_id,
        nonce=nonce or secrets.token_bytes(NONCE_BYTES),
        expires_at=clock.now() + ANSWER_WITHIN,
    )
    session.add(waiting)
    return waiting


def take(session: Session, purpose: str, challenge_id: str | None, account_id: str | None) -> bytes:
    """The nonce of a challenge, which is used up by that. Raises unauthenticated if it is over or was for something else."""
    question = select(Challenge).where(Challenge.id == challenge_id, Challenge.purpose == purpose)
    waiting = session.scalar(question.with_for_update())
    if waiting is None or waiting.account_id != account_id or clock.now() >= waiting.expires_at:
        raise no_challenge()
    session.delete(waiting)
    return waiting.nonce


def no_challenge() -> Failure:
    """The answer to who answers too late, twice, or what was never asked."""
    return Unauthenticated("accounts.no_challenge", "This took too long. Please begin again.")


def refused() -> Invalid:
    """The answer to a passkey that does not fit; why is told to nobody."""
    return Invalid("accounts.passkey_refused", "The passkey could not be used.", fields={"credential": ["passkey_refused"]})


def unavailable() -> Conflict:
    """The answer where passkeys cannot work."""
    return Conflict("accounts.passkeys_unavailable", "Passkeys do not work under the address of this portal.")


def _party(session: Session) -> RelyingParty:
    party = relying_party(session.info["settings"].portal_url)
    if party is None:
        raise unavailable()
    return party


def _of(session: Session, account_id: str) -> list[SecondFactor]:
    question = select(SecondFactor).where(SecondFactor.account_id == account_id, SecondFactor.kind == PASSKEY)
    return list(session.scalars(question.order_by(SecondFactor.id)))


def _descriptors(factors: list[SecondFactor]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=base64url_to_bytes(factor.credential_id or ""), transports=[AuthenticatorTransport(t) for t in factor.transports]
        )
        for factor in factors
    ]


def _parsed(credential: str) -> dict[str, Any]:
    try:
        found = json.loads(credential)
    except (ValueError, RecursionError):
        raise refused() from None
    if not isinstance(found, dict) or not isinstance(found.get("response"), dict):
        raise refused()
    return found


def _id_of(credential: str) -> str:
    found = _parsed(credential).get("id")
    if not isinstance(found, str) or not CREDENTIAL_ID.fullmatch(found):
        raise refused()
    return found


def _user_of(credential: str) -> bytes | None:
    handle = _parsed(credential)["response"].get("userHandle")
    return base64url_to_bytes(handle) if isinstance(handle, str) and handle else None


def _transports(credential: str) -> list[str]:
    """As the browser says they are; only a hint for the next time."""
    told = _parsed(credential)["response"].get("transports")
    known = {transport.value for transport in AuthenticatorTransport}
    return sorted(known & {str(t) for t in told}) if isinstance(told, list) else []
