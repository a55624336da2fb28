"""The catalogue behind a fake bus: the use cases of applications over a database in memory, called as the bus would call them."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from services.applications import editing, editions
from services.applications.model import Entity
from services.chassis import testing
from services.contracts import registry
from services.contracts.actors import Actor
from services.contracts.editing import METHODS
from services.contracts.errors import Failure
from tests.fakes.bus import FakeBus


@contextmanager
def editors_catalogue(bus: FakeBus) -> Iterator[Session]:
    """Every service that comes with the portal is published, nobody works on one."""
    with testing.session("applications", Entity.metadata) as session:
        editions.take_shipped(session)
        session.commit()
        for method in METHODS:
            bus.answer("applications", method, partial(_answer, session, method))
        yield session


def _answer(session: Session, method: str, actor: Actor, **data: Any) -> dict[str, Any]:
    contract = registry.method("applications", method)
    given = registry.load(contract.request, data)
    session.info.pop("catalogue", None)
    try:
        reply: dict[str, Any] = registry.dump(contract.reply, getattr(editing, method)(session, actor, **given))
    except Failure:
        session.rollback()
        raise
    session.commit()
    return reply
