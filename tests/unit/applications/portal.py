"""A small network with citizens and clerks, for the tests of applications."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from services.applications import attaching, catalogue, editions, ordering
from services.applications.model import Edition
from services.chassis import ids
from services.contracts.accounts import profile
from services.contracts.actors import Actor, Role
from services.contracts.forms import Section
from services.contracts.registry import dump
from tests.answers import fill

NOW = datetime(2026, 9, 1, 10, 0, tzinfo=UTC)
SOEGEL = "034545407"
LINGEN = "034540032"
EMSLAND = "03454"
BUSINESS, BIRTH, DOG = "business-registration", "birth-certificate", "dog-registration"
BLOCK, CERTIFICATE = "transmission-block", "registration-certificate"


def offer(service: str, office: str, base: int, **more: Any) -> dict[str, Any]:
    fee = {"base_cents": base, "legal_basis": "AllGO", "is_example": False, "valid_from": date(2026, 1, 1), **more}
    return {"service": service, "office": office, "fee": fee}


def offers() -> list[dict[str, Any]]:
    return [
        offer(BUSINESS, "gewerbeamt", 3000),
        offer(BIRTH, "standesamt", 1500, each_further_cents=750, pieces_field="copies"),
        offer(DOG, "steueramt", 0),
    ]


def network() -> dict[str, Any]:
    offices = [{"slug": slug} for slug in ("gewerbeamt", "standesamt", "steueramt")]
    return {
        "slug": "emsland",
        "members": [
            {"ars": SOEGEL, "slug": "soegel", "offices": offices, "offers": offers()},
            {"ars": LINGEN, "slug": "lingen", "offices": offices, "offers": offers()},
            {
                "ars": EMSLAND,
                "slug": "landkreis-emsland",
                "offices": [{"slug": "einheitlicher-ansprechpartner"}],
                "offers": [offer(BUSINESS, "einheitlicher-ansprechpartner", 3000)],
            },
        ],
    }


def publish(session: Any, service: str, **changed: Any) -> Edition:
    """A new version of a service, changed in these points."""
    described = replace(editions.current(session)[service].service, **changed)
    return editions.publish(session, described, "", ars=EMSLAND, by=ids.new_id(), note="Geändert")


def citizen() -> Actor:
    return Actor("citizen", ids.new_id())


def clerk(*offices: str) -> Actor:
    return Actor("staff", ids.new_id(), roles=tuple(Role("clerk", office) for office in offices))


def attach(session: Session, actor: Actor, draft_id: str, place: Mapping[str, Any]) -> None:
    """A file in a place of a draft, as if its bytes had come and been looked at."""
    upload = {"draft_id": draft_id, "place": place["name"], "filename": "muster", "size": 1000}
    file_id = attaching.begin_upload(session, actor, **upload)["file_id"]
    attaching.take(session, actor, file_id=file_id, size=1000, kind=place["kinds"][0], state="ready")


def answers(service: str, **given: Any) -> dict[str, Any]:
    sections = [dump(Section, section) for section in catalogue.services()[service].sections]
    return fill(sections, **given)


def identity_in(answered: Mapping[str, Any], **other: Any) -> dict[str, Any]:
    """The verified identity of who answered this, but for what is another one."""
    known = {name: answered.get(name) for name in profile.CORE}
    return {"level": "high", "source": "eid", "by": "Muster-eID", **known, **other}


def submit(session: Any, who: Actor, *wanted: tuple[str, str], **given: Any) -> dict[str, Any]:
    """An order of these services, each as (service, ars)."""
    applications = [{"service": service, "ars": ars, "answers": answers(service, **given)} for service, ars in wanted]
    identity = identity_in(answers(wanted[0][0], **given))
    return ordering.submit_applications(session, who, applications=applications, identity=identity)


def pay(session: Any, order: dict[str, Any]) -> None:
    """What `payment.secured` does."""
    ordering.submit_cases(session, order_id=order["order_id"], amount=order["total"])
