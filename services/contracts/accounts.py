"""Contract of `accounts`: who you are, sessions, and the portal network with its offices."""

from marshmallow import fields, validate

from services.contracts import values
from services.contracts.registry import Fact, Method, Nothing, Reply, Request


class RegisterAccount(Request):
    """A citizen's own registration. The password has 8 to 200 characters and no composition rules."""

    email = values.email(required=True)
    password = fields.String(
        required=True,
        validate=(validate.Length(min=8, max=200, error="password_length"), values.encodable),
        metadata={"format": "password"},
    )
    given_names = values.Name(required=True)
    family_name = values.Name(required=True)
    language = values.language(load_default="de")


class AccountRegistered(Reply):
    """The new account."""

    account_id = values.Id(required=True)


class SignIn(Request):
    """E-mail and password; the answer is the same for an unknown address and a wrong password."""

    email = values.Text(most=254, required=True)
    password = fields.String(
        required=True, validate=(validate.Length(max=200, error="too_long"), values.encodable), metadata={"format": "password"}
    )


class RoleReply(Reply):
    """A role in an office; `*` is the whole network."""

    role = fields.String(required=True)
    office_id = fields.String(required=True)


class ActorReply(Reply):
    """What the gateway puts into the header of every RPC."""

    kind = values.choice("citizen", "staff", required=True)
    account_id = values.Id(required=True)
    level = values.choice(*values.LEVELS, required=True)
    roles = fields.List(fields.Nested(RoleReply), required=True)


class Person(Reply):
    """The signed-in person as pages greet and forms prefill them."""

    email = fields.String(required=True)
    given_names = fields.String(required=True)
    family_name = fields.String(required=True)
    language = values.language(required=True)


class SessionOpened(Reply):
    """A new session. The token is a secret of the browser and is stored here only as a hash."""

    token = fields.String(required=True)
    expires_at = fields.AwareDateTime(required=True)
    actor = fields.Nested(ActorReply, required=True)
    person = fields.Nested(Person, required=True)


class Token(Request):
    """A session token."""

    token = values.Text(most=200, required=True)


class SessionResolved(Reply):
    """Who is behind a session token."""

    session_id = values.Id(required=True)
    actor = fields.Nested(ActorReply, required=True)
    person = fields.Nested(Person, required=True)


class AccountId(Request):
    """Which account."""

    account_id = values.Id(required=True)


class Contact(Reply):
    """Where to reach the holder of an account; for services only."""

    email = fields.String(required=True)
    language = values.language(required=True)


class OpeningHours(Reply):
    """One line of opening hours, for example Mo-Fr 08:30-12:30."""

    days = fields.String(required=True)
    hours = fields.String(required=True)


class Office(Reply):
    """An office of a municipality."""

    office_id = values.office_id(required=True)
    name = fields.Nested(values.Bilingual, required=True)
    address = fields.String(required=True)
    email = fields.String(required=True)
    phone = fields.String(required=True)
    opening_hours = fields.List(fields.Nested(OpeningHours), required=True)


class MunicipalitySummary(Reply):
    """A municipality (or the county) in a list."""

    ars = values.ars(required=True)
    slug = values.slug(required=True)
    name = fields.String(required=True)
    kind = values.choice("county", "town", "municipality", "joint_municipality", required=True)
    postal_codes = fields.List(fields.String(), required=True)
    places = fields.List(fields.String(), required=True, metadata={"description": "Names of the member municipalities."})


class Municipality(MunicipalitySummary):
    """A municipality with its address, offices and legal texts."""

    address = fields.String(required=True)
    website = fields.String(allow_none=True, required=True)
    colour = fields.String(required=True, metadata={"description": "Main colour of the coat of arms, as #rrggbb."})
    imprint = fields.Nested(values.Bilingual, required=True)
    privacy = fields.Nested(values.Bilingual, required=True)
    accessibility = fields.Nested(values.Bilingual, required=True)
    offices = fields.List(fields.Nested(Office), required=True)


class Municipalities(Reply):
    """The whole network, county first, then by name."""

    network = fields.String(required=True)
    notice = fields.Nested(values.Bilingual, allow_none=True, metadata={"description": "What visitors must know first."})
    municipalities = fields.List(fields.Nested(MunicipalitySummary), required=True)


class MunicipalityKey(Request):
    """Which municipality, by its slug or its ARS."""

    key = values.Text(most=60, required=True)


class OfficeId(Request):
    """Which office."""

    office_id = values.office_id(required=True)


class OfficeInMunicipality(Office):
    """An office with the name of the municipality it belongs to."""

    municipality = fields.Nested(MunicipalitySummary, required=True)


class AccountRegisteredFact(Fact):
    """A citizen's account exists."""

    account_id = values.Id(required=True)


METHODS = {
    "register_account": Method(RegisterAccount, AccountRegistered, idempotent=True, errors=("accounts.email_taken",)),
    "sign_in": Method(SignIn, SessionOpened, errors=("accounts.wrong_credentials", "accounts.too_many_attempts")),
    "resolve_session": Method(Token, SessionResolved, errors=("accounts.no_session",)),
    "sign_out": Method(Token, Nothing),
    "get_contact": Method(AccountId, Contact, errors=("accounts.no_account",)),
    "list_municipalities": Method(Nothing, Municipalities),
    "get_municipality": Method(MunicipalityKey, Municipality, errors=("accounts.no_municipality",)),
    "get_office": Method(OfficeId, OfficeInMunicipality, errors=("accounts.no_office",)),
}
EVENTS = {"account.registered": AccountRegisteredFact}
