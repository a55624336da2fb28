"""Drafts and the cart: nothing typed is lost, nothing incomplete is ordered, nothing of others is seen."""

from datetime import timedelta

import pytest

from services.applications import catalogue, drafting, expiring, network, offering, ordering
from services.applications.model import Draft
from services.chassis import clock, ids
from services.contracts.errors import Conflict, Invalid, NotFound
from services.contracts.values import euros
from tests.unit.applications import portal
from tests.unit.applications.portal import BIRTH, BLOCK, BUSINESS, CERTIFICATE, DOG, EMSLAND, NOW, SOEGEL, answers, citizen


def start(session, who, service=BIRTH, **given):
    return drafting.start_draft(session, who, service=service, ars=SOEGEL, answers=given)


def test_a_draft_keeps_what_was_typed_even_where_it_is_wrong(session):
    erika = citizen()
    draft_id = start(session, erika)["draft_id"]
    typed = {"copies": "eleven", "child_birth_date": "31.2.2020", "child_given_names": "  Erika ", "postal_code": ""}
    drafting.save_draft(session, erika, draft_id=draft_id, answers=typed)
    draft = drafting.get_draft(session, erika, draft_id=draft_id)
    assert draft["answers"] == typed
    assert draft["errors"]["copies"] == ["integer"]
    assert draft["errors"]["child_birth_date"] == ["no_such_day"]
    assert draft["errors"]["postal_code"] == ["required"]
    assert "child_given_names" not in draft["errors"]


def test_the_fee_of_a_draft_follows_its_answers(session):
    erika = citizen()
    draft = start(session, erika)
    assert draft["fee"] == euros(1500)
    assert drafting.save_draft(session, erika, draft_id=draft["draft_id"], answers={"copies": "3"})["fee"] == euros(3000)
    assert drafting.save_draft(session, erika, draft_id=draft["draft_id"], answers={"copies": "11"})["fee"] == euros(1500)


@pytest.mark.parametrize(
    ("name", "value", "slug"),
    [
        ("wings", "2", "unknown_field"),
        ("purpose", {"nested": 1}, "type"),
        ("purpose", ["list"], "type"),
        ("purpose", "x" * 5001, "too_long"),
        ("purpose", "\x00", "text"),
        ("purpose", "\ud800", "text"),
        ("copies", float("nan"), "integer"),
        pytest.param("copies", 10**400, "integer", id="huge"),
    ],
)
def test_what_nobody_can_have_typed_is_refused(session, name, value, slug):
    erika = citizen()
    draft_id = start(session, erika)["draft_id"]
    with pytest.raises(Invalid) as failure:
        drafting.save_draft(session, erika, draft_id=draft_id, answers={name: value})
    assert failure.value.fields == {f"answers.{name}": [slug]}
    with pytest.raises(Invalid) as failure:
        drafting.save_draft(session, erika, draft_id=draft_id, answers={}, before=[{}, {name: value}])
    assert failure.value.fields == {f"before.1.{name}": [slug]}, "nor can it have stood there"


def test_an_incomplete_draft_does_not_go_into_the_cart(session):
    erika = citizen()
    draft_id = start(session, erika, copies="2")["draft_id"]
    with pytest.raises(Invalid) as failure:
        drafting.add_to_cart(session, erika, draft_id=draft_id)
    assert failure.value.fields["entitlement"] == ["required"]
    assert drafting.get_cart(session, erika)["items"] == []


def test_a_draft_that_is_no_longer_complete_leaves_the_cart(session):
    erika = citizen()
    draft_id = start(session, erika, **answers(BIRTH))["draft_id"]
    assert drafting.add_to_cart(session, erika, draft_id=draft_id)["is_in_cart"]
    assert drafting.add_to_cart(session, erika, draft_id=draft_id)["is_in_cart"]
    assert drafting.save_draft(session, erika, draft_id=draft_id, answers=answers(BIRTH, copies=2))["is_in_cart"]
    assert not drafting.save_draft(session, erika, draft_id=draft_id, answers={})["is_in_cart"]


def test_taken_out_of_the_cart_it_is_a_draft_again(session):
    erika = citizen()
    draft_id = start(session, erika, **answers(BIRTH))["draft_id"]
    drafting.add_to_cart(session, erika, draft_id=draft_id)
    assert not drafting.remove_from_cart(session, erika, draft_id=draft_id)["is_in_cart"]
    assert drafting.get_cart(session, erika)["items"] == []
    assert [draft["draft_id"] for draft in drafting.list_drafts(session, erika)["drafts"]] == [draft_id]


