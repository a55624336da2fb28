"""Takes a checked network into the databases of the services."""

import os
from contextlib import ExitStack
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from deploy.trouble import Trouble
from services.chassis.database import make_engine
from services.chassis.settings import database_url
from services.contracts.registry import SERVICES


def load(network: dict[str, Any]) -> list[str]:
    """Give every service that has a `network.py` its part, in its own database; names those services.

    All transactions commit only after every service has taken its part, so that a failure leaves everything as it was.
    Raises `Trouble` where a database cannot be reached or has not been migrated.
    """
    takers = [name for name in SERVICES if find_spec(f"services.{name}.network")]
    with ExitStack() as stack:
        for name in takers:
            engine = make_engine(database_url(name, os.environ))
            stack.callback(engine.dispose)
            session = stack.enter_context(Session(engine.execution_options(amtsgang_writes=True)))
            session.info.update(service=name, settings=None)
            stack.enter_context(session.begin())
            try:
                import_module(f"services.{name}.network").load(session, network)
                session.flush()
            except (OperationalError, ProgrammingError) as error:
                raise Trouble(
                    f"the database of {name} cannot take the network ({error.orig}): run `make migrate` first."
                ) from None
    return takers
