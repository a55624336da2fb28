"""The versions of services: which one counts now, which one a draft or case keeps, and how a new one is published.

Readers ask the database for a count and a day only; a version never changes, so that what was read once stays in the process.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, object_session, undefer

from services.applications import catalogue, law
from services.applications.catalogue import Service
from services.applications.model import Case, Draft, Edition
from services.chassis import clock, ids
from services.contracts.errors import Conflict

MOST_KNOWN = 2000
WHOLE = (undefer(Edition.definition), undefer(Edition.source))


@dataclass(frozen=True, slots=True, eq=False)
class Published:
    """A service in one of its versions, held to the law; `against_law` are the keys of its text that say less, with slugs."""

    service: Service
    edition_id: str
    number: int
    digest: str
    ars: str | None
    published_at: datetime
    published_by: str | None
    note: str
    has_source: bool
    against_law: Mapping[str, str]

    def asks_as(self, other: "Published") -> bool:
        """Whether whoever applies is asked the same, wherever the two differ beside that."""
        mine, theirs = self.service, other.service
        return mine is theirs or (mine.sections, mine.attachments) == (theirs.sections, theirs.attachments)


Catalogue = Mapping[str, Published]
_known: dict[str, Published] = {}
_current: WeakKeyDictionary[Any, tuple[Any, Catalogue]] = WeakKeyDictionary()


def current(session: Session) -> Catalogue:
    """Every service in the version that counts, by slug; asked for once in a unit of work."""
    found: Catalogue | None = session.info.get("catalogue")
    if found is None:
        engine = session.get_bind()
        mark = tuple(session.execute(select(func.count(), func.max(Edition.published_at)).select_from(Edition)).one())
        before, found = _current.get(engine, (None, {}))
        if mark != before:
            found = _newest(session)
            _current[engine] = (mark, found)
        session.info["catalogue"] = found
    return found


def of(what: Draft | Case) -> Published:
    """The version that a draft or case keeps; for a draft older than the keeping of versions the one that counts."""
    session = _session(what)
    return current(session)[what.service] if what.edition_id is None else known(session, what.edition_id)


def newest_for(draft: Draft) -> Published:
    """The newest version that asks for something else than the draft's, or the draft's own where none does."""
    kept = of(draft)
    newest = current(_session(draft)).get(draft.service, kept)
    return kept if newest.asks_as(kept) else newest


def known(session: Session, edition_id: str) -> Published:
    """A version by its id."""
    return _known.get(edition_id) or _read(session.get_one(Edition, edition_id, options=WHOLE))


def numbered(session: Session, service: str, number: int) -> Published | None:
    """A version of a service by its number."""
    newest = current(session).get(service)
    if newest is not None and newest.number == number:
        return newest
    mine = (Edition.service == service, Edition.number == number)
    edition = session.scalar(select(Edition).where(*mine).options(*WHOLE))
    return None if edition is None else _known.get(edition.id) or _read(edition)


def publish(
    session: Session, service: Service, source: str, *, ars: str | None = None, by: str | None = None, note: str = ""
) -> Edition:
    """The next version of a service, which counts from now on. Raises conflict if somebody else publishes one at this moment."""
    before = current(session).get(service.service)
    edition = Edition(
        id=ids.new_id(),
        service=service.service,
        number=before.number + 1 if before else 1,
        digest=digest(service),
        definition=catalogue.definition(service),
        source=source,
        ars=ars,
        published_at=clock.now(),
        published_by=by,
        note=note,
    )
    session.add(edition)
    try:
        session.flush()
    except IntegrityError:
        raise Conflict("applications.newer_published", "A newer version was published meanwhile.") from None
    session.info["catalogue"] = {**current(session), service.service: _remember(edition, service)}
    return edition


def take_shipped(session: Session) -> None:
    """Publish what came with the portal, where it is new and nobody in the network has published a text of their own since."""
    for slug, service in catalogue.services().items():
        newest = current(session).get(slug)
        if newest is None or (newest.ars is None and newest.digest != digest(service)):
            publish(session, service, catalogue.source(slug))


@lru_cache(maxsize=500)
def digest(service: Service) -> str:
    """Tells whether two texts say the same, comments aside: the SHA-256 of what was read, in hexadecimal digits."""
    return hashlib.sha256(json.dumps(catalogue.definition(service), sort_keys=True).encode()).hexdigest()


def _session(what: Draft | Case) -> Session:
    session = object_session(what)
    if session is None:
        raise RuntimeError("only what the database holds has a version")
    return session


def _newest(session: Session) -> Catalogue:
    last = select(Edition.service, func.max(Edition.number).label("number")).group_by(Edition.service).subquery()
    question = select(Edition.id, Edition.service).join(
        last, (Edition.service == last.c.service) & (Edition.number == last.c.number)
    )
    found = {row.service: row.id for row in session.execute(question)}
    newest = {edition_id: _known[edition_id] for edition_id in found.values() if edition_id in _known}
    missing = [edition_id for edition_id in found.values() if edition_id not in newest]
    for edition in session.scalars(select(Edition).where(Edition.id.in_(missing)).options(*WHOLE)):
        newest[edition.id] = _read(edition)
    return MappingProxyType({slug: newest[edition_id] for slug, edition_id in sorted(found.items())})


def _read(edition: Edition) -> Published:
    return _remember(edition, catalogue.defined(edition.definition))


def _remember(edition: Edition, service: Service) -> Published:
    if len(_known) >= MOST_KNOWN:
        _known.clear()
    found = Published(
        service=law.held(service),
        edition_id=edition.id,
        number=edition.number,
        digest=edition.digest,
        ars=edition.ars,
        published_at=edition.published_at,
        published_by=edition.published_by,
        note=edition.note,
        has_source=edition.has_source,
        against_law=law.breaches(service),
    )
    _known[edition.id] = found
    return found
