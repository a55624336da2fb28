"""Keeps a service's wording of the day somebody applied, once per wording."""

import hashlib
import json
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
    }
