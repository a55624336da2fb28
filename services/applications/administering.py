"""What a municipality offers, as its administrators set it: which services, by which office, at what fee from when on.

A fee that was valid for a day stays as it was. What lies outside of what the actor administers does not exist.
"""

from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from services.applications import editions, fees, forms, law
from services.applications.catalogue import Service
from services.applications.model import OPEN, Case, FeeRule, Offer
from services.applications.offering import not_offered
from services.chassis import audit, clock
from services.contracts.actors import Actor
from services.contracts.errors import Conflict, Invalid, NotFound
from services.contracts.values import euros

STARTED = ("awaiting_payment", *OPEN)
"""States in which a case still means work for its office, or will."""


def list_administered_offers(session: Session, actor: Actor, *, ars: str) -> dict[str, Any]:
    """Every service of the catalogue with what the municipality makes of it. Raises not_found beyond the own."""
    require_administered(actor, ars)
    offers = {offer.service: offer for offer in session.scalars(select(Offer).where(Offer.ars == ars))}
    services = sorted((each.service for each in editions.current(session).values()), key=lambda service: service.name["de"])
    return {"offers": [_view(service, ars, offers.get(service.service)) for service in services]}


def get_administered_offer(session: Session, actor: Actor, *, service: str, ars: str) -> dict[str, Any]:
    """One service of the catalogue at a municipality."""
    return _view(_described(session, actor, service, ars), ars, session.get(Offer, (service, ars)))


def offer_service(
    session: Session, actor: Actor, *, service: str, ars: str, office_id: str, fee: dict[str, Any] | None
) -> dict[str, Any]:
    """Offer it from now on; without a fee at those it had when it was withdrawn.

    Raises conflict if it is offered already, invalid for an office or a fee that cannot be.
    """
    described = _described(session, actor, service, ars)
    _check_office(ars, office_id)
    offer = session.get(Offer, (service, ars), with_for_update=True)
    if offer is not None and not offer.is_withdrawn:
        raise Conflict("applications.offered_already", "This service is offered already.")
    if offer is None:
        offer = Offer(service=service, ars=ars, office_id=office_id, fees=[])
        session.add(offer)
    in_force = fees.rules_on(offer, forms.today())
    if fee is not None:
        _check_fee(described, fee, is_offered=bool(in_force))
        _put(offer, fee)
    else:
        _check_known(described, offer, in_force)
    offer.office_id, offer.is_withdrawn = office_id, False
    _stamp(session, offer, actor)
    told = _told(in_force[0] if fee is None else _rule(offer, fee))
    audit.record(session, actor, "offer.opened", office_id=office_id, about={"service": service, "fee": told})
    return _view(described, ars, offer)


def move_offer(session: Session, actor: Actor, *, service: str, ars: str, version: int, office_id: str) -> dict[str, Any]:
    """Another office decides what comes from now on."""
    described = _described(session, actor, service, ars)
    _check_office(ars, office_id)
    offer = _offered(session, service, ars, version)
    old = offer.office_id
    if old != office_id:
        offer.office_id = office_id
        _stamp(session, offer, actor)
        about = {"service": service, "changes": {"office_id": [old, office_id]}}
        audit.record(session, actor, "offer.moved", office_id=office_id, about=about)
    return _view(described, ars, offer)


def set_fee(session: Session, actor: Actor, *, service: str, ars: str, version: int, fee: dict[str, Any]) -> dict[str, Any]:
    """A fee from a day to come on. Raises invalid for a day that has begun: what somebody may have paid does not change."""
    described = _described(session, actor, service, ars)
    offer = _offered(session, service, ars, version)
    _check_fee(described, fee, is_offered=True)
    old = next((_told(rule) for rule in offer.fees if rule.valid_from == fee["valid_from"]), None)
    _put(offer, fee)
    _stamp(session, offer, actor)
    about = {"service": service, "changes": {"fee": [old, _told(_rule(offer, fee))]}}
    audit.record(session, actor, "offer.fee_set", office_id=offer.office_id, about=about)
    return _view(described, ars, offer)


