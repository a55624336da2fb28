"""Keeps a service's wording of the day somebody applied, once per wording."""

import hashlib
import json
from dataclasses import replace
from functools import cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from services.applications import catalogue
from services.applications.catalogue import Service
from services.applications.model import Edition


def current(session: Session, service: str) -> str:
    """The id of the edition of today's catalogue; written down if it was not yet."""
    edition_id = _fingerprint(service)
    if session.scalar(select(Edition.id).where(Edition.id == edition_id)) is None:
        dialect: Any = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        wording = _wording(catalogue.services()[service])
        session.execute(dialect.insert(Edition).values(id=edition_id, **wording).on_conflict_do_nothing())
    return edition_id


def form(edition: Edition) -> Service:
    """The service with the form a case was filled in with."""
    return _form(edition.id, edition.service, json.dumps(edition.sections))


@cache
def _form(edition_id: str, service: str, sections: str) -> Service:
    return replace(catalogue.services()[service], sections=json.loads(sections))


@cache
def _fingerprint(service: str) -> str:
    wording = json.dumps(_wording(catalogue.services()[service]), sort_keys=True)
    return hashlib.sha256(wording.encode()).hexdigest()


def _wording(service: Service) -> dict[str, Any]:
    return {
        "service": service.service,
        "name": service.name,
        "legal_basis": service.legal_basis,
        "template": service.template,
        "sections": service.sections,
        "attachments": service.attachments,
        "deadline": service.deadline,
        "four_eyes": service.four_eyes,
    }
