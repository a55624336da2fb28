"""What administrators and operators may do with offices and staff, what they may not, and what the audit log says of it."""

from typing import Any

import orjson
import pytest
from sqlalchemy import select

from services.accounts import links, passwords, registering, sessions, standing
from services.accounts.administration import invitations, offices, staff
from services.accounts.administration.roles import assign_roles
from services.accounts.model import Account, Link, Municipality, Office, SignedInSession, StaffMember
from services.chassis import clock, testing
from services.chassis.audit import LOG
from services.contracts.actors import Actor, Role
from services.contracts.errors import Conflict, Forbidden, Invalid, NotFound, Unauthenticated

SOEGEL, LINGEN = "034545407", "034540032"
CONTENT: dict[str, Any] = {
    "name": {"de": "Bürgerbüro", "en": "Citizens’ office"},
    "address": "Ludmillenhof, 49751 Sögel",
    "email": "buergerbuero@soegel.example",
    "phone": "+49 40 66969 120",
    "opening_hours": [{"days": "Mo-Fr", "hours": "08:30-12:30"}],
    "needs_two_officers": True,
}


@pytest.fixture(autouse=True)
def _network(session):
    for ars, name in ((SOEGEL, "Samtgemeinde Sögel"), (LINGEN, "Stadt Lingen (Ems)")):
        texts = {"de": "…", "en": "…"}
        session.add(
            Municipality(
                ars=ars, slug=name.split()[1].lower(), name=name, kind="town", postal_codes=[], places=[], address="…",
                website=None, colour="#000000", members=[], imprint=texts, privacy=texts, accessibility=texts, is_withdrawn=False,
            )
        )  # fmt: skip
        session.flush()
        for position, slug in enumerate(("standesamt", "steueramt")):
            session.add(Office(id=f"{ars}/{slug}", ars=ars, position=position, is_withdrawn=False, **CONTENT))
    session.flush()


def enrol(session: Any, email: str, *roles: tuple[str, str], ars: str | None = None) -> str:
    enrolled = registering.enrol_staff(
        session, email=email, password_hash=passwords.NOBODYS_HASH, given_names="Sabine", family_name="Muster", language="de",
        roles=tuple(Role(*role) for role in roles), ars=ars,
    )  # fmt: skip
    account_id: str = enrolled["account_id"]
    return account_id


def actor_of(session: Any, account_id: str) -> Actor:
    account = session.get_one(Account, account_id)
    return Actor("staff", account_id, roles=tuple(Role(r.role, r.office_id) for r in account.roles))


@pytest.fixture
def administrator(session) -> Actor:
    return actor_of(session, enrol(session, "admin@soegel.example", ("administrator", f"{SOEGEL}/*")))


@pytest.fixture
def elsewhere(session) -> Actor:
    return actor_of(session, enrol(session, "admin@lingen.example", ("administrator", f"{LINGEN}/*")))


@pytest.fixture
def operator(session) -> Actor:
    return actor_of(session, enrol(session, "operator@portal.example", ("operator", "*")))


@pytest.fixture
def clerk(session) -> str:
    return enrol(session, "clerk@soegel.example", ("clerk", f"{SOEGEL}/standesamt"))


def written(session: Any, action: str) -> dict[str, Any]:
    """The one entry of this action."""
    row = session.execute(select(LOG).where(LOG.c.action == action)).mappings().one()
    return {**row, "about": orjson.loads(row["about"])}


def version(session: Any, account_id: str) -> int:
    return int(session.get_one(StaffMember, account_id).version)


def assign(session: Any, who: Actor, account_id: str, *roles: tuple[str, str]) -> dict[str, Any]:
    wanted = [{"role": role, "office_id": office_id} for role, office_id in roles]
    return assign_roles(session, who, account_id=account_id, version=version(session, account_id), roles=wanted)


def test_an_administrator_sees_their_municipality_and_an_operator_all(session, administrator, operator):
    def names(who: Actor) -> list[str]:
        return [m["ars"] for m in offices.list_administered_municipalities(session, who)["municipalities"]]

    assert names(administrator) == [SOEGEL]
    assert sorted(names(operator)) == [LINGEN, SOEGEL]


