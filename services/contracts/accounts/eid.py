"""Contract of electronic identities: on to the provider, its answer, and what follows when the browser is back."""

from marshmallow import fields

from services.contracts import values
from services.contracts.accounts.client import client
from services.contracts.accounts.factors import GUARDED, password
from services.contracts.accounts.sessions import SessionOpened
from services.contracts.registry import Fact, Method, Nothing, Reply, Request

PURPOSES = ("sign_in", "link", "step_up")


def browser() -> values.Text:
    """A digest of what only this browser holds: of its session's token, or of its visitor's secret."""
    return values.Text(most=64, required=True)


class BeginEid(Request):
    """Somebody wants to be identified: to sign in, to link the identity with their account, or to lift their session."""

    purpose = values.choice(*PURPOSES, required=True)
    browser = browser()
    password = password()


class EidBegun(Reply):
    """Where the browser goes."""

    address = fields.String(required=True)


class TakeEidAnswer(Request):
    """What the provider had the browser bring, from another website; it is bound to nobody's session."""

    answer = fields.String(required=True)


class EidTaken(Reply):
    """The answer is genuine. With this ticket the browser that began fetches what follows from it."""

    ticket = fields.String(required=True)


class EidTicket(Request):
    """The browser is back."""

    ticket = values.Text(most=200, required=True)
    browser = browser()


class FinishEid(EidTicket):
    """The same with the token of its session, null where there is none, and with what the gateway knows of it."""

    token = values.Text(most=200, allow_none=True, load_default=None)
    client = client()


class EidFinished(Reply):
    """What followed: a session at a sign-in, else the level of the session there was."""

    purpose = values.choice(*PURPOSES, required=True)
    opened = fields.Nested(SessionOpened, allow_none=True, required=True)
    session_level = values.choice(*values.LEVELS, required=True)


class EidMetadata(Reply):
    """What a provider must know of this portal."""

    xml = fields.String(required=True)


class UnlinkEid(Request):
    """The electronic identity is no longer linked."""

    password = password()


NO_EID = "accounts.no_eid"
METHODS = {
    "begin_eid": Method(BeginEid, EidBegun, errors=(*GUARDED, NO_EID, "accounts.eid_not_linked")),
    "take_eid_answer": Method(TakeEidAnswer, EidTaken, errors=(NO_EID, "accounts.eid_refused")),
    "finish_eid": Method(
        FinishEid,
        EidFinished,
        errors=(
            "accounts.eid_refused",
            "accounts.eid_not_linked",
            "accounts.eid_taken",
            "accounts.eid_other",
            "accounts.eid_mismatch",
            "accounts.no_session",
        ),
    ),
    "get_eid_metadata": Method(Nothing, EidMetadata, errors=(NO_EID,)),
    "unlink_eid": Method(UnlinkEid, Nothing, errors=(*GUARDED, "accounts.eid_not_linked")),
}
EVENTS: dict[str, type[Fact]] = {}
