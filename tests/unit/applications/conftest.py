"""What every test of applications starts from: an empty database with the offers of a small network, on a fixed day."""

import pytest

from services.applications import network
from services.applications.model import Entity
from services.chassis import clock, testing
from tests.unit.applications import portal


@pytest.fixture(autouse=True)
def _now():
    with clock.fixed(portal.NOW):
        yield


@pytest.fixture
def session():
    with testing.session("applications", Entity.metadata) as open_session:
        network.load(open_session, portal.network())
        yield open_session
