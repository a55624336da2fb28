"""What may stand in the files of a network folder, and the words for what may not."""

from marshmallow import RAISE, Schema, ValidationError, fields, validate
from stdnum import exceptions, iban
from stdnum.eu import at_02

from services.contracts import values

KINDS = ("county", "town", "municipality", "joint_municipality")
SECOND_FACTOR = ("required", "optional")
HOST_NAME = r"(?=.{4,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]\Z"


class _Strict(Schema):
    """Only the fields that are known."""

    class Meta:
        unknown = RAISE


class Bilingual(_Strict):
    """A text in both languages of the portal."""

    de = values.Text(most=3000, required=True)
    en = values.Text(most=3000, required=True)


class FeeEntry(_Strict):
    """What an offer costs from a day on, and by which law. Cents."""

    base_cents = values.cents(required=True)
    each_further_cents = values.cents(allow_none=True, load_default=None)
    pieces_field = fields.String(allow_none=True, load_default=None)
    legal_basis = values.Text(most=200, required=True)
    is_example = fields.Boolean(required=True, truthy={True}, falsy={False})
    valid_from = fields.Date(required=True)


class RateEntry(_Strict):
    """What one place takes, an amount for each column, and where that is written. Cents."""

    ars = values.ars(required=True)
    cents = fields.List(values.cents(), required=True)
    as_of = fields.Nested(Bilingual, required=True)
    source = values.Text(most=200, required=True)


class RatesEntry(_Strict):
    """Rates that each municipality sets for itself and that follow from some services later, like the dog tax."""

    title = fields.Nested(Bilingual, required=True)
    services = fields.List(values.slug(), required=True, validate=validate.Length(min=1, error="must not be empty"))
    columns = fields.List(fields.Nested(Bilingual), required=True, validate=validate.Length(min=1, error="must not be empty"))
    places = fields.List(fields.Nested(RateEntry), required=True)


class Texts(_Strict):
    """What members say by law unless they say it in their own words; `{name}`, `{address}` … stand for what each of them is."""

    imprint = fields.Nested(Bilingual, load_default=None)
    privacy = fields.Nested(Bilingual, load_default=None)
    accessibility = fields.Nested(Bilingual, load_default=None)


class NetworkFile(_Strict):
    """`network.yaml`: what the network is called, what its visitors must know first, and what holds for every member."""

    slug = values.slug(required=True)
    name = values.Text(most=200, required=True)
    title = fields.Nested(Bilingual, required=True)
    notice = fields.Nested(Bilingual, allow_none=True, load_default=None)
    staff_second_factor = fields.String(
        validate=validate.OneOf(SECOND_FACTOR, error="must be required or optional"), load_default="required"
    )
    texts = fields.Nested(Texts, load_default=dict)
    heads = fields.Dict(
        keys=fields.String(validate=validate.OneOf(KINDS, error="choice")), values=fields.Nested(Bilingual), load_default=dict
    )
    fees = fields.Dict(keys=values.slug(), values=fields.Nested(FeeEntry), load_default=dict)
    rates = fields.List(fields.Nested(RatesEntry), load_default=list)


def _valid_iban(text: str) -> None:
    try:
        iban.validate(text, check_country=False)
    except exceptions.ValidationError:
        raise ValidationError("is not a valid IBAN") from None


def _valid_creditor_id(text: str) -> None:
    if not at_02.is_valid(text):
        raise ValidationError("is not a valid creditor id")


class Treasury(_Strict):
    """Where the money of a member goes, and under which creditor id it is collected."""

    name = values.Text(most=70, required=True)
    iban = fields.String(required=True, validate=_valid_iban)
    creditor_id = fields.String(required=True, validate=_valid_creditor_id)


class OpeningHours(_Strict):
    """One line of opening hours."""

    days = values.Text(most=40, required=True)
    hours = fields.String(
        required=True,
        validate=validate.Regexp(r"\d\d:\d\d-\d\d:\d\d\Z", error="must look like 08:30-12:30"),
    )


