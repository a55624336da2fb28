"""The queue: every filter finds what it names and nothing else, in pages without gap or repetition, each read along an index."""

from datetime import date, datetime, timedelta
from itertools import product

import pytest
from sqlalchemy import insert, select

from services.applications import assigning, deciding, deputising, queue
from services.applications.model import Case
from services.chassis import clock, ids
from services.contracts import desk, registry
from services.contracts.actors import Actor, Role
from services.contracts.errors import Conflict, Invalid, NotFound
from tests.unit.applications.many_cases import TAX, fill, row, steps
from tests.unit.applications.portal import BIRTH, BUSINESS, DOG, LINGEN, NOW, SOEGEL, citizen, clerk, pay, submit

TRADE, REGISTRY = (f"{SOEGEL}/{office}" for office in ("gewerbeamt", "standesamt"))
ANNA = clerk(TAX, TRADE, REGISTRY)
BERT = clerk(TAX, TRADE)


def asked(**wanted):
    return registry.load(desk.ListCases, wanted)


def found(session, actor=ANNA, **wanted):
    """The numbers of all pages; none may come twice."""
    numbers, before, more = [], None, True
    while more:
        page = queue.list_cases(session, actor, **asked(limit=3, before=before, **wanted))
        numbers += [case["case_id"] for case in page["cases"]]
        more, before = page["more"], numbers[-1] if numbers else None
    assert len(set(numbers)) == len(numbers)
    return numbers


def case_of(session, service, ars=SOEGEL, day=0):
    """A case that came in so many days later."""
    with clock.fixed(NOW + timedelta(days=day)):
        order = submit(session, citizen(), (service, ars))
        if order["state"] == "awaiting_payment":
            pay(session, order)
    return order["cases"][0]["case_id"]


@pytest.fixture
def cases(session):
    """Nine cases of three services in Sögel, and one in Lingen."""
    mine = [case_of(session, service, day=n) for n, service in enumerate((DOG, BUSINESS, BIRTH) * 3)]
    case_of(session, DOG, LINGEN)
    return mine


@pytest.mark.parametrize(("order", "state"), list(product(desk.ORDERS, [None, desk.OPEN, "submitted"])))
def test_every_order_shows_every_case_once(session, cases, order, state):
    shown = found(session, order=order, state=state)
    if order == "due":
        assert [number for number in shown if number in cases[1::3]] == cases[1::3]
        assert shown == [*cases[1::3], *(number for number in cases if number not in cases[1::3])]
    else:
        assert shown == (cases if order == "oldest" else cases[::-1])


def test_a_service_or_an_office_can_be_asked_for_alone(session, cases):
    assert found(session, service=DOG, order="oldest") == cases[0::3]
    assert found(session, office_id=TRADE, order="oldest") == cases[1::3]
    assert found(session, office_id=f"{LINGEN}/steueramt") == []


def test_a_case_is_found_by_its_number_or_how_it_begins(session, cases):
    assert found(session, number=cases[4]) == [cases[4]]
    assert cases[4] in found(session, number=cases[4][:8])
    assert found(session, number="00000000") == []


def test_a_day_is_the_day_of_ordering_in_germany(session):
    # 22:00 UTC is midnight in Germany in summer.
    late, early = put(session, "2019-07-01T21:59:59+00:00"), put(session, "2019-07-01T22:00:00+00:00")
    assert found(session, ordered_from="2019-07-01", ordered_until="2019-07-01") == [late]
    assert found(session, ordered_from="2019-07-02", ordered_until="2019-07-02") == [early]


def test_mine_nobodys_and_a_colleagues(session, cases):
    for number, who in zip(cases[:2], (ANNA, BERT), strict=True):
        assigning.assign_case(session, ANNA, case_id=number, assignee_id=who.person_id, clerks=frozenset({BERT.person_id}))
    assert found(session, assignee="me") == [cases[0]]
    assert found(session, assignee=BERT.person_id) == [cases[1]]
    assert found(session, assignee="nobody", order="oldest") == cases[2:]
    assert found(session, BERT, assignee="me") == [cases[1]]


def test_a_case_goes_only_to_a_clerk_of_its_office_and_back_to_the_office(session, cases):
    with pytest.raises(Invalid) as failure:
        assigning.assign_case(session, ANNA, case_id=cases[0], assignee_id=ids.new_id(), clerks=frozenset({BERT.person_id}))
    assert failure.value.fields == {"assignee_id": ["choice"]}
    assert assigning.assign_case(session, ANNA, case_id=cases[0], assignee_id=None, clerks=frozenset())["assignee_id"] is None
    with pytest.raises(NotFound):
        assigning.assign_case(session, clerk(f"{LINGEN}/steueramt"), case_id=cases[0], assignee_id=None, clerks=frozenset())


def test_what_is_done_belongs_to_nobody_any_more(session, cases):
    deciding.decide_case(session, ANNA, case_id=cases[0], decision="reject", reason="Es fehlt etwas.")
    with pytest.raises(Conflict):
        assigning.assign_case(session, ANNA, case_id=cases[0], assignee_id=None, clerks=frozenset())


