"""Forms in progress: kept as typed, checked whenever they are read, gone 30 days after the last change."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from services.applications import attachments, editions, forms, identities, offering, origins, progress, trust
from services.applications.identities import Identity
from services.applications.model import Draft
from services.applications.offering import Offered
from services.chassis import audit, clock, ids
from services.chassis.ownership import own
from services.contracts import merging
from services.contracts.actors import Actor
from services.contracts.errors import Conflict, Invalid, NotFound
from services.contracts.values import euros

MOST_DRAFTS = 200
NOTHING: Mapping[str, str] = MappingProxyType({})


def start_draft(
    session: Session,
    actor: Actor,
    *,
    service: str,
    ars: str,
    answers: dict[str, Any],
    taken: Sequence[str] = (),
    profile: Mapping[str, str] = NOTHING,
) -> dict[str, Any]:
    """Begin a form; `taken` names answers that come from the account, which counts for those that read as its `profile` does.

    Raises not_found if the service is not offered there, conflict if the citizen has too many drafts, forbidden
    for one who acts for another and may only look, or not apply for this service.
    """
    actor.check_applying(service)
    offered = offering.ordered_here(session, service, ars)
    count = session.scalar(select(func.count()).select_from(Draft).where(own_drafts(actor)))
    if count is not None and count >= MOST_DRAFTS:
        raise Conflict("applications.too_many_drafts", "Please finish or discard some of your drafts first.")
    draft = Draft(
        id=ids.new_id(),
        account_id=actor.own_id,
        acted_by=actor.person_id,
        grant_id=actor.behalf.grant_id if actor.behalf else None,
        service=service,
        ars=ars,
        furthest=progress.NOWHERE,
        edition_id=offered.published.edition_id,
    )
    kept = forms.keepable(offered.service, answers, "answers.")
    origins.take(draft, kept, origins.true(offered.service, kept, taken, profile))
    draft.touch(clock.now())
    session.add(draft)
    wrong = errors(draft, offered)
    progress.note(session, draft, offered, wrong)
    note_act(session, actor, "draft.begun", draft_id=draft.id, service=service, ars=ars)
    return view(draft, offered, wrong)


def save_draft(
    session: Session,
    actor: Actor,
    *,
    draft_id: str,
    answers: dict[str, Any],
    before: Sequence[Mapping[str, Any]] | None = None,
    taken: Sequence[str] = (),
    profile: Mapping[str, str] = NOTHING,
) -> dict[str, Any]:
    """Keep what has been typed so far, in place of what was there; `taken` names answers just taken over from the account.

    That counts for those that read as its `profile` does: values by their names there.

    With `before`, what its sender may have seen there, only what was changed since is kept. Raises invalid for what can never
    have stood there, conflict where something has been changed by another device, too. A draft that is no longer complete leaves
    the cart.
    """
    draft = changing(session, actor, draft_id)
    service = editions.of(draft).service
    kept = forms.keepable(service, answers, "answers.")
    for number, told in enumerate(before or ()):
        forms.keepable(service, told, f"before.{number}.")
    merged = kept if before is None else merging.merged(service.sections, draft.answers, kept, before).settled()
    origins.take(draft, merged, origins.true(service, merged, taken, profile))
    return _changed(session, draft)


def renew_draft(session: Session, actor: Actor, *, draft_id: str) -> dict[str, Any]:
    """Go on with the newest version of the form.

    `lost` names the answers that it does not ask for, by the field of the old one, and as `attachments.<place>` the places whose
    files it has no place for.
    """
    draft = changing(session, actor, draft_id)
    newest = editions.current(session)[draft.service]
    fit, lost = forms.carried_over(newest.service, draft.answers)
    if draft.edition_id != newest.edition_id:
        progress.note_renewed(session, draft, offers_of(session, [draft]).get(draft.id))
        draft.edition_id = newest.edition_id
    origins.take(draft, fit)
    lost += attachments.without_place(newest.service, draft.files)
    return {**_changed(session, draft), "lost": lost}


def get_draft(session: Session, actor: Actor, *, draft_id: str) -> dict[str, Any]:
    """One's own draft."""
    return views(session, [own_draft(session, actor, draft_id)])[0]


def own_draft(session: Session, actor: Actor, draft_id: str) -> Draft:
    """One's own draft, to look at. Raises not_found."""
    draft = session.scalar(select(Draft).where(own_drafts(actor), Draft.id == draft_id))
    if draft is None:
        raise _no_draft()
    return draft


def list_drafts(session: Session, actor: Actor) -> dict[str, Any]:
    """All of one's own drafts, newest first."""
    return {"drafts": views(session, session.scalars(select(Draft).where(own_drafts(actor)).order_by(Draft.id.desc())).all())}


def discard_draft(session: Session, actor: Actor, *, draft_id: str) -> dict[str, Any]:
    """Delete a draft."""
    session.delete(changing(session, actor, draft_id))
    return {}


def add_to_cart(session: Session, actor: Actor, *, draft_id: str, identity: Identity | None = None) -> dict[str, Any]:
    """Put a complete draft into the cart; twice is as good as once. Raises invalid if something is missing or wrong in it.

    Raises forbidden if the service asks for a higher trust level, invalid if it wants the verified `identity` and has another.
    """
    draft = changing(session, actor, draft_id)
    offered = offers_of(session, [draft]).get(draft.id)
    if (wrong := errors(draft, offered)) or offered is None:
        raise Invalid("invalid", "Some fields need another look.", fields=wrong)
    trust.require(actor, [offered.service])
    identities.check_actor(offered.service, actor)
    if wrong := identities.errors(offered.service, draft.answers, identity):
        raise Invalid("invalid", "Some fields need another look.", fields=wrong)
    draft.in_cart_since = draft.in_cart_since or clock.now()
    draft.cart_fee_cents = offered.fee(draft.answers)
    progress.note(session, draft, offered, wrong)
    return view(draft, offered, wrong)


