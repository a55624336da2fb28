"""Versions of services: what counts, what drafts and cases keep, and what the citizen is told."""

from dataclasses import replace
from datetime import timedelta

import orjson
import pytest

from services.applications import casework, catalogue, drafting, editions, forms, network, offering, ordering
from services.applications.model import Draft, Edition, Offer
from services.chassis import clock
from services.contracts import applications as contract
from services.contracts import registry
from services.contracts.actors import Actor
from services.contracts.errors import Conflict, NotFound
from tests.unit.applications import portal
from tests.unit.applications.portal import BIRTH, DOG, NOW, SOEGEL, answers, citizen, clerk, publish

ERIKA = citizen()
NEW = {
    "name": "favourite_toy", "type": "text", "label": {"de": "Spielzeug", "en": "Toy"}, "required": True, "help": None,
    "least": None, "most": None, "choices": [], "autocomplete": None, "is_past": False, "when": None, "earliest": None,
    "latest": None, "pattern": None, "pattern_message": None, "example": None, "prefill": None,
}  # fmt: skip


def with_a_toy(session):
    """The form of the dog registration, asking one more thing and one less."""
    first, *others = editions.current(session)[DOG].service.sections
    gone = first["fields_"][0]["name"]
    return gone, [{**first, "fields_": [*first["fields_"][1:], NEW]}, *others]


def upgrade(session, monkeypatch):
    """A release of the portal comes in which registering a dog asks for another level."""
    shipped = catalogue.services()
    changed = {**shipped, DOG: replace(shipped[DOG], level="high")}
    monkeypatch.setattr(catalogue, "services", lambda: changed)
    network.load(session, portal.network())


@pytest.fixture
def draft(session):
    return drafting.start_draft(session, ERIKA, service=DOG, ars=SOEGEL, answers=answers(DOG))["draft_id"]


def test_what_comes_with_the_portal_is_version_one_and_stays_it_when_loaded_again(session):
    network.load(session, portal.network())
    assert {each.number for each in editions.current(session).values()} == {1}
    assert set(editions.current(session)) == set(catalogue.services())


def test_a_process_that_knows_very_many_versions_forgets_none_while_it_reads_the_newest(session, monkeypatch):
    before = editions.current(session)
    first = next(iter(before.values()))
    monkeypatch.setattr(editions, "_known", {first.edition_id: first})
    monkeypatch.setattr(editions, "MOST_KNOWN", 1)
    monkeypatch.setattr(editions, "_current", {})
    del session.info["catalogue"]
    assert {slug: each.digest for slug, each in editions.current(session).items()} == {s: e.digest for s, e in before.items()}


def test_a_new_text_that_comes_with_the_portal_is_the_next_version(session, monkeypatch):
    changed = {
        **catalogue.services(),
        DOG: catalogue.defined({**catalogue.definition(catalogue.services()[DOG]), "level": "high"}),
    }
    monkeypatch.setattr(catalogue, "services", lambda: changed)
    network.load(session, portal.network())
    assert (editions.current(session)[DOG].number, editions.current(session)[DOG].service.level) == (2, "high")
    assert editions.current(session)[BIRTH].number == 1


def test_it_does_not_replace_what_a_county_has_published(session, monkeypatch):
    publish(session, DOG, level="substantial")
    changed = {
        **catalogue.services(),
        DOG: catalogue.defined({**catalogue.definition(catalogue.services()[DOG]), "level": "high"}),
    }
    monkeypatch.setattr(catalogue, "services", lambda: changed)
    network.load(session, portal.network())
    assert (editions.current(session)[DOG].number, editions.current(session)[DOG].service.level) == (2, "substantial")


def test_a_draft_keeps_its_version_and_says_that_there_is_a_newer_one(session, draft):
    gone, sections = with_a_toy(session)
    with clock.fixed(NOW + timedelta(days=1)):
        publish(session, DOG, sections=sections)
        told = drafting.get_draft(session, ERIKA, draft_id=draft)
    assert (told["version"], told["newest_version"], told["errors"]) == (1, 2, {})
    assert told["newest_since"] == NOW + timedelta(days=1)
    assert gone in told["answers"]
    assert registry.check(contract.Draft, registry.dump(contract.Draft, told)) == {}


def test_nobody_is_told_of_a_version_that_asks_the_same(session, draft):
    drafting.add_to_cart(session, ERIKA, draft_id=draft)
    seen = drafting.get_cart(session, ERIKA)["version"]
    publish(session, DOG, keywords=["Hund"])
    assert drafting.get_draft(session, ERIKA, draft_id=draft)["newest_version"] == 1
    assert ordering.place_order(session, ERIKA, expected_total_cents=0, cart_version=seen)["cases"]


def test_the_form_of_an_older_version_can_still_be_asked_for(session):
    gone, sections = with_a_toy(session)
    publish(session, DOG, sections=sections)

    def first(version):
        return offering.get_service(session, Actor(), service=DOG, ars=SOEGEL, version=version)["sections"][0]["fields_"]

    assert first(1)[0]["name"] == gone
    assert first(None)[-1]["name"] == first(2)[-1]["name"] == "favourite_toy"
    with pytest.raises(NotFound):
        first(3)


def test_an_order_of_an_old_draft_is_a_case_of_its_version_and_stays_it(session, draft):
    drafting.add_to_cart(session, ERIKA, draft_id=draft)
    _, sections = with_a_toy(session)
    publish(session, DOG, sections=sections, four_eyes=True)
    [case] = ordering.place_order(session, ERIKA, expected_total_cents=0)["cases"]
    seen = casework.get_case(session, clerk(f"{SOEGEL}/steueramt"), case_id=case["case_id"])
    assert (seen["version"], seen["four_eyes"]) == (1, False)
    assert "favourite_toy" not in {field["name"] for section in seen["sections"] for field in section["fields_"]}


