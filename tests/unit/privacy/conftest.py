"""What the tests of exporting and erasing need: a database of a service, with its own tables and the chassis's."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib import import_module

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from services.chassis import testing

OpenSession = Callable[[str], Session]


@pytest.fixture
def opened() -> Iterator[OpenSession]:
    """A session on an empty database of a service."""
    with ExitStack() as stack:

        def open_session(service: str) -> Session:
            metadata = import_module(f"services.{service}.model").Entity.metadata
            session = stack.enter_context(testing.session(service, metadata))
            session.execute(text("PRAGMA foreign_keys=ON"))
            return session

        yield open_session
