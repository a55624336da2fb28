"""How far people come in a form: each draft once at every step it was asked, and nothing that tells whose it was."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, select, update

from services.applications import catalogue, drafting, ordering, progress
from services.applications.model import Draft, FormProgress
from services.chassis import clock, ids
from services.contracts.actors import Actor, Role
from tests.unit.applications.portal import BIRTH, BUSINESS, DOG, LINGEN, SOEGEL, answers, citizen, clerk, publish

TAX = f"{SOEGEL}/steueramt"


@pytest.fixture(autouse=True)
def _today():
    """Numbers of drafts begin with the real time."""
    with clock.fixed(datetime.now(UTC)):
        yield


def begin(session, who, service=DOG, ars=SOEGEL, **given):
    return drafting.start_draft(session, who, service=service, ars=ars, answers=given)["draft_id"]


def save(session, who, draft_id, given):
    return drafting.save_draft(session, who, draft_id=draft_id, answers=given)


def order(session, who):
    total = drafting.get_cart(session, who)["total"]["cents"]
    return ordering.place_order(session, who, expected_total_cents=total)


def told(session, actor=None, **wanted):
    asked = {"office_id": None, "service": None, "months": 3, **wanted}
    return progress.get_form_statistics(session, actor or clerk(TAX), **asked)["forms"]


def counts(session, actor=None, **wanted):
    [form] = told(session, actor, **wanted)
    return [(step["reached"], step["passed"]) for step in form["steps"]]


def by_step(service, given):
    """What the answers of a form are after each of its steps."""
    kept: dict[str, Any] = {}
    for section in catalogue.services()[service].sections:
        names = [section["name"]] if section.get("repeated") else [field["name"] for field in section["fields_"]]
        kept |= {name: given[name] for name in names if name in given}
        yield dict(kept)


def test_a_form_that_was_only_begun_is_counted_at_its_first_step(session):
    begin(session, citizen())
    assert counts(session)[:2] == [(1, 0), (0, 0)]


def test_who_goes_through_is_counted_once_at_every_step(session):
    who, given = citizen(), answers(DOG)
    draft_id = begin(session, who)
    for kept in by_step(DOG, given):
        save(session, who, draft_id, kept)
        save(session, who, draft_id, kept)
    save(session, who, draft_id, {})
    save(session, who, draft_id, given)
    assert counts(session)[-2:] == [(1, 0), (0, 0)]
    drafting.add_to_cart(session, who, draft_id=draft_id)
    assert counts(session)[-2:] == [(1, 1), (1, 0)]
    drafting.remove_from_cart(session, who, draft_id=draft_id)
    drafting.add_to_cart(session, who, draft_id=draft_id)
    order(session, who)
    asked = [(reached, passed) for reached, passed in counts(session) if reached or passed]
    assert set(asked) == {(1, 1)}
    assert [step["kind"] for step in told(session)[0]["steps"]][-3:] == ["step", "review", "cart"]


def test_everybody_stands_at_one_place_until_it_is_sent(session):
    """Whatever is asked of them: who came and has not gone on, added up over the places, are those who have not sent it."""
    for many in range(4):
        who = citizen()
        draft_id = begin(session, who, BIRTH)
        for kept in list(by_step(BIRTH, answers(BIRTH)))[:many]:
            save(session, who, draft_id, kept)
    found = counts(session, clerk(f"{SOEGEL}/standesamt"))
    assert sum(reached - passed for reached, passed in found) == 4
    assert found[0][0] == 4


def test_a_step_that_is_not_asked_is_not_counted(session):
    partners = 2
    for legal_form, asked in (("sole_trader", (0, 0)), ("gbr", (1, 1))):
        given = answers(BUSINESS, legal_form=legal_form)
        drafting.add_to_cart(session, who := citizen(), draft_id=begin(session, who, BUSINESS, **given))
        found = counts(session, clerk(f"{SOEGEL}/gewerbeamt"))
        assert found[partners] == asked
    assert (found[0], found[-1]) == ((2, 2), (2, 0))


def test_a_step_of_optional_questions_is_left_behind_by_who_answers_one_behind_it(session):
    who, given = citizen(), answers(DOG)
    one, two, third, *others = catalogue.services()[DOG].sections
    optional = {**third, "fields_": [{**field, "required": False} for field in third["fields_"]]}
    publish(session, DOG, sections=[one, two, optional, *others])
    draft_id = begin(session, who)
    first, second, *_ = by_step(DOG, given)
    save(session, who, draft_id, second)
    assert counts(session)[2:4] == [(1, 0), (0, 0)]
    save(session, who, draft_id, {**second, "given_names": "Erika"})
    assert counts(session)[2:4] == [(1, 1), (1, 0)]
    save(session, who, draft_id, first)
    assert counts(session)[2:4] == [(1, 1), (1, 0)]


def test_several_drafts_of_one_form_are_sent_together(session):
    who = citizen()
    for _ in range(2):
        drafting.add_to_cart(session, who, draft_id=begin(session, who, **answers(DOG)))
    drafting.add_to_cart(session, who, draft_id=begin(session, who, DOG, LINGEN, **answers(DOG)))
    order(session, who)
    assert counts(session)[-1] == (2, 2)
    assert counts(session, clerk(f"{LINGEN}/steueramt"))[-1] == (1, 1)


def test_a_draft_from_before_is_not_counted(session):
    who = citizen()
    draft_id = begin(session, who)
    session.execute(delete(FormProgress))
    session.get_one(Draft, draft_id).furthest = None
    save(session, who, draft_id, answers(DOG))
    drafting.add_to_cart(session, who, draft_id=draft_id)
    order(session, who)
    assert told(session) == []


def test_only_the_own_offices_are_told_and_only_the_months_that_were_asked_for(session):
    begin(session, citizen())
    assert told(session, clerk(f"{LINGEN}/steueramt")) == []
    assert told(session, clerk(f"{LINGEN}/steueramt"), office_id=TAX) == []
    assert told(session, service=BIRTH) == []
    assert counts(session, Actor("staff", ids.new_id(), roles=(Role("administrator", f"{SOEGEL}/*"),)))[0] == (1, 0)
    session.execute(update(FormProgress).values(month=clock.now().date().replace(year=2020, day=1)))
    assert told(session) == []
    begin(session, citizen())
    assert counts(session)[0] == (1, 0)
    assert told(session)[0]["since"].year == 2020


def test_the_month_is_that_in_which_the_form_was_begun_in_germany(session):
    midnight = datetime(2026, 8, 31, 22, 30, tzinfo=UTC)
    number = str(UUID(int=int(midnight.timestamp() * 1000) << 80))
    assert progress._month(number).isoformat() == "2026-09-01"


def test_counters_hold_no_numbers_of_persons_or_drafts(session):
    who = citizen()
    draft_id = begin(session, who, **answers(DOG))
    for row in session.execute(select(FormProgress.__table__)):
        assert not {who.own_id, draft_id} & set(map(str, row))


def test_who_goes_on_in_a_new_version_has_gone_on_in_the_old_one_and_begins_in_the_new(session):
    who, given = citizen(), answers(DOG)
    first, second, *_ = by_step(DOG, given)
    draft_id = begin(session, who)
    save(session, who, draft_id, first)
    drafting.renew_draft(session, who, draft_id=draft_id)
    assert counts(session)[:3] == [(1, 1), (1, 0), (0, 0)], "it was the newest already"
    publish(session, DOG, keywords=["Hund"])
    drafting.renew_draft(session, who, draft_id=draft_id)
    save(session, who, draft_id, second)
    found = {form["edition_id"]: [(step["reached"], step["passed"]) for step in form["steps"]][:3] for form in told(session)}
    assert sorted(found.values()) == [[(1, 1), (1, 1), (0, 0)], [(1, 1), (1, 1), (1, 0)]]
