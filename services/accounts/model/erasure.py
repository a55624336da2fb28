"""Accounts that were erased, and how far the other services are with it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.accounts.model.entity import Entity
from services.chassis.columns import UtcDateTime


class Erasure(Entity):
    """One erasure. Nothing in it tells who it was but the former id of the account, which leads to nobody any more.

    `address` is where the receipt goes; it is emptied when the receipt has been asked for.
    """

    __tablename__ = "erasures"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    account_id: Mapped[str] = mapped_column(String(36), unique=True)
    reason: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10), index=True)
    address: Mapped[str] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(2))
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_again_at: Mapped[datetime] = mapped_column(UtcDateTime)
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    parts: Mapped[list["ErasurePart"]] = relationship(order_by="ErasurePart.service", cascade="all, delete-orphan")

    def as_dict(self) -> dict[str, Any]:
        """The erasure as its receipt tells it."""
        return {
            "erasure_id": self.id,
            "state": self.state,
            "reason": self.reason,
            "requested_at": self.requested_at,
            "completed_at": self.completed_at,
            "services": [part.as_dict() for part in self.parts],
        }


class ErasurePart(Entity):
    """What one service has erased, and what it keeps."""

    __tablename__ = "erasure_parts"

    erasure_id: Mapped[str] = mapped_column(ForeignKey("erasures.id", ondelete="CASCADE"), primary_key=True)
    service: Mapped[str] = mapped_column(String(20), primary_key=True)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    erased: Mapped[int] = mapped_column(Integer, default=0)
    kept: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)

    def as_dict(self) -> dict[str, Any]:
        """The part as the receipt tells it."""
        kept = [{**thing, "until": datetime.fromisoformat(thing["until"])} for thing in self.kept]
        return {"service": self.service, "done_at": self.done_at, "erased": self.erased, "kept": kept}
