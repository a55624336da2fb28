from pathlib import Path

import pytest
from sqlalchemy import select

from deploy import samples
from deploy.network import read
from deploy.trouble import Trouble
from services.accounts import network, passwords, signing_in
from services.accounts.model import Account, Entity
from services.chassis import testing

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
        "034545407/standesamt",
        "034545407/gewerbeamt",
        "034545407/steueramt",
    }


def test_a_second_time_creates_and_hashes_nothing(loaded, monkeypatch):
    assert len(samples.write(loaded)) == 5
    monkeypatch.setattr(passwords, "hash_password", lambda *_: pytest.fail("hashed again"))
    assert samples.write(loaded) == []
    assert len(testing.published(loaded)) == 1


def test_without_a_network_it_says_what_to_do_first(session):
    with pytest.raises(Trouble, match="make network"):
        samples.write(session)
