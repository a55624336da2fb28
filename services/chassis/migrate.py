"""`python -m services.chassis.migrate [service…]`: bring the databases to the newest migration, a step before the start."""

import os
import sys
from importlib import import_module
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from services.chassis import rotating
from services.chassis.database import make_engine
from services.chassis.key_ring import KeyRingError
from services.chassis.settings import KEEPERS, SettingsError, database_url
from services.contracts.registry import SERVICES


def configuration(service: str, connection: Connection | None = None) -> Config:
    """Alembic's configuration for one service; its migrations lie in its own folder, the environment is the chassis's."""
    folder = Path(str(import_module(f"services.{service}").__file__)).parent / "migrations"
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migration"))
    config.set_main_option("version_locations", str(folder))
    config.set_main_option("path_separator", "newline")
    config.attributes["connection"] = connection
    return config


def migrate(service: str, url: str, revision: str = "head") -> None:
    """Upgrade one service's database; each migration in a transaction of its own where the database can."""
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            command.upgrade(configuration(service, connection), revision)
    finally:
        engine.dispose()


def main(arguments: list[str]) -> int:
    """Migrate the named services, or all; prints one line each."""
    if unknown := [name for name in arguments if name not in SERVICES]:
        print(f"There is no service {', '.join(unknown)}; services are {', '.join(SERVICES)}.", file=sys.stderr)
        return 2
    for service in arguments or SERVICES:
        migrate(service, database_url(service, os.environ))
        if service in KEEPERS:
            rotating.check(service, database_url(service, os.environ))
        print(f"migrated {service}")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (SettingsError, KeyRingError) as error:
        sys.exit(str(error))
