"""Contract of sessions: signing in and out, and who is behind a session token."""

from marshmallow import fields

from services.contracts import values
from services.contracts.accounts.client import client
from services.contracts.accounts.passwords import typed_password
from services.contracts.registry import Fact, Method, Nothing, Reply, Request


class Credentials(Request):
    """E-mail and password; the answer is the same for an unknown address and a wrong password."""

    email = values.Text(most=254, required=True)
    password = typed_password(required=True)


class SignIn(Credentials):
    """The same with what the gateway knows of the client."""

    client = client()


class RoleReply(Reply):
    """A role in an office; `*` is the whole network."""

    role = fields.String(required=True)
    office_id = fields.String(required=True)


class BehalfReply(Reply):
    """For whom the session acts, and for which services of the catalogue (`*` is all)."""

    kind = values.choice("organisation", "person", required=True)
    party_id = values.Id(required=True)
    grant_id = values.Id(required=True)
    services = fields.List(fields.String(), required=True)
    role = fields.String(metadata={"description": "What a member is in the organisation; `helper` under a mandate."})


class ActorReply(Reply):
    """What the gateway puts into the header of every RPC; `level` is the lower of the session's and the attributes'."""

    kind = values.choice("citizen", "staff", required=True)
    account_id = values.Id(required=True)
    level = values.choice(*values.LEVELS, required=True)
    roles = fields.List(fields.Nested(RoleReply), required=True)
    session_level = values.choice(*values.LEVELS, required=True)
    behalf = fields.Nested(BehalfReply, allow_none=True, required=True)


class Person(Reply):
    """The signed-in person as pages greet and forms prefill them."""

    email = fields.String(required=True)
    given_names = fields.String(required=True)
    family_name = fields.String(required=True)
    language = values.language(required=True)
    identity_level = values.choice(
        *values.LEVELS, required=True, metadata={"description": "How far their attributes are trusted."}
    )


class SecondFactorAsked(Reply):
    """The password was right and a second factor is asked for; `challenge` is a secret of the browser, good for five minutes."""

    challenge = fields.String(required=True)
    kinds = fields.List(
        values.choice("totp", "passkey"), required=True, metadata={"description": "A recovery code does for any of them."}
    )
    options = fields.String(
        allow_none=True, required=True, metadata={"description": "What WebAuthn needs to ask a passkey, as JSON; else null."}
    )
    expires_at = fields.AwareDateTime(required=True)


class SessionOpened(Reply):
    """A new session, or with `second_factor` none yet: then everything else is null and `answer_second_factor` opens it.

    The token is a secret of the browser and is stored here only as a hash.
    """

    token = fields.String(allow_none=True, required=True)
    expires_at = fields.AwareDateTime(allow_none=True, required=True)
    actor = fields.Nested(ActorReply, allow_none=True, required=True)
    person = fields.Nested(Person, allow_none=True, required=True)
    second_factor = fields.Nested(SecondFactorAsked, allow_none=True, load_default=None)
    device_token = fields.String(
        allow_none=True,
        metadata={"description": "For a browser that is new to the account: a secret that lets it be known the next time."},
    )
    needs_second_factor = fields.Boolean(
        metadata={"description": "Staff of a network that requires a second factor and has none: no role until it is set up."}
    )


class Token(Request):
    """A session token."""

    token = values.Text(most=200, required=True)


class SessionResolved(Reply):
    """Who is behind a session token."""

    session_id = values.Id(required=True)
    actor = fields.Nested(ActorReply, required=True)
    person = fields.Nested(Person, required=True)
    party_name = fields.String(
        allow_none=True,
        required=True,
        metadata={"description": "Name of the organisation or person acted for; null for oneself."},
    )
    needs_second_factor = fields.Boolean(metadata={"description": "Staff without the second factor that the network requires."})
    has_lost_party = fields.Boolean(
        metadata={"description": "The session acted for somebody and may no longer; its person must choose anew."}
    )


class DeviceAddedFact(Fact):
    """An account was signed in to from a device it did not know."""

    account_id = values.Id(required=True)


METHODS = {
    "sign_in": Method(
        SignIn, SessionOpened, errors=("accounts.wrong_credentials", "accounts.not_confirmed", "accounts.too_many_attempts")
    ),
    "resolve_session": Method(Token, SessionResolved, errors=("accounts.no_session",)),
    "sign_out": Method(Token, Nothing),
}
EVENTS: dict[str, type[Fact]] = {"device.added": DeviceAddedFact}
