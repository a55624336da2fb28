"""Reading the audit log: a person what concerns them, an administrator what happened in their offices, an operator all of it."""

from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session

from services.chassis.audit import LOG
from services.contracts.actors import Actor
from services.contracts.errors import Forbidden

PERSONS = ("account_id", "clerk_id", "officer_id", "person_id", "staff_id")
"""Endings of keys in `about` that name a person; a citizen reads only their own id there."""


def list_entries(
    session: Session,
    actor: Actor,
    *,
    of: str,
    office_id: str | None = None,
    subject_id: str | None = None,
    action: str | None = None,
    ars: str | None = None,
    actor_id: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    before: int | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """A page of entries, newest first. Raises forbidden for `offices` without the role of administrator or operator."""
    question = select(LOG).where(_of_myself(actor) if of == "myself" else _of_offices(actor))
    if office_id is not None:
        question = question.where(LOG.c.office_id == office_id)
    if subject_id is not None:
        question = question.where(LOG.c.subject_id == subject_id)
    if ars is not None:
        question = question.where(_in_scope(f"{ars}/*"))
    if actor_id is not None:
        question = question.where(LOG.c.actor_id == actor_id)
    if since is not None:
        question = question.where(LOG.c.at >= since)
    if until is not None:
        question = question.where(LOG.c.at < until)
    if action:
        is_group = action.endswith(".*")
        wanted = LOG.c.action.startswith(action[:-1], autoescape=True) if is_group else LOG.c.action == action
        question = question.where(wanted)
    if before is not None:
        question = question.where(LOG.c.sequence < before)
    found = session.execute(question.order_by(LOG.c.sequence.desc()).limit(limit + 1)).mappings().all()
    entries = [{**row, "about": orjson.loads(row["about"])} for row in found[:limit]]
    shown = [_for_citizen(entry, actor.person_id) for entry in entries] if actor.kind == "citizen" else entries
    return {"entries": shown, "more": len(found) > limit}


def _of_myself(actor: Actor) -> ColumnElement[bool]:
    return or_(LOG.c.subject_id == actor.person_id, LOG.c.actor_id == actor.person_id)


def _of_offices(actor: Actor) -> ColumnElement[bool]:
    if actor.kind == "staff" and actor.offices("operator"):
        return true()
    scopes = actor.offices("administrator") if actor.kind == "staff" else frozenset()
    if not scopes:
        raise Forbidden("actors.not_allowed", "You may not do this.")
    return or_(*(_in_scope(scope) for scope in sorted(scopes)))


def _in_scope(scope: str) -> ColumnElement[bool]:
    if scope == "*":
        return LOG.c.office_id.is_not(None)
    if scope.endswith("/*"):
        return LOG.c.office_id.startswith(scope[:-1], autoescape=True)
    return LOG.c.office_id == scope


def _for_citizen(entry: dict[str, Any], person_id: str) -> dict[str, Any]:
    """The entry without the ids of members of staff: what they did in office is the office's act (decision 0021)."""
    about = {key: value for key, value in entry["about"].items() if not key.endswith(PERSONS) or value == person_id}
    is_shown = entry["actor_kind"] != "staff" or entry["actor_id"] == person_id
    return {**entry, "about": about, "actor_id": entry["actor_id"] if is_shown else None}
