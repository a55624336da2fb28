"""What administrators set of a municipality's offers, and what stays as it was."""

from datetime import date, timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from services.applications import administering, casework, network, offering, queue
from services.applications.model import FeeRule, Offer
from services.chassis import clock, ids
from services.chassis.audit import LOG
from services.contracts import registry
from services.contracts.actors import Actor, Role
from services.contracts.errors import Conflict, Invalid, NotFound
from tests.unit.applications import portal
from tests.unit.applications.portal import BIRTH, BUSINESS, DOG, EMSLAND, LINGEN, NOW, SOEGEL, citizen, clerk, submit

TODAY, TOMORROW = NOW.date(), NOW.date() + timedelta(days=1)
FEE: dict[str, Any] = {
    "valid_from": TOMORROW, "base_cents": 1600, "each_further_cents": 800, "pieces_field": "copies", "legal_basis": "AllGO 2027",
}  # fmt: skip
KEY: dict[str, Any] = {"service": BIRTH, "ars": SOEGEL}


def administrator(ars: str = SOEGEL) -> Actor:
    return Actor("staff", ids.new_id(), roles=(Role("administrator", f"{ars}/*"),))


def entry(session: Any, action: str) -> dict[str, Any]:
    row = session.execute(select(LOG).where(LOG.c.action == action)).mappings().one()
    about: dict[str, Any] = orjson.loads(row["about"])
    return about


def test_the_whole_catalogue_is_shown_with_what_is_offered(session):
    found = administering.list_administered_offers(session, administrator(EMSLAND), ars=EMSLAND)["offers"]
    assert {offer["service"] for offer in found if offer["is_offered"]} == {BUSINESS}
    assert {offer["service"] for offer in found} >= {BUSINESS, BIRTH, DOG}


def test_offers_of_another_municipality_do_not_exist(session):
    stranger = administrator(LINGEN)
    for act in (
        lambda: administering.list_administered_offers(session, stranger, ars=SOEGEL),
        lambda: administering.get_administered_offer(session, stranger, **KEY),
        lambda: administering.offer_service(session, stranger, **KEY, office_id=f"{SOEGEL}/standesamt", fee=FEE),
        lambda: administering.move_offer(session, stranger, **KEY, version=1, office_id=f"{SOEGEL}/standesamt"),
        lambda: administering.set_fee(session, stranger, **KEY, version=1, fee=FEE),
        lambda: administering.drop_fee(session, stranger, **KEY, version=1, valid_from=TOMORROW),
        lambda: administering.withdraw_offer(session, stranger, **KEY, version=1),
    ):
        with pytest.raises(NotFound):
            act()


def test_a_fee_begins_on_its_day_and_the_one_before_stays(session):
    told = administering.set_fee(session, administrator(), **KEY, version=1, fee=FEE)
    assert [fee["base"]["cents"] for fee in told["fees"]] == [1500, 1600]
    assert offering.get_service(session, citizen(), **KEY)["fee"]["base"]["cents"] == 1500
    with clock.fixed(NOW + timedelta(days=1)):
        assert offering.get_service(session, citizen(), **KEY)["fee"]["base"]["cents"] == 1600
    old, new = entry(session, "offer.fee_set")["changes"]["fee"]
    assert (old, new["base_cents"], new["valid_from"]) == (None, 1600, TOMORROW.isoformat())


@pytest.mark.parametrize("day", [TODAY, TODAY - timedelta(days=1), date(2026, 1, 1)])
def test_what_somebody_may_have_paid_does_not_change(session, day):
    with pytest.raises(Invalid) as failure:
        administering.set_fee(session, administrator(), **KEY, version=1, fee={**FEE, "valid_from": day})
    assert failure.value.fields == {"fee.valid_from": ["fee_from_tomorrow"]}


