"""What every group of entrypoints may use."""

from services.chassis import Database, Peers
from services.chassis.settings import Settings


class Base:
    """The dependencies of the service `accounts`."""

    db = Database()
    peers = Peers()
    settings = Settings.dependency()
