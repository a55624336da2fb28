"""Every service that the reference network offers is filled in from its own definition, ordered, and goes to its office."""

from dataclasses import replace
from pathlib import Path

import pytest

from deploy.network import read
from services.applications import catalogue, network, offering, ordering
from services.contracts import forms as contract
from services.contracts.errors import Invalid
from services.contracts.registry import dump
from tests.answers import fill
from tests.unit.applications.portal import citizen

EMSLAND = Path(__file__).parents[3] / "deploy" / "networks" / "emsland"


@pytest.fixture(scope="module")
def emsland():
    return read(EMSLAND)


@pytest.fixture
def filled(session, emsland):
    network.load(session, emsland)
    session.flush()
    return session


def offers(emsland, slug):
    return [(member["ars"], offer) for member in emsland["members"] for offer in member["offers"] if offer["service"] == slug]


@pytest.mark.parametrize("slug", sorted(slug for slug, service in catalogue.services().items() if service.sections))
def test_it_is_ordered_where_it_is_offered_and_goes_to_the_right_office(filled, emsland, slug):
    places = offers(emsland, slug)
    assert places, "a service that nobody offers helps nobody"
    ars, offer = places[0]
    service = catalogue.services()[slug]
    sections = [dump(contract.Section, section) for section in service.sections]
    here = offering.one(filled, slug, ars)
    # A level that a service asks for is proved elsewhere (test_trust.py).
    actor = replace(citizen(), level=service.level, session_level=service.level)
    order = ordering.submit_applications(filled, actor, applications=[{"service": slug, "ars": ars, "answers": fill(sections)}])
    (case,) = order["cases"]
    assert case["office_id"] == f"{ars}/{offer['office']}"
    assert case["fee"]["cents"] == here.fee(fill(sections))
    assert case["state"] == ("awaiting_payment" if case["fee"]["cents"] else "submitted")
    assert case["ending"] == service.ending


def test_a_form_that_is_not_complete_is_not_ordered(filled, emsland):
    (ars, _), *_ = offers(emsland, "resident-parking-permit")
    with pytest.raises(Invalid) as refused:
        ordering.submit_applications(
            filled,
            citizen(),
            applications=[{"service": "resident-parking-permit", "ars": ars, "answers": {"number_plate": "EL 1"}}],
        )
    assert refused.value.fields["applications.0.answers.number_plate"] == ["pattern"]