def test_a_discarded_draft_is_gone(session):
    erika = citizen()
    draft_id = start(session, erika)["draft_id"]
    assert drafting.discard_draft(session, erika, draft_id=draft_id) == {}
    with pytest.raises(NotFound):
        drafting.get_draft(session, erika, draft_id=draft_id)


def test_somebody_elses_draft_does_not_exist(session):
    draft_id = start(session, citizen())["draft_id"]
    max_ = citizen()
    for act in (drafting.get_draft, drafting.discard_draft, drafting.add_to_cart, drafting.remove_from_cart):
        with pytest.raises(NotFound) as failure:
            act(session, max_, draft_id=draft_id)
        assert failure.value.slug == "applications.no_draft"
    with pytest.raises(NotFound):
        drafting.save_draft(session, max_, draft_id=draft_id, answers={})
    with pytest.raises(NotFound):
        drafting.get_draft(session, max_, draft_id=ids.new_id())


def test_drafts_are_listed_newest_first(session):
    erika = citizen()
    started = [start(session, erika)["draft_id"] for _ in range(3)]
    assert [draft["draft_id"] for draft in drafting.list_drafts(session, erika)["drafts"]] == started[::-1]


def test_nobody_hoards_drafts(session):
    erika = citizen()
    for _ in range(drafting.MOST_DRAFTS):
        start(session, erika)
    with pytest.raises(Conflict) as failure:
        start(session, erika)
    assert failure.value.slug == "applications.too_many_drafts"
    start(session, citizen())


def test_a_draft_expires_thirty_days_after_its_last_change(session):
    erika = citizen()
    draft = start(session, erika)
    assert draft["expires_at"] == NOW + timedelta(days=30)
    with clock.fixed(NOW + timedelta(days=29)):
        assert drafting.save_draft(session, erika, draft_id=draft["draft_id"], answers={})["expires_at"] == NOW + timedelta(
            days=59
        )
    with clock.fixed(NOW + timedelta(days=59)), pytest.raises(NotFound):
        drafting.get_draft(session, erika, draft_id=draft["draft_id"])


def test_expired_drafts_are_deleted_and_no_others(session, monkeypatch):
    monkeypatch.setattr(expiring, "BATCH", 2)
    erika = citizen()
    for _ in range(3):
        start(session, erika)
    with clock.fixed(NOW + timedelta(days=1)):
        kept = start(session, erika)["draft_id"]
    with clock.fixed(NOW + timedelta(days=30)):
        assert [expiring.delete_expired_drafts(session) for _ in range(3)] == [2, 1, 0]
    assert [draft.id for draft in session.query(Draft)] == [kept]


def test_a_service_that_is_withdrawn_cannot_be_ordered_from_an_old_draft(session):
    erika = citizen()
    draft_id = start(session, erika, **answers(BIRTH))["draft_id"]
    drafting.add_to_cart(session, erika, draft_id=draft_id)
    smaller = portal.network()
    smaller["members"][0]["offers"] = []
    network.load(session, smaller)
    assert drafting.get_draft(session, erika, draft_id=draft_id)["errors"] == {"service": ["not_offered"]}
    with pytest.raises(Invalid) as failure:
        ordering.place_order(session, erika, expected_total_cents=0)
    assert failure.value.fields == {f"{draft_id}.service": ["not_offered"]}
    assert not drafting.save_draft(session, erika, draft_id=draft_id, answers=answers(BIRTH))["is_in_cart"]


def test_the_catalogue_says_who_offers_what(session):
    listed = offering.list_services(session, citizen(), ars=None)["services"]
    assert [entry["name"]["de"] for entry in listed] == sorted(service.name["de"] for service in catalogue.services().values())
    offered_by = {entry["service"]: entry["offered_by"] for entry in listed}
    assert offered_by[BUSINESS] == [EMSLAND, "034540032", SOEGEL]
    assert (offered_by[BLOCK], offered_by[CERTIFICATE]) == ([], [])
    assert [entry["service"] for entry in offering.list_services(session, citizen(), ars=EMSLAND)["services"]] == [BUSINESS]
    assert offering.list_services(session, citizen(), ars="03455")["services"] == []


def test_a_service_is_described_with_its_form_and_fee(session):
    got = offering.get_service(session, citizen(), service=BIRTH, ars=SOEGEL)
    assert got["office_id"] == f"{SOEGEL}/standesamt"
    assert got["fee"]["base"] == euros(1500)
    assert got["fee"]["each_further"] == euros(750)
    assert got["fee"]["pieces_field"] == "copies"
    assert got["sections"] == catalogue.services()[BIRTH].sections
    with pytest.raises(NotFound):
        offering.get_service(session, citizen(), service=DOG, ars=EMSLAND)
    with pytest.raises(NotFound):
        offering.get_service(session, citizen(), service="no-such-service", ars=SOEGEL)
