from contextlib import contextmanager

import pytest

from services.accounts.model import Entity
from services.chassis import testing


@pytest.fixture
def session():
    with testing.session("accounts", Entity.metadata) as open_session:
        yield open_session


@pytest.fixture
def transaction(session):
    """Units of work that all happen on the one session of the test, rolled back where they fail."""

    @contextmanager
    def unit():
        with session.begin_nested():
            yield session

    return unit
