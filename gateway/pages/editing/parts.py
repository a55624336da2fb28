"""The parts of a service that have a form of their own: what can be changed in each, and what its keys are called."""

from collections.abc import Iterator, Mapping
from typing import Any

from gateway.pages.editing.inputs import Ask
from gateway.pages.language import N_
from services.contracts.accounts.profile import NAMES as PROFILE_VALUES
from services.contracts.attachments import KINDS as FILE_KINDS
from services.contracts.levels import LEVELS

ADDRESS = "address"
"""A question of several inputs, and what of the profile fills them."""
SPELLING_NAMES: dict[str, str] = {
    "compact": N_("without blanks, dots, hyphens and slashes"),
    "plate": N_("as a number plate: EL-AB 123"),
}
TYPES: dict[str, str] = {
    "text": N_("a line of text"),
    "long_text": N_("several lines of text"),
    "name": N_("a name of a person"),
    "date": N_("a date"),
    "integer": N_("a whole number"),
    "amount": N_("an amount in euros"),
    "choice": N_("one answer of a list"),
    "choices": N_("several answers of a list"),
    "yes_no": N_("yes or no"),
    "consent": N_("a box that must be ticked"),
    "email": N_("an e-mail address"),
    "phone": N_("a phone number"),
    "postal_code": N_("a postal code"),
    "iban": N_("an IBAN"),
    "country": N_("a country"),
    "nationality": N_("a nationality"),
    ADDRESS: N_("an address"),
}
ENDINGS: dict[str, str] = {
    "document": N_("the portal makes a document (PDF)"),
    "post": N_("the office posts something"),
    "link": N_("it is applied for elsewhere, by a link"),
}
LEVEL_NAMES = {"low": N_("normal"), "substantial": N_("substantial"), "high": N_("high")}

