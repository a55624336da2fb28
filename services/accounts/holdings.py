"""What accounts holds of a person, table by table; see `services.chassis.holdings`."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from services.accounts.model import (
    Account,
    ActingSession,
    ActivationLetter,
    Device,
    ElectronicIdentity,
    IdentityCheck,
    Invitation,
    Link,
    Mandate,
    Membership,
    Organisation,
    ProfileValue,
    RecoveryCode,
    Registration,
    RequestedMail,
    SecondFactor,
    SignedInSession,
    VisitCode,
)
from services.chassis.holdings import Holding, table_of

WITH_THE_ACCOUNT = "until the account is erased"
SECRET = "opens the account, and is kept as a digest or sealed"  # noqa: S105 - a reason, and no password
FOR_COMPARING = "the address once more, as it is compared"
STAFF = "which member of staff it was: the office answers for it (decision 0021)"


def _own(entity: Any) -> Callable[[str], ColumnElement[bool]]:
    def whose(account_id: str) -> ColumnElement[bool]:
        return entity.account_id == account_id  # type: ignore[no-any-return]

    return whose


def _by_address(entity: Any) -> Callable[[str], ColumnElement[bool]]:
    def whose(account_id: str) -> ColumnElement[bool]:
        address = select(Account.email_key).where(Account.id == account_id).scalar_subquery()
        return entity.email_key == address  # type: ignore[no-any-return]

    return whose


def _sides(account_id: str) -> ColumnElement[bool]:
    return or_(Mandate.grantor_id == account_id, Mandate.helper_id == account_id)


HOLDINGS = (
    Holding(
        table_of(Account),
        lambda account_id: Account.id == account_id,
        "who somebody is, how to reach them, and how they sign in",
        "until erased on request, or two years after the last sign-in (with a mail two months before)",
        {"password_hash": SECRET, "email_key": FOR_COMPARING},
    ),
    Holding(
        table_of(ProfileValue),
        _own(ProfileValue),
        "fills in forms, and shows an office who applies, each value with its origin",
        WITH_THE_ACCOUNT,
    ),
    Holding(
        table_of(SignedInSession), _own(SignedInSession), "who is signed in where", "at most 12 hours", {"token_hash": SECRET}
    ),
    Holding(
        table_of(ActingSession),
        lambda account_id: ActingSession.session_id.in_(
            select(SignedInSession.id).where(SignedInSession.account_id == account_id)
        ),
        "for whom a session acts",
        "as long as the session",
    ),
    Holding(table_of(Device), _own(Device), "browsers that signed in before", "while they are used", {"token_hash": SECRET}),
    Holding(
        table_of(SecondFactor),
        _own(SecondFactor),
        "guards the account by a second factor",
        "until it is removed, or " + WITH_THE_ACCOUNT,
        {"sealed_secret": SECRET, "last_step": SECRET},
    ),
    Holding(
        table_of(RecoveryCode),
        _own(RecoveryCode),
        "lets somebody in who lost the second factor",
        "until renewed, or " + WITH_THE_ACCOUNT,
        {"code_hash": SECRET},
    ),
    Holding(
        table_of(ElectronicIdentity),
        _own(ElectronicIdentity),
        "the electronic identity that belongs to the account",
        WITH_THE_ACCOUNT,
        {"subject_hash": SECRET},
    ),
    Holding(
        table_of(IdentityCheck),
        _own(IdentityCheck),
        "proves that an office compared the person with their document; no copy and no number of it",
        WITH_THE_ACCOUNT,
        {"recorded_by": STAFF, "confirmed_by": STAFF, "ended_by": STAFF},
    ),
    Holding(table_of(VisitCode), _own(VisitCode), "a code to show at the counter", "14 days", {"code_hash": SECRET}),
    Holding(
        table_of(ActivationLetter),
        _own(ActivationLetter),
        "a letter that activates an account made at the counter",
        WITH_THE_ACCOUNT,
        {"code_hash": SECRET, "password_hash": SECRET, "printed_by": STAFF},
    ),
    Holding(
        table_of(Mandate),
        _sides,
        "one person acts for another",
        "until the account of one of them is erased",
        {"email_key": FOR_COMPARING},
    ),
    Holding(table_of(Membership), _own(Membership), "somebody acts for an organisation", "until the membership ends"),
    Holding(
        table_of(Organisation),
        lambda account_id: Organisation.id.in_(select(Membership.organisation_id).where(Membership.account_id == account_id)),
        "the organisation a member acts for",
        "until it is dissolved",
    ),
    Holding(
        table_of(Invitation),
        _by_address(Invitation),
        "an address is invited into an organisation",
        "until answered or expired",
        {"email_key": FOR_COMPARING},
    ),
    Holding(
        table_of(Registration),
        _by_address(Registration),
        "a registration that waits for its address to be confirmed",
        "seven days",
        {"password_hash": SECRET, "email_key": FOR_COMPARING, "browser_hash": SECRET},
    ),
    Holding(table_of(Link), _own(Link), "one-time links in mails", "one day after their end"),
    Holding(table_of(RequestedMail), _own(RequestedMail), "mails that are to be sent", "at most as long as the link in them"),
)

LEFT_OUT = {
    "attempts": "counts of attempts under keyed digests; nobody can tell whose they are",
    "challenges": "random numbers of a sign-in under way, for five minutes",
    "eid_requests": "a sign-in with eID under way, sealed, for fifteen minutes",
    "erasures": "erasures; there is one only where there is no account",
    "erasure_parts": "what services answered to erasures",
    "municipalities": "no person",
    "networks": "no person",
    "offices": "no person; addresses of offices",
    "staff_members": "staff only, whose employer tells them",
    "staff_roles": "staff only, whose employer tells them",
}
