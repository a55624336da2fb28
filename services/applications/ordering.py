"""Orders: from the cart or at once, what they announce, and what follows their payment.

In a mixed order the free cases go to their offices at once; only the cases that cost something wait for the payment. Nobody who
registers a dog expects that to hang on the fee for a birth certificate.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from services.applications import (
    attachments,
    casework,
    deadlines,
    drafting,
    editions,
    forms,
    identities,
    naming,
    offering,
    origins,
    progress,
    trust,
)
from services.applications.identities import Identity
from services.applications.model import Case, Draft, Order
from services.applications.offering import Offered
from services.chassis import clock, ids, outbox
from services.chassis.ownership import own
from services.contracts.actors import Actor
from services.contracts.errors import Conflict, Invalid, NotFound, Unavailable
from services.contracts.values import euros


@dataclass(frozen=True, slots=True)
class Application:
    """What is asked for, from whom, and where a mistake in it is to be shown."""

    service: str
    ars: str
    answers: dict[str, Any]
    place: str
    draft: Draft | None = None


Behalf = dict[str, str]
"""For whom somebody orders, by the names that the case keeps."""


def place_order(
    session: Session,
    actor: Actor,
    *,
    expected_total_cents: int,
    cart_version: str | None = None,
    behalf: Behalf | None = None,
    identity: Identity | None = None,
) -> dict[str, Any]:
    """Order everything in the cart. Raises conflict if it is empty, or not what the citizen saw: another version or another sum.

    Raises invalid if a draft is no longer complete; its fields are named `<draft_id>.<field>`. `behalf` says for whom it is, if
    not for the person, `identity` what is verified of the person.
    """
    drafts = drafting.in_cart(session, actor, lock=True)
    if not drafts:
        raise Conflict("applications.cart_empty", "There is nothing in your cart.")
    if cart_version is not None and cart_version != drafting.version(drafts, drafting.offers_of(session, drafts)):
        raise Conflict("applications.cart_changed", "The cart has changed. Please look at your cart again.")
    order = _order(session, actor, [Application(d.service, d.ars, d.answers, d.id, d) for d in drafts], behalf, identity)
    if order.total_cents != expected_total_cents:
        raise Conflict("applications.total_changed", "The sum has changed. Please look at your cart again.")
    _discard(session, drafts)
    return view(order)


def submit_applications(
    session: Session,
    actor: Actor,
    *,
    applications: list[dict[str, Any]],
    behalf: Behalf | None = None,
    identity: Identity | None = None,
) -> dict[str, Any]:
    """Order complete applications at once. Raises not_found if one is not offered there, and for a draft that is not there.

    Raises invalid if one is not complete; its fields are named `applications.<number from 0>.answers.<field>`. With a draft, its
    files and the version of its form count, with the answers that are given here.
    """
    offers = offering.several(session, [(entry["service"], entry["ars"]) for entry in applications])
    for entry in applications:
        offered = offers.get((entry["service"], entry["ars"]))
        if offered is None or not offered.is_ordered_here:
            raise offering.not_offered()
    drafts = [_named_draft(session, actor, n, applications) for n in range(len(applications))]
    wanted = [
        Application(entry["service"], entry["ars"], entry["answers"], f"applications.{n}.answers", draft)
        for n, (entry, draft) in enumerate(zip(applications, drafts, strict=True))
    ]
    order = _order(session, actor, wanted, behalf, identity)
    _discard(session, [draft for draft in drafts if draft is not None])
    return view(order)


def get_order(session: Session, actor: Actor, *, order_id: str) -> dict[str, Any]:
    """One's own order."""
    order = session.scalar(select(Order).where(Order.id == order_id, own(Order, actor)))
    if order is None:
        raise NotFound("applications.no_order", "There is no such order.")
    return view(order)


def list_orders(session: Session, actor: Actor, *, before: str | None, limit: int) -> dict[str, Any]:
    """A page of one's own orders, newest first."""
    question = select(Order).where(own(Order, actor))
    if before:
        question = question.where(Order.id < before)
    found = session.scalars(question.order_by(Order.id.desc()).limit(limit + 1).options(selectinload(Order.cases))).all()
    return {"orders": [view(order) for order in found[:limit]], "more": len(found) > limit}


def submit_cases(session: Session, *, order_id: str, amount: dict[str, Any], **_: Any) -> None:
    """An order's payment is secured: its cases enter their offices' queues. Safe to repeat.

    Raises unavailable if the order is not here (yet), conflict if another sum was paid.
    """
    order = session.get(Order, order_id, with_for_update=True)
    if order is None:
        raise Unavailable("applications.order_not_known_yet", "The order is not known yet.")
    if order.state == "paid":
        return
    if amount["cents"] != order.total_cents:
        raise Conflict("applications.wrong_amount", "Another sum was paid than the order costs.")
    order.pay()
    now = clock.now()
    for case in order.cases:
        if case.state == "awaiting_payment":
            case.submit(now)
            deadlines.begin(case, editions.of(case).service.deadline)
            casework.announce(session, "application.submitted", case)


def view(order: Order) -> dict[str, Any]:
    """An order as the contract shows it."""
    return {
        "order_id": order.id,
        "state": order.state,
        "total": euros(order.total_cents),
        "placed_at": order.placed_at,
        "acted_by": order.acted_by,
        "cases": [casework.summary(case) for case in order.cases],
    }