class OfficeEntry(_Strict):
    """An office of a member; its slug is part of its id. Address and opening hours are the member's where it has none."""

    slug = values.slug(required=True)
    name = fields.Nested(Bilingual, required=True)
    address = values.Text(most=300, load_default=None)
    email = values.email(required=True)
    phone = values.Text(most=60, required=True)
    opening_hours = fields.List(fields.Nested(OpeningHours), load_default=None)
    needs_two_officers = fields.Boolean(load_default=False, truthy={True}, falsy={False})


class OfferEntry(_Strict):
    """A service of the catalogue as the member offers it, and the office that decides. Without a fee, that of the network."""

    service = values.slug(required=True)
    office = values.slug(required=True)
    fee = fields.Nested(FeeEntry, load_default=None)


class Contact(_Strict):
    """Whom to write to and call: in general, about data protection, about barriers."""

    email = values.email(required=True)
    phone = values.Text(most=60, required=True)
    privacy = values.email(required=True)
    accessibility = values.email(required=True)


def _postal_codes() -> fields.List[str]:
    code = fields.String(validate=validate.Regexp(r"\d{5}\Z", error="must have five digits, in quotation marks"))
    return fields.List(code, required=True)


class MemberMunicipality(_Strict):
    """A municipality of a joint municipality (Samtgemeinde)."""

    name = values.Text(most=200, required=True)
    ars = values.ars(required=True)
    ags = fields.String(required=True, validate=validate.Regexp(r"\d{8}\Z", error="must have eight digits, in quotation marks"))
    postal_codes = _postal_codes()
    population = fields.Integer(strict=True, load_default=None, validate=validate.Range(min=0, error="must not be negative"))


class MemberFile(_Strict):
    """`members/<slug>.yaml`: a municipality or the county, whole."""

    ars = values.ars(required=True)
    slug = values.slug(required=True)
    name = values.Text(most=200, required=True)
    kind = values.choice(*KINDS, required=True)
    population = fields.Integer(strict=True, load_default=None, validate=validate.Range(min=0, error="must not be negative"))
    postal_codes = _postal_codes()
    members = fields.List(fields.Nested(MemberMunicipality), load_default=list)
    places = fields.List(values.Text(most=200), load_default=list)
    address = values.Text(most=300, required=True)
    website = fields.URL(schemes={"http", "https"}, allow_none=True, required=True)
    host = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Regexp(HOST_NAME, error="must be a host name like portal.example.org: lower case, no port"),
    )
    colour = fields.String(required=True, validate=validate.Regexp(r"#[0-9a-f]{6}\Z", error="must look like #2f6b3a"))
    contact = fields.Nested(Contact, required=True)
    head = fields.Nested(Bilingual, load_default=None)
    imprint = fields.Nested(Bilingual, load_default=None)
    privacy = fields.Nested(Bilingual, load_default=None)
    accessibility = fields.Nested(Bilingual, load_default=None)
    opening_hours = fields.List(fields.Nested(OpeningHours), load_default=None)
    treasury = fields.Nested(Treasury, required=True)
    offices = fields.List(fields.Nested(OfficeEntry), required=True, validate=validate.Length(min=1, error="must not be empty"))
    offers = fields.List(fields.Nested(OfferEntry), required=True)


SENTENCES = {
    "Missing data for required field.": "is missing",
    "Unknown field.": "is not a field of this file",
    "Field may not be null.": "must not be empty",
    "Invalid input type.": "must have fields of its own",
    "Not a valid string.": "must be text; put numbers in quotation marks",
    "Not a valid list.": "must be a list",
    "Not a valid date.": "must be a date like 2026-01-01",
    "Not a valid boolean.": "must be true or false",
    "Not a valid integer.": "must be a whole number",
    "Not a valid URL.": "must be an address that begins with https://",
    "Not a valid mapping type.": "must have fields of its own",
    "ars": "must be an ARS: 5, 9 or 12 digits, in quotation marks",
    "slug": "must be lower-case letters, digits and hyphens",
    "choice": "must be one of " + ", ".join(KINDS),
    "email": "must be an e-mail address",
    "cents": "must be zero or more whole cents",
    "text": "must be text; put numbers in quotation marks",
    "required": "must not be empty",
    "too_long": "is too long",
}
