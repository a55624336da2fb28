"""Contract of the federal catalogue and the search: what the administration does for people, offered online or not."""

from marshmallow import fields, validate

from services.contracts import values
from services.contracts.registry import Method, Nothing, Reply, Request

PLACES = ("municipality", "county", "elsewhere", "unknown")
MOST_FOUND = 50


class OnlineService(Reply):
    """A service of the portal: it opens a form where somebody offers it."""

    service = values.slug(required=True)
    leika_key = values.leika_key(required=True)
    name = fields.Nested(values.Bilingual, required=True)
    summary = fields.Nested(values.Bilingual, required=True)
    offered_by = fields.List(values.ars(), required=True, metadata={"description": "ARS of those who offer it online."})


class SituationName(Reply):
    """A life situation, or that of a business."""

    situation = values.slug(required=True)
    name = fields.Nested(values.Bilingual, required=True)


class SituationSummary(SituationName):
    """A life situation in the list of a subject."""

    listings = fields.Integer(required=True, metadata={"description": "How many services of the catalogue belong to it."})


class Subject(Reply):
    """A subject with its life situations."""

    subject = values.slug(required=True)
    name = fields.Nested(values.Bilingual, required=True)
    situations = fields.List(fields.Nested(SituationSummary), required=True)


class Situations(Reply):
    """The whole catalogue by subject and life situation."""

    subjects = fields.List(fields.Nested(Subject), required=True)


class ListingSummary(Reply):
    """A service of the federal catalogue by its OZG id. Its name is German, as it is the catalogue's own."""

    listing = values.slug(required=True)
    name = fields.String(required=True)
    online = fields.List(values.slug(), required=True, metadata={"description": "Services of the portal that belong to it."})


class Situation(SituationName):
    """A life situation with its services."""

    subject = values.slug(required=True)
    subject_name = fields.Nested(values.Bilingual, required=True)
    listings = fields.List(fields.Nested(ListingSummary), required=True)


class SituationKey(Request):
    """Which life situation."""

    situation = values.slug(required=True)


class ListingKey(Request):
    """Which service of the federal catalogue."""

    listing = values.slug(required=True)


class EntryName(Reply):
    """An entry of LeiKa in a list. Some have no key yet."""

    leika_key = values.leika_key(allow_none=True, required=True)
    name = fields.String(required=True)


class Entry(EntryName):
    """An entry of LeiKa: one thing that is done, its legal basis as the catalogue says it, and the kind LeiKa gives it."""

    type = fields.String(required=True)
    legal_basis = fields.String(required=True)


class Responsible(Reply):
    """Who is responsible as a rule: of these offices there the first that exists, else the general contact."""

    at = values.choice(*PLACES, required=True)
    offices = fields.List(values.slug(), required=True)
    name = fields.Nested(values.Bilingual, allow_none=True, required=True, metadata={"description": "Set for `elsewhere`."})


class Listing(Reply):
    """A service of the federal catalogue whole."""

    listing = values.slug(required=True)
    name = fields.String(required=True)
    situation = fields.Nested(SituationName, required=True)
    subject = values.slug(required=True)
    subject_name = fields.Nested(values.Bilingual, required=True)
    responsible = fields.Nested(Responsible, required=True)
    entries = fields.List(fields.Nested(Entry), required=True)
    online = fields.List(fields.Nested(OnlineService), required=True)


class SearchServices(Request):
    """What somebody typed. With `ars` at this place: its offers and those of its county; else across the network."""

    q = values.Text(most=200, required=True)
    ars = values.ars(allow_none=True, load_default=None)
    limit = fields.Integer(strict=True, load_default=10, validate=validate.Range(min=1, max=MOST_FOUND, error="limit"))


class Found(Reply):
    """Something that fits: a service of the portal if `online` is set, else a service of the federal catalogue."""

    online = fields.Nested(OnlineService, allow_none=True, required=True)
    listing = values.slug(allow_none=True, required=True, metadata={"description": "The service of the catalogue it belongs to."})
    listing_name = fields.String(allow_none=True, required=True)
    situation = fields.Nested(SituationName, allow_none=True, required=True)
    entries = fields.List(
        fields.Nested(EntryName), required=True, metadata={"description": "Its entries that fit, at most five, the best first."}
    )


class Results(Reply):
    """What was found, best first; `total` counts also what the limit leaves out."""

    found = fields.List(fields.Nested(Found), required=True)
    total = fields.Integer(required=True)


NOT_LISTED = ("applications.not_listed",)

METHODS = {
    "list_situations": Method(Nothing, Situations),
    "get_situation": Method(SituationKey, Situation, errors=NOT_LISTED),
    "get_listing": Method(ListingKey, Listing, errors=NOT_LISTED),
    "search_services": Method(SearchServices, Results),
}
