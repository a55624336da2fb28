"""The base of everything that `accounts` stores."""

from sqlalchemy.orm import DeclarativeBase


class Entity(DeclarativeBase):
    """Everything that `accounts` stores."""
