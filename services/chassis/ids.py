"""Identifiers: UUIDv7, so that newer things sort behind older ones."""

import uuid_utils


def new_id() -> str:
    """A new UUIDv7 in canonical text form (RFC 9562)."""
    return str(uuid_utils.uuid7())
