"""Offers and fees come from the network folder, and fees change on a day."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from deploy.network import read
from services.applications import catalogue, network, offering
from services.applications.model import FeeRule
from services.chassis import clock
from services.contracts.errors import NotFound
from services.contracts.values import euros
from tests.unit.applications import portal
from tests.unit.applications.portal import BIRTH, BLOCK, BUSINESS, CERTIFICATE, DOG, EMSLAND, LINGEN, SOEGEL, citizen


def fee_of(session, service=BUSINESS):
    return offering.get_service(session, citizen(), service=service, ars=SOEGEL)["fee"]["base"]


def changed(**fee):
    folder = portal.network()
    folder["members"][0]["offers"][0]["fee"].update(fee)
    return folder


def test_loading_twice_changes_nothing(session):
    session.commit()
    before = offering.list_services(session, citizen(), ars=None)
    network.load(session, portal.network())
    session.flush()
    assert offering.list_services(session, citizen(), ars=None) == before
    assert session.query(FeeRule).count() == 7


def test_the_network_of_emsland_is_taken_as_it_is(session):
    folder = Path(__file__).parents[3] / "deploy" / "networks" / "emsland"
    emsland = read(folder)
    network.load(session, emsland)
    session.flush()
    listed = {entry["service"]: entry["offered_by"] for entry in offering.list_services(session, citizen(), ars=None)["services"]}
    everyone = sorted(member["ars"] for member in emsland["members"])
    towns = [ars for ars in everyone if ars != EMSLAND]
    assert listed == {
        service: sorted(m["ars"] for m in emsland["members"] if service in [offer["service"] for offer in m["offers"]])
        for service in catalogue.services()
    }
    assert listed[BUSINESS] == listed["general-request"] == everyone
    assert listed["resident-parking-permit"] == [EMSLAND, LINGEN, "034540035", "034540041"]
    assert all(listed.values()), "every service of the catalogue is offered by somebody"
    assert all(listed[service] == towns for service in (BIRTH, DOG, BLOCK, CERTIFICATE))
    assert {LINGEN, SOEGEL} <= set(towns)


def test_a_fee_counts_from_its_day_on_in_germany(session):
    network.load(session, changed(base_cents=3500, valid_from=date(2027, 1, 1)))
    session.flush()
    assert fee_of(session) == euros(3000)
    with clock.fixed(datetime(2026, 12, 31, 22, 59, tzinfo=UTC)):
        assert fee_of(session) == euros(3000)
    with clock.fixed(datetime(2026, 12, 31, 23, 0, tzinfo=UTC)):
        assert fee_of(session) == euros(3500)


def test_a_corrected_fee_replaces_the_one_of_the_same_day(session):
    network.load(session, changed(base_cents=3300))
    session.commit()
    assert fee_of(session) == euros(3300)
    assert session.query(FeeRule).filter_by(service=BUSINESS, ars=SOEGEL).count() == 1


def test_a_fee_that_was_announced_and_withdrawn_never_counts(session):
    network.load(session, changed(base_cents=9900, valid_from=date(2027, 1, 1)))
    network.load(session, changed(base_cents=3000, valid_from=date(2026, 1, 1)))
    session.commit()
    with clock.fixed(datetime(2027, 6, 1, tzinfo=UTC)):
        assert fee_of(session) == euros(3000)


def test_before_its_first_fee_counts_a_service_is_not_offered(session):
    with clock.fixed(datetime(2025, 12, 31, tzinfo=UTC)), pytest.raises(NotFound):
        fee_of(session)


def test_the_day_may_be_text(session):
    network.load(session, changed(base_cents=3100, valid_from="2026-02-01"))
    session.flush()
    assert fee_of(session) == euros(3100)


def test_an_offer_that_left_the_folder_is_gone(session):
    folder = portal.network()
    del folder["members"][2]
    network.load(session, folder)
    session.commit()
    with pytest.raises(NotFound):
        offering.get_service(session, citizen(), service=BUSINESS, ars=EMSLAND)
    assert session.query(FeeRule).filter_by(ars=EMSLAND).count() == 0
