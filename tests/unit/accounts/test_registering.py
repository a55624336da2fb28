from typing import Any

import pytest

from services.accounts import contacts, opening, registering
from services.accounts.model import Account
from services.chassis import testing
from services.contracts.actors import Actor, Role
from services.contracts.errors import Conflict, NotFound

ERIKA: dict[str, Any] = {"password_hash": "-", "given_names": "Erika", "family_name": "Musterfrau", "language": "de"}


def register(session, email, **other):
    return opening.open_account(session, **{**ERIKA, "email": email, **other}).id


def test_a_new_account_is_told_to_the_others_without_the_address(session):
    account_id = register(session, "citizen@example.org")
    assert testing.published(session) == [("account.registered", {"account_id": account_id})]


@pytest.mark.parametrize("again", ["citizen@example.org", "Citizen@Example.ORG", " citizen@example.org "])
def test_an_address_has_one_account_however_it_is_spelled(session, again):
    register(session, "citizen@example.org")
    with pytest.raises(Conflict) as failure:
        register(session, again)
    assert failure.value.slug == "accounts.email_taken"
    assert len(testing.published(session)) == 1


@pytest.mark.parametrize("other", ["citizen+dog@example.org", "cit.izen@example.org", "straße@example.org"])
def test_another_address_is_another_account(session, other):
    register(session, "citizen@example.org")
    register(session, "strasse@example.org")
    assert register(session, other)


def test_the_address_is_kept_as_it_was_typed(session):
    account_id = register(session, "Erika.Musterfrau@Example.org", language="en")
    assert contacts.get_contact(session, account_id=account_id) == {"email": "Erika.Musterfrau@Example.org", "language": "en"}


def test_nobody_is_reached_under_an_unknown_id(session):
    with pytest.raises(NotFound):
        contacts.get_contact(session, account_id="0198c5a1-7b1e-7c3d-9a55-1f2e3d4c5b6a")


def test_staff_has_the_roles_it_was_enrolled_with_and_publishes_nothing(session):
    roles = (Role("clerk", "034545407/standesamt"), Role("clerk", "034545407/steueramt"))
    account_id = registering.enrol_staff(session, **ERIKA, email="clerk@example.org", roles=roles)["account_id"]
    actor = Actor.from_dict(session.get_one(Account, account_id).as_actor())
    assert actor.kind == "staff"
    assert set(actor.roles) == set(roles)
    assert testing.published(session) == []


def test_roles_are_replaced_as_a_whole(session):
    first = (Role("clerk", "034545407/standesamt"), Role("clerk", "034545407/steueramt"))
    account_id = registering.enrol_staff(session, **ERIKA, email="clerk@example.org", roles=first)["account_id"]
    after = (Role("clerk", "034545407/standesamt"), Role("clerk", "034545407/gewerbeamt"))
    registering.assign_roles(session, account_id=account_id, roles=after)
    session.commit()
    session.expire_all()
    assert set(Actor.from_dict(session.get_one(Account, account_id).as_actor()).roles) == set(after)
