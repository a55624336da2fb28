"""What the gateway remembers of the catalogue, and what becomes of it when the services are away."""

import pytest

from gateway import catalogue as catalogue_module
from gateway.catalogue import FRESH_SECONDS, HOLD_OFF_SECONDS, IMPATIENT_DEADLINE, Catalogue
from services.contracts.errors import Invalid, NotFound, Timeout, Unavailable
from tests.fakes.bus import FakeBus, sample

AWAY = [Unavailable("rpc.broker_away", "Later."), Timeout("rpc.timeout", "Later.")]


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(catalogue_module, "monotonic", clock)
    return clock


@pytest.fixture
def bus() -> FakeBus:
    return FakeBus()


async def test_an_answer_is_asked_for_again_when_it_is_old(bus: FakeBus, clock: Clock):
    catalogue = Catalogue(bus)
    await catalogue.municipalities()
    clock.now += FRESH_SECONDS - 1
    await catalogue.municipalities()
    assert len(bus.calls) == 1
    clock.now += 2
    bus.answer("accounts", "list_municipalities", {"network": "Wiedau", "municipalities": []})
    assert (await catalogue.municipalities())["network"] == "Wiedau"


@pytest.mark.parametrize("failure", AWAY)
async def test_an_old_answer_is_better_than_none(bus: FakeBus, clock: Clock, failure):
    catalogue = Catalogue(bus)
    known = await catalogue.municipalities()
    clock.now += 24 * 60 * 60
    bus.answer("accounts", "list_municipalities", failure)
    assert await catalogue.municipalities() is known
    assert bus.calls[-1].deadline == IMPATIENT_DEADLINE
    asked = len(bus.calls)
    clock.now += HOLD_OFF_SECONDS - 1
    assert await catalogue.municipalities() is known
    assert len(bus.calls) == asked
    clock.now += 2
    bus.answer("accounts", "list_municipalities", {"network": "Wiedau", "municipalities": []})
    assert (await catalogue.municipalities())["network"] == "Wiedau"


@pytest.mark.parametrize("failure", AWAY)
async def test_without_an_old_answer_the_failure_is_told(bus: FakeBus, failure):
    bus.answer("accounts", "list_municipalities", failure)
    with pytest.raises(type(failure)):
        await Catalogue(bus).municipalities()


async def test_what_is_gone_is_gone_also_where_it_was_known(bus: FakeBus, clock: Clock):
    catalogue = Catalogue(bus)
    await catalogue.municipality("soegel")
    clock.now += FRESH_SECONDS + 1
    bus.answer("accounts", "get_municipality", NotFound("accounts.no_municipality", "Gone."))
    with pytest.raises(NotFound):
        await catalogue.municipality("soegel")


async def test_what_cannot_be_a_key_names_nothing(bus: FakeBus):
    bus.answer("applications", "get_service", Invalid("invalid", "No."))
    with pytest.raises(NotFound):
        await Catalogue(bus).service("wp-admin", "034545407")


async def test_the_name_of_the_network_is_known_without_asking_once_it_was_asked(bus: FakeBus):
    catalogue = Catalogue(bus)
    assert catalogue.remembered_network() == ""
    await catalogue.municipalities()
    assert catalogue.remembered_network() == sample("accounts", "list_municipalities")["network"]
