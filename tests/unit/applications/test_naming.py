"""A clerk finds an applicant by name; who has only the database reads no name, and nothing is left of an erased case."""

import pytest
from sqlalchemy import event, select

from services.applications import correcting, deciding, erasing, naming, ordering
from services.applications.model import Case, CaseName, NameKey
from services.chassis.audit_reading import list_entries
from services.contracts.actors import Actor, Role
from services.contracts.errors import Invalid
from tests.unit.applications.portal import BIRTH, DOG, LINGEN, SOEGEL, answers, citizen, clerk, pay, submit

TAX = f"{SOEGEL}/steueramt"
ANNA = clerk(TAX)
BEHALF = {"kind": "organisation", "party_name": "Tierheim Sögel e. V.", "register_entry": "", "person_name": "Ida Muster"}


def of(session, given, family, service=DOG, ars=SOEGEL, **more):
    order = submit(session, citizen(), (service, ars), given_names=given, family_name=family, **more)
    if order["total"]["cents"]:
        pay(session, order)
    return order["cases"][0]["case_id"]


def found(session, name, who=ANNA, limit=50):
    return [case["case_id"] for case in naming.search_cases(session, who, name=name, limit=limit)["cases"]]


@pytest.mark.parametrize(
    "typed",
    [
        "Müller-Lüdenscheidt",
        "mueller",
        "Muller, Zoë",
        "ZOE Lüdenscheidt",
        "Müllerlüdenscheidt",
        "  Zoë  ",
        "Łucja",
        "lucja Müller",
    ],
)
def test_every_spelling_finds_the_name(session, typed):
    case_id = of(session, "Zoë Łucja", "Müller-Lüdenscheidt")
    of(session, "Erika", "Musterfrau")
    assert found(session, typed) == [case_id]


@pytest.mark.parametrize("typed", ["Müll", "Musterfrau", "Zoë Musterfrau", "Max"])
def test_a_part_of_a_word_or_another_name_finds_nothing(session, typed):
    of(session, "Zoë", "Müller")
    assert found(session, typed) == []


def test_only_the_own_offices_are_searched_newest_first(session):
    here, there = of(session, "Erika", "Musterfrau"), of(session, "Erika", "Musterfrau", ars=LINGEN)
    birth = of(session, "Erika", "Musterfrau", BIRTH)
    assert found(session, "Musterfrau") == [here]
    assert found(session, "Musterfrau", clerk(f"{LINGEN}/steueramt")) == [there]
    whole = Actor("staff", ANNA.account_id, roles=(Role("clerk", f"{SOEGEL}/*"),))
    assert found(session, "Musterfrau", whole) == [birth, here]
    assert found(session, "Musterfrau", whole, limit=1) == [birth]
    assert naming.search_cases(session, whole, name="Erika", limit=1)["more"] is True
    assert naming.search_cases(session, whole, name="Erika", limit=2)["more"] is False


def test_a_case_that_waits_for_its_payment_is_not_with_the_office(session):
    submit(session, citizen(), (BIRTH, SOEGEL), family_name="Musterfrau")
    assert found(session, "Musterfrau", clerk(f"{SOEGEL}/standesamt")) == []


def test_a_name_goes_with_the_case_to_another_office_and_changes_with_a_correction(session):
    case_id = of(session, "Erika", "Musterfrau")
    correcting.ask_for_correction(session, ANNA, case_id=case_id, fields_=["family_name"], message="Stimmt das?")
    applicant = session.get_one(Case, case_id).account_id
    correcting.correct_application(session, Actor("citizen", applicant), case_id=case_id, answers={"family_name": "Mustermann"})
    assert (found(session, "Musterfrau"), found(session, "Erika Mustermann")) == ([], [case_id])
    deciding.hand_over_case(session, ANNA, case_id=case_id, ars=LINGEN, note="Umgezogen.")
    assert found(session, "Mustermann") == []
    assert found(session, "Mustermann", clerk(f"{LINGEN}/steueramt")) == [case_id]
    session.flush()
    assert set(session.scalars(select(CaseName.office_id))) == {f"{LINGEN}/steueramt"}


def test_for_whom_somebody_acts_is_found_too(session):
    wanted = [{"service": DOG, "ars": SOEGEL, "answers": answers(DOG)}]
    order = ordering.submit_applications(session, citizen(), applications=wanted, behalf=BEHALF)
    for typed in ("Tierheim", "tierheim soegel", "Ida Muster"):
        assert found(session, typed) == [order["cases"][0]["case_id"]]


def test_what_has_no_word_in_it_is_no_name(session):
    with pytest.raises(Invalid) as failure:
        found(session, "–")
    assert failure.value.fields == {"name": ["name_words"]}


def test_marks_of_two_offices_are_not_the_same_and_none_is_readable(session):
    of(session, "Erika", "Musterfrau")
    of(session, "Erika", "Musterfrau", ars=LINGEN)
    tokens = session.scalars(select(CaseName.token)).all()
    assert len(tokens) == len(set(tokens)) == 4
    assert {len(token) for token in tokens} == {naming.MARK_BYTES}
    assert len(session.scalars(select(NameKey)).all()) == 2


def test_marks_go_with_their_case(session):
    who = citizen()
    submit(session, who, (BIRTH, SOEGEL))
    assert session.scalars(select(CaseName)).all()
    erasing.erase(session, account_id=who.own_id)
    session.expire_all()
    assert session.scalars(select(CaseName)).all() == []


def test_that_a_name_was_looked_for_is_written_down_without_it(session):
    of(session, "Erika", "Musterfrau")
    found(session, "Musterfrau")
    administrator = Actor("staff", "somebody", roles=(Role("administrator", f"{SOEGEL}/*"), Role("operator", "*")))
    entries = list_entries(session, administrator, of="network", action="case.searched")["entries"]
    assert [entry["about"] for entry in entries] == [{"found": 1}]


def test_the_search_reads_along_the_rarest_word(session):
    """However many Erikas there are, few rows are read for a rare family name."""
    for number in range(60):
        of(session, "Erika", f"Selten{chr(97 + number % 26)}{chr(97 + number // 26)}")
    session.flush()
    read = []

    def watch(_connection, _cursor, statement, *_):
        read.append(statement)

    event.listen(session.get_bind(), "before_cursor_execute", watch)
    assert len(found(session, "Erika Seltenab")) == 1
    event.remove(session.get_bind(), "before_cursor_execute", watch)
    plans = [
        session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", (b"",) * statement.count("?")).all()
        for statement in read
        if "case_names" in statement and statement.lstrip().startswith("SELECT")
    ]
    assert plans
    assert all("SCAN case_names" not in str(step) for plan in plans for step in plan)