def test_an_office_is_opened_once(session, administrator):
    opened = offices.open_office(session, administrator, ars=SOEGEL, slug="buergerbuero", **CONTENT)
    assert (opened["office_id"], opened["version"], opened["needs_two_officers"]) == (f"{SOEGEL}/buergerbuero", 1, True)
    assert written(session, "office.opened")["about"] == CONTENT
    with pytest.raises(Conflict, match="office_exists"):
        offices.open_office(session, administrator, ars=SOEGEL, slug="buergerbuero", **CONTENT)


def test_a_change_of_an_office_is_in_the_audit_log_with_old_and_new_value(session, administrator):
    office_id = f"{SOEGEL}/standesamt"
    changed = offices.change_office(session, administrator, office_id=office_id, version=1, **{**CONTENT, "phone": "05952 1"})
    assert (changed["phone"], changed["version"]) == ("05952 1", 2)
    assert changed["changed_in_portal_at"] is not None
    entry = written(session, "office.changed")
    assert entry["about"] == {"changes": {"phone": [CONTENT["phone"], "05952 1"]}}
    assert (entry["office_id"], entry["actor_id"]) == (office_id, administrator.account_id)


def test_of_two_administrators_at_once_the_second_is_told(session, administrator, operator):
    given = {"office_id": f"{SOEGEL}/standesamt", "version": 1, **CONTENT}
    offices.change_office(session, administrator, **{**given, "phone": "05952 1"})
    with pytest.raises(Conflict, match="changed_meanwhile"):
        offices.change_office(session, operator, **{**given, "phone": "05952 2"})


@pytest.mark.parametrize(("offers", "open_cases"), [(1, 0), (0, 1)])
def test_an_office_with_work_is_not_withdrawn(session, administrator, offers, open_cases):
    with pytest.raises(Conflict, match="office_in_use"):
        offices.withdraw_office(
            session, administrator, office_id=f"{SOEGEL}/steueramt", version=1, offers=offers, open_cases=open_cases
        )


def test_a_withdrawn_office_takes_its_roles_along_and_can_be_opened_again(session, administrator, clerk):
    office_id = f"{SOEGEL}/standesamt"
    gone = offices.withdraw_office(session, administrator, office_id=office_id, version=1, offers=0, open_cases=0)
    assert gone["is_withdrawn"]
    session.expire_all()
    assert staff.get_staff(session, administrator, account_id=clerk)["roles"] == []
    assert written(session, "office.withdrawn")["about"] == {"roles_ended": 1}
    assert not offices.open_office(session, administrator, ars=SOEGEL, slug="standesamt", **CONTENT)["is_withdrawn"]


def test_staff_of_another_municipality_is_invisible(session, elsewhere, clerk):
    assert [m["email"] for m in staff.list_staff(session, elsewhere, ars=LINGEN)["staff"]] == ["admin@lingen.example"]
    with pytest.raises(NotFound):
        staff.get_staff(session, elsewhere, account_id=clerk)
    with pytest.raises(NotFound):
        staff.list_staff(session, elsewhere, ars=SOEGEL)
    with pytest.raises(NotFound):
        staff.list_staff(session, elsewhere, ars=None)
    for act in (staff.reinstate_staff, invitations.renew_invitation):
        with pytest.raises(NotFound):
            act(session, elsewhere, account_id=clerk, version=1)
    with pytest.raises(NotFound):
        assign(session, elsewhere, clerk, ("clerk", f"{LINGEN}/standesamt"))


def test_names_are_told_of_those_one_administers_only(session, administrator, elsewhere, clerk):
    wanted = [clerk, elsewhere.person_id]
    assert [m["account_id"] for m in staff.list_staff(session, administrator, ars=None, account_ids=wanted)["staff"]] == [clerk]


def test_an_administrator_gives_and_takes_roles_in_their_municipality(session, administrator, clerk):
    told = assign(session, administrator, clerk, ("approver", f"{SOEGEL}/*"), ("treasurer", f"{SOEGEL}/steueramt"))
    assert [(r["role"], r["office_id"]) for r in told["roles"]] == [
        ("approver", f"{SOEGEL}/*"), ("treasurer", f"{SOEGEL}/steueramt"),
    ]  # fmt: skip
    entry = written(session, "staff.roles_changed")
    assert entry["about"] == {
        "given": [f"approver {SOEGEL}/*", f"treasurer {SOEGEL}/steueramt"], "taken": [f"clerk {SOEGEL}/standesamt"],
    }  # fmt: skip
    assert (entry["subject_id"], entry["office_id"]) == (clerk, f"{SOEGEL}/*")