ABOUT: dict[str, tuple[Ask, ...]] = {
    N_("Texts"): (
        Ask("name", "bilingual", N_("Name"), is_required=True),
        Ask("summary", "bilingual", N_("Summary"), N_("One sentence."), is_required=True),
        Ask(
            "description",
            "bilingual_lines",
            N_("Description"),
            N_("A blank line begins a new paragraph."),
            is_required=True,
        ),
        Ask("plain", "plain", N_("Plain language"), N_("Short sentences and common words.")),
        Ask("keywords", "list", N_("Keywords"), N_("Everyday words that the search finds it by, one on each line.")),
    ),
    N_("Law"): (
        Ask("legal_basis", "list", N_("Legal basis"), N_("In German, one on each line."), is_required=True),
        Ask("leika_key", "line", N_("LeiKa key"), N_("Fourteen digits."), is_required=True),
        Ask("deadline", "deadline", N_("Legal deadline"), N_("How long the office may take. Empty: the law sets none.")),
        Ask("kept_years", "number", N_("Years that the office keeps a case"), N_("Empty: 10.")),
    ),
    N_("How it works"): (
        Ask(
            "level", "select", N_("Trust level"), is_required=True, options=tuple((level, LEVEL_NAMES[level]) for level in LEVELS)
        ),
        Ask("ending", "select", N_("How it ends"), is_required=True, options=tuple(ENDINGS.items())),
        Ask("template", "line", N_("Template of the document"), N_("Only where it ends with a document.")),
        Ask("link", "line", N_("Link"), N_("Only where it is applied for elsewhere: an address that begins with https://")),
        Ask(
            "preparation",
            "pairs",
            N_("What to have at hand"),
            N_("Only where it is applied for elsewhere. One on each line: German | English"),
        ),
        Ask("four_eyes", "tick", N_("A second person has to agree")),
        Ask(
            "verified_identity",
            "tick",
            N_("Names and date of birth are those of the verified identity"),
            N_("Only with a trust level above normal. Others are refused when it is ordered."),
        ),
    ),
    N_("For the office"): (
        Ask(
            "office",
            "line",
            N_("Key of the office that is proposed"),
            N_("For those who take it over, like standesamt."),
        ),
        Ask("office_hint", "bilingual_lines", N_("Hint for the office"), N_("What the office heeds by law when it decides.")),
        Ask(
            "neutral_answer",
            "bilingual_lines",
            N_("Neutral answer"),
            N_("What every rejection says in place of a reason, where the reason must not show."),
        ),
    ),
}
STEP: dict[str, tuple[Ask, ...]] = {
    "": (
        Ask("title", "bilingual", N_("Heading"), is_required=True),
        Ask("help", "bilingual_lines", N_("Explanation")),
        Ask(
            "name",
            "line",
            N_("Short name"),
            N_("For addresses and conditions: small letters, digits and _. Needed where the step is filled in several times."),
        ),
    ),
    N_("Several times"): (Ask("repeated", "repeated", N_("Filled in several times")),),
}
FIELD: dict[str, tuple[Ask, ...]] = {
    "": (
        Ask("label", "bilingual", N_("Question"), is_required=True),
        Ask("help", "bilingual_lines", N_("Explanation")),
        Ask(
            "name",
            "line",
            N_("Short name"),
            N_(
                "Under this name the answer is kept: small letters, digits and _. Whatever uses it in this service is changed "
                "with it. Once published, better leave it as it is."
            ),
            is_required=True,
        ),
        Ask(
            "type",
            "select",
            N_("Kind of answer"),
            is_required=True,
            options=tuple(TYPES.items()),
        ),
        Ask("required", "flag", N_("An answer is required")),
        Ask(
            "choices",
            "choices",
            N_("Answers to choose from"),
            N_("Only for a list. One on each line: short_name = German | English"),
        ),
    ),
    N_("Bounds"): (
        Ask("least", "number", N_("At least"), N_("Of a number, of an amount in cents, of the length of a text, of ticks.")),
        Ask("most", "number", N_("At most")),
        Ask(
            "earliest",
            "line",
            N_("Earliest day"),
            N_("Only for a date: today, today-18y, 2020-01-01, or the short name of an earlier date, also with +14d, +2m, +1y."),
        ),
        Ask("earliest_message", "bilingual", N_("What is said of an earlier day")),
        Ask("latest", "line", N_("Latest day"), N_("Written like the earliest.")),
        Ask("latest_message", "bilingual", N_("What is said of a later day")),
        Ask("is_past", "tick", N_("Not after today")),
        Ask("abroad", "tick", N_("The address may lie in another country")),
        Ask("pattern", "line", N_("Pattern"), N_("Only for a line of text: a regular expression that the whole text matches.")),
        Ask(
            "spelling",
            "select",
            N_("Spelling"),
            N_("How what was typed is written before it is held against the pattern."),
            options=tuple(SPELLING_NAMES.items()),
        ),
        Ask("pattern_message", "bilingual", N_("What is said of a text that does not match")),
        Ask("example", "line", N_("Example"), N_("Shown with the question. Needed with a pattern, and matches it.")),
    ),
    N_("Help with filling in"): (
        Ask(
            "prefill",
            "select",
            N_("Taken over from the profile"),
            N_("The citizen may take this value over."),
            options=tuple((name, name) for name in (ADDRESS, *PROFILE_VALUES)),
        ),
        Ask("autocomplete", "line", N_("For browsers"), N_("The HTML token, like family-name.")),
    ),
}
ATTACHMENT: dict[str, tuple[Ask, ...]] = {
    "": (
        Ask("label", "bilingual", N_("What is to be attached"), is_required=True),
        Ask("help", "bilingual_lines", N_("Explanation")),
        Ask("name", "line", N_("Short name"), N_("Small letters, digits and _."), is_required=True),
        Ask("required", "flag", N_("A file is required")),
        Ask("most", "number", N_("How many files at most"), N_("Empty: 5.")),
        Ask(
            "kinds",
            "ticks",
            N_("Kinds of files"),
            N_("Nothing ticked: PDF, JPEG and PNG."),
            options=tuple((kind, kind.upper()) for kind in FILE_KINDS),
        ),
    ),
}
FEE: dict[str, tuple[Ask, ...]] = {
    "": (
        Ask("valid_from", "day", N_("Valid from"), N_("Day.month.year"), is_required=True),
        Ask(
            "base_cents",
            "amount",
            N_("Fee in euros"),
            N_("For example 15,00; write 0 where it is free of charge"),
            is_required=True,
        ),
        Ask("each_further_cents", "amount", N_("Each further piece in euros")),
        Ask(
            "pieces_field",
            "line",
            N_("Field that counts the pieces"),
            N_("The short name of a question for a whole number, or of a step that is filled in several times."),
        ),
        Ask("legal_basis", "line", N_("Legal basis"), N_("The law or by-law and its paragraph"), is_required=True),
    ),
}
ORDER: dict[str, tuple[str, ...]] = {
    "about": (
        *("service", "leika_key", "name", "summary", "description", "plain", "keywords", "legal_basis", "level", "ending"),
        *(
            "template",
            "link",
            "preparation",
            "deadline",
            "four_eyes",
            "verified_identity",
            "neutral_answer",
            "office_hint",
            "kept_years",
            "office",
        ),
        *("fees", "sections", "attachments"),
    ),
    "step": ("name", "title", "help", "when", "repeated", "fields"),
    "field": (
        *("name", "type", "label", "help", "required", "when", "least", "most", "earliest", "earliest_message"),
        *("latest", "latest_message", "is_past", "abroad"),
        *("choices", "pattern", "spelling", "pattern_message", "example", "prefill", "autocomplete"),
    ),
    "attachment": ("name", "label", "help", "required", "when", "most", "kinds"),
    "fee": ("valid_from", "base_cents", "each_further_cents", "pieces_field", "legal_basis"),
}
"""In which order the keys of each part stand in a text, as far as they are new."""
OTHERS: dict[str, str] = {
    "sections": N_("Steps"),
    "attachments": N_("Attachments"),
    "fields": N_("Questions"),
    "fees": N_("Proposed fees"),
    "when": N_("Condition"),
    "service": N_("Key of the service"),
    "value": N_("Short name"),
    "part_of": N_("As part of the address"),
    "entry": N_("One entry is called"),
    "count": N_("Number"),
    "unit": N_("Unit"),
    "de": N_("German"),
    "en": N_("English"),
}


def asks(groups: Mapping[str, tuple[Ask, ...]]) -> Iterator[Ask]:
    """Everything that a part asks, in order."""
    for group in groups.values():
        yield from group


def key_names(within: str) -> dict[str, Any]:
    """What keys are called, in a step, a field, an attachment, a proposed fee, or the service itself."""
    groups = {"sections": STEP, "fields": FIELD, "attachments": ATTACHMENT, "fees": FEE}.get(within, ABOUT)
    return {**OTHERS, **{ask.key: ask.label for ask in asks(groups)}}
