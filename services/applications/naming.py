"""The names of applicants, found without being readable: each word of a name leaves a mark that only its office can make.

The marks of two offices cannot be compared, and a mark goes with its case. Found are whole words of the names the form asked the
applicant for, and of the party acted for; spelling and accents do not matter.
"""

import hmac
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from services.applications import casework, queue
from services.applications.model import Case, CaseName, NameKey
from services.applications.search import words
from services.chassis import audit
from services.chassis.key_ring import KEY_BYTES
from services.chassis.own_key import bound_to, ring_of
from services.contracts.actors import Actor
from services.contracts.errors import Invalid

Sections = Sequence[Mapping[str, Any]]

MARK_BYTES = 8
MANY = 500
"""Up to so many cases of a word are counted, to tell which word is rare."""
NAMES = ("given_names", "family_name", "birth_name")
"""What of the profile a field takes over if it asks for a name of the applicant."""
LETTERS = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ŧ": "t", "þ": "th", "ı": "i"})
"""Letters that are no others with an accent."""


def prepare(session: Session, offices: Iterable[str]) -> None:
    """Make the keys of offices that have none yet: in one sequence, so that two who begin at once never wait for each other."""
    wanted = set(offices)
    known = set(session.scalars(select(NameKey.id).where(NameKey.id.in_(wanted))))
    rows = []
    for office_id in sorted(wanted - known):
        key_id, wrapped = ring_of(session).wrap(secrets.token_bytes(KEY_BYTES), bound_to(NameKey.__tablename__, office_id))
        rows.append({"id": office_id, "key_id": key_id, "wrapped_key": wrapped})
    if rows:
        dialect: Any = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        session.execute(dialect.insert(NameKey).values(rows).on_conflict_do_nothing())


def index(session: Session, case: Case, sections: Sections) -> None:
    """Leave the marks of a case's names, as its form asked for them, at the office that has it now, and no others."""
    prepare(session, [case.office_id])
    key = session.get_one(NameKey, case.office_id).own_key
    marks = {mark(key, word) for word in words_of(names(sections, case.answers, case.behalf))}
    kept = {(name.office_id, name.token): name for name in case.names}
    fresh = {(case.office_id, one) for one in marks}
    for name in [name for place, name in kept.items() if place not in fresh]:
        case.names.remove(name)
    case.names.extend(CaseName(office_id=office, token=one) for office, one in sorted(fresh - kept.keys()))


def search_cases(session: Session, actor: Actor, *, name: str, limit: int) -> dict[str, Any]:
    """The newest cases with every word of a name, at the offices in which the actor is clerk or approver.

    That they looked is written down, without the name. Raises invalid where there is no word in it.
    """
    wanted = words_of([name])
    if not wanted:
        raise Invalid("invalid", "Some fields need another look.", fields={"name": ["name_words"]})
    found: list[str] = []
    for office_id in queue.offices_of(session, actor):
        stored = session.get(NameKey, office_id)
        if stored is not None:
            found += _found(session, office_id, [mark(stored.own_key, word) for word in wanted], limit + 1)
    newest = sorted(found, reverse=True)[: limit + 1]
    cases = session.scalars(select(Case).where(Case.id.in_(newest[:limit])).order_by(Case.id.desc())).all()
    audit.record(session, actor, "case.searched", reason="casework", about={"found": len(cases)})
    return {"cases": [casework.office_summary(case) for case in cases], "more": len(newest) > limit}


def names(sections: Sections, answers: Mapping[str, Any], behalf: Mapping[str, Any] | None) -> Iterator[str]:
    """What the applicant is called, as far as a form asks for it; also for whom they act, and who acts."""
    for section in sections:
        if not section.get("repeated"):
            asked = [field["name"] for field in section["fields_"] if field.get("prefill") in NAMES]
            yield from (answers[name] for name in asked if isinstance(answers.get(name), str))
    yield from ((behalf or {}).get(name) or "" for name in ("party_name", "person_name"))


def words_of(texts: Iterable[str]) -> set[str]:
    """The words of names as they are compared."""
    return {word for text in texts for word in words.split(text.casefold().translate(LETTERS))}


def mark(key: bytes, word: str) -> bytes:
    """What a word of a name leaves at an office."""
    return hmac.digest(key, word.encode(), "sha256")[:MARK_BYTES]


def _found(session: Session, office_id: str, marks: Sequence[bytes], most: int) -> Sequence[str]:
    """The newest cases with all these marks: read along the rarest, each of its cases looked up under the others."""
    some = [select(CaseName.case_id).where(CaseName.office_id == office_id, CaseName.token == one) for one in marks]
    counts = [session.scalar(select(func.count()).select_from(one.limit(MANY).subquery())) or 0 for one in some]
    rarest = counts.index(min(counts))
    question = some[rarest].join(Case, Case.id == CaseName.case_id).where(Case.state != "awaiting_payment")
    for one in (one for place, one in enumerate(marks) if place != rarest):
        other = aliased(CaseName)
        is_same = (other.office_id == office_id) & (other.token == one) & (other.case_id == CaseName.case_id)
        question = question.where(exists().where(is_same))
    return session.scalars(question.order_by(CaseName.case_id.desc()).limit(most)).all()
