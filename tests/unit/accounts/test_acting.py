"""Acting for another: chosen for a session, true only as long as the grant holds, and never by a forged id."""

import pytest

from services.accounts import acting, mandates, memberships, organisations
from services.chassis import clock, ids
from services.contracts.errors import NotFound, Unauthenticated
from tests.unit.accounts.parties import DOG, NOW, acting_as, join, mandate, organisation, person, resolved, signed_in


@pytest.fixture(autouse=True)
def _now():
    with clock.fixed(NOW):
        yield


def grant(session, who):
    """The only grant somebody has."""
    (party,) = acting.list_parties(session, who)["parties"]
    return party["grant_id"]


def test_a_session_acts_for_an_organisation_until_its_person_chooses_anew(session):
    erika = person(session, "erika")
    organisation_id, token = organisation(session, erika), signed_in(session, erika)
    acting.act_for(session, erika, token=token, grant_id=grant(session, erika))
    actor = acting_as(session, token)
    assert actor.behalf
    assert (actor.own_id, actor.person_id, actor.behalf.role) == (organisation_id, erika.person_id, "owner")
    assert resolved(session, token)["party_name"] == "Muster GmbH"
    assert acting_as(session, signed_in(session, erika)).behalf is None
    acting.act_for(session, erika, token=token, grant_id=None)
    assert acting_as(session, token).own_id == erika.person_id


def test_under_a_mandate_one_acts_for_its_services_only(session):
    helper, grantor = person(session, "helper"), person(session, "grantor")
    mandate(session, grantor, helper)
    token = signed_in(session, helper)
    acting.act_for(session, helper, token=token, grant_id=grant(session, helper))
    actor = acting_as(session, token)
    assert (actor.own_id, actor.covers(DOG), actor.covers("birth-certificate")) == (grantor.person_id, True, False)


def test_a_forged_or_foreign_grant_does_not_exist(session):
    helper, grantor, thief = (person(session, name) for name in ("helper", "grantor", "thief"))
    organisation(session, grantor)
    mandate_id, token = mandate(session, grantor, helper), signed_in(session, thief)
    membership = grant(session, grantor)
    for forged in (mandate_id, membership, ids.new_id(), grantor.person_id):
        with pytest.raises(NotFound):
            acting.act_for(session, thief, token=token, grant_id=forged)
        with pytest.raises(NotFound):
            acting.confirm_behalf(session, account_id=thief.person_id, grant_id=forged)
    assert acting_as(session, token).behalf is None


def test_the_session_of_somebody_else_is_not_ones_own(session):
    erika, thief = person(session, "erika"), person(session, "thief")
    organisation(session, thief)
    with pytest.raises(Unauthenticated):
        acting.act_for(session, thief, token=signed_in(session, erika), grant_id=grant(session, thief))


def revoke(session, helper, grantor):
    mandate_id = mandate(session, grantor, helper)
    return mandate_id, lambda: mandates.revoke_mandate(session, grantor, mandate_id=mandate_id)


def remove(session, helper, grantor):
    organisation_id = organisation(session, grantor)
    join(session, organisation_id, grantor, helper, "member")
    leaves = {"organisation_id": organisation_id, "account_id": helper.person_id}
    return grant(session, helper), lambda: memberships.remove_member(session, grantor, **leaves)


def dissolve(session, helper, grantor):
    organisation_id = organisation(session, grantor)
    join(session, organisation_id, grantor, helper, "member")
    return grant(session, helper), lambda: organisations.dissolve_organisation(
        session, grantor, organisation_id=organisation_id, open_cases=0
    )


@pytest.mark.parametrize("way", [revoke, remove, dissolve])
def test_a_lost_grant_ends_acting_with_the_next_request_and_says_so_until_one_chooses(session, way):
    helper, grantor = person(session, "helper"), person(session, "grantor")
    grant_id, end = way(session, helper, grantor)
    token = signed_in(session, helper)
    acting.act_for(session, helper, token=token, grant_id=grant_id)
    assert acting_as(session, token).behalf is not None
    end()
    session.flush()
    session.expire_all()
    after = resolved(session, token)
    assert (after["actor"]["behalf"], after["party_name"], after["has_lost_party"]) == (None, None, True)
    with pytest.raises(NotFound):
        acting.confirm_behalf(session, account_id=helper.person_id, grant_id=grant_id)
    acting.act_for(session, helper, token=token, grant_id=None)
    assert not resolved(session, token).get("has_lost_party")


def test_another_role_counts_at_once(session):
    erika, max_ = person(session, "erika"), person(session, "max")
    organisation_id = organisation(session, erika)
    join(session, organisation_id, erika, max_, "member")
    token = signed_in(session, max_)
    acting.act_for(session, max_, token=token, grant_id=grant(session, max_))
    change = {"organisation_id": organisation_id, "account_id": max_.person_id, "role": "reader"}
    memberships.change_member(session, erika, **change)
    session.flush()
    behalf = acting_as(session, token).behalf
    assert behalf is not None
    assert behalf.role == "reader"


def test_there_are_no_chains(session):
    """Who holds a mandate of an owner does not act for the owner's organisation, nor for whom the owner may act."""
    helper, owner, third = (person(session, name) for name in ("helper", "owner", "third"))
    organisation(session, owner)
    mandate(session, third, owner)
    mandate(session, owner, helper, services=("*",))
    assert [party["party_id"] for party in acting.list_parties(session, helper)["parties"]] == [owner.person_id]


@pytest.mark.parametrize("prefill", [True, False])
def test_the_data_of_a_person_are_filled_in_only_where_they_allow_it(session, prefill):
    helper, grantor = person(session, "helper"), person(session, "grantor")
    mandate(session, grantor, helper, prefill=prefill)
    token = signed_in(session, helper)
    acting.act_for(session, helper, token=token, grant_id=grant(session, helper))
    known = acting.get_prefill(session, acting_as(session, token))["values"]
    assert known.get("given_names") == ("Grantor" if prefill else None)
    assert bool(known) is prefill


def test_an_order_keeps_the_names_of_this_moment(session):
    erika = person(session, "erika")
    organisation(session, erika)
    confirmed = acting.confirm_behalf(session, account_id=erika.person_id, grant_id=grant(session, erika))
    assert confirmed["party_name"] == "Muster GmbH"
    assert confirmed["register_entry"] == "Amtsgericht Osnabrück, HRB 123456"
    assert confirmed["person_name"] == "Erika Muster"