def test_a_fee_to_come_is_replaced_or_taken_back(session):
    who = administrator()
    administering.set_fee(session, who, **KEY, version=1, fee=FEE)
    told = administering.set_fee(session, who, **KEY, version=2, fee={**FEE, "base_cents": 1700})
    assert [fee["base"]["cents"] for fee in told["fees"]] == [1500, 1700]
    told = administering.drop_fee(session, who, **KEY, version=3, valid_from=TOMORROW)
    assert [fee["base"]["cents"] for fee in told["fees"]] == [1500]
    with pytest.raises(Invalid):
        administering.drop_fee(session, who, **KEY, version=4, valid_from=date(2026, 1, 1))


def test_pieces_are_counted_by_a_number_of_the_form_only(session):
    with pytest.raises(Invalid) as failure:
        administering.set_fee(session, administrator(), **KEY, version=1, fee={**FEE, "pieces_field": "given_names"})
    assert failure.value.fields == {"fee.pieces_field": ["choice"]}


def test_of_two_administrators_at_once_the_second_is_told(session):
    administering.set_fee(session, administrator(), **KEY, version=1, fee=FEE)
    with pytest.raises(Conflict, match="changed_meanwhile"):
        administering.withdraw_offer(session, administrator(), **KEY, version=1)


def test_a_withdrawn_offer_is_gone_for_citizens_and_keeps_its_fees(session):
    who = administrator()
    administering.withdraw_offer(session, who, **KEY, version=1)
    with pytest.raises(NotFound):
        offering.get_service(session, citizen(), **KEY)
    with pytest.raises(NotFound):
        administering.set_fee(session, who, **KEY, version=2, fee=FEE)
    shown = administering.get_administered_offer(session, who, **KEY)
    assert (shown["is_offered"], len(shown["fees"])) == (False, 1)
    again = administering.offer_service(session, who, **KEY, office_id=f"{SOEGEL}/standesamt", fee=FEE)
    assert (again["is_offered"], [fee["base"]["cents"] for fee in again["fees"]]) == (True, [1500, 1600])


def test_what_was_withdrawn_by_mistake_is_offered_again_on_the_same_day_as_it_was(session):
    who = administrator()
    before = administering.get_administered_offer(session, who, **KEY)
    administering.withdraw_offer(session, who, **KEY, version=1)
    assert administering.get_administered_offer(session, who, **KEY)["proposed"]["office"] == "standesamt"
    again = administering.offer_service(session, who, **KEY, office_id=f"{SOEGEL}/standesamt", fee=None)
    assert {name: again[name] for name in ("is_offered", "office_id", "fees")} == {
        name: before[name] for name in ("is_offered", "office_id", "fees")
    }
    assert offering.get_service(session, citizen(), **KEY)["fee"]["base"]["cents"] == 1500


def test_without_a_fee_nothing_is_offered_for_the_first_time_or_where_a_fee_counts_what_is_gone(session):
    key = {"service": BIRTH, "ars": EMSLAND}
    with pytest.raises(Invalid) as unknown:
        administering.offer_service(session, administrator(EMSLAND), **key, office_id=f"{EMSLAND}/standesamt", fee=None)
    assert unknown.value.fields == {"fee": ["required"]}
    who = administrator()
    administering.withdraw_offer(session, who, **KEY, version=1)
    session.get_one(Offer, (BIRTH, SOEGEL)).fees[0].pieces_field = "gone"
    with pytest.raises(Invalid) as gone:
        administering.offer_service(session, who, **KEY, office_id=f"{SOEGEL}/standesamt", fee=None)
    assert gone.value.fields == {"fee": ["fee_counts_what_is_gone"]}


def test_a_new_offer_may_begin_today(session):
    key: dict[str, Any] = {"service": BIRTH, "ars": EMSLAND}
    fee = {**FEE, "valid_from": TODAY}
    told = administering.offer_service(session, administrator(EMSLAND), **key, office_id=f"{EMSLAND}/standesamt", fee=fee)
    assert told["is_offered"]
    assert offering.get_service(session, citizen(), **key)["office_id"] == f"{EMSLAND}/standesamt"
    with pytest.raises(Conflict, match="offered_already"):
        administering.offer_service(session, administrator(EMSLAND), **key, office_id=f"{EMSLAND}/standesamt", fee=fee)


