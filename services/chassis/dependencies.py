"""What nameko gives a service class at start: its database and the settings of its process."""

from typing import TYPE_CHECKING, Any

from nameko.extensions import DependencyProvider

from services.chassis.database import Transactions, make_engine
from services.chassis.settings import Settings


class Database(DependencyProvider):  # type: ignore[misc]
    """Gives a service its `Transactions`."""

    transactions: Transactions

    if TYPE_CHECKING:

        def __get__(self, instance: object, owner: type[Any]) -> Transactions: ...

    def setup(self) -> None:
        """Open the engine of this process."""
        settings: Settings = self.container.config["settings"]
        self.transactions = Transactions(self.container.service_name, make_engine(settings.database_url), settings)

    def stop(self) -> None:
        """Close every connection."""
        self.transactions.engine.dispose()

    def get_dependency(self, _worker_ctx: Any) -> Transactions:
        """The one `Transactions` of this process."""
        return self.transactions


class CurrentSettings(DependencyProvider):  # type: ignore[misc]
    """Gives a service the settings of its process."""

    def get_dependency(self, _worker_ctx: Any) -> Settings:
        """The frozen settings."""
        settings: Settings = self.container.config["settings"]
        return settings


def transactions_of(container: Any) -> Transactions:
    """The `Transactions` of the service in this container."""
    return next(d for d in container.dependencies if isinstance(d, Database)).transactions
