"""Contract of the portal network: its municipalities and their offices."""

from marshmallow import fields

from services.contracts import values
from services.contracts.registry import Fact, Method, Nothing, Reply, Request


class OpeningHours(Reply):
    """One line of opening hours, for example Mo-Fr 08:30-12:30."""

    days = fields.String(required=True)
    hours = fields.String(required=True)


class Office(Reply):
    """An office of a municipality."""

    office_id = values.office_id(required=True)
    name = fields.Nested(values.Bilingual, required=True)
    address = fields.String(required=True)
    email = fields.String(required=True)
    phone = fields.String(required=True)
    opening_hours = fields.List(fields.Nested(OpeningHours), required=True)
    needs_two_officers = fields.Boolean(metadata={"description": "A second officer confirms each identity check in person."})


class MunicipalitySummary(Reply):
    """A municipality (or the county) in a list."""

    ars = values.ars(required=True)
    slug = values.slug(required=True)
    name = fields.String(required=True)
    kind = values.choice("county", "town", "municipality", "joint_municipality", required=True)
    postal_codes = fields.List(fields.String(), required=True)
    places = fields.List(
        fields.String(), required=True, metadata={"description": "Names of its member municipalities, and of other places in it."}
    )
    host = fields.String(allow_none=True, metadata={"description": "Host name whose start page is this member's, if it has one."})


class MemberMunicipality(Reply):
    """A municipality that belongs to a joint municipality (Samtgemeinde), which administers it."""

    name = fields.String(required=True)
    ars = values.ars(required=True)
    ags = fields.String(required=True)
    postal_codes = fields.List(fields.String(), required=True)
    population = fields.Integer(allow_none=True)


class Municipality(MunicipalitySummary):
    """A municipality with its address, offices and legal texts."""

    address = fields.String(required=True)
    website = fields.String(allow_none=True, required=True)
    email = fields.String(allow_none=True)
    phone = fields.String(allow_none=True)
    population = fields.Integer(allow_none=True)
    members = fields.List(fields.Nested(MemberMunicipality))
    colour = fields.String(required=True, metadata={"description": "Main colour of the coat of arms, as #rrggbb."})
    imprint = fields.Nested(values.Bilingual, required=True)
    privacy = fields.Nested(values.Bilingual, required=True)
    accessibility = fields.Nested(values.Bilingual, required=True)
    offices = fields.List(fields.Nested(Office), required=True)


class Municipalities(Reply):
    """The whole network, county first, then by name."""

    network = fields.String(required=True)
    notice = fields.Nested(values.Bilingual, allow_none=True, metadata={"description": "What visitors must know first."})
    municipalities = fields.List(fields.Nested(MunicipalitySummary), required=True)


class MunicipalityKey(Request):
    """Which municipality, by its slug or its ARS."""

    key = values.Text(most=60, required=True)


class OfficeId(Request):
    """Which office."""

    office_id = values.office_id(required=True)


class OfficeInMunicipality(Office):
    """An office with the name of the municipality it belongs to."""

    municipality = fields.Nested(MunicipalitySummary, required=True)


METHODS = {
    "list_municipalities": Method(Nothing, Municipalities),
    "get_municipality": Method(MunicipalityKey, Municipality, errors=("accounts.no_municipality",)),
    "get_office": Method(OfficeId, OfficeInMunicipality, errors=("accounts.no_office",)),
}
EVENTS: dict[str, type[Fact]] = {}
