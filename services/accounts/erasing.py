"""Erasing an account: gone at once here, erased by every other service by event, told by a receipt when all are done.

Accounts is the first to erase, in the transaction of the request: from then on nobody can sign in, nothing new can begin, and
no failure later can leave an account half there. The others answer with what they erased and what they must keep; a service
that is down answers when it is back, and is asked again every day until it has.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from services.accounts import links, mails
from services.accounts.model import (
    Account,
    Erasure,
    ErasurePart,
    Invitation,
    Mandate,
    Membership,
    Organisation,
    Registration,
    RequestedMail,
)
from services.accounts.model.organisation import OWNER
from services.chassis import audit, clock, ids, outbox
from services.chassis.tables import IDEMPOTENCY
from services.contracts.actors import Actor
from services.contracts.errors import Conflict, Forbidden, NotFound

OTHERS = ("applications", "documents", "messaging", "payments")
RECEIPT_LASTS = timedelta(days=30)
ASK_AGAIN = timedelta(days=1)
PURPOSE = "erasure_receipt"
SERVICE = Actor(kind="service")


def sole_owner_of(session: Session, account_id: str) -> list[str]:
    """Names of the organisations that would be left without an owner."""
    owners = select(func.count()).where(Membership.organisation_id == Organisation.id, Membership.role == OWNER)
    mine = select(Organisation.name).join(Membership).where(Membership.account_id == account_id, Membership.role == OWNER)
    question = mine.where(Organisation.dissolved_at.is_(None), owners.correlate(Organisation).scalar_subquery() == 1)
    return list(session.scalars(question.order_by(Organisation.name)))


def request_erasure(session: Session, actor: Actor) -> dict[str, Any]:
    """The citizen's own account goes at once. Raises conflict for an organisation's last owner, forbidden acting for another."""
    if actor.behalf is not None:
        raise Forbidden("accounts.acting_for_another", "This is possible for yourself only.")
    erasure = erase(session, actor, account_id=actor.person_id, reason="asked")
    link = _receipt_link(session, erasure)
    return {"erasure_id": erasure.id, "receipt_token": links.token_of(session, link)}


def erase(session: Session, actor: Actor, *, account_id: str, reason: str) -> Erasure:
    """Delete the account with all that hangs on it, and have the other services erase what they hold."""
    # Locked like whoever leaves: of two owners who go at the same moment the second one is the last.
    owned = select(Organisation.id).join(Membership).where(Membership.account_id == account_id, Membership.role == OWNER)
    session.scalars(owned.order_by(Organisation.id).with_for_update(of=Organisation)).all()
    account = session.get(Account, account_id, with_for_update=True)
    if account is None or account.kind != "citizen":
        raise NotFound("accounts.no_account", "There is no such account.")
    if sole_owner_of(session, account_id):
        raise Conflict(
            "accounts.sole_owner", "You are the only owner of an organisation. Please hand it over or dissolve it first."
        )
    now = clock.now()
    erasure = Erasure(
        id=ids.new_id(),
        account_id=account.id,
        reason=reason,
        state="running",
        address=account.email,
        language=account.language,
        requested_at=now,
        asked_again_at=now,
        parts=[ErasurePart(service=service, erased=0, kept=[]) for service in OTHERS],
    )
    session.add(erasure)
    _forget(session, account)
    outbox.publish(session, "account.erasure_requested", subject=erasure.account_id, data={"account_id": erasure.account_id})
    audit.record(session, actor, "account.erased", subject_id=account_id, reason=reason, about={"erasure_id": erasure.id})
    return erasure


def _forget(session: Session, account: Account) -> None:
    """Delete the account; the database takes with it what refers to it. What refers to its address only goes by that."""
    for stranger in (Registration, Invitation, Mandate):
        session.execute(delete(stranger).where(stranger.email_key == account.email_key))
    session.execute(delete(RequestedMail).where(func.lower(RequestedMail.to) == account.email.lower()))
    session.execute(delete(IDEMPOTENCY).where(IDEMPOTENCY.c.owner == account.id))
    session.flush()
    session.execute(delete(Account).where(Account.id == account.id))
    session.expunge(account)


def note_part(session: Session, service: str, *, account_id: str, erased: int, kept: list[dict[str, Any]]) -> None:
    """A service is done; when all are, the receipt is sent and the address forgotten. Safe to repeat."""
    question = select(Erasure).where(Erasure.account_id == account_id).with_for_update()
    erasure = session.scalar(question)
    if erasure is None:
        return
    part = next(part for part in erasure.parts if part.service == service)
    part.erased += erased
    part.kept = [{**thing, "until": thing["until"].isoformat()} for thing in kept]
    part.done_at = part.done_at or clock.now()
    if erasure.state == "running" and all(part.done_at for part in erasure.parts):
        _complete(session, erasure)


def _complete(session: Session, erasure: Erasure) -> None:
    erasure.state, erasure.completed_at = "complete", clock.now()
    if erasure.address:
        mail_id = mails.request(
            session, kind=PURPOSE, to=erasure.address, language=erasure.language, link=_receipt_link(session, erasure)
        )
        # The link lasts 30 days; the address need not wait so long.
        session.get_one(RequestedMail, mail_id).expires_at = clock.now() + mails.LASTS
    erasure.address = ""
    about = {"erasure_id": erasure.id}
    audit.record(session, SERVICE, "account.erasure_completed", subject_id=erasure.account_id, about=about)


def _receipt_link(session: Session, erasure: Erasure) -> Any:
    return links.issue(session, PURPOSE, "/erasure/{token}", lasts=RECEIPT_LASTS, about={"erasure_id": erasure.id})


def note_export(session: Session, actor: Actor) -> dict[str, Any]:
    """The person has proved who they are and takes their data along."""
    audit.record(session, actor, "account.exported", subject_id=actor.person_id)
    return {}


def get_erasure_receipt(session: Session, *, token: str) -> dict[str, Any]:
    """What was erased and what is kept. Raises not_found after 30 days, or for a token that is none."""
    link = links.look_at(session, PURPOSE, token)
    return session.get_one(Erasure, link.about["erasure_id"]).as_dict()


def list_unfinished(session: Session) -> dict[str, Any]:
    """The erasures that some service has not answered yet, the oldest first."""
    question = select(Erasure).where(Erasure.state == "running").order_by(Erasure.requested_at).limit(200)
    return {"erasures": [erasure.as_dict() for erasure in session.scalars(question)]}


def ask_again(session: Session) -> int:
    """Tell everybody once more of the erasures that have waited for a day; gives how many."""
    now = clock.now()
    due = select(Erasure).where(Erasure.state == "running", Erasure.asked_again_at <= now - ASK_AGAIN)
    found = session.scalars(due.limit(200).with_for_update(skip_locked=True)).all()
    for erasure in found:
        erasure.asked_again_at = now
        outbox.publish(session, "account.erasure_requested", subject=erasure.account_id, data={"account_id": erasure.account_id})
    return len(found)
