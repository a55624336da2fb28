"""Which services there are, who offers them, and under which conditions."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, select, tuple_
from sqlalchemy.orm import Session

from services.applications import editions, fees, forms, identities
from services.applications.catalogue import Service
from services.applications.editions import Published
from services.applications.forms import Answers
from services.applications.model import FeeRule, Offer
from services.contracts.actors import Actor
from services.contracts.errors import NotFound
from services.contracts.values import euros

Key = tuple[str, str]
"""A service's slug and the ARS of who offers it."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A service in one of its versions, with the conditions of one municipality today."""

    published: Published
    offer: Offer
    rule: FeeRule

    @property
    def service(self) -> Service:
        """The service as this version has it."""
        return self.published.service

    @property
    def is_ordered_here(self) -> bool:
        """Whether the portal takes an order for it, or only shows where one applies."""
        return self.service.link is None

    def fee(self, answers: Answers) -> int:
        """What it costs with these answers. Cents."""
        return fees.amount(self.service, self.rule, answers)


def list_services(session: Session, _actor: Actor, *, ars: str | None) -> dict[str, Any]:
    """The services of the catalogue, or those one municipality offers, by name."""
    offers = offered_by(session)
    found = [
        _summary(published.service, offers.get(slug, []))
        for slug, published in editions.current(session).items()
        if ars is None or ars in offers.get(slug, [])
    ]
    return {"services": sorted(found, key=lambda entry: entry["name"]["de"])}


def offered_by(session: Session) -> dict[str, list[str]]:
    """Who offers each service today, by ARS; only the keys are read, as lists and the search need no more."""
    has_fee = exists().where(FeeRule.service == Offer.service, FeeRule.ars == Offer.ars, FeeRule.valid_from <= forms.today())
    keys = select(Offer.service, Offer.ars).where(Offer.is_withdrawn.is_(False), has_fee).order_by(Offer.ars)
    found: dict[str, list[str]] = {}
    for service, ars in session.execute(keys):
        found.setdefault(service, []).append(ars)
    return found


def get_service(session: Session, _actor: Actor, *, service: str, ars: str, version: int | None = None) -> dict[str, Any]:
    """A service at a municipality, with its form and fee, in the version that counts or in another.

    In a version that is named, what was withdrawn can be read as well: somebody may have a draft of it. Raises not_found if it is
    not offered there, or has no such version.
    """
    here = one(session, service, ars) if version is None else _in_version(session, service, ars, version)
    everywhere = _offered(session, session.scalars(select(Offer).where(Offer.service == service).order_by(Offer.ars)))
    return {
        **_summary(here.service, [key for _, key in everywhere]),
        "version": here.published.number,
        "text": here.offer.text,
        "is_offered": not here.offer.is_withdrawn,
        "ars": ars,
        "office_id": here.offer.office_id,
        "description": here.service.description,
        "legal_basis": here.service.legal_basis,
        "level": here.service.level,
        "ending": here.service.ending,
        "link": here.service.link,
        "preparation": here.service.preparation,
        "rates": [_rates(rates) for rates in here.offer.rates or ()],
        "fee": _fee_info(here.rule),
        "sections": here.service.sections,
        "plain": here.service.plain,
        "deadline": here.service.deadline,
        "four_eyes": here.service.four_eyes,
        "attachments": here.service.attachments,
        "identity_fields": identities.bound(here.service),
    }


def ordered_here(session: Session, service: str, ars: str) -> Offered:
    """What one can apply for at a municipality here. Raises not_found if it does not offer that, or is not applied to here."""
    offered = one(session, service, ars)
    if not offered.is_ordered_here:
        raise not_offered()
    return offered


def one(session: Session, service: str, ars: str) -> Offered:
    """What a municipality offers today. Raises not_found if it does not."""
    found = several(session, [(service, ars)])
    if not found:
        raise not_offered()
    return found[service, ars]


def several(session: Session, keys: Iterable[Key]) -> dict[Key, Offered]:
    """Those of these offers that exist today."""
    return _offered(session, session.scalars(select(Offer).where(tuple_(Offer.service, Offer.ars).in_(set(keys)))))


def not_offered() -> NotFound:
    """The answer to who asks for a service where it is not offered."""
    return NotFound("applications.not_offered", "This service is not offered online there.")


def _in_version(session: Session, service: str, ars: str, version: int) -> Offered:
    offer, published = session.get(Offer, (service, ars)), editions.numbered(session, service, version)
    rules = fees.rules_on(offer, forms.today()) if offer is not None else []
    if offer is None or published is None or not rules:
        raise not_offered()
    return Offered(published, offer, rules[0])


def _offered(session: Session, offers: Iterable[Offer]) -> dict[Key, Offered]:
    today, published = forms.today(), editions.current(session)
    return {
        (offer.service, offer.ars): Offered(published[offer.service], offer, rule)
        for offer in offers
        if offer.service in published and not offer.is_withdrawn
        for rule in fees.rules_on(offer, today)
    }


def _summary(service: Service, offered_by: list[str]) -> dict[str, Any]:
    return {
        "service": service.service,
        "leika_key": service.leika_key,
        "name": service.name,
        "summary": service.summary,
        "offered_by": offered_by,
    }


def _rates(rates: dict[str, Any]) -> dict[str, Any]:
    places = [{**place, "amounts": [euros(cents) for cents in place["cents"]]} for place in rates["places"]]
    return {**rates, "places": places}


def _fee_info(rule: FeeRule) -> dict[str, Any]:
    return {
        "base": euros(rule.base_cents),
        "each_further": None if rule.each_further_cents is None else euros(rule.each_further_cents),
        "pieces_field": rule.pieces_field,
        "legal_basis": rule.legal_basis,
        "is_example": rule.is_example,
    }
