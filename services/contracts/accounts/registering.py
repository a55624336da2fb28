"""Contract of registering: a citizen's own account, which begins when its address is confirmed; and where to reach its holder."""

from marshmallow import fields

from services.contracts import values
from services.contracts.accounts.client import client
from services.contracts.accounts.passwords import new_password, typed_password
from services.contracts.accounts.sessions import SessionOpened
from services.contracts.registry import Fact, Method, Nothing, Reply, Request


class Registration(Request):
    """A citizen's own registration. The password has 8 to 200 characters of any kind and must not be easy to guess."""

    email = values.email(required=True)
    password = new_password(required=True)
    given_names = values.Name(required=True)
    family_name = values.Name(required=True)
    language = values.language(load_default="de")


class RegisterAccount(Registration):
    """A registration with what the gateway knows: the browser, its secret, and the page to go on to after the confirmation."""

    client = client()
    browser_secret = values.Text(most=64, allow_none=True, load_default=None)
    next_path = values.Text(most=500, least=0, load_default="")


class Confirmation(Request):
    """The token of the mail, and the password that was chosen, so that nobody brings to life what somebody else registered."""

    token = values.Text(most=200, required=True)
    password = typed_password(required=True)


class ConfirmAccount(Request):
    """A confirmation; the browser that registered needs no password, as it knows the secret."""

    token = values.Text(most=200, required=True)
    password = typed_password(allow_none=True, load_default=None)
    browser_secret = values.Text(most=64, allow_none=True, load_default=None)
    client = client()


class ShowConfirmation(Request):
    """A confirmation that is about to be given."""

    token = values.Text(most=200, required=True)
    browser_secret = values.Text(most=64, allow_none=True, load_default=None)


class ConfirmationShown(Reply):
    """Whose address it is, and whether this browser must name the password."""

    email = fields.String(required=True)
    needs_password = fields.Boolean(required=True)


class AccountConfirmed(SessionOpened):
    """The new account with a session of it, and the page that was to be opened when registering began (empty if none)."""

    next_path = fields.String(required=True)


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
    "register_account": Method(
        RegisterAccount, Nothing, idempotent=True, errors=("accounts.weak_password", "accounts.too_many_attempts")
    ),
    "show_confirmation": Method(ShowConfirmation, ConfirmationShown, errors=("accounts.link_invalid",)),
    "confirm_account": Method(
        ConfirmAccount,
        AccountConfirmed,
        errors=("accounts.link_invalid", "accounts.wrong_password", "accounts.email_taken", "accounts.too_many_attempts"),
    ),
    "get_contact": Method(AccountId, Contact, errors=("accounts.no_account",)),
}
EVENTS = {"account.registered": AccountRegisteredFact}