def test_roles_elsewhere_are_neither_shown_nor_touched(session, administrator, elsewhere, operator, clerk):
    assign(session, operator, clerk, ("clerk", f"{SOEGEL}/standesamt"), ("clerk", f"{LINGEN}/standesamt"))
    assert [r["office_id"] for r in staff.get_staff(session, administrator, account_id=clerk)["roles"]] == [
        f"{SOEGEL}/standesamt"
    ]
    assert [r["office_id"] for r in staff.get_staff(session, elsewhere, account_id=clerk)["roles"]] == [f"{LINGEN}/standesamt"]
    assign(session, elsewhere, clerk)
    assert {r.office_id for r in actor_of(session, clerk).roles} == {f"{SOEGEL}/standesamt"}


def test_whoever_only_lends_somebody_a_role_does_not_manage_their_account(session, elsewhere, operator, clerk):
    assign(session, operator, clerk, ("clerk", f"{LINGEN}/standesamt"))
    with pytest.raises(NotFound):
        staff.suspend_staff(session, elsewhere, account_id=clerk, version=version(session, clerk), reason="left")


@pytest.mark.parametrize(
    ("role", "office_id"),
    [
        ("clerk", f"{LINGEN}/standesamt"), ("clerk", f"{SOEGEL}/nirgends"), ("clerk", "*"), ("clerk", "03454/*"),
    ],
)  # fmt: skip
def test_a_role_is_given_only_where_there_is_something_of_ones_own(session, administrator, clerk, role, office_id):
    with pytest.raises(Invalid) as failure:
        assign(session, administrator, clerk, (role, office_id))
    assert failure.value.fields == {"roles": ["role_place"]}


@pytest.mark.parametrize(("role", "office_id"), [("administrator", f"{SOEGEL}/standesamt"), ("operator", f"{SOEGEL}/*")])
def test_an_operator_is_one_everywhere_and_an_administrator_in_a_municipality(session, operator, clerk, role, office_id):
    with pytest.raises(Invalid):
        assign(session, operator, clerk, (role, office_id))


@pytest.mark.parametrize(("role", "office_id"), [("administrator", f"{SOEGEL}/*"), ("operator", "*")])
def test_only_an_operator_makes_administrators_and_operators(session, administrator, operator, clerk, role, office_id):
    with pytest.raises(Forbidden, match="operators_only"):
        assign(session, administrator, clerk, (role, office_id))
    assert assign(session, operator, clerk, (role, office_id))["roles"] == [{"role": role, "office_id": office_id}]


def test_nobody_changes_their_own_roles_or_suspends_themselves(session, administrator, operator):
    for who in (administrator, operator):
        with pytest.raises(Forbidden, match="own_account"):
            assign(session, who, who.person_id)
        with pytest.raises(Forbidden, match="own_account"):
            staff.suspend_staff(session, who, account_id=who.person_id, version=1, reason="other")


def test_the_last_administrator_is_an_operators_to_remove(session, administrator, operator, clerk):
    assign(session, operator, clerk, ("administrator", f"{SOEGEL}/*"))
    colleague = actor_of(session, clerk)
    staff.suspend_staff(session, colleague, account_id=administrator.person_id, version=1, reason="left")
    # Only the colleague is left now; somebody else's stale rights do not help.
    with pytest.raises(Forbidden, match="last_administrator"):
        assign(session, administrator, clerk)
    with pytest.raises(Forbidden, match="last_administrator"):
        staff.suspend_staff(session, administrator, account_id=clerk, version=version(session, clerk), reason="left")
    assert assign(session, operator, clerk)["roles"] == []


def test_suspended_staff_is_out_at_once_and_cannot_sign_in(session, administrator, clerk):
    opened = sessions.open_session(session, session.get_one(Account, clerk))
    told = staff.suspend_staff(session, administrator, account_id=clerk, version=1, reason="security")
    assert told["state"] == "suspended"
    assert session.scalars(select(SignedInSession)).all() == []
    with pytest.raises(Unauthenticated):
        sessions.resolve_session(session, token=opened["token"])
    with pytest.raises(Unauthenticated, match="wrong_credentials"):
        sessions.open_session(session, session.get_one(Account, clerk))
    assert written(session, "staff.suspended")["reason"] == "security"
    staff.reinstate_staff(session, administrator, account_id=clerk, version=2)
    standing.require_good(session, session.get_one(Account, clerk))