def test_who_sees_the_cart_before_a_new_version_looks_again_before_ordering(session, draft):
    drafting.add_to_cart(session, ERIKA, draft_id=draft)
    seen = drafting.get_cart(session, ERIKA)["version"]
    publish(session, DOG, sections=with_a_toy(session)[1])
    with pytest.raises(Conflict, match="cart_changed"):
        ordering.place_order(session, ERIKA, expected_total_cents=0, cart_version=seen)
    again = drafting.get_cart(session, ERIKA)
    assert [(item["version"], item["newest_version"]) for item in again["items"]] == [(1, 2)]
    assert ordering.place_order(session, ERIKA, expected_total_cents=0, cart_version=again["version"])["cases"]


def test_the_cart_says_what_it_cost_before(session):
    birth = drafting.start_draft(session, ERIKA, service=BIRTH, ars=SOEGEL, answers=answers(BIRTH))["draft_id"]
    before = drafting.add_to_cart(session, ERIKA, draft_id=birth)
    assert before["fee_before"] is None
    folder = portal.network()
    next(o for o in folder["members"][0]["offers"] if o["service"] == BIRTH)["fee"]["base_cents"] += 500
    network.load(session, folder)
    [item] = drafting.get_cart(session, ERIKA)["items"]
    assert item["fee_before"] == before["fee"]
    assert item["fee"]["cents"] == before["fee"]["cents"] + 500
    saved = drafting.save_draft(session, ERIKA, draft_id=birth, answers=item["answers"])
    assert (saved["is_in_cart"], saved["fee_before"]) == (True, None)


def test_a_draft_of_a_withdrawn_service_is_still_readable_and_costs_nothing_by_mistake(session, draft):
    drafting.add_to_cart(session, ERIKA, draft_id=draft)
    session.get(Offer, (DOG, SOEGEL)).is_withdrawn = True
    [item] = drafting.get_cart(session, ERIKA)["items"]
    assert (item["errors"], item["fee_before"]) == ({"service": ["not_offered"]}, None)
    form = offering.get_service(session, Actor(), service=DOG, ars=SOEGEL, version=1)
    assert (form["is_offered"], bool(form["sections"])) == (False, True)
    with pytest.raises(NotFound):
        offering.get_service(session, Actor(), service=DOG, ars=SOEGEL)


def test_taking_the_new_form_keeps_what_it_still_asks_and_names_the_rest(session, draft):
    drafting.add_to_cart(session, ERIKA, draft_id=draft)
    gone, sections = with_a_toy(session)
    publish(session, DOG, sections=sections)
    renewed = drafting.renew_draft(session, ERIKA, draft_id=draft)
    assert (renewed["version"], renewed["lost"], renewed["errors"]) == (2, [gone], {"favourite_toy": ["required"]})
    assert not renewed["is_in_cart"]
    assert set(renewed["answers"]) == set(answers(DOG)) - {gone}
    assert registry.check(contract.RenewedDraft, registry.dump(contract.RenewedDraft, renewed)) == {}
    with pytest.raises(NotFound):
        drafting.renew_draft(session, citizen(), draft_id=draft)


def test_entries_of_a_repeated_step_are_carried_over_without_what_is_no_longer_asked():
    inner = {**NEW, "name": "kept"}
    step = {
        "name": "dogs", "title": {"de": "Hunde", "en": "Dogs"}, "help": None, "when": None,
        "repeated": {"least": 0, "most": 9, "entry": {"de": "Hund", "en": "Dog"}}, "fields_": [inner],
    }  # fmt: skip
    service = catalogue.defined({**catalogue.definition(catalogue.services()[DOG]), "sections": [step]})
    fit, lost = forms.carried_over(service, {"dogs": [{"kept": "a", "old": "b"}, {"kept": "c"}], "kept": "x"})
    assert fit == {"dogs": [{"kept": "a"}, {"kept": "c"}]}
    assert lost == ["dogs.0.old", "kept"]
    assert forms.carried_over(service, {"dogs": "many"}) == ({}, ["dogs"])


def test_a_draft_from_before_versions_were_kept_follows_the_newest(session, draft):
    session.get(Draft, draft).edition_id = None
    publish(session, DOG, keywords=["Hund"])
    assert drafting.get_draft(session, ERIKA, draft_id=draft)["version"] == 2


def test_a_definition_that_is_older_than_a_key_has_its_default():
    old = catalogue.definition(catalogue.services()[DOG])
    fields = [{k: v for k, v in field.items() if k != "prefill"} for field in old["sections"][0]["fields_"]]
    told = {k: v for k, v in old.items() if k != "fees"} | {"sections": [{**old["sections"][0], "fields_": fields}], "gone": 1}
    read = catalogue.defined(told)
    assert read.fees == []
    assert {field["prefill"] for field in read.fields()} == {None}


def test_editions_are_numbered_without_gaps(session):
    publish(session, DOG, level="high")
    publish(session, DOG, level="low")
    numbers = session.query(Edition.number).filter_by(service=DOG).order_by(Edition.number).all()
    assert [number for (number,) in numbers] == [1, 2, 3]


@pytest.mark.parametrize("service", catalogue.services().values(), ids=catalogue.services())
def test_what_is_kept_of_a_service_reads_as_its_file(service):
    kept = catalogue.definition(service)
    assert editions.digest(catalogue.defined(orjson.loads(orjson.dumps(kept)))) == editions.digest(service)
    again = catalogue.defined(kept)
    assert {name: getattr(again, name) for name in service.__dataclass_fields__} == {
        name: getattr(service, name) for name in service.__dataclass_fields__
    }
