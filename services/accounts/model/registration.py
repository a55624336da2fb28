"""Registrations that wait for their address to be confirmed."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from services.accounts.model.entity import Entity
from services.chassis.columns import UtcDateTime


class Registration(Entity):
    """Somebody who says an address is theirs. It becomes an account by the link in the mail; until then the address is free.

    Each has its own link and its own password: confirming one person's registration never brings another's password to life.
    """

    __tablename__ = "registrations"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(300), index=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    given_names: Mapped[str] = mapped_column(String(100))
    family_name: Mapped[str] = mapped_column(String(100))
    language: Mapped[str] = mapped_column(String(2))
    browser_hash: Mapped[str | None] = mapped_column(String(64))
    next_path: Mapped[str] = mapped_column(String(500))
    registered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
