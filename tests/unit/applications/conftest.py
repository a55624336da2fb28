"""What every test of applications starts from: an empty database with the offers of a small network, on a fixed day."""

import pytest
from hypothesis import settings

from services.applications import network
from services.applications.model import Entity
from services.chassis import clock, testing
from tests.unit.applications import portal

# How long an example takes says nothing on a machine that others use as well.
settings.register_profile("applications", deadline=None)
settings.load_profile("applications")


@pytest.fixture(autouse=True)
def _now():
    with clock.fixed(portal.NOW):
        yield


@pytest.fixture
def session():
    with testing.session("applications", Entity.metadata) as open_session:
        network.load(open_session, portal.network())
        yield open_session
