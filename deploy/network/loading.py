"""Takes a checked network into the databases of the services."""

import os
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from deploy.trouble import Trouble
from services.chassis.database import make_engine
from services.chassis.settings import database_url
from services.contracts.registry import SERVICES


@dataclass(frozen=True)
class Loaded:
    """Which services took the network, what they kept against it because it was changed in the portal, and what breaks a law."""

    takers: list[str]
    kept: list[str]
    against_law: Sequence[str] = ()


def load(network: dict[str, Any], *, takes_folder: bool = False) -> Loaded:
    """Give every service that has a `network.py` its part, in its own database.

    All have taken their part and hold their locks before the first one commits, so whatever is wrong with the network leaves
    everything as it was. Databases cannot commit as one: they do so one after the other, `accounts` last, because a member is
    seen only once `accounts` knows it. Loading again completes what was cut off in between. Raises `Trouble` where a database
    cannot be reached, has not been migrated, or did not commit.
    """
    takers = [name for name in SERVICES if find_spec(f"services.{name}.network")]
    kept: list[str] = []
    against_law: list[str] = []
    with ExitStack() as stack:
        sessions: dict[str, Session] = {}
        for name in takers:
            engine = make_engine(database_url(name, os.environ))
            stack.callback(engine.dispose)
            session = stack.enter_context(Session(engine.execution_options(amtsgang_writes=True)))
            session.info.update(service=name, settings=None)
            sessions[name] = session
            try:
                taker = import_module(f"services.{name}.network")
                kept += taker.load(session, network, takes_folder=takes_folder)
                session.flush()
                against_law += taker.against_law(session) if hasattr(taker, "against_law") else []
            except (OperationalError, ProgrammingError) as error:
                raise Trouble(
                    f"the database of {name} cannot take the network ({error.orig}): run `make migrate` first."
                ) from None
        _commit(sessions)
    return Loaded(takers, kept, tuple(against_law))


def _commit(sessions: dict[str, Session]) -> None:
    done: list[str] = []
    for name in sorted(sessions, key=lambda name: name == "accounts"):
        try:
            sessions[name].commit()
        except DBAPIError as error:
            taken = f"{', '.join(done)} took it already" if done else "nothing was loaded"
            raise Trouble(f"the database of {name} did not commit ({error.orig}); {taken}: run `make network` again.") from None
        done.append(name)
