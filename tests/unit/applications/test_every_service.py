"""Every service that the reference network offers is filled in from its own definition, files and all, and goes to its office."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deploy.network import read
from services.applications import attachments, catalogue, drafting, forms, network, offering, ordering
from services.applications.model import Case
from services.contracts import forms as contract
from services.contracts.errors import Invalid
from services.contracts.registry import dump
from tests.answers import fill
from tests.unit.applications import strategies
from tests.unit.applications.portal import attach, citizen, identity_in

EMSLAND = Path(__file__).parents[3] / "deploy" / "networks" / "emsland"
FORMS = sorted(slug for slug, service in catalogue.services().items() if service.sections)
few = settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))


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


def ordered(session, slug, ars, answers, places):
    """The case of an application with a file in each of these places."""
    service = catalogue.services()[slug]
    # A level that a service asks for is proved elsewhere (test_trust.py).
    actor = replace(citizen(), level=service.level, session_level=service.level)
    draft_id = drafting.start_draft(session, actor, service=slug, ars=ars, answers=answers)["draft_id"]
    for place in places:
        attach(session, actor, draft_id, place)
    identity = identity_in(answers)  # Another one is refused in test_identities.py.
    drafting.add_to_cart(session, actor, draft_id=draft_id, identity=identity)
    total = drafting.get_cart(session, actor)["total"]["cents"]
    (case,) = ordering.place_order(session, actor, expected_total_cents=total, identity=identity)["cases"]
    return case


@pytest.mark.parametrize("slug", FORMS)
def test_it_is_ordered_where_it_is_offered_and_goes_to_the_right_office(filled, emsland, slug):
    places = offers(emsland, slug)
    assert places, "a service that nobody offers helps nobody"
    ars, offer = places[0]
    service = catalogue.services()[slug]
    answers = fill([dump(contract.Section, section) for section in service.sections])
    case = ordered(filled, slug, ars, answers, [place for place in attachments.asked(service, answers) if place["required"]])
    assert case["office_id"] == f"{ars}/{offer['office']}"
    assert case["fee"]["cents"] == offering.one(filled, slug, ars).fee(answers)
    assert case["state"] == ("awaiting_payment" if case["fee"]["cents"] else "submitted")
    assert case["ending"] == service.ending


@pytest.mark.parametrize("slug", FORMS)
@few
@given(data=st.data())
def test_whatever_is_answered_it_is_ordered_with_the_files_it_asks_for(filled, emsland, slug, data):
    service, ars = catalogue.services()[slug], offers(emsland, slug)[0][0]
    answers = data.draw(strategies.answers(service.sections))
    asked = [dict(place) for place in attachments.asked(service, answers)]
    required = [place for place in asked if place["required"]]
    assert set(attachments.errors(service, answers, [])) == {f"attachments.{place['name']}" for place in required}
    brought = [*required, *(place for place in asked if not place["required"] and data.draw(st.booleans()))]
    case = ordered(filled, slug, ars, answers, brought)
    kept = filled.get_one(Case, case["case_id"])
    filled.refresh(kept, ["files"])
    assert {file.place for file in kept.files} == {place["name"] for place in brought}
    assert forms.complete(service, kept.answers) == kept.answers


@pytest.mark.parametrize("slug", FORMS)
@few
@given(data=st.data())
def test_nothing_that_is_hidden_is_required(slug, data):
    service = catalogue.services()[slug]
    answers = data.draw(strategies.anything(service))
    strategies.check_nothing_hidden_is_required(service, answers)


@pytest.mark.parametrize(
    ("slug", "given_"), [("resident-parking-permit", {}), ("residence-change", {"landlord_confirmation": "own_home"})]
)
def test_a_required_hidden_place_would_be_found(slug, given_, monkeypatch):
    """The control: conditions of places that nobody looks at."""
    service = catalogue.services()[slug]
    answers = fill([dump(contract.Section, section) for section in service.sections], **given_)
    strategies.check_nothing_hidden_is_required(service, answers)
    everywhere = replace(service, attachments=[{**place, "when": None} for place in service.attachments])
    told = attachments.errors(everywhere, answers, [])
    monkeypatch.setattr(attachments, "errors", lambda *_: told)
    with pytest.raises(AssertionError):
        strategies.check_nothing_hidden_is_required(service, answers)


def test_a_form_that_is_not_complete_is_not_ordered(filled, emsland):
    (ars, _), *_ = offers(emsland, "resident-parking-permit")
    with pytest.raises(Invalid) as refused:
        ordering.submit_applications(
            filled,
            citizen(),
            applications=[{"service": "resident-parking-permit", "ars": ars, "answers": {"number_plate": "EL 1"}}],
        )
    assert refused.value.fields["applications.0.answers.number_plate"] == ["pattern"]
    assert refused.value.fields["applications.0.answers.attachments.vehicle_registration"] == ["file_required"]
