"""The portal network: its members and their offices."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.accounts.model.entity import Entity
from services.chassis.columns import UtcDateTime


class Network(Entity):
    """The portal network that this portal serves; there is one."""

    __tablename__ = "networks"

    slug: Mapped[str] = mapped_column(String(60), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    title: Mapped[dict[str, str]] = mapped_column(JSON)
    notice: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    staff_second_factor: Mapped[str] = mapped_column(String(10), default="required")


class Municipality(Entity):
    """A member of the network. One that left is withdrawn and not deleted: cases and documents still name it by its ARS."""

    __tablename__ = "municipalities"

    ars: Mapped[str] = mapped_column(String(12), primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), index=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(30))
    postal_codes: Mapped[list[str]] = mapped_column(JSON)
    places: Mapped[list[str]] = mapped_column(JSON)
    address: Mapped[str] = mapped_column(String(300))
    website: Mapped[str | None] = mapped_column(String(300))
    colour: Mapped[str] = mapped_column(String(7))
    email: Mapped[str | None] = mapped_column(String(254))
    phone: Mapped[str | None] = mapped_column(String(60))
    population: Mapped[int | None] = mapped_column(Integer)
    members: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    host: Mapped[str | None] = mapped_column(String(253))
    imprint: Mapped[dict[str, str]] = mapped_column(JSON)
    privacy: Mapped[dict[str, str]] = mapped_column(JSON)
    accessibility: Mapped[dict[str, str]] = mapped_column(JSON)
    is_withdrawn: Mapped[bool] = mapped_column(default=False)
    offices: Mapped[list["Office"]] = relationship(back_populates="municipality", order_by="Office.position")

    def as_summary(self) -> dict[str, Any]:
        """The municipality in a list."""
        return {
            "ars": self.ars,
            "slug": self.slug,
            "name": self.name,
            "kind": self.kind,
            "postal_codes": self.postal_codes,
            "places": self.places,
            "host": self.host,
        }

    def as_dict(self) -> dict[str, Any]:
        """The municipality whole, with the offices it has now."""
        return {
            **self.as_summary(),
            "address": self.address,
            "website": self.website,
            "email": self.email,
            "phone": self.phone,
            "population": self.population,
            "members": self.members,
            "colour": self.colour,
            "imprint": self.imprint,
            "privacy": self.privacy,
            "accessibility": self.accessibility,
            "offices": [office.as_dict() for office in self.offices if not office.is_withdrawn],
        }


class Office(Entity):
    """An office of a municipality; `<ars>/<slug>` is its id. Withdrawn like its municipality, never deleted.

    What an administrator has changed or opened in the portal carries when and by whom: loading the folder leaves it alone.
    """

    __tablename__ = "offices"

    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    ars: Mapped[str] = mapped_column(ForeignKey("municipalities.ars"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    name: Mapped[dict[str, str]] = mapped_column(JSON)
    address: Mapped[str] = mapped_column(String(300))
    email: Mapped[str] = mapped_column(String(254))
    phone: Mapped[str] = mapped_column(String(60))
    opening_hours: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    needs_two_officers: Mapped[bool] = mapped_column(default=False)
    is_withdrawn: Mapped[bool] = mapped_column(default=False)
    changed_in_portal_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    changed_in_portal_by: Mapped[str | None] = mapped_column(String(36))
    version: Mapped[int] = mapped_column(Integer)
    municipality: Mapped[Municipality] = relationship(back_populates="offices")

    __mapper_args__ = {"version_id_col": version}

    def as_dict(self) -> dict[str, Any]:
        """The office as the contract says it."""
        return {
            "office_id": self.id,
            "name": self.name,
            "address": self.address,
            "email": self.email,
            "phone": self.phone,
            "opening_hours": self.opening_hours,
            "needs_two_officers": self.needs_two_officers,
        }
