"""Batches: a result for every case, whatever happens to the others, to the process, or to the case meanwhile."""

from contextlib import contextmanager

import pytest

from services.applications import batching, deciding
from services.applications.model import Batch, Case
from services.chassis import clock, ids, testing
from services.contracts import desk, registry
from services.contracts.errors import Invalid, NotFound, Unavailable
from tests.unit.applications.portal import BUSINESS, DOG, LINGEN, NOW, SOEGEL, citizen, clerk, publish, submit

ANNA = clerk(f"{SOEGEL}/steueramt")


class Units:
    """Units of work on one session: each is kept or undone as a whole, as those of the service."""

    def __init__(self, session):
        self.session = session

    @contextmanager
    def reading(self):
        yield self.session

    @contextmanager
    def transaction(self):
        with self.session.begin_nested():
            yield self.session

    def work(self):
        batching.work(self.reading, self.transaction)
        self.session.expire_all()


@pytest.fixture
def units(session):
    return Units(session)


def dogs(session, count, ars=SOEGEL):
    return [submit(session, citizen(), (DOG, ars))["cases"][0]["case_id"] for _ in range(count)]


def start(session, case_ids, decision="approve", reason=None, who=ANNA):
    session.commit()
    return batching.start_batch(session, who, case_ids=case_ids, decision=decision, reason=reason)["batch_id"]


def outcomes(session, batch_id):
    return [item["outcome"] for item in batching.get_batch(session, ANNA, batch_id=batch_id)["items"]]


def test_every_case_has_its_own_result(session, units):
    mine, decided, others = dogs(session, 2), dogs(session, 1), dogs(session, 1, LINGEN)
    deciding.decide_case(session, ANNA, case_id=decided[0], decision="reject", reason="Nein.")
    batch_id = start(session, [mine[0], decided[0], others[0], ids.new_id(), mine[1]])
    assert outcomes(session, batch_id) == [None] * 5
    units.work()
    assert outcomes(session, batch_id) == [
        "done", "applications.wrong_state", "applications.no_case", "applications.no_case", "done"
    ]  # fmt: skip
    assert [session.get(Case, case_id).state for case_id in [*mine, *decided, *others]] == [
        "approved", "approved", "rejected", "submitted"
    ]  # fmt: skip
    assert batching.get_batch(session, ANNA, batch_id=batch_id)["finished_at"] == NOW
    assert [name for name, _ in testing.published(session)].count("application.approved") == 2


def test_all_are_rejected_with_the_same_reason(session, units):
    case_ids = dogs(session, 2)
    with pytest.raises(Invalid) as failure:
        start(session, case_ids, "reject")
    assert failure.value.fields == {"reason": ["required"]}
    start(session, case_ids, "reject", "Es fehlt etwas.")
    units.work()
    assert [session.get(Case, case_id).reason for case_id in case_ids] == ["Es fehlt etwas."] * 2


def test_a_batch_goes_on_after_a_kill_and_decides_nothing_twice(session, units, monkeypatch):
    case_ids = dogs(session, 3)
    batch_id = start(session, case_ids)
    decide, asked = deciding.decide_case, []

    def killed_at_the_second(session, actor, **data):
        asked.append(data["case_id"])
        answer = decide(session, actor, **data)
        if len(asked) == 2:
            raise SystemExit
        return answer

    monkeypatch.setattr(deciding, "decide_case", killed_at_the_second)
    with pytest.raises(SystemExit):
        units.work()
    session.expire_all()
    assert outcomes(session, batch_id) == ["done", None, None]
    assert session.get(Case, case_ids[1]).state == "submitted"
    units.work()
    assert outcomes(session, batch_id) == ["done"] * 3
    assert asked == [case_ids[0], case_ids[1], case_ids[1], case_ids[2]]


def test_what_is_not_the_cases_fault_is_tried_again(session, units, monkeypatch):
    batch_id = start(session, dogs(session, 1))

    def away(*_, **__):
        raise Unavailable("database.unavailable", "Away.")

    with monkeypatch.context() as patched, pytest.raises(Unavailable):
        patched.setattr(deciding, "decide_case", away)
        units.work()
    assert outcomes(session, batch_id) == [None]
    units.work()
    assert outcomes(session, batch_id) == ["done"]


def test_a_run_ends_so_that_others_have_their_turn(session, units, monkeypatch):
    monkeypatch.setattr(batching, "RUN_LIMIT", 2)
    batch_id = start(session, dogs(session, 3))
    units.work()
    assert outcomes(session, batch_id) == ["done", "done", None]


def test_another_clerks_batch_does_not_exist(session):
    batch_id = start(session, dogs(session, 1))
    with pytest.raises(NotFound):
        batching.get_batch(session, clerk(f"{SOEGEL}/steueramt"), batch_id=batch_id)


def test_the_list_goes_a_month_after_its_end(session, units):
    batch_id = start(session, dogs(session, 1))
    units.work()
    with clock.fixed(NOW + batching.KEPT):
        batching.forget_old_batches(session)
        assert session.get(Batch, batch_id) is not None
    with clock.fixed(NOW + batching.KEPT * 1.1):
        batching.forget_old_batches(session)
    session.expire_all()
    assert session.get(Batch, batch_id) is None


@pytest.mark.parametrize(
    ("case_ids", "slug"), [([], "count"), ([ids.new_id() for _ in range(501)], "count"), ([ids.new_id()] * 2, "only_once")]
)
def test_a_batch_has_one_to_five_hundred_cases_each_once(case_ids, slug):
    with pytest.raises(Invalid) as failure:
        registry.load(desk.StartBatch, {"case_ids": case_ids, "decision": "approve"})
    assert failure.value.fields == {"case_ids": [slug]}


def test_where_four_eyes_are_asked_for_a_batch_only_proposes(session, units):
    [case_id] = dogs(session, 1)
    session.get(Case, case_id).edition_id = publish(session, DOG, four_eyes=True).id
    start(session, [case_id])
    units.work()
    assert session.get(Case, case_id).state == "awaiting_second"


def test_control_other_services_are_not_touched(session, units):
    order = submit(session, citizen(), (BUSINESS, SOEGEL))
    start(session, [order["cases"][0]["case_id"]])
    units.work()
    assert session.get(Case, order["cases"][0]["case_id"]).state == "awaiting_payment"
