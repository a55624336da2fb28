"""Orders, their fees, their events, and what a payment does."""

from datetime import timedelta

import pytest

from services.applications import drafting, ordering
from services.applications.model import CASE_STATES, Case
from services.chassis import clock, ids, testing
from services.contracts import applications as contract
from services.contracts import registry
from services.contracts.errors import Conflict, Invalid, NotFound, Unavailable
from services.contracts.values import euros
from tests.unit.applications.portal import BIRTH, BUSINESS, DOG, LINGEN, NOW, SOEGEL, answers, attach, citizen, pay, submit


def put_into_cart(session, who, service, **given):
    draft = drafting.start_draft(session, who, service=service, ars=SOEGEL, answers=answers(service, **given))
    return drafting.add_to_cart(session, who, draft_id=draft["draft_id"])


def test_an_order_is_announced_with_one_share_for_each_case_that_costs_something(session):
    erika = citizen()
    order = submit(session, erika, (BUSINESS, SOEGEL), (DOG, LINGEN))
    placed, submitted = testing.published(session)
    business, dog = order["cases"]
    assert placed == (
        "order.placed",
        {
            "order_id": order["order_id"],
            "account_id": erika.account_id,
            "total": euros(3000),
            "shares": [{"case_id": business["case_id"], "ars": SOEGEL, "amount": euros(3000)}],
            "grant_id": None,
        },
    )
    assert submitted[0] == "application.submitted"
    assert submitted[1]["case_id"] == dog["case_id"]


def test_in_a_mixed_order_only_the_paid_case_waits(session):
    order = submit(session, citizen(), (BUSINESS, SOEGEL), (DOG, SOEGEL))
    assert order["state"] == "awaiting_payment"
    assert [case["state"] for case in order["cases"]] == ["awaiting_payment", "submitted"]


def test_an_order_of_free_cases_has_nothing_to_pay(session):
    order = submit(session, citizen(), (DOG, SOEGEL))
    assert (order["state"], order["total"]) == ("free", euros(0))
    assert [name for name, _ in testing.published(session)] == ["order.placed", "application.submitted"]
    assert testing.published(session)[0][1]["shares"] == []


@pytest.mark.parametrize(("copies", "cents"), [(1, 1500), (2, 2250), (10, 8250)])
def test_each_further_copy_costs_half(session, copies, cents):
    assert submit(session, citizen(), (BIRTH, SOEGEL), copies=copies)["total"] == euros(cents)


def test_two_birth_certificates_are_two_first_copies(session):
    assert submit(session, citizen(), (BIRTH, SOEGEL), (BIRTH, SOEGEL))["total"] == euros(3000)


def test_the_cart_is_ordered_and_then_empty(session):
    erika = citizen()
    put_into_cart(session, erika, BUSINESS)
    put_into_cart(session, erika, BIRTH, copies="2")
    cart = drafting.get_cart(session, erika)
    assert cart["total"] == euros(5250)
    order = ordering.place_order(session, erika, expected_total_cents=5250)
    assert order["total"] == euros(5250)
    after = drafting.get_cart(session, erika)
    assert (after["items"], after["total"]) == ([], euros(0))
    assert drafting.list_drafts(session, erika) == {"drafts": []}
    with pytest.raises(Conflict) as failure:
        ordering.place_order(session, erika, expected_total_cents=0)
    assert failure.value.slug == "applications.cart_empty"


def test_another_sum_than_the_citizen_saw_is_a_conflict(session):
    erika = citizen()
    put_into_cart(session, erika, BUSINESS)
    with pytest.raises(Conflict) as failure:
        ordering.place_order(session, erika, expected_total_cents=2000)
    assert failure.value.slug == "applications.total_changed"


def change(session, who, draft_id):
    drafting.save_draft(session, who, draft_id=draft_id, answers=answers(DOG, dog_name="Waldi"))


def add(session, who, _):
    put_into_cart(session, who, DOG)


def take_out(session, who, draft_id):
    drafting.remove_from_cart(session, who, draft_id=draft_id)


@pytest.mark.parametrize("happens", [change, add, take_out])
def test_what_the_citizen_has_not_reviewed_is_not_ordered(session, happens):
    erika = citizen()
    dog = put_into_cart(session, erika, DOG)
    put_into_cart(session, erika, DOG)
    reviewed = drafting.get_cart(session, erika)["version"]
    with clock.fixed(NOW + timedelta(microseconds=1)):
        happens(session, erika, dog["draft_id"])
        with pytest.raises(Conflict) as failure:
            ordering.place_order(session, erika, expected_total_cents=0, cart_version=reviewed)
        assert failure.value.slug == "applications.cart_changed"
        assert testing.published(session) == []
        now = drafting.get_cart(session, erika)
        order = ordering.place_order(session, erika, expected_total_cents=0, cart_version=now["version"])
    assert len(order["cases"]) == len(now["items"])