def _named_draft(session: Session, actor: Actor, number: int, applications: Sequence[dict[str, Any]]) -> Draft | None:
    """The draft that an application names. Raises invalid for one of another service or place, or that is named twice."""
    entry = applications[number]
    draft_id = entry.get("draft_id")
    if draft_id is None:
        return None
    draft = drafting.changing(session, actor, draft_id)
    is_named_before = any(other.get("draft_id") == draft_id for other in applications[:number])
    if is_named_before or (draft.service, draft.ars) != (entry["service"], entry["ars"]):
        wrong = {f"applications.{number}.draft_id": ["choice"]}
        raise Invalid("invalid", "This draft is of something else.", fields=wrong)
    origins.take(draft, entry["answers"])
    return draft


def _discard(session: Session, drafts: Sequence[Draft]) -> None:
    session.flush()  # files belong to their cases before their drafts go
    for draft in drafts:
        session.delete(draft)


def _order(
    session: Session, actor: Actor, applications: Sequence[Application], behalf: Behalf | None, identity: Identity | None
) -> Order:
    """Place the order and announce it. Raises invalid with every mistake in every application, then for another identity.

    Raises forbidden for one who acts for another and may only look, or not apply for one of the services, and where a service
    asks for a higher trust level.
    """
    actor.check_applying()
    for application in applications:
        actor.check_applying(application.service)
    offers = offering.several(session, [(a.service, a.ars) for a in applications])
    wrong: dict[str, list[str]] = {}
    complete: list[tuple[Offered, dict[str, Any], Draft | None]] = []
    for application in applications:
        offered = offers.get((application.service, application.ars))
        if offered is not None and application.draft is not None:
            offered = replace(offered, published=editions.of(application.draft))
        if offered is None:
            wrong[f"{application.place}.service"] = ["not_offered"]
            continue
        try:
            answers = forms.complete(offered.service, application.answers, f"{application.place}.")
            complete.append((offered, answers, application.draft))
        except Invalid as error:
            wrong.update(error.fields)
        files = application.draft.files if application.draft else []
        missing = attachments.errors(offered.service, application.answers, files)
        wrong.update({f"{application.place}.{name}": slugs for name, slugs in missing.items()})
    if wrong:
        raise Invalid("invalid", "Some fields need another look.", fields=wrong)
    trust.require(actor, [offered.service for offered, _, _ in complete])
    for application, (offered, answers, _) in zip(applications, complete, strict=True):
        identities.check_actor(offered.service, actor)
        others = identities.errors(offered.service, answers, identity)
        wrong |= {f"{application.place}.{name}": slugs for name, slugs in others.items()}
    if wrong:
        raise Invalid("invalid", "Some fields need another look.", fields=wrong)
    return _placed(session, actor, complete, behalf, identity)


def _placed(
    session: Session,
    actor: Actor,
    applications: Sequence[tuple[Offered, dict[str, Any], Draft | None]],
    behalf: Behalf | None,
    identity: Identity | None,
) -> Order:
    now = clock.now()
    total = sum(offered.fee(answers) for offered, answers, _ in applications)
    order = Order(
        id=ids.new_id(),
        account_id=actor.own_id,
        acted_by=actor.person_id,
        grant_id=actor.behalf.grant_id if actor.behalf else None,
        state="awaiting_payment" if total else "free",
        total_cents=total,
        placed_at=now,
    )
    session.add(order)
    naming.prepare(session, {offered.offer.office_id for offered, _, _ in applications})
    for offered, answers, draft in applications:
        case = Case(
            id=ids.new_id(),
            order_id=order.id,
            account_id=order.account_id,
            acted_by=order.acted_by,
            grant_id=order.grant_id,
            service=offered.service.service,
            ars=offered.offer.ars,
            office_id=offered.offer.office_id,
            ending=offered.service.ending,
            edition_id=offered.published.edition_id,
            fee_cents=offered.fee(answers),
            is_neutral=offered.service.neutral_answer is not None,
        )
        if draft is not None:
            case.take_key(draft.own_key)
        case.answers, case.behalf, case.identity = answers, behalf, identities.kept(offered.service, identity)
        if draft is not None:
            origins.move(draft, case)
        naming.index(session, case, offered.service.sections)
        case.begin(now)
        deadlines.begin(case, offered.service.deadline)
        order.cases.append(case)
        if draft is not None:
            # Files bring their case into the session: an order that did not have it yet would have it twice.
            attachments.move(draft, case, offered.service)
    progress.note_sent(session, [(draft, offered) for offered, _, draft in applications if draft is not None])
    _announce(session, order)
    drafting.note_act(session, actor, "order.placed", order_id=order.id, case_ids=[case.id for case in order.cases])
    return order


def _announce(session: Session, order: Order) -> None:
    shares = [{"case_id": c.id, "ars": c.ars, "amount": euros(c.fee_cents)} for c in order.cases if c.fee_cents]
    outbox.publish(
        session,
        "order.placed",
        subject=order.id,
        data={
            "order_id": order.id,
            "account_id": order.account_id,
            "total": euros(order.total_cents),
            "shares": shares,
            "grant_id": order.grant_id,
        },
    )
    for case in order.cases:
        if case.state == "submitted":
            casework.announce(session, "application.submitted", case)