def drop_fee(session: Session, actor: Actor, *, service: str, ars: str, version: int, valid_from: date) -> dict[str, Any]:
    """Take back a fee to come. Raises invalid if there is none for that day, or the day has begun."""
    described = _described(session, actor, service, ars)
    offer = _offered(session, service, ars, version)
    rule = next((rule for rule in offer.fees if rule.valid_from == valid_from), None)
    if rule is None or valid_from <= forms.today():
        raise Invalid("invalid", "Only a fee to come can be taken back.", fields={"valid_from": ["date_in_past"]})
    old = _told(rule)
    offer.fees.remove(rule)
    _stamp(session, offer, actor)
    about = {"service": service, "changes": {"fee": [old, None]}}
    audit.record(session, actor, "offer.fee_dropped", office_id=offer.office_id, about=about)
    return _view(described, ars, offer)


def withdraw_offer(session: Session, actor: Actor, *, service: str, ars: str, version: int) -> dict[str, Any]:
    """Offer it no longer. Cases go on; the fees stay known."""
    described = _described(session, actor, service, ars)
    offer = _offered(session, service, ars, version)
    offer.is_withdrawn = True
    _stamp(session, offer, actor)
    audit.record(session, actor, "offer.withdrawn", office_id=offer.office_id, about={"service": service})
    return _view(described, ars, offer)


def set_offer_text(
    session: Session, actor: Actor, *, service: str, ars: str, version: int, text: dict[str, str] | None
) -> dict[str, Any]:
    """What the municipality itself says of the service; none takes it away. Its editors may, too."""
    if not actor.has_role("editor", f"{ars}/*"):
        require_administered(actor, ars)
    published = editions.current(session).get(service)
    if published is None:
        raise NotFound("applications.no_service", "There is no such service in the catalogue.")
    offer = _offered(session, service, ars, version)
    if offer.text != text:
        about = {"service": service, "changes": {"text": [offer.text, text]}}
        offer.text = text
        _stamp(session, offer, actor)
        audit.record(session, actor, "offer.text_set", office_id=offer.office_id, about=about)
    return _view(published.service, ars, offer)


def count_work_of_office(session: Session, _actor: Actor, *, office_id: str) -> dict[str, Any]:
    """What an office still has to do."""
    offers = select(func.count()).select_from(Offer).where(Offer.office_id == office_id, Offer.is_withdrawn.is_(False))
    cases = select(func.count()).select_from(Case).where(Case.office_id == office_id, Case.state.in_(STARTED))
    return {"offers": session.scalar(offers), "open_cases": session.scalar(cases)}


def require_administered(actor: Actor, ars: str) -> None:
    """Raises not_found unless the actor administers the municipality."""
    if not (actor.has_role("administrator", f"{ars}/*") or actor.has_role("operator", "*")):
        raise NotFound("accounts.no_municipality", "There is no such municipality in this network.")


def require_office(office: dict[str, Any], office_ids: set[str]) -> None:
    """Raises invalid unless the office is one of those that are open in its municipality."""
    if office["office_id"] not in office_ids:
        raise Invalid("invalid", "There is no such office.", fields={"office_id": ["choice"]})


def _described(session: Session, actor: Actor, service: str, ars: str) -> Service:
    require_administered(actor, ars)
    found = editions.current(session).get(service)
    if found is None:
        raise NotFound("applications.no_service", "There is no such service in the catalogue.")
    return found.service


def _offered(session: Session, service: str, ars: str, version: int) -> Offer:
    offer = session.get(Offer, (service, ars), with_for_update=True)
    if offer is None or offer.is_withdrawn:
        raise not_offered()
    if offer.version != version:
        raise Conflict("applications.changed_meanwhile", "Somebody else changed this in the meantime. Please look again.")
    return offer


def _check_office(ars: str, office_id: str) -> None:
    if office_id.partition("/")[0] != ars:
        raise Invalid("invalid", "There is no such office.", fields={"office_id": ["choice"]})


