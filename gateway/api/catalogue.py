"""Operations on the network and its catalogue; open to everybody and answered from memory where possible."""

from typing import Any

from marshmallow import fields, validate

from gateway.api.operation import PUBLIC, Operation
from gateway.visit import Visit
from services.contracts import values
from services.contracts.actors import ANYONE
from services.contracts.applications import Services
from services.contracts.registry import Request


class OfMunicipality(Request):
    """Which municipality, by its slug."""

    slug = values.slug(required=True)


class ServiceOfMunicipality(OfMunicipality):
    """Which service of which municipality."""

    service = values.slug(required=True)
    version = fields.Integer(
        allow_none=True,
        load_default=None,
        validate=validate.Range(min=1, max=1_000_000, error="version"),
        metadata={"description": "The version of a draft; without it, the one that counts now."},
    )


async def list_municipalities(visit: Visit, key: str | None) -> dict[str, Any]:
    """The whole network."""
    return dict(await visit.house.catalogue.municipalities())


async def get_municipality(visit: Visit, key: str | None, *, slug: str) -> dict[str, Any]:
    """One member of the network."""
    return dict(await visit.house.catalogue.municipality(slug))


async def list_services(visit: Visit, key: str | None, *, ars: str | None = None) -> dict[str, Any]:
    """Services of the catalogue."""
    return {"services": await visit.house.catalogue.services(ars)}


async def list_services_of_municipality(visit: Visit, key: str | None, *, slug: str) -> dict[str, Any]:
    """Services that one member offers."""
    municipality = await visit.house.catalogue.municipality(slug)
    return {"services": await visit.house.catalogue.services(municipality["ars"])}


async def get_service(visit: Visit, key: str | None, *, slug: str, service: str, version: int | None = None) -> dict[str, Any]:
    """A service as one member offers it."""
    municipality = await visit.house.catalogue.municipality(slug)
    return dict(await visit.house.catalogue.service(service, municipality["ars"], version))


async def list_situations(visit: Visit, key: str | None) -> dict[str, Any]:
    """The federal catalogue."""
    return dict(await visit.house.catalogue.situations())


async def get_situation(visit: Visit, key: str | None, *, situation: str) -> dict[str, Any]:
    """One life situation."""
    return dict(await visit.house.catalogue.situation(situation))


async def get_listing(visit: Visit, key: str | None, *, listing: str) -> dict[str, Any]:
    """One service of the federal catalogue."""
    return dict(await visit.house.catalogue.listing(listing))


NO_MUNICIPALITY = ("accounts.no_municipality",)

OPERATIONS = (
    Operation(
        "GET", "/municipalities", "accounts", "list_municipalities", "The county and its municipalities", ANYONE,
        cache=PUBLIC, handler=list_municipalities,
    ),
    Operation(
        "GET", "/municipalities/{slug}", "accounts", "get_municipality", "A municipality with its offices", ANYONE,
        cache=PUBLIC, handler=get_municipality, request_schema=OfMunicipality,
    ),
    Operation(
        "GET", "/services", "applications", "list_services", "Services of the catalogue", ANYONE,
        cache=PUBLIC, handler=list_services,
    ),
    Operation(
        "GET", "/municipalities/{slug}/services", "applications", "list_services_of_municipality",
        "Services that a municipality offers", ANYONE,
        cache=PUBLIC, handler=list_services_of_municipality, request_schema=OfMunicipality, reply_schema=Services,
        errors=NO_MUNICIPALITY,
    ),
    Operation(
        "GET", "/waiting-times", "applications", "get_waiting_time", "How long a service has taken lately", ANYONE, cache=PUBLIC,
    ),
    Operation(
        "GET", "/municipalities/{slug}/services/{service}", "applications", "get_service",
        "A service as a municipality offers it, with fee and form", ANYONE,
        cache=PUBLIC, handler=get_service, request_schema=ServiceOfMunicipality, errors=NO_MUNICIPALITY,
    ),
    Operation(
        "GET", "/situations", "applications", "list_situations", "The federal catalogue by subject and life situation", ANYONE,
        cache=PUBLIC, handler=list_situations,
    ),
    Operation(
        "GET", "/situations/{situation}", "applications", "get_situation", "The services of a life situation", ANYONE,
        cache=PUBLIC, handler=get_situation,
    ),
    Operation(
        "GET", "/listings/{listing}", "applications", "get_listing",
        "A service of the federal catalogue: its entries, who is responsible, what is online", ANYONE,
        cache=PUBLIC, handler=get_listing,
    ),
    Operation(
        "GET", "/search", "applications", "search_services", "Services that fit what somebody typed", ANYONE, cache=PUBLIC,
    ),
)  # fmt: skip
