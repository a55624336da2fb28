"""Whose account may be used, whatever was proved: not that of staff who is suspended or has not accepted the invitation."""

import pytest

from services.accounts import passwords, registering, sessions, standing
from services.accounts.model import Account, StaffMember
from services.chassis import clock
from services.contracts.actors import Role
from services.contracts.errors import Unauthenticated


@pytest.fixture
def clerk(session):
    """Invited, and nothing more."""
    enrolled = registering.enrol_staff(
        session, email="clerk@soegel.example", password_hash=passwords.NOBODYS_HASH, given_names="Sabine", family_name="Muster",
        language="de", roles=(Role("clerk", "034545407/standesamt"),), is_invited=True,
    )  # fmt: skip
    return session.get_one(Account, enrolled["account_id"])


def test_an_invitation_that_was_not_accepted_opens_nothing_by_a_password_set_through_a_reset(session, clerk):
    with pytest.raises(Unauthenticated) as refused:
        sessions.open_session(session, clerk)
    assert refused.value.slug == "accounts.wrong_credentials"
    session.get_one(StaffMember, clerk.id).accepted_at = clock.now()
    assert sessions.open_session(session, clerk)["token"]


def test_a_session_that_was_opened_while_its_holder_was_suspended_is_none(session, clerk):
    """The one who suspends ends the sessions there are; one that is just being opened is not among them."""
    member = session.get_one(StaffMember, clerk.id)
    member.accepted_at = clock.now()
    token = sessions.open_session(session, clerk)["token"]
    assert sessions.resolve_session(session, token=token)[0]["person"]
    member.suspended_at = clock.now()
    with pytest.raises(Unauthenticated) as refused:
        sessions.resolve_session(session, token=token)
    assert refused.value.slug == "accounts.no_session"
    assert not standing.is_good(session, clerk)
