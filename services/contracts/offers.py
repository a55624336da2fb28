"""Contract of the administration of offers: what a municipality offers of the catalogue, by which office, at what fee."""

from marshmallow import ValidationError, fields, validates_schema

from services.contracts import values
from services.contracts.registry import Method, Reply, Request


class FeeRule(Reply):
    """What an offer costs from a day on, and why."""

    valid_from = fields.Date(required=True)
    base = fields.Nested(values.Money, required=True)
    each_further = fields.Nested(values.Money, allow_none=True, required=True)
    pieces_field = fields.String(allow_none=True, required=True)
    legal_basis = fields.String(required=True)
    is_example = fields.Boolean(required=True)


class NumberField(Reply):
    """A field of the form that may count the pieces."""

    name = fields.String(required=True)
    label = fields.Nested(values.Bilingual, required=True)


class ProposedFee(Reply):
    """A fee that the text of a service names; cents."""

    valid_from = fields.Date(required=True)
    base_cents = values.cents(required=True)
    each_further_cents = values.cents(allow_none=True, required=True)
    pieces_field = fields.String(allow_none=True, required=True)
    legal_basis = fields.String(required=True)


class Proposed(Reply):
    """Office, by its slug, and fee as the text of a service suggests them; null where it leaves them open."""

    office = values.slug(allow_none=True, required=True)
    fee = fields.Nested(ProposedFee, allow_none=True, required=True)


class AdministeredOffer(Reply):
    """A service of the catalogue at a municipality, offered or not. A change names the `version` it was made from."""

    service = values.slug(required=True)
    ars = values.ars(required=True)
    name = fields.Nested(values.Bilingual, required=True)
    is_offered = fields.Boolean(required=True)
    office_id = values.office_id(allow_none=True, required=True)
    fees = fields.List(
        fields.Nested(FeeRule), required=True, metadata={"description": "By day, what is over, valid now and to come."}
    )
    number_fields = fields.List(fields.Nested(NumberField), required=True)
    text = fields.Nested(
        values.Bilingual, allow_none=True, load_default=None, metadata={"description": "What the municipality says of it."}
    )
    proposed = fields.Nested(
        Proposed,
        metadata={"description": "What the text suggests to who takes it over; the office it had, where it was withdrawn."},
    )
    changed_in_portal_at = fields.AwareDateTime(allow_none=True, required=True)
    version = fields.Integer(allow_none=True, required=True, metadata={"description": "Null where it was never offered."})


class AdministeredOffers(Reply):
    """Every service of the catalogue, by name."""

    offers = fields.List(fields.Nested(AdministeredOffer), required=True)


class OffersOf(Request):
    """The offers of a municipality."""

    ars = values.ars(required=True)


class OfferKey(OffersOf):
    """A service at a municipality."""

    service = values.slug(required=True)


class FeeInput(Request):
    """A fee with the law it follows from. A further piece costs something where a field of the form counts the pieces."""

    valid_from = fields.Date(required=True)
    base_cents = values.cents(required=True)
    each_further_cents = values.cents(allow_none=True, load_default=None)
    pieces_field = values.Text(most=60, allow_none=True, load_default=None)
    legal_basis = values.Text(most=300, required=True)

    @validates_schema
    def check_pieces(self, given: dict[str, object], **_: object) -> None:
        """Both or neither."""
        if (given.get("each_further_cents") is None) != (given.get("pieces_field") is None):
            raise ValidationError("pieces_together", "each_further_cents")


class OfferService(OfferKey):
    """Offer a service, with its first fee; or again one that was withdrawn, with another fee or, where it is null, as it was."""

    office_id = values.office_id(required=True)
    fee = fields.Nested(FeeInput, allow_none=True, load_default=None)


class OfferVersion(OfferKey):
    """An offer as it was when it was looked at."""

    version = values.version(required=True)


class MoveOffer(OfferVersion):
    """Another office decides from now on; cases that are with the old one stay there."""

    office_id = values.office_id(required=True)


class SetFee(OfferVersion):
    """A fee from a day to come on; it replaces what was announced for that day."""

    fee = fields.Nested(FeeInput, required=True)


class DropFee(OfferVersion):
    """Take back a fee that was announced."""

    valid_from = fields.Date(required=True)


class OwnText(Request):
    """What a municipality says of a service, in both languages."""

    de = values.OfficialText(most=2000, required=True)
    en = values.OfficialText(most=2000, required=True)


class SetOfferText(OfferVersion):
    """The municipality's own words on a service; null takes them away."""

    text = fields.Nested(OwnText, allow_none=True, required=True)


class WorkOfOfficeKey(Request):
    """Which office."""

    office_id = values.office_id(required=True)


class WorkOfOffice(Reply):
    """What an office still has to do; for services only."""

    offers = fields.Integer(required=True)
    open_cases = fields.Integer(required=True)


NOT_HERE = ("accounts.no_municipality", "applications.no_service")
CHANGED = "applications.changed_meanwhile"

METHODS = {
    "list_administered_offers": Method(OffersOf, AdministeredOffers, errors=NOT_HERE[:1]),
    "get_administered_offer": Method(OfferKey, AdministeredOffer, errors=NOT_HERE),
    "offer_service": Method(
        OfferService, AdministeredOffer, idempotent=True, errors=(*NOT_HERE, "applications.offered_already", "invalid")
    ),
    "move_offer": Method(MoveOffer, AdministeredOffer, errors=(*NOT_HERE, CHANGED, "applications.not_offered", "invalid")),
    "set_fee": Method(SetFee, AdministeredOffer, errors=(*NOT_HERE, CHANGED, "applications.not_offered", "invalid")),
    "drop_fee": Method(DropFee, AdministeredOffer, errors=(*NOT_HERE, CHANGED, "applications.not_offered", "invalid")),
    "withdraw_offer": Method(OfferVersion, AdministeredOffer, errors=(*NOT_HERE, CHANGED, "applications.not_offered")),
    "set_offer_text": Method(SetOfferText, AdministeredOffer, errors=(*NOT_HERE, CHANGED, "applications.not_offered", "invalid")),
    "count_work_of_office": Method(WorkOfOfficeKey, WorkOfOffice),
}
