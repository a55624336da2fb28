"""A service that wants the verified identity takes no other, and its office sees who it was: BMeldDigiV § 4 (1)."""

from dataclasses import replace
from typing import Any

import pytest

from services.applications import casework, catalogue, correcting, drafting, holdings, identities, network, ordering
from services.applications.model import Case
from services.chassis.holdings import export_page
from services.contracts.actors import Behalf
from services.contracts.errors import Forbidden, Invalid
from tests.unit.applications import portal
from tests.unit.applications.portal import CERTIFICATE, DOG, SOEGEL, answers, citizen, clerk, identity_in

ERIKA = replace(citizen(), level="high", session_level="high")
ANNA = clerk(f"{SOEGEL}/standesamt")
PERSON = {"given_names": "Erika Maria", "family_name": "Musterfrau", "birth_date": "1964-08-12"}
PROFILE: dict[str, Any] = {
    "values": [
        {"name": name, "value": value, "level": "high", "source": "eid", "by": "BundID", "is_verified": True}
        for name, value in PERSON.items()
    ],
    "identity_level": "high",
}


@pytest.fixture
def offering(session):
    """The small network, in which Sögel also certifies registrations."""
    folder = portal.network()
    folder["members"][0]["offers"] += [portal.offer(CERTIFICATE, "standesamt", 0)]
    network.load(session, folder)
    return session


def order(session, identity, who=ERIKA, **given):
    wanted = {"service": CERTIFICATE, "ars": SOEGEL, "answers": answers(CERTIFICATE, **{**PERSON, **given})}
    return ordering.submit_applications(session, who, applications=[wanted], identity=identity)["cases"][0]["case_id"]


def in_cart(session, identity, **given):
    filled = answers(CERTIFICATE, **{**PERSON, **given})
    draft_id = drafting.start_draft(session, ERIKA, service=CERTIFICATE, ars=SOEGEL, answers=filled)["draft_id"]
    return drafting.add_to_cart(session, ERIKA, draft_id=draft_id, identity=identity)


@pytest.mark.parametrize(
    "given",
    [{"family_name": "Falschmann"}, {"given_names": "Erika"}, {"birth_date": "1964-08-13"}, {"given_names": "Max"}],
    ids=str,
)
def test_another_name_or_day_is_refused_on_every_way_to_an_order(offering, given):
    [name] = given
    with pytest.raises(Invalid) as refused:
        order(offering, identities.verified(PROFILE), **given)
    assert refused.value.fields == {f"applications.0.answers.{name}": ["not_identity"]}
    with pytest.raises(Invalid) as refused:
        in_cart(offering, identities.verified(PROFILE), **given)
    assert refused.value.fields == {name: ["not_identity"]}


def test_what_changed_between_cart_and_order_is_found_at_the_order(offering):
    draft = in_cart(offering, identities.verified(PROFILE))
    with pytest.raises(Invalid) as refused:
        ordering.place_order(
            offering, ERIKA, expected_total_cents=0, identity=identity_in({**PERSON, "family_name": "Mustermann"})
        )
    assert refused.value.fields == {f"{draft['draft_id']}.family_name": ["not_identity"]}


def test_while_a_form_is_filled_in_only_what_is_answered_and_known_is_told():
    service = catalogue.services()[CERTIFICATE]
    known = identities.verified(PROFILE)
    assert identities.differing(service, {"family_name": "Falschmann"}, known) == {"family_name": ["not_identity"]}
    assert identities.differing(service, {"family_name": " MUSTERFRAU", "given_names": ""}, known) == {}
    assert identities.differing(service, {"family_name": "Falschmann"}, None) == {}, "nobody is verified yet"
    assert identities.differing(catalogue.services()[DOG], {"family_name": "Falschmann"}, known) == {}
    assert set(identities.bound(service)) == set(PERSON)


def test_without_a_verified_identity_nothing_is_ordered(offering):
    """Also where the level was reached: then something is wrong, and the answer is no."""
    with pytest.raises(Invalid):
        order(offering, None)