def test_an_offer_moves_within_its_municipality_only(session):
    who = administrator()
    assert administering.move_offer(session, who, **KEY, version=1, office_id=f"{SOEGEL}/steueramt")["version"] == 2
    assert entry(session, "offer.moved")["changes"] == {"office_id": [f"{SOEGEL}/standesamt", f"{SOEGEL}/steueramt"]}
    with pytest.raises(Invalid):
        administering.move_offer(session, who, **KEY, version=2, office_id=f"{LINGEN}/standesamt")


def test_the_work_of_an_office_is_counted(session):
    office_id = f"{SOEGEL}/steueramt"
    assert administering.count_work_of_office(session, Actor("service"), office_id=office_id) == {"offers": 1, "open_cases": 0}
    submit(session, citizen(), (DOG, SOEGEL))
    assert administering.count_work_of_office(session, Actor("service"), office_id=office_id) == {"offers": 1, "open_cases": 1}


def test_loading_the_folder_leaves_what_the_portal_changed_and_says_so(session):
    who = administrator()
    administering.move_offer(session, who, **KEY, version=1, office_id=f"{SOEGEL}/steueramt")
    administering.withdraw_offer(session, who, service=DOG, ars=SOEGEL, version=1)
    assert network.load(session, portal.network()) == [
        f"offer of {BIRTH} by {SOEGEL} (office)", f"offer of {DOG} by {SOEGEL} (is_withdrawn)",
    ]  # fmt: skip
    assert session.get_one(Offer, (BIRTH, SOEGEL)).office_id == f"{SOEGEL}/steueramt"
    assert network.load(session, portal.network(), takes_folder=True) == []
    assert session.get_one(Offer, (BIRTH, SOEGEL)).office_id == f"{SOEGEL}/standesamt"
    assert not session.get_one(Offer, (DOG, SOEGEL)).is_withdrawn


def test_fees_of_the_folder_do_not_touch_what_the_portal_set(session):
    administering.set_fee(session, administrator(), **KEY, version=1, fee=FEE)
    network.load(session, portal.network())
    rules = session.scalars(select(FeeRule.base_cents).where(FeeRule.service == BIRTH, FeeRule.ars == SOEGEL)).all()
    assert sorted(rules) == [1500, 1600]


def test_a_role_for_the_whole_municipality_opens_all_its_offices_and_no_others(session):
    here = submit(session, citizen(), (DOG, SOEGEL))["cases"][0]["case_id"]
    there = submit(session, citizen(), (DOG, LINGEN))["cases"][0]["case_id"]
    who = clerk(f"{SOEGEL}/*")
    listed = queue.list_cases(session, who, state=None, before=None, limit=50)["cases"]
    assert [case["case_id"] for case in listed] == [here]
    with pytest.raises(NotFound):
        casework.get_case(session, who, case_id=there)


def test_who_takes_a_service_over_is_told_the_fee_that_its_text_names_for_today(session):
    fees = [
        {"valid_from": day, "base_cents": cents, "each_further_cents": None, "pieces_field": None, "legal_basis": "AllGO"}
        for day, cents in (("2027-01-01", 1800), ("2026-01-01", 1700), ("2025-01-01", 1600))
    ]
    portal.publish(session, DOG, fees=fees, office="steueramt")
    told = administering.get_administered_offer(session, administrator(), ars=SOEGEL, service=DOG)
    sent = registry.dump(registry.method("applications", "get_administered_offer").reply, told)
    assert sent["proposed"]["office"] == "steueramt"
    assert (sent["proposed"]["fee"]["valid_from"], sent["proposed"]["fee"]["base_cents"]) == ("2026-01-01", 1700)