def test_a_cart_read_again_has_the_same_version(session):
    erika = citizen()
    put_into_cart(session, erika, BIRTH)
    dog = put_into_cart(session, erika, DOG)["draft_id"]
    version = drafting.get_cart(session, erika)["version"]
    with clock.fixed(NOW + timedelta(hours=1)):
        drafting.remove_from_cart(session, erika, draft_id=dog)
        drafting.add_to_cart(session, erika, draft_id=dog)
        session.flush()
        session.expire_all()
        assert drafting.get_cart(session, erika)["version"] == version


def test_an_incomplete_application_is_refused_with_every_mistake(session):
    wrong = [
        {"service": DOG, "ars": SOEGEL, "answers": answers(DOG) | {"birth_date": "2026-09-02", "postal_code": "x"}},
        {"service": DOG, "ars": SOEGEL, "answers": {**answers(DOG), "wings": 2}},
    ]
    with pytest.raises(Invalid) as failure:
        ordering.submit_applications(session, citizen(), applications=wrong)
    assert failure.value.fields == {
        "applications.0.answers.birth_date": ["date_in_future"],
        "applications.0.answers.postal_code": ["postal_code"],
        "applications.1.answers.wings": ["unknown_field"],
    }
    assert testing.published(session) == []


def test_what_is_not_offered_there_cannot_be_ordered(session):
    with pytest.raises(NotFound) as failure:
        ordering.submit_applications(session, citizen(), applications=[{"service": DOG, "ars": "03454", "answers": answers(DOG)}])
    assert failure.value.slug == "applications.not_offered"


def test_a_secured_payment_submits_what_waited(session):
    erika = citizen()
    order = submit(session, erika, (BUSINESS, SOEGEL), (DOG, SOEGEL))
    pay(session, order)
    after = ordering.get_order(session, erika, order_id=order["order_id"])
    assert after["state"] == "paid"
    assert {case["state"] for case in after["cases"]} == {"submitted"}
    assert [name for name, _ in testing.published(session)].count("application.submitted") == 2


def test_a_payment_secured_twice_changes_nothing_the_second_time(session):
    order = submit(session, citizen(), (BUSINESS, SOEGEL))
    pay(session, order)
    before = testing.published(session)
    pay(session, order)
    assert testing.published(session) == before


def test_a_payment_for_an_order_that_is_not_here_yet_comes_again(session):
    with pytest.raises(Unavailable):
        ordering.submit_cases(session, order_id=ids.new_id(), amount=euros(3000))


def test_a_payment_of_another_sum_is_a_conflict(session):
    order = submit(session, citizen(), (BUSINESS, SOEGEL))
    with pytest.raises(Conflict):
        ordering.submit_cases(session, order_id=order["order_id"], amount=euros(2999))


def test_a_free_order_cannot_be_paid(session):
    order = submit(session, citizen(), (DOG, SOEGEL))
    with pytest.raises(Conflict):
        pay(session, order)


def test_orders_come_in_pages_newest_first(session):
    erika = citizen()
    placed = [submit(session, erika, (DOG, SOEGEL))["order_id"] for _ in range(5)]
    first = ordering.list_orders(session, erika, before=None, limit=3)
    rest = ordering.list_orders(session, erika, before=first["orders"][-1]["order_id"], limit=3)
    assert [order["order_id"] for order in first["orders"] + rest["orders"]] == placed[::-1]
    assert (first["more"], rest["more"]) == (True, False)


def test_somebody_elses_order_does_not_exist(session):
    order = submit(session, citizen(), (DOG, SOEGEL))
    with pytest.raises(NotFound):
        ordering.get_order(session, citizen(), order_id=order["order_id"])


def test_the_states_of_the_contract_are_those_of_the_table():
    assert {state for state, _ in CASE_STATES} | set(CASE_STATES.values()) == set(contract.CASE_STATES)


def test_an_order_survives_its_way_over_the_wire(session):
    session.commit()
    order = submit(session, citizen(), (BUSINESS, SOEGEL), (DOG, SOEGEL))
    wire = registry.dump(contract.Order, order)
    assert registry.dump(contract.Order, registry.load(contract.Order, wire)) == wire
    assert session.get(Case, order["cases"][0]["case_id"]).version == 1


def test_an_application_with_files_is_one_case_of_its_order_and_is_announced_once(session):
    erika = citizen()
    draft_id = drafting.start_draft(session, erika, service=DOG, ars=SOEGEL, answers=answers(DOG))["draft_id"]
    attach(session, erika, draft_id, {"name": "insurance_certificate", "kinds": ["pdf"]})
    drafting.add_to_cart(session, erika, draft_id=draft_id)
    order = ordering.place_order(session, erika, expected_total_cents=0)
    assert [case["service"] for case in order["cases"]] == [DOG]
    assert [name for name, _ in testing.published(session)] == ["order.placed", "application.submitted"]
