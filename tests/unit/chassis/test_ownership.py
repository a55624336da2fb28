"""One rule says whose rows an actor sees, as a condition and for one row, and both say the same."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import String, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from services.chassis.ownership import is_own, own
from services.contracts.actors import Actor, Behalf


class Entity(DeclarativeBase):
    pass


class Row(Entity):
    __tablename__ = "things"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(String(36))
    grant_id: Mapped[str | None] = mapped_column(String(36))
    service: Mapped[str | None] = mapped_column(String(80))


PEOPLE = st.sampled_from(["erika", "max", "house"])
GRANTS = st.sampled_from(["first", "second"])
SERVICES = st.sampled_from(["dog", "birth"])
ROWS = st.builds(Row, account_id=PEOPLE, grant_id=st.none() | GRANTS, service=st.none() | SERVICES)
SCOPES = st.just(("*",)) | st.lists(SERVICES, min_size=1, unique=True).map(tuple)
BEHALVES = st.builds(Behalf, st.sampled_from(["organisation", "person"]), PEOPLE, GRANTS, SCOPES)
ACTORS = st.builds(Actor, st.just("citizen"), PEOPLE, behalf=st.none() | BEHALVES)


@pytest.fixture(scope="module")
def engine():
    made = create_engine("sqlite://")
    Entity.metadata.create_all(made)
    yield made
    made.dispose()


@given(actor=ACTORS, rows=st.lists(ROWS, max_size=12))
def test_the_condition_and_the_look_at_one_row_agree(engine, actor, rows):
    with Session(engine) as session:
        session.add_all([Row(account_id=r.account_id, grant_id=r.grant_id, service=r.service) for r in rows])
        session.flush()
        everything = session.scalars(select(Row)).all()
        found = set(session.scalars(select(Row.id).where(own(Row, actor))))
        assert found == {row.id for row in everything if is_own(row, actor)}
        assert all(row.account_id == actor.own_id for row in everything if row.id in found)
        if actor.behalf is not None and actor.behalf.kind == "person":
            assert all(row.grant_id == actor.behalf.grant_id for row in everything if row.id in found)
        session.rollback()


@dataclass
class Thing:
    """Without a service, as a payment is."""

    account_id: str
    grant_id: str | None


def test_things_of_no_service_go_by_the_mandate_alone():
    helper = Actor("citizen", "max", behalf=Behalf("person", "erika", "first", ("dog",)))
    assert is_own(Thing("erika", "first"), helper)
    assert not is_own(Thing("erika", None), helper)
    assert not is_own(Thing("max", "first"), helper)
