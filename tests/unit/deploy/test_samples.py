from pathlib import Path

import pytest
from sqlalchemy import select

from deploy import samples
from deploy.network import read
from deploy.trouble import Trouble
from services.accounts import network, passwords, registering, signing_in
from services.accounts.model import Account, Entity, Office
from services.chassis import testing
from services.contracts.actors import ROLES, Role

EMSLAND = Path(__file__).parents[3] / "deploy" / "networks" / "emsland"


@pytest.fixture
def session():
    with testing.session("accounts", Entity.metadata) as open_session:
        yield open_session


@pytest.fixture
def loaded(session):
    network.load(session, read(EMSLAND))
    session.flush()
    return session


def actor_of(session, email):
    return session.scalars(select(Account).where(Account.email == email)).one().as_actor()


def test_every_printed_sign_in_works(loaded):
    samples.write(loaded)
    for role, email, password in samples.SAMPLE_SIGN_INS:
        assert passwords.is_right(password, signing_in.begin(loaded, email=email).password_hash)
        actor = actor_of(loaded, email)
        assert {r["role"] for r in actor["roles"]} == (set() if role == "citizen" else {role})


def test_a_clerk_works_in_all_offices_of_one_municipality_and_in_no_other(loaded):
    samples.write(loaded)
    actor = actor_of(loaded, "clerk.soegel@example.org")
    assert {r["office_id"] for r in actor["roles"]} == {
        "034545407/buergerbuero",
        "034545407/standesamt",
        "034545407/gewerbeamt",
        "034545407/steueramt",
        "034545407/kasse",
    }


def test_a_second_time_creates_and_hashes_nothing(loaded, monkeypatch):
    assert len(samples.write(loaded)) == len(samples.SAMPLES)
    monkeypatch.setattr(passwords, "hash_password", lambda *_: pytest.fail("hashed again"))
    assert samples.write(loaded) == []
    assert len(testing.published(loaded)) == 1


def test_there_is_somebody_for_every_role_of_staff(loaded):
    samples.write(loaded)
    assert {sample.role for sample in samples.SAMPLES} == {"citizen", *ROLES}
    held = {(r["role"], r["office_id"]) for r in actor_of(loaded, "administrator.soegel@example.org")["roles"]}
    assert held == {("administrator", "034545407/*")}


def test_an_identity_check_can_be_tried_with_one_officer_and_with_two(loaded):
    samples.write(loaded)
    for place, needs_two in (("soegel", False), ("lingen", True)):
        offices = {actor_of(loaded, f"identity{n}.{place}@example.org")["roles"][0]["office_id"] for n in ("", "2")}
        assert [loaded.get(Office, office).needs_two_officers for office in offices] == [needs_two]


def test_roles_that_an_administrator_changed_stay(loaded):
    samples.write(loaded)
    clerk = loaded.scalars(select(Account).where(Account.email == "clerk.soegel@example.org")).one()
    registering.assign_roles(loaded, account_id=clerk.id, roles=(Role("clerk", "034545407/kasse"),))
    samples.write(loaded)
    assert [r["office_id"] for r in actor_of(loaded, "clerk.soegel@example.org")["roles"]] == ["034545407/kasse"]


def test_every_address_is_told_at_the_start():
    told = " ".join(samples.told_at_start())
    assert all(sample.email.removesuffix("@example.org") in told for sample in samples.SAMPLES)
    assert len(samples.told_at_start()) == 6


def test_without_a_network_it_says_what_to_do_first(session):
    with pytest.raises(Trouble, match="make network"):
        samples.write(session)
