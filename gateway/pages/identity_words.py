"""Words of profiles and verified identities: values, origins, documents of identity, states and reasons."""

from collections.abc import Mapping
from typing import Any

from gateway.pages import directory
from gateway.pages.language import N_, Speech
from gateway.visit import Visit

VALUES: dict[str, str] = {
    "given_names": N_("Given names"),
    "family_name": N_("Family name"),
    "birth_name": N_("Name at birth"),
    "birth_date": N_("Date of birth"),
    "birth_place": N_("Place of birth"),
    "nationality": N_("Nationality"),
    "street": N_("Street"),
    "house_number": N_("House number"),
    "address_extra": N_("Address supplement"),
    "postal_code": N_("Postal code"),
    "town": N_("Town or village"),
    "country": N_("Country"),
    "phone": N_("Phone"),
    "email": N_("E-mail address"),
}
HINTS: dict[str, str] = {
    "given_names": N_("All of them, as in your identity card"),
    "birth_name": N_("Only if it differs from the family name"),
    "birth_date": N_("Day.month.year, for example 27.3.1985. If your card shows only the year, the year is enough."),
    "country": N_("Only outside Germany"),
    "address_extra": N_("For example c/o, or the number of the flat"),
}
DOCUMENT_KINDS: dict[str, str] = {
    "identity_card": N_("German identity card"),
    "passport": N_("German passport"),
    "residence_permit": N_("Electronic residence permit"),
    "eu_identity_card": N_("Identity card of another EU state"),
    "foreign_passport": N_("Passport of another state"),
    "temporary_document": N_("Provisional identity card or passport"),
}
CHECK_STATES: dict[str, tuple[str, str]] = {
    "recorded": (N_("waits for a second officer"), "warning"),
    "verified": (N_("verified"), "success"),
    "declined": (N_("not confirmed"), "danger"),
    "lapsed": (N_("not confirmed in time"), "danger"),
    "revoked": (N_("taken back"), "danger"),
    "expired": (N_("expired"), "warning"),
    "replaced": (N_("replaced by a later check"), "info"),
}
REVOCATION_REASONS: dict[str, str] = {
    "wrong_person": N_("The account belongs to another person"),
    "document_invalid": N_("The document was invalid, lost or forged"),
    "wrong_values": N_("Verified values are wrong"),
    "asked_by_person": N_("The person asked for it"),
    "account_misused": N_("The account is misused"),
}
DECLINE_REASONS: dict[str, str] = {
    "not_matching": N_("Person, values and document do not match"),
    "document_doubtful": N_("The document is doubtful"),
    "incomplete": N_("Something is missing or mistyped"),
    "withdrawn": N_("The citizen does not want it any more"),
}
LOOKUP_REASONS: dict[str, str] = {
    "letter": N_("Print an activation letter again"),
    "revocation": N_("Take a verified identity back"),
    "lost_factors": N_("Second factors are lost"),
    "question": N_("A question of the person at the counter"),
}
WAYS: dict[str, str] = {
    "code": N_("with a code"),
    "account": N_("new account made at the counter"),
    "factors": N_("lost second factors"),
}
POSTAL = "postal_"
WHOLE_DATE = 3


def said(talk: Speech, table: Mapping[str, str], key: str) -> str:
    """A word of one of these tables."""
    return talk.gettext(table[key])


def label(talk: Speech, name: str) -> str:
    """What a value of the profile is called; one of the postal address like that of the main one."""
    return said(talk, VALUES, plain(name))


def plain(name: str) -> str:
    """The name of a value without that of its address; `postal_code` is one of its own."""
    return name if name in VALUES else name.removeprefix(POSTAL)


def as_typed(name: str, value: str) -> str:
    """A value as it stands in its input: dates with day and month first, and without the parts that are unknown."""
    if name != "birth_date":
        return value
    parts = [part for part in reversed(value.split("-")) if int(part or 0)]
    return ".".join(parts)


def spoken(talk: Speech, name: str, value: str) -> str:
    """A value as one reads it."""
    if name == "birth_date" and "-00" not in value and len(value.split("-")) == WHOLE_DATE:
        return talk.day(value)
    return as_typed(name, value)


async def origin(it: Visit, talk: Speech, value: Mapping[str, Any]) -> str:
    """Where a value comes from, in one sentence: as stated by its holder, or verified by whom, when and until when."""
    _ = talk.gettext
    told = {"day": talk.day(value["at"])}
    if value["source"] == "self":
        return _("stated by yourself on %(day)s") % told
    told["by"] = await verifier(it, talk, value)
    if value["valid_until"]:
        told["end"] = talk.day(value["valid_until"])
    if not value["is_verified"]:
        return _("was verified by %(by)s on %(day)s, ended on %(end)s") % told
    if "end" in told:
        return _("verified by %(by)s on %(day)s, until %(end)s") % told
    return _("verified by %(by)s on %(day)s") % told


async def verifier(it: Visit, talk: Speech, value: Mapping[str, Any]) -> str:
    """Who verified a value: the office with its municipality, or the electronic identity."""
    if value["source"] == "eid":
        return talk.gettext("your electronic identity")
    return await office_name(it, talk, value["by"] or "")


async def office_name(it: Visit, talk: Speech, office_id: str) -> str:
    """An office with its municipality; its id where it has left the network."""
    found = await directory.office(it, office_id)
    if found is None:
        return office_id
    municipality = await it.house.catalogue.municipality(office_id.partition("/")[0])
    return f"{talk.local(found['name'])}, {municipality['name']}"


def options(talk: Speech, table: Mapping[str, str]) -> list[dict[str, str]]:
    """A table of words as choices."""
    return [{"value": key, "label": talk.gettext(text)} for key, text in table.items()]
