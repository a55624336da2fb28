"""Contract of registering: a citizen's own account, and where to reach its holder."""

from marshmallow import fields, validate

from services.contracts import values
from services.contracts.registry import Fact, Method, Reply, Request


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


class AccountId(Request):
    """Which account."""

    account_id = values.Id(required=True)


class Contact(Reply):
    """Where to reach the holder of an account; for services only."""

    email = fields.String(required=True)
    language = values.language(required=True)


class AccountRegisteredFact(Fact):
    """A citizen's account exists."""

    account_id = values.Id(required=True)


METHODS = {
    "register_account": Method(RegisterAccount, AccountRegistered, idempotent=True, errors=("accounts.email_taken",)),
    "get_contact": Method(AccountId, Contact, errors=("accounts.no_account",)),
}
EVENTS = {"account.registered": AccountRegisteredFact}
