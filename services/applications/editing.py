"""Services in the making: editors copy, change, compare and publish them.

What came with the portal belongs to the counties, what an editor has begun to the municipality in whose name they did. Everybody
who edits may read and copy everything. A working copy is kept with its mistakes; only one without any can be published.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, undefer

from services.applications import catalogue, comparing, editions, fees, forms, law
from services.applications.catalogue import Mistake, Service, TextError
from services.applications.editions import Published
from services.applications.model import Edition, Offer, WorkingCopy
from services.chassis import audit, clock
from services.contracts.actors import Actor
from services.contracts.errors import Conflict, Invalid, NotFound

COUNTY_DIGITS = 5
SERVICE_KEY = "service"
Answer = dict[str, Any]


def list_edited_services(session: Session, actor: Actor, *, ars: str) -> Answer:
    """Every service that is published, and those in the making of this municipality."""
    _require_editor(actor, ars)
    copies = {copy.service: copy for copy in session.scalars(select(WorkingCopy))}
    owners = _owners(session)
    mine = [slug for slug, copy in copies.items() if copy.ars == ars]
    slugs = {*editions.current(session), *mine}
    found = [_edited(session, ars, slug, owners.get(slug), copies.get(slug)) for slug in slugs]
    return {"services": sorted(found, key=lambda each: each["name"]["de"].casefold())}


def list_editions(session: Session, actor: Actor, *, ars: str, service: str) -> Answer:
    """A service and its versions, the newest first."""
    _require_editor(actor, ars)
    versions = session.scalars(
        select(Edition).where(Edition.service == service).order_by(Edition.number.desc()).options(undefer(Edition.source))
    ).all()
    copy = session.get(WorkingCopy, service)
    if not versions and (copy is None or copy.ars != ars):
        raise _no_service()
    owner = versions[-1].ars if versions else ars
    return {"service": _edited(session, ars, service, owner, copy), "editions": [_info(service, edition) for edition in versions]}


def get_edition(session: Session, actor: Actor, *, ars: str, service: str, number: int) -> Answer:
    """A version whole."""
    _require_editor(actor, ars)
    edition = _edition(session, service, number)
    return {
        **_info(service, edition),
        "source": edition.source or "",
        "described": _described(catalogue.defined(edition.definition)),
    }


def compare_editions(
    session: Session, actor: Actor, *, ars: str, service: str, before: int, after: int | None, with_shipped: bool
) -> Answer:
    """What changes from a version to another, to the working copy, or to what came with the portal.

    Raises invalid for a working copy that cannot be read yet.
    """
    _require_editor(actor, ars)
    old = catalogue.defined(_edition(session, service, before).definition)
    if with_shipped:
        new = _shipped(service)
    elif after is not None:
        new = catalogue.defined(_edition(session, service, after).definition)
    else:
        new = _readable(_copy(session, ars, service))
    return {"changes": comparing.changes(_as_written(old), _as_written(new))}


def start_working_copy(
    session: Session,
    actor: Actor,
    *,
    ars: str,
    service: str,
    copied_from: str | None,
    number: int | None,
    takes_shipped: bool,
    source: str | None,
) -> Answer:
    """Begin to change a service, or to write a new one.

    Raises conflict if somebody works on it already, or if a service to be new is there; not_found for what is to be copied.
    """
    _require_editor(actor, ars)
    working_on_it = Conflict("applications.working_copy_exists", "Somebody is working on this service already.")
    if session.get(WorkingCopy, service) is not None:
        raise working_on_it
    newest = editions.current(session).get(service)
    if copied_from is not None or newest is None:
        if newest is not None or service in catalogue.services():
            raise Conflict("applications.service_exists", "There is a service of this name already. Please choose another one.")
        begun = source if source is not None else _copied(session, copied_from, number, service, takes_shipped=takes_shipped)
    else:
        _require_own(session, ars, service)
        begun = source if source is not None else _source(session, service, number, takes_shipped=takes_shipped)
    copy = WorkingCopy(
        service=service,
        ars=ars,
        source=begun,
        based_on=newest.number if newest else 0,
        changed_at=clock.now(),
        changed_by=actor.person_id,
    )
    session.add(copy)
    try:
        session.flush()
    except IntegrityError:  # somebody else began between the question and now
        raise working_on_it from None
    audit.record(session, actor, "service.editing_begun", office_id=f"{ars}/*", about={"service": service})
    return _copy_view(session, copy)


def get_working_copy(session: Session, actor: Actor, *, ars: str, service: str) -> Answer:
    """A service in the making, with what is wrong in it."""
    _require_editor(actor, ars)
    return _copy_view(session, _copy(session, ars, service))


def save_working_copy(
    session: Session, actor: Actor, *, ars: str, service: str, version: int, source: str, based_on: int | None = None
) -> Answer:
    """Keep the whole text, with or without mistakes. Raises conflict if somebody else has saved meanwhile.

    With `based_on` it follows that version from now on. Raises conflict for any but the one that counts.
    """
    _require_editor(actor, ars)
    copy = _copy(session, ars, service, version)
    if based_on is not None and based_on != _newest(session, service):
        raise _newer_published()
    if (copy.source, copy.based_on) != (source, based_on or copy.based_on):
        copy.source, copy.based_on = source, based_on or copy.based_on
        copy.changed_at, copy.changed_by = clock.now(), actor.person_id
        session.flush()
    return _copy_view(session, copy)


def discard_working_copy(session: Session, actor: Actor, *, ars: str, service: str, version: int) -> Answer:
    """Throw it away; what is published stays."""
    _require_editor(actor, ars)
    copy = _copy(session, ars, service, version)
    told = _edited(session, ars, service, _owners(session).get(service, ars), copy)
    session.delete(copy)
    session.flush()
    audit.record(session, actor, "service.editing_discarded", office_id=f"{ars}/*", about={"service": service})
    if told["current"] is None:
        return {"service": {**told, "working_copy": None}, "editions": []}
    return list_editions(session, actor, ars=ars, service=service)


def try_answers(session: Session, actor: Actor, *, ars: str, service: str, answers: dict[str, Any]) -> Answer:
    """What is wrong with answers, by the rules of the working copy. Raises invalid for one that cannot be read yet."""
    _require_editor(actor, ars)
    described = _readable(_copy(session, ars, service))
    try:
        forms.keepable(described, answers)
    except Invalid as error:
        return {"errors": error.fields}
    return {"errors": forms.errors(described, answers)}


def publish_service(session: Session, actor: Actor, *, ars: str, service: str, version: int, note: str) -> Answer:
    """Make the working copy the version that counts from now on; the working copy is gone.

    Raises invalid for a text with mistakes or that says less than a law, and where fees stand against it; conflict if a newer
    version was published since the working copy was begun, or if nothing has changed.
    """
    _require_editor(actor, ars)
    copy = _copy(session, ars, service, version)
    newest = editions.current(session).get(service)
    if newest is not None:
        _require_own(session, ars, service)
        if newest.number != copy.based_on:
            raise _newer_published()
    described = _readable(copy)
    if newest is not None and newest.digest == editions.digest(described):
        raise Conflict("applications.nothing_changed", "This says the same as the version that counts.")
    if against := _against_fees(session, described):
        raise Invalid("invalid", "The fees of offers stand against this.", fields=against)
    edition = editions.publish(session, described, copy.source, ars=ars, by=actor.person_id, note=note)
    session.delete(copy)
    session.flush()
    about = {"service": service, "number": edition.number, "digest": edition.digest}
    audit.record(session, actor, "service.published", office_id=f"{ars}/*", about=about)
    return _info(service, edition)


def mistakes_in(source: str, service: str) -> tuple[Service | None, Sequence[Mistake]]:
    """The service that a text describes, or what is wrong in it."""
    try:
        described = catalogue.read_text(source, service)
    except TextError as error:
        return None, error.mistakes
    if described.template and described.template not in _templates():
        return None, [Mistake(_line_of(source, "template"), "template", [f"unknown_template:{described.template}"])]
    if breaches := law.breaches(described):
        return None, [Mistake(_line_of(source, key), key, [slug]) for key, slug in breaches.items()]
    return described, []


def _line_of(source: str, key: str) -> int:
    """The line of a key of the service itself, counted from 1; the first where it is not at the beginning of one."""
    return next((number for number, text in enumerate(source.splitlines(), 1) if text.startswith(f"{key}:")), 1)


def _templates() -> set[str]:
    """The documents that can be written: those with which the services that came with the portal end."""
    return {each.template for each in catalogue.services().values() if each.template}


def _require_editor(actor: Actor, ars: str) -> None:
    if not actor.has_role("editor", f"{ars}/*"):
        raise NotFound("accounts.no_municipality", "There is no such municipality in this network.")


def _require_own(session: Session, ars: str, service: str) -> None:
    if not _may_change(ars, _owners(session)[service]):
        raise Conflict("applications.not_editable", "This service belongs to somebody else. You can copy it.")


def _may_change(ars: str, owner: str | None) -> bool:
    return len(ars) == COUNTY_DIGITS if owner is None else owner == ars


def _owners(session: Session) -> dict[str, str | None]:
    """Whose each service is, by who published its first version."""
    first = select(Edition.service, Edition.ars).where(Edition.number == 1)
    return {row.service: row.ars for row in session.execute(first)}


def _edition(session: Session, service: str, number: int) -> Edition:
    mine = (Edition.service == service, Edition.number == number)
    found = session.scalar(select(Edition).where(*mine).options(*editions.WHOLE))
    if found is None:
        raise _no_service()
    return found


def _copy(session: Session, ars: str, service: str, version: int | None = None) -> WorkingCopy:
    copy = session.get(WorkingCopy, service, with_for_update=version is not None)
    if copy is None or copy.ars != ars:
        raise NotFound("applications.no_working_copy", "Nobody is working on this service.")
    if version is not None and copy.version != version:
        raise Conflict("applications.changed_meanwhile", "Somebody else changed this in the meantime. Please look again.")
    return copy


def _source(session: Session, service: str, number: int | None, *, takes_shipped: bool) -> str:
    """The text to begin with. Raises not_found where none is kept."""
    if takes_shipped:
        _shipped(service)
        return catalogue.source(service)
    newest = editions.current(session).get(service)
    if newest is None:
        raise _no_service()
    source = _edition(session, service, number or newest.number).source
    if source is None:
        raise _no_service()
    return source


def _copied(session: Session, copied_from: str | None, number: int | None, service: str, *, takes_shipped: bool) -> str:
    """The text of another service under a new name."""
    if copied_from is None:
        raise _no_service()
    lines = _source(session, copied_from, number, takes_shipped=takes_shipped).splitlines(keepends=True)
    begins = f"{SERVICE_KEY}:"
    return "".join(f"{begins} {service}\n" if line.startswith(begins) else line for line in lines)


def _shipped(service: str) -> Service:
    if service not in catalogue.services():
        raise _no_service()
    return catalogue.services()[service]


def _readable(copy: WorkingCopy) -> Service:
    described, mistakes = mistakes_in(copy.source, copy.service)
    if described is None:
        wrong: dict[str, list[str]] = {}
        for mistake in mistakes:
            wrong.setdefault(mistake.place or "source", []).extend(mistake.slugs)
        raise Invalid("invalid", "This text has mistakes.", fields=wrong)
    return described


def _against_fees(session: Session, described: Service) -> dict[str, list[str]]:
    """What fees of today or to come stand against, as slugs of mistakes by key: they count a question which is not asked any
    more, or take something for what a law makes free.
    """
    today, counted = forms.today(), described.counted()
    offers = session.scalars(select(Offer).where(Offer.service == described.service, Offer.is_withdrawn.is_(False)))
    rules = [
        rule
        for offer in offers
        for rule in (*fees.rules_on(offer, today), *(rule for rule in offer.fees if rule.valid_from > today))
    ]
    gone = [rule for rule in rules if rule.pieces_field is not None and rule.pieces_field not in counted]
    found = {
        "sections": sorted({f"counted_by_fee:{rule.ars}:{rule.pieces_field}" for rule in gone}),
        "fees": sorted(
            {f"{slug} ({r.ars})" for r in rules for slug in law.charged(described, r.base_cents, r.each_further_cents)}
        ),
    }
    return {key: slugs for key, slugs in found.items() if slugs}


def _edited(session: Session, ars: str, service: str, owner: str | None, copy: WorkingCopy | None) -> Answer:
    newest = editions.current(session).get(service)
    return {
        "service": service,
        "name": newest.service.name if newest else _name_in(copy, service),
        "owner": owner if newest else ars,
        "may_change": _may_change(ars, owner) if newest else True,
        "current": _info(service, newest) if newest else None,
        "working_copy": _copy_info(copy) if copy is not None else None,
        "has_newer_shipped": newest is not None and newest.ars is not None and _is_newer_shipped(session, service),
        "against_law": newest.against_law if newest else {},
    }


def _name_in(copy: WorkingCopy | None, service: str) -> dict[str, str]:
    described = mistakes_in(copy.source, service)[0] if copy is not None else None
    return described.name if described is not None else {"de": service, "en": service}


def _is_newer_shipped(session: Session, service: str) -> bool:
    """Whether the text that came with this release was never a version here."""
    if service not in catalogue.services():
        return False
    digest = editions.digest(catalogue.services()[service])
    return session.scalar(select(Edition.id).where(Edition.service == service, Edition.digest == digest).limit(1)) is None


def _info(service: str, version: Edition | Published) -> Answer:
    told = ("number", "published_at", "published_by", "ars", "note", "has_source")
    return {"service": service, **{name: getattr(version, name) for name in told}}


def _copy_info(copy: WorkingCopy) -> Answer:
    return {"ars": copy.ars, "changed_at": copy.changed_at, "changed_by": copy.changed_by}


def _newest(session: Session, service: str) -> int | None:
    newest = editions.current(session).get(service)
    return newest.number if newest else None


def _newer_published() -> Conflict:
    return Conflict("applications.newer_published", "A newer version was published meanwhile.")


def _copy_view(session: Session, copy: WorkingCopy) -> Answer:
    described, mistakes = mistakes_in(copy.source, copy.service)
    if described is not None:
        against = _against_fees(session, described)
        mistakes = [Mistake(_line_of(copy.source, key), key, [slug]) for key, slugs in against.items() for slug in slugs]
    return {
        **_copy_info(copy),
        "service": copy.service,
        "based_on": copy.based_on or None,
        "current": _newest(session, copy.service),
        "version": copy.version,
        "source": copy.source,
        "mistakes": [{"line": each.line, "place": each.place, "slugs": list(each.slugs)} for each in mistakes],
        "described": _described(described) if described is not None else None,
    }


def _as_written(service: Service) -> Answer:
    """With the keys of the file."""
    sections = [{"fields" if name == "fields_" else name: part for name, part in step.items()} for step in service.sections]
    return {**_described(service), "sections": sections}


def _described(service: Service) -> Answer:
    return {name: getattr(service, name) for name in Service.__dataclass_fields__}


def _no_service() -> NotFound:
    return NotFound("applications.no_service", "There is no such service in the catalogue.")
