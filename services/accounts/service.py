"""The service `accounts` on the bus."""

from services.accounts.entrypoints.mails import Mails
from services.accounts.entrypoints.network import NetworkDirectory
from services.accounts.entrypoints.parties import Acting, Mandates, Organisations
from services.accounts.entrypoints.registering import Registering
from services.accounts.entrypoints.sessions import Sessions


class Accounts(
    Registering,
    Sessions,
    Mails,
    Organisations,
    Mandates,
    Acting,
    NetworkDirectory,
):
    """Who you are: citizens, staff, sessions, the portal network and its offices."""

    name = "accounts"