def test_the_control_a_service_that_does_not_ask_for_it_takes_any_name(offering):
    wanted = {"service": DOG, "ars": SOEGEL, "answers": answers(DOG, family_name="Falschmann")}
    placed = ordering.submit_applications(offering, ERIKA, applications=[wanted], identity=identities.verified(PROFILE))
    assert offering.get_one(Case, placed["cases"][0]["case_id"]).identity is None


@pytest.mark.parametrize("given", [{"family_name": "MUSTERFRAU"}, {"given_names": " Erika  Maria"}])
def test_other_capitals_and_blanks_are_the_same_name(offering, given):
    assert order(offering, identities.verified(PROFILE), **given)


@pytest.mark.parametrize(("given", "is_same"), [("1964-08-01", True), ("1964-07-01", False)])
def test_of_a_day_that_nobody_knows_the_known_parts_count(given, is_same):
    service, identity = catalogue.services()[CERTIFICATE], identity_in({**PERSON, "birth_date": "1964-08-00"})
    assert (identities.errors(service, {**PERSON, "birth_date": given}, identity) == {}) is is_same


def test_the_office_sees_who_it_was_and_at_which_level_and_the_citizen_gets_it_in_the_export(offering):
    case_id = order(offering, identities.verified(PROFILE))
    told = {**PERSON, "level": "high", "source": "eid", "by": "BundID"}
    assert casework.get_case(offering, ANNA, case_id=case_id)["identity"] == told
    assert "identity" not in casework.get_application(offering, ERIKA, case_id=case_id)
    assert b"Musterfrau" not in offering.get_one(Case, case_id).sealed_identity
    offering.flush()
    page = export_page(offering, ERIKA, holdings.HOLDINGS, after="cases:0", limit=5)
    assert [record["values"]["identity"] for record in page["records"]] == [told]


def test_a_correction_cannot_bring_in_another_person(offering):
    case_id = order(offering, identities.verified(PROFILE))
    correcting.ask_for_correction(offering, ANNA, case_id=case_id, fields_=["family_name"], message="Bitte prüfen.")
    with pytest.raises(Invalid) as refused, offering.begin_nested():
        correcting.correct_application(offering, ERIKA, case_id=case_id, answers={"family_name": "Falschmann"})
    assert refused.value.fields == {"family_name": ["not_identity"]}
    offering.expire_all()
    assert correcting.correct_application(offering, ERIKA, case_id=case_id, answers={"family_name": "Musterfrau"})


def test_nobody_else_orders_it_for_somebody(offering):
    behalf = Behalf("person", ERIKA.person_id, "0198c5a1-7b1e-7c3d-9a55-1f2e3d4c5b99", (CERTIFICATE,), "")
    helper = replace(ERIKA, account_id=citizen().account_id, behalf=behalf)
    with pytest.raises(Forbidden) as refused:
        order(offering, identities.verified(PROFILE), who=helper)
    assert refused.value.slug == "actors.not_covered"


@pytest.mark.parametrize("lacking", list(PERSON))
def test_an_identity_of_which_something_is_not_verified_is_none(lacking):
    known = [{**value, "is_verified": value["name"] != lacking} for value in PROFILE["values"]]
    assert identities.verified({**PROFILE, "values": known}) is None


def test_every_service_of_bmelddigiv_wants_it():
    """§ 4 (1) for the services of §§ 5 and 9: certificates of registration online, and the electronic registration."""
    wanting = {slug for slug, service in catalogue.services().items() if service.verified_identity}
    assert wanting == {slug for slug, service in catalogue.services().items() if service.level == "high"}
    assert wanting == {CERTIFICATE, f"{CERTIFICATE}-extended", "residence-registration", "residence-change"}


GOOD = catalogue.source(CERTIFICATE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("level: high", "level: low"),
        ("        prefill: birth_date\n", ""),
        ("        prefill: family_name\n        label: {de: Familienname, en: Family name}\n        required: true",
         "        prefill: family_name\n        label: {de: Familienname, en: Family name}\n        required: false"),
    ],
)  # fmt: skip
def test_a_file_that_wants_it_asks_for_all_of_it(old, new):
    assert old in GOOD
    with pytest.raises(catalogue.TextError) as refused:
        catalogue.read_text(GOOD.replace(old, new, 1), CERTIFICATE)
    assert [mistake.slugs for mistake in refused.value.mistakes] == [["identity_and_form"]]
