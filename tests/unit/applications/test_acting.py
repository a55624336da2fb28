"""Acting for another: whose drafts and cases these are, who may apply for whom, and that it is recorded who acted."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from services.applications import casework, drafting, ordering
from services.applications.model import Case, Draft
from services.chassis import audit, ids, testing
from services.contracts.actors import Actor, Behalf
from services.contracts.errors import Conflict, Forbidden, NotFound
from tests.unit.applications.portal import BIRTH, DOG, SOEGEL, answers, citizen, clerk, submit

NAMES = {
    "kind": "organisation", "party_name": "Muster GmbH",
    "register_entry": "Amtsgericht Osnabrück, HRB 1", "person_name": "Erika Musterfrau",
}  # fmt: skip


def under_mandate(grantor: Actor, *services: str, grant: str | None = None, helper: Actor | None = None) -> Actor:
    behalf = Behalf("person", grantor.person_id, grant or ids.new_id(), services or ("*",))
    return replace(helper or citizen(), behalf=behalf)


def in_organisation(role: str = "member", organisation_id: str | None = None) -> Actor:
    return replace(citizen(), behalf=Behalf("organisation", organisation_id or ids.new_id(), ids.new_id(), ("*",), role))


def begin(session, who, service=DOG):
    return drafting.start_draft(session, who, service=service, ars=SOEGEL, answers=answers(service))["draft_id"]


def drafts(session, who):
    return [draft["draft_id"] for draft in drafting.list_drafts(session, who)["drafts"]]


def test_a_draft_stays_with_the_party_under_which_it_was_begun(session):
    erika = citizen()
    for_house = replace(erika, behalf=Behalf("organisation", ids.new_id(), ids.new_id(), ("*",), "owner"))
    own, theirs = begin(session, erika), begin(session, for_house)
    assert (drafts(session, erika), drafts(session, for_house)) == ([own], [theirs])
    with pytest.raises(NotFound):
        drafting.add_to_cart(session, erika, draft_id=theirs)
    kept = session.get_one(Draft, theirs)
    assert (kept.account_id, kept.acted_by) == (for_house.own_id, erika.person_id)


def test_members_of_an_organisation_share_its_things(session):
    first = in_organisation()
    second = in_organisation(organisation_id=first.own_id)
    draft_id = begin(session, first)
    drafting.add_to_cart(session, second, draft_id=draft_id)
    order = ordering.place_order(session, second, expected_total_cents=0, behalf=NAMES)
    case_id = order["cases"][0]["case_id"]
    seen = casework.get_application(session, first, case_id=case_id)
    assert (seen["acted_by"], seen["behalf"]) == (second.person_id, NAMES)
    with pytest.raises(NotFound):
        casework.get_application(session, Actor("citizen", first.person_id), case_id=case_id)


def test_a_reader_looks_and_does_nothing_else(session):
    member = in_organisation()
    reader = in_organisation("reader", member.own_id)
    draft_id = begin(session, member)
    drafting.add_to_cart(session, member, draft_id=draft_id)
    assert drafts(session, reader) == [draft_id]
    assert len(drafting.get_cart(session, reader)["items"]) == 1
    for attempt in (
        lambda: begin(session, reader),
        lambda: drafting.save_draft(session, reader, draft_id=draft_id, answers={}),
        lambda: drafting.discard_draft(session, reader, draft_id=draft_id),
        lambda: drafting.remove_from_cart(session, reader, draft_id=draft_id),
        lambda: ordering.place_order(session, reader, expected_total_cents=0),
        lambda: submit(session, reader, (DOG, SOEGEL)),
    ):
        with pytest.raises(Forbidden) as failure:
            attempt()
        assert failure.value.slug == "actors.only_reading"


def test_a_mandate_covers_its_services_and_no_other(session):
    helper = under_mandate(citizen(), DOG)
    begin(session, helper)
    for attempt in (lambda: begin(session, helper, BIRTH), lambda: submit(session, helper, (DOG, SOEGEL), (BIRTH, SOEGEL))):
        with pytest.raises(Forbidden) as failure:
            attempt()
        assert failure.value.slug == "actors.not_covered"
    assert session.scalars(select(Case)).all() == []


def test_a_helper_sees_what_began_under_the_mandate_and_the_grantor_sees_all(session):
    grantor = citizen()
    helper = under_mandate(grantor)
    own = submit(session, grantor, (DOG, SOEGEL))["cases"][0]["case_id"]
    theirs = submit(session, helper, (DOG, SOEGEL))["cases"][0]["case_id"]
    page: dict[str, Any] = {"state": None, "before": None, "limit": 10}
    assert [c["case_id"] for c in casework.list_applications(session, helper, **page)["cases"]] == [theirs]
    assert {c["case_id"] for c in casework.list_applications(session, grantor, **page)["cases"]} == {own, theirs}
    assert len(ordering.list_orders(session, helper, before=None, limit=10)["orders"]) == 1
    with pytest.raises(NotFound):
        casework.get_application(session, helper, case_id=own)


def test_another_mandate_of_the_same_person_opens_nothing_of_the_first(session):
    grantor, helper = citizen(), citizen()
    first, second = (under_mandate(grantor, helper=helper) for _ in range(2))
    case_id = submit(session, first, (DOG, SOEGEL))["cases"][0]["case_id"]
    draft_id = begin(session, first)
    for attempt in (
        lambda: casework.get_application(session, second, case_id=case_id),
        lambda: drafting.get_draft(session, second, draft_id=draft_id),
        lambda: drafting.get_draft(session, Actor("citizen", helper.person_id), draft_id=draft_id),
    ):
        with pytest.raises(NotFound):
            attempt()


def test_a_helper_orders_their_own_items_only(session):
    grantor = citizen()
    helper = under_mandate(grantor)
    drafting.add_to_cart(session, grantor, draft_id=begin(session, grantor))
    with pytest.raises(Conflict):
        ordering.place_order(session, helper, expected_total_cents=0)
    drafting.add_to_cart(session, helper, draft_id=begin(session, helper))
    assert len(ordering.place_order(session, helper, expected_total_cents=0)["cases"]) == 1
    assert len(drafting.get_cart(session, grantor)["items"]) == 1


def test_the_clerk_sees_who_acted_for_whom_and_the_history_says_it(session):
    helper = in_organisation()
    wanted = [{"service": DOG, "ars": SOEGEL, "answers": answers(DOG)}]
    order = ordering.submit_applications(session, helper, applications=wanted, behalf=NAMES)
    seen = casework.get_case(session, clerk(f"{SOEGEL}/steueramt"), case_id=order["cases"][0]["case_id"])
    assert (seen["account_id"], seen["acted_by"], seen["behalf"]) == (helper.own_id, helper.person_id, NAMES)
    assert seen["history"][0]["by_applicant"] is True


def test_the_grant_goes_with_the_events_so_that_others_can_keep_to_it(session):
    helper = under_mandate(citizen())
    assert helper.behalf
    submit(session, helper, (DOG, SOEGEL))
    assert {data["grant_id"] for _, data in testing.published(session)} == {helper.behalf.grant_id}
    assert {data["account_id"] for _, data in testing.published(session)} == {helper.own_id}


def test_what_a_helper_does_is_in_the_log_of_the_person_they_do_it_for(session):
    grantor = citizen()
    helper = under_mandate(grantor)
    begin(session, helper)
    submit(session, helper, (DOG, SOEGEL))
    submit(session, grantor, (DOG, SOEGEL))
    rows = session.execute(select(audit.LOG.c.action, audit.LOG.c.actor_id, audit.LOG.c.subject_id)).all()
    assert [tuple(row) for row in rows] == [
        ("draft.begun", helper.person_id, grantor.person_id),
        ("order.placed", helper.person_id, grantor.person_id),
    ]
