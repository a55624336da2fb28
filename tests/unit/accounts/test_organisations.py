"""Organisations: what they say of themselves, who may do what in them, and how one gets in and out."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from services.accounts import contacts, memberships, organisations
from services.accounts.confirming import MAILS_PER_ADDRESS
from services.accounts.model import Invitation, RequestedMail
from services.accounts.model.organisation import INVITATION_LASTS
from services.chassis import audit, clock, testing
from services.contracts.accounts.organisations import ROLES, OrganisationData
from services.contracts.errors import Conflict, Forbidden, Invalid, NotFound
from services.contracts.legal_forms import LEGAL_FORMS, register_number
from services.contracts.registry import load
from tests.unit.accounts.parties import DATA, NOW, join, organisation, person


@pytest.fixture(autouse=True)
def _now():
    with clock.fixed(NOW):
        yield


@pytest.fixture
def house(session):
    """An organisation with one member of each role, by role."""
    people = {role: person(session, role) for role in ROLES}
    organisation_id = organisation(session, people["owner"])
    for role in ROLES[1:]:
        join(session, organisation_id, people["owner"], people[role], role)
    return organisation_id, people


def role_of(session, organisation_id, reader, who):
    shown = organisations.get_organisation(session, reader, organisation_id=organisation_id)
    return next(m["role"] for m in shown["members"] if m["account_id"] == who.person_id)


@pytest.mark.parametrize(
    ("form", "number", "wrong"),
    [
        ("gmbh", "HRB 123456", None),
        ("gmbh", "HRA 123456", "register_number_hrb"),
        ("ek", "HRA 1", None),
        ("ev", "VR 678", None),
        ("egbr", "GsR 12", None),
        ("eg", "GnR 12", None),
        ("partg", "PR 12", None),
        ("gmbh", "HRB 1234 FL", None),
        ("gmbh", "HRB 1234567", "register_number_hrb"),
        ("gmbh", "12345", "register_number_hrb"),
        ("gmbh", None, "required"),
        ("gbr", "HRA 1", "no_register"),
    ],
)
def test_a_legal_form_is_in_its_own_register_and_in_no_other(form, number, wrong):
    given = {**DATA, "legal_form": form, "register_number": number}
    if wrong is None:
        assert load(OrganisationData, given)["register_number"] == number
        return
    with pytest.raises(Invalid) as failure:
        load(OrganisationData, given)
    assert failure.value.fields["register_number"] == [wrong]


def test_a_number_is_written_as_registers_write_it():
    assert register_number("gmbh", " HRB  123456 ") == "HRB 123456"
    assert register_number("gmbh", "HRB123456B") == "HRB 123456 B"
    assert {form.register for form in LEGAL_FORMS.values()} == {"", "HRA", "HRB", "GnR", "PR", "VR", "GsR"}


def test_the_court_is_kept_by_its_place_however_it_is_written(session):
    erika = person(session, "erika")
    for written in ("Osnabrück", "Amtsgericht Osnabrück"):
        made = organisations.found_organisation(session, erika, **{**DATA, "register_court": written})
        assert made["register_court"] == "Osnabrück"


def test_who_founds_one_is_its_owner_and_nobody_has_checked_it(session):
    erika = person(session, "erika")
    made = organisations.found_organisation(session, erika, **DATA)
    assert (made["role"], made["source"]) == ("owner", "self_declared")
    assert [name for name, _ in testing.published(session)] == ["organisation.founded"]
    assert contacts.get_contact(session, account_id=made["organisation_id"]) == {"email": "post@example.org", "language": "de"}


def test_an_organisation_one_does_not_belong_to_does_not_exist(session, house):
    organisation_id, people = house
    stranger = person(session, "stranger")
    for attempt in (
        lambda: organisations.get_organisation(session, stranger, organisation_id=organisation_id),
        lambda: organisations.change_organisation(session, stranger, organisation_id=organisation_id, **DATA),
        lambda: organisations.dissolve_organisation(session, stranger, organisation_id=organisation_id, open_cases=0),
        lambda: memberships.invite_member(
            session, stranger, organisation_id=organisation_id, email="a@example.org", role="reader"
        ),
        lambda: memberships.remove_member(
            session, stranger, organisation_id=organisation_id, account_id=people["reader"].person_id
        ),
        lambda: memberships.leave_organisation(session, stranger, organisation_id=organisation_id),
    ):
        with pytest.raises(NotFound):
            attempt()


def test_roles_manage_what_lies_below_them_and_owners_everything(session, house):
    organisation_id, people = house
    may = {"owner": set(ROLES), "manager": {"member", "reader"}, "member": set(), "reader": set()}
    for role, who in people.items():
        assert set(organisations.get_organisation(session, who, organisation_id=organisation_id)["gives_roles"]) == may[role]
        for target in ROLES:
            invite = {"organisation_id": organisation_id, "email": f"{role}-{target}@example.org", "role": target}
            if target in may[role]:
                memberships.invite_member(session, who, **invite)
            else:
                with pytest.raises(Forbidden):
                    memberships.invite_member(session, who, **invite)


def test_a_manager_neither_touches_owners_nor_makes_one(session, house):
    organisation_id, people = house
    for account, role in (("owner", "reader"), ("member", "owner"), ("member", "manager")):
        with pytest.raises(Forbidden):
            memberships.change_member(
                session,
                people["manager"],
                organisation_id=organisation_id,
                account_id=people[account].person_id,
                role=role,
            )
    with pytest.raises(Forbidden):
        memberships.remove_member(
            session, people["manager"], organisation_id=organisation_id, account_id=people["owner"].person_id
        )


def test_the_last_owner_neither_leaves_nor_steps_down(session, house):
    organisation_id, people = house
    with pytest.raises(Conflict):
        memberships.leave_organisation(session, people["owner"], organisation_id=organisation_id)
    with pytest.raises(Conflict):
        memberships.change_member(
            session, people["owner"], organisation_id=organisation_id, account_id=people["owner"].person_id, role="member"
        )


def test_who_hands_over_stays_as_a_manager_and_can_then_leave(session, house):
    organisation_id, people = house
    memberships.hand_over_organisation(
        session, people["owner"], organisation_id=organisation_id, account_id=people["member"].person_id
    )
    assert role_of(session, organisation_id, people["reader"], people["member"]) == "owner"
    assert role_of(session, organisation_id, people["reader"], people["owner"]) == "manager"
    assert memberships.leave_organisation(session, people["owner"], organisation_id=organisation_id) == {}
    with pytest.raises(NotFound):
        organisations.get_organisation(session, people["owner"], organisation_id=organisation_id)


def test_an_invitation_is_for_one_address_only(session, house):
    organisation_id, people = house
    invited, other = person(session, "invited"), person(session, "other")
    email = "Invited@Example.org"
    made = memberships.invite_member(session, people["owner"], organisation_id=organisation_id, email=email, role="member")
    invitation_id = made["invitation_id"]
    for attempt in (memberships.get_member_invitation, memberships.answer_member_invitation):
        more = {"accepts": True} if attempt is memberships.answer_member_invitation else {}
        with pytest.raises(NotFound):
            attempt(session, other, invitation_id=invitation_id, **more)
    assert memberships.get_member_invitation(session, invited, invitation_id=invitation_id)["state"] == "open"
    memberships.answer_member_invitation(session, invited, invitation_id=invitation_id, accepts=True)
    assert role_of(session, organisation_id, people["reader"], invited) == "member"
    with pytest.raises(Conflict):
        memberships.answer_member_invitation(session, invited, invitation_id=invitation_id, accepts=False)


def test_the_mail_goes_out_and_the_answer_is_the_same_whether_or_not_there_is_an_account(session, house):
    organisation_id, people = house
    person(session, "known")
    answers = [
        memberships.invite_member(session, people["owner"], organisation_id=organisation_id, email=email, role="reader")
        for email in ("known@example.org", "nobody@example.org")
    ]
    unlike = {"invitation_id", "email"}
    first, second = ({k: v for k, v in answer.items() if k not in unlike} for answer in answers)
    assert first == second
    sent = session.scalars(select(RequestedMail).where(RequestedMail.kind == "organisation_invitation")).all()
    assert {"known@example.org", "nobody@example.org"} <= {mail.to for mail in sent}


def test_an_invitation_ends_after_two_weeks_or_by_withdrawal(session, house):
    organisation_id, people = house
    late, gone = person(session, "late"), person(session, "gone")
    ids = [
        memberships.invite_member(session, people["owner"], organisation_id=organisation_id, email=email, role="reader")[
            "invitation_id"
        ]
        for email in ("late@example.org", "gone@example.org")
    ]
    memberships.withdraw_member_invitation(session, people["manager"], invitation_id=ids[1])
    with pytest.raises(Conflict):
        memberships.answer_member_invitation(session, gone, invitation_id=ids[1], accepts=True)
    with clock.fixed(NOW + INVITATION_LASTS), pytest.raises(Conflict):
        memberships.answer_member_invitation(session, late, invitation_id=ids[0], accepts=True)
    with clock.fixed(NOW + INVITATION_LASTS - timedelta(seconds=1)):
        memberships.answer_member_invitation(session, late, invitation_id=ids[0], accepts=True)


def test_nobody_is_invited_twice_and_no_member_at_all(session, house):
    organisation_id, people = house
    memberships.invite_member(session, people["owner"], organisation_id=organisation_id, email="new@example.org", role="reader")
    for email in ("new@example.org", "reader@example.org"):
        with pytest.raises(Conflict):
            memberships.invite_member(session, people["owner"], organisation_id=organisation_id, email=email, role="member")


def test_only_managers_see_who_is_invited(session, house):
    organisation_id, people = house
    memberships.invite_member(session, people["owner"], organisation_id=organisation_id, email="new@example.org", role="reader")
    seen = {
        role: len(organisations.get_organisation(session, who, organisation_id=organisation_id)["invitations"])
        for role, who in people.items()
    }
    assert seen == {"owner": 1, "manager": 1, "member": 0, "reader": 0}


def test_open_cases_keep_an_organisation_and_only_owners_dissolve_it(session, house):
    organisation_id, people = house
    with pytest.raises(Conflict):
        organisations.dissolve_organisation(session, people["owner"], organisation_id=organisation_id, open_cases=1)
    with pytest.raises(Forbidden):
        organisations.dissolve_organisation(session, people["manager"], organisation_id=organisation_id, open_cases=0)


def test_nothing_is_left_open_after_the_end(session, house):
    organisation_id, people = house
    memberships.invite_member(session, people["owner"], organisation_id=organisation_id, email="new@example.org", role="reader")
    organisations.dissolve_organisation(session, people["owner"], organisation_id=organisation_id, open_cases=0)
    assert organisations.list_organisations(session, people["reader"]) == {"organisations": [], "invitations": []}
    assert {invitation.state for invitation in session.scalars(select(Invitation))} == {"accepted", "withdrawn"}
    with pytest.raises(NotFound):
        contacts.get_contact(session, account_id=organisation_id)
    told = [data["account_id"] for name, data in testing.published(session) if name == "membership.ended"]
    assert sorted(told) == sorted(who.person_id for who in people.values())


def test_every_change_is_in_the_log_of_whom_it_concerns(session, house):
    organisation_id, people = house
    account_id = people["reader"].person_id
    memberships.change_member(session, people["owner"], organisation_id=organisation_id, account_id=account_id, role="member")
    memberships.remove_member(session, people["owner"], organisation_id=organisation_id, account_id=account_id)
    session.flush()
    rows = session.execute(select(audit.LOG.c.action, audit.LOG.c.actor_id).where(audit.LOG.c.subject_id == account_id)).all()
    assert [row.action for row in rows] == ["membership.offered", "membership.changed", "membership.ended"]
    assert {row.actor_id for row in rows} == {people["owner"].person_id}


@pytest.mark.parametrize(("taken", "left"), [("membership", []), ("role", ["reader"])])
def test_who_is_removed_or_steps_down_leaves_no_invitation_behind_as_a_way_back(session, house, taken, left):
    organisation_id, people = house
    second = person(session, "second")
    join(session, organisation_id, people["owner"], second, "owner")
    for number, role in enumerate(("owner", "reader")):
        memberships.invite_member(session, second, organisation_id=organisation_id, email=f"own-{number}@example.org", role=role)
    him = {"organisation_id": organisation_id, "account_id": second.person_id}
    if taken == "membership":
        shown = memberships.remove_member(session, people["owner"], **him)
    else:
        shown = memberships.change_member(session, people["owner"], **him, role="manager")
    assert [invitation["role"] for invitation in shown["invitations"]] == left
    invited = session.scalar(select(Invitation).where(Invitation.email == "own-0@example.org"))
    with pytest.raises(Conflict):
        memberships.answer_member_invitation(session, person(session, "own-0"), invitation_id=invited.id, accepts=True)


def test_inviting_and_withdrawing_again_and_again_fills_nobodys_mailbox(session, house):
    organisation_id, people = house
    for _ in range(10):
        offered = memberships.invite_member(
            session, people["owner"], organisation_id=organisation_id, email="somebody@example.org", role="reader"
        )
        memberships.withdraw_member_invitation(session, people["owner"], invitation_id=offered["invitation_id"])
    sent = session.scalars(select(RequestedMail).where(RequestedMail.to == "somebody@example.org")).all()
    assert len(sent) == MAILS_PER_ADDRESS.free