def test_a_stale_version_is_a_conflict(session, administrator, clerk):
    staff.change_staff(session, administrator, account_id=clerk, version=1, given_names="Sabine", family_name="Beispiel")
    with pytest.raises(Conflict, match="changed_meanwhile"):
        staff.change_staff(session, administrator, account_id=clerk, version=1, given_names="Sabine", family_name="Muster")


def invite(session: Any, who: Actor, email: str = "neu@soegel.example", **more: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "ars": SOEGEL, "email": email, "given_names": "Nele", "family_name": "Muster", "language": "de",
        "roles": [{"role": "clerk", "office_id": f"{SOEGEL}/standesamt"}], **more,
    }  # fmt: skip
    return invitations.invite_staff(session, who, **given)


def test_the_invited_sets_a_password_through_the_link_once(session, administrator):
    invited = invite(session, administrator)
    assert invited["state"] == "invited"
    assert [name for name, _ in testing.published(session)] == ["mail.requested"]
    token = links.token_of(session, session.scalars(select(Link)).one())
    assert invitations.get_invitation(session, token=token)["email"] == "neu@soegel.example"
    invitations.accept_invitation(session, token=token, password_hash="a hash")
    assert session.get_one(Account, invited["account_id"]).password_hash == "a hash"
    assert staff.get_staff(session, administrator, account_id=invited["account_id"])["state"] == "active"
    with pytest.raises(NotFound, match="link_invalid"):
        invitations.accept_invitation(session, token=token, password_hash="another")
    with pytest.raises(Conflict, match="invitation_accepted"):
        invitations.renew_invitation(session, administrator, account_id=invited["account_id"], version=2)


def test_an_invitation_that_is_sent_again_voids_the_one_before(session, administrator):
    invited = invite(session, administrator)
    old = links.token_of(session, session.scalars(select(Link)).one())
    invitations.renew_invitation(session, administrator, account_id=invited["account_id"], version=1)
    with pytest.raises(NotFound, match="link_invalid"):
        invitations.get_invitation(session, token=old)


def test_an_invitation_is_too_old_after_a_week(session, administrator):
    invite(session, administrator)
    token = links.token_of(session, session.scalars(select(Link)).one())
    with clock.fixed(clock.now() + invitations.INVITATION_LASTS), pytest.raises(NotFound, match="link_invalid"):
        invitations.get_invitation(session, token=token)


def test_an_address_that_has_an_account_cannot_be_invited(session, administrator, clerk):
    with pytest.raises(Conflict, match="email_taken"):
        invite(session, administrator, "clerk@soegel.example")


def test_only_operators_invite_for_the_network_or_into_another_municipality(session, administrator, operator):
    with pytest.raises(Forbidden):
        invite(session, administrator, ars=None)
    with pytest.raises(NotFound):
        invite(session, administrator, ars=LINGEN)
    told = invite(session, operator, ars=None, roles=[{"role": "operator", "office_id": "*"}])
    assert told["ars"] is None
    assert [m["email"] for m in staff.list_staff(session, operator, ars=None)["staff"]] == [
        "neu@soegel.example", "operator@portal.example",
    ]  # fmt: skip


def test_no_names_or_addresses_of_people_are_in_the_audit_log(session, administrator, clerk):
    invite(session, administrator)
    staff.change_staff(session, administrator, account_id=clerk, version=1, given_names="Gundula", family_name="Beispiel")
    text = " ".join(f"{row['about']} {row['reason']}" for row in session.execute(select(LOG)).mappings())
    assert not any(word in text for word in ("Nele", "Muster", "Gundula", "neu@soegel.example"))


def test_an_operator_who_works_for_a_municipality_is_not_its_administrators_to_change(session, administrator, operator):
    mixed = enrol(session, "both@soegel.example", ("clerk", f"{SOEGEL}/standesamt"), ("operator", "*"), ars=SOEGEL)
    names = {"given_names": "Ada", "family_name": "Beispiel"}
    for attempt in (
        lambda who: staff.suspend_staff(session, who, account_id=mixed, version=1, reason="other"),
        lambda who: staff.change_staff(session, who, account_id=mixed, version=1, **names),
    ):
        with pytest.raises(Forbidden) as refused:
            attempt(administrator)
        assert refused.value.slug == "accounts.operators_only"
    assert staff.suspend_staff(session, operator, account_id=mixed, version=1, reason="other")["state"] == "suspended"