def test_whoever_takes_a_case_up_has_it(session, cases):
    assert deciding.review_case(session, ANNA, case_id=cases[0])["assignee_id"] == ANNA.person_id


def named(session, first, last, colleagues=frozenset({BERT.person_id})):
    return deputising.name_deputy(
        session,
        ANNA,
        colleagues=colleagues,
        stands_in=BERT.person_id,
        first_day=date(2026, 9, first),
        last_day=date(2026, 9, last),
    )


@pytest.mark.parametrize(("day", "sees"), [(4, False), (5, True), (9, True), (10, False)])
def test_a_deputy_has_the_cases_of_the_absent_for_these_days(session, cases, day, sees):
    deciding.review_case(session, ANNA, case_id=cases[0])
    deciding.review_case(session, ANNA, case_id=cases[2])
    named(session, 5, 9)
    with clock.fixed(NOW.replace(day=day)):
        # The registry office is not Bert's: what lies there stays unseen, deputy or not.
        assert found(session, BERT, assignee="me") == ([cases[0]] if sees else [])


def test_a_deputy_is_a_colleague(session):
    with pytest.raises(Invalid) as failure:
        named(session, 5, 9, frozenset())
    assert failure.value.fields == {"stands_in": ["choice"]}


def test_a_deputy_is_named_for_days_to_come(session):
    with clock.fixed(NOW.replace(day=10)), pytest.raises(Invalid) as failure:
        named(session, 5, 9)
    assert failure.value.fields == {"last_day": ["date_in_past"]}


def test_an_absence_is_ended_by_who_named_the_deputy_and_forgotten_when_over(session):
    deputy = named(session, 5, 9)
    assert [d["deputy_id"] for d in deputising.list_deputies(session, BERT)["deputies"]] == [deputy["deputy_id"]]
    with pytest.raises(NotFound):
        deputising.end_deputy(session, BERT, deputy_id=deputy["deputy_id"])
    deputising.end_deputy(session, ANNA, deputy_id=deputy["deputy_id"])
    assert deputising.list_deputies(session, ANNA) == {"deputies": []}
    named(session, 5, 9)
    with clock.fixed(NOW.replace(day=10)):
        deputising.forget_past_deputies(session)
    assert deputising.list_deputies(session, ANNA) == {"deputies": []}


def test_a_role_for_a_whole_municipality_covers_its_offices_with_cases(session, cases):
    whole = Actor("staff", ids.new_id(), roles=(Role("approver", f"{SOEGEL}/*"),))
    assert queue.offices_of(session, whole) == sorted((TAX, TRADE, REGISTRY))
    assert found(session, whole, order="oldest") == cases


def test_a_clerk_of_very_many_offices_has_a_queue_as_well(session, cases):
    everywhere = clerk(TAX, *(f"{SOEGEL}/amt-{number}" for number in range(70)))
    assert found(session, everywhere, order="due") == cases[0::3]
    assert found(session, everywhere, service=DOG, order="oldest") == cases[0::3]


WAYS = [
    {},
    {"state": "submitted"},
    {"state": "open", "order": "oldest"},
    {"service": DOG},
    {"assignee": "nobody"},
    {"assignee": "me", "state": "in_review"},
    {"assignee": "me", "service": DOG},
    {"assignee": ids.new_id(), "service": DOG},
    {"assignee": "me", "state": "open", "order": "due"},
    {"is_overdue": True},
    {"order": "due", "state": "open"},
    {"number": "0168"},
    {"ordered_from": "2019-01-01", "order": "oldest"},
]


def put(session, at):
    one = row(1, datetime.fromisoformat(at))
    session.execute(insert(Case), [one])
    return one["id"]


@pytest.mark.parametrize(("few", "ways"), [(700, WAYS), (60, [{"state": "open"}, {"state": "open", "order": "oldest"}, {}])])
def test_a_page_is_as_quick_with_many_cases_as_with_few(session, few, ways):
    """With 60, a page holds nearly all of a state: of those that have more, no more is read than is shown."""

    def work():
        return {
            str(wanted): steps(session, lambda wanted=wanted: queue.list_cases(session, ANNA, **asked(limit=25, **wanted)))
            for wanted in ways
        }

    fill(session, few, assignee_id=ANNA.person_id)
    before = work()
    fill(session, few, 10_000, assignee_id=ANNA.person_id)
    assert {way: (before[way], many) for way, many in work().items() if many > 1.2 * before[way]} == {}


def test_control_a_page_in_an_order_without_an_index_grows_with_the_cases(session):
    question = select(Case.id).where(Case.office_id == TAX).order_by(Case.changed_at).limit(25)
    fill(session, 700, assignee_id=ANNA.person_id)
    few = steps(session, lambda: session.execute(question))
    fill(session, 700, 10_000, assignee_id=ANNA.person_id)
    assert steps(session, lambda: session.execute(question)) > 10 * few
