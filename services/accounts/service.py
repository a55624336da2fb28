"""The service `accounts` on the bus."""

from services.accounts.entrypoints.administration import Administration
from services.accounts.entrypoints.credentials import Credentials
from services.accounts.entrypoints.eid import ElectronicIdentities
from services.accounts.entrypoints.factors import Factors
from services.accounts.entrypoints.mails import Mails
from services.accounts.entrypoints.network import NetworkDirectory
from services.accounts.entrypoints.parties import Acting, Mandates, Organisations
from services.accounts.entrypoints.privacy import Privacy
from services.accounts.entrypoints.profile import Profiles
from services.accounts.entrypoints.registering import Registering
from services.accounts.entrypoints.sessions import Sessions
from services.accounts.entrypoints.verification import Verification


class Accounts(
    Registering,
    Sessions,
    Credentials,
    Factors,
    ElectronicIdentities,
    Mails,
    Profiles,
    Verification,
    Organisations,
    Mandates,
    Acting,
    Privacy,
    NetworkDirectory,
    Administration,
):
    """Who you are: citizens, staff, sessions, the portal network and its offices."""

    name = "accounts"
