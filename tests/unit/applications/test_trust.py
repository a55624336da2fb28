import pytest

from services.applications import catalogue, trust
from services.contracts.actors import Actor
from services.contracts.errors import Forbidden
from services.contracts.levels import LEVELS

BY_LEVEL = {service.level: service for service in catalogue.services().values()}


@pytest.mark.parametrize("needed", LEVELS)
@pytest.mark.parametrize("held", LEVELS)
def test_a_service_is_ordered_by_whoever_reaches_its_level(needed, held):
    actor = Actor(kind="citizen", account_id="a", level=held, session_level="high")
    if LEVELS.index(held) >= LEVELS.index(needed):
        trust.require(actor, [BY_LEVEL[needed]])
        return
    with pytest.raises(Forbidden) as failure:
        trust.require(actor, [BY_LEVEL["low"], BY_LEVEL[needed]])
    assert failure.value.slug == "applications.level_needed"
    assert failure.value.fields == {"level": [needed]}


def test_the_catalogue_has_a_service_of_every_level():
    assert set(BY_LEVEL) == set(LEVELS)


def test_nothing_asks_for_nothing():
    trust.require(Actor(kind="citizen", account_id="a"), [])