def remove_from_cart(session: Session, actor: Actor, *, draft_id: str) -> dict[str, Any]:
    """Take a draft out of the cart; it stays a draft."""
    draft = changing(session, actor, draft_id)
    draft.in_cart_since = None
    return views(session, [draft])[0]


def get_cart(session: Session, actor: Actor) -> dict[str, Any]:
    """What is ready to be ordered, in the order it was put there, and the sum."""
    drafts = in_cart(session, actor)
    offers = offers_of(session, drafts)
    items = _views(drafts, offers)
    total = euros(sum(item["fee"]["cents"] for item in items))
    return {"items": items, "total": total, "version": version(drafts, offers)}


def in_cart(session: Session, actor: Actor, *, lock: bool = False) -> list[Draft]:
    """The drafts in the citizen's cart. With `lock`, of two checkouts at once the second finds what the first left."""
    question = select(Draft).where(own_drafts(actor), Draft.in_cart_since.is_not(None)).order_by(Draft.in_cart_since, Draft.id)
    return list(session.scalars(question.with_for_update() if lock else question))


def version(drafts: Iterable[Draft], offers: Mapping[str, Offered]) -> str:
    """A short digest of which drafts these are, when each was last changed, what it costs and which version of its form is the
    newest; in which sequence does not matter.
    """
    marks = sorted(
        f"{draft.id} {draft.changed_at.isoformat()} {fee(draft, offers.get(draft.id))} {editions.newest_for(draft).number}"
        for draft in drafts
    )
    return sha256("\n".join(marks).encode()).hexdigest()[:16]


def fee(draft: Draft, offered: Offered | None) -> int:
    """What it costs today; nothing where it is no longer offered. Cents."""
    return offered.fee(draft.answers) if offered else 0


def errors(draft: Draft, offered: Offered | None) -> dict[str, list[str]]:
    """What keeps a draft from being ordered today, as slugs by field; `service` where it is no longer offered."""
    if offered is None:
        return {"service": ["not_offered"]}
    service, answers = offered.service, draft.answers
    missing = attachments.errors(service, answers, draft.files) if service.attachments else {}
    return {**forms.errors(service, answers), **missing}


def offers_of(session: Session, drafts: Sequence[Draft]) -> dict[str, Offered]:
    """What each draft would be ordered as today, by its id: the form in the draft's version, fee and office as they are now."""
    offers = offering.several(session, [(draft.service, draft.ars) for draft in drafts])
    return {
        draft.id: replace(offers[draft.service, draft.ars], published=editions.of(draft))
        for draft in drafts
        if (draft.service, draft.ars) in offers
    }


def views(session: Session, drafts: Iterable[Draft]) -> list[dict[str, Any]]:
    """Drafts as the contract shows them."""
    found = list(drafts)
    return _views(found, offers_of(session, found))


def view(draft: Draft, offered: Offered | None, wrong: Mapping[str, Any]) -> dict[str, Any]:
    """A draft as the contract shows it, with what is wrong in it."""
    newest, cents = editions.newest_for(draft), fee(draft, offered)
    before = draft.cart_fee_cents if offered and draft.in_cart_since else None
    return {
        "draft_id": draft.id,
        "service": draft.service,
        "ars": draft.ars,
        "version": editions.of(draft).number,
        "newest_version": newest.number,
        "newest_since": newest.published_at,
        "answers": draft.answers,
        "errors": wrong,
        "fee": euros(cents),
        "fee_before": euros(before) if before is not None and before != cents else None,
        "is_in_cart": draft.in_cart_since is not None,
        "changed_at": draft.changed_at,
        "expires_at": draft.expires_at,
        "acted_by": draft.acted_by,
    }


def _views(drafts: Iterable[Draft], offers: Mapping[str, Offered]) -> list[dict[str, Any]]:
    return [view(draft, offered, errors(draft, offered)) for draft in drafts for offered in [offers.get(draft.id)]]


def _changed(session: Session, draft: Draft) -> dict[str, Any]:
    """It lives on; one that is no longer complete leaves the cart, and what it costs now the citizen sees now."""
    draft.touch(clock.now())
    offered = offers_of(session, [draft]).get(draft.id)
    if wrong := errors(draft, offered):
        draft.in_cart_since = None
    progress.note(session, draft, offered, wrong)
    draft.cart_fee_cents = fee(draft, offered) if draft.in_cart_since else None
    return view(draft, offered, wrong)


def note_act(session: Session, actor: Actor, action: str, **about: Any) -> None:
    """Into the log of the party, where somebody does this for them; what people do for themselves is their own affair."""
    if actor.behalf is not None:
        reason = f"{'mandate' if actor.behalf.kind == 'person' else 'membership'} {actor.behalf.grant_id}"
        audit.record(session, actor, action, subject_id=actor.own_id, reason=reason, about=about)


def own_drafts(actor: Actor) -> ColumnElement[bool]:
    """Those of the actor that have not expired."""
    return own(Draft, actor) & (Draft.expires_at > clock.now())


def changing(session: Session, actor: Actor, draft_id: str) -> Draft:
    """One's own draft, to be changed by nobody else meanwhile. Raises not_found, forbidden for one who may only look."""
    actor.check_applying()
    draft = session.scalar(select(Draft).where(own_drafts(actor), Draft.id == draft_id).with_for_update())
    if draft is None:
        raise _no_draft()
    return draft


def _no_draft() -> NotFound:
    return NotFound("applications.no_draft", "There is no such draft.")