def _check_fee(service: Service, fee: dict[str, Any], *, is_offered: bool) -> None:
    """A fee that some may have paid already does not change; the first one may begin today."""
    wrong: dict[str, list[str]] = {}
    today = forms.today()
    if fee["valid_from"] < today or (is_offered and fee["valid_from"] == today):
        wrong["fee.valid_from"] = ["fee_from_tomorrow" if is_offered else "date_in_past"]
    if fee["pieces_field"] is not None and fee["pieces_field"] not in service.counted():
        wrong["fee.pieces_field"] = ["choice"]
    if against := law.charged(service, fee["base_cents"], fee["each_further_cents"]):
        wrong["fee.base_cents"] = against
    if wrong:
        raise Invalid("invalid", "Some fields need another look.", fields=wrong)


def _check_known(service: Service, offer: Offer, in_force: list[FeeRule]) -> None:
    """What it costs today is known, and what fees count is still asked: the form may have changed while it was withdrawn."""
    if not in_force:
        raise Invalid("invalid", "No fee is known for today.", fields={"fee": ["required"]})
    counted = {rule.pieces_field for rule in (*in_force, *offer.fees) if rule.valid_from >= in_force[0].valid_from}
    if against := law.charged(service, in_force[0].base_cents, in_force[0].each_further_cents):
        raise Invalid("invalid", "The law makes this free.", fields={"fee": against})
    if counted - {None} - set(service.counted()):
        raise Invalid("invalid", "A fee counts what is not asked any more.", fields={"fee": ["fee_counts_what_is_gone"]})


def _put(offer: Offer, fee: dict[str, Any]) -> None:
    others = [rule for rule in offer.fees if rule.valid_from != fee["valid_from"]]
    replaced = next((rule for rule in offer.fees if rule.valid_from == fee["valid_from"]), None)
    rule = replaced or FeeRule(valid_from=fee["valid_from"])
    rule.base_cents, rule.each_further_cents = fee["base_cents"], fee["each_further_cents"]
    rule.pieces_field, rule.legal_basis, rule.is_example = fee["pieces_field"], fee["legal_basis"], False
    offer.fees = sorted([*others, rule], key=lambda r: r.valid_from)


def _rule(offer: Offer, fee: dict[str, Any]) -> FeeRule:
    return next(rule for rule in offer.fees if rule.valid_from == fee["valid_from"])


def _stamp(session: Session, offer: Offer, actor: Actor) -> None:
    """Since now loading the network folder leaves the offer alone; the version goes up with it."""
    offer.changed_in_portal_at, offer.changed_in_portal_by = clock.now(), actor.person_id
    flag_modified(offer, "changed_in_portal_at")  # a fee alone, set in the same moment, would not count as a change of the offer
    session.flush()


def _told(rule: FeeRule) -> dict[str, Any]:
    """A fee as the audit log keeps it. Cents."""
    return {
        "valid_from": rule.valid_from.isoformat(),
        "base_cents": rule.base_cents,
        "each_further_cents": rule.each_further_cents,
        "pieces_field": rule.pieces_field,
        "legal_basis": rule.legal_basis,
    }


def _view(service: Service, ars: str, offer: Offer | None) -> dict[str, Any]:
    is_offered = offer is not None and not offer.is_withdrawn
    return {
        "service": service.service,
        "ars": ars,
        "name": service.name,
        "is_offered": is_offered,
        "office_id": offer.office_id if offer is not None and is_offered else None,
        "fees": [_fee(rule) for rule in offer.fees] if offer is not None else [],
        "number_fields": [{"name": name, "label": label} for name, label in service.counted().items()],
        "text": offer.text if offer is not None else None,
        "proposed": {"office": _last_office(offer) or service.office, "fee": service.fee_on(forms.today())},
        "changed_in_portal_at": offer.changed_in_portal_at if offer is not None else None,
        "version": offer.version if offer is not None else None,
    }


def _last_office(offer: Offer | None) -> str | None:
    return offer.office_id.partition("/")[2] if offer is not None and offer.is_withdrawn else None


def _fee(rule: FeeRule) -> dict[str, Any]:
    return {
        "valid_from": rule.valid_from,
        "base": euros(rule.base_cents),
        "each_further": None if rule.each_further_cents is None else euros(rule.each_further_cents),
        "pieces_field": rule.pieces_field,
        "legal_basis": rule.legal_basis,
        "is_example": rule.is_example,
    }
