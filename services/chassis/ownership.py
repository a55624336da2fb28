"""Whose things an actor sees: all of the account or organisation they act for, or under a mandate what was begun under it."""

from typing import Any

from sqlalchemy import ColumnElement, and_, or_, true

from services.contracts.actors import Actor


def own(entity: Any, actor: Actor) -> ColumnElement[bool]:
    """The condition for rows of an entity with `account_id` and `grant_id` (and `service`, if it has one) to be the actor's.

    A mandate opens what was begun under this very mandate, for services it covers, and nothing else of the person who gave it.
    """
    mine: ColumnElement[bool] = entity.account_id == actor.own_id
    behalf = actor.behalf
    if behalf is None or behalf.kind != "person":
        return mine
    return and_(mine, entity.grant_id == behalf.grant_id, _covered(entity, behalf.services))


def is_own(row: Any, actor: Actor) -> bool:
    """Whether one row is the actor's, by the same rule."""
    if row.account_id != actor.own_id:
        return False
    behalf = actor.behalf
    if behalf is None or behalf.kind != "person":
        return True
    service = getattr(row, "service", None)
    return row.grant_id == behalf.grant_id and (service is None or behalf.covers(service))


def _covered(entity: Any, services: tuple[str, ...]) -> ColumnElement[bool]:
    service = getattr(entity, "service", None)
    if service is None or "*" in services:
        return true()
    return or_(service.is_(None), service.in_(services))
