"""What is wrong in the text of a service, in words: beside the input it is about, and with its line and place in a list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.pages.editing import places
from gateway.pages.language import N_, Speech

MISTAKES: dict[str, str] = {
    "required": N_("This is missing."),
    "empty": N_("There is nothing here yet."),
    "type": N_("This is of another kind than it has to be. Please compare it with another service."),
    "unknown_field": N_("The portal does not know this key. Please compare how it is spelt."),
    "text": N_("This must be a text. In YAML, put numbers and words like yes and no into quotation marks."),
    "integer": N_("Please write a whole number in digits."),
    "number": N_("Please write a whole number in digits."),
    "yes_no": N_("This is either yes or no (in YAML: true or false)."),
    "null": N_("This is missing."),
    "list": N_("This must be a list."),
    "choice": N_("This is none of the values that are possible here."),
    "slug": N_("Please use small letters, digits and hyphens only."),
    "leika_key": N_("A LeiKa key has fourteen digits; in YAML it stands in quotation marks."),
    "link": N_("This must be an address that begins with https://"),
    "plain_link": N_("Please write the address without a user name (@), quotation marks and blanks."),
    "no_service": N_("This is no service file. It consists of keys with their values, such as service, name and sections."),
    "invisible_character": N_("There is an invisible character in this. Please type it anew, without copying it."),
    "kept_years": N_("Please write a number from 1 to 110."),
    "keyword": N_("A keyword has 1 to 80 characters."),
    "deadline": N_("Please write a number from 1 to 366, or up to 36 months."),
    "one_unit": N_("A deadline has one unit: working days, days or months."),
    "template_and_ending": N_("A service that ends with a document needs a template; any other has none."),
    "identity_and_form": N_(
        "This needs a trust level above normal, and required questions for given names, family name and date of birth that are "
        "taken over from the profile."
    ),
    "unknown_template": N_("There is no template “%(what)s”."),
    "link_and_ending": N_("What is applied for elsewhere needs a link; any other service has none."),
    "form_and_ending": N_("What is applied for elsewhere has no steps. Remove them, or choose another ending."),
    "field_name": N_("Please use small letters, digits and _, beginning with a letter; not all, any or not."),
    "name_is_used": N_("This short name is used elsewhere, so the part needs a new one that no other has – %(what)s"),
    "field_twice": N_("Two of them have the same short name. Each needs its own, in the whole form."),
    "choices_and_type": N_("Answers to choose from belong to a list, and a list needs them. Check the kind of answer."),
    "choice_twice": N_("Two answers have the same short name."),
    "bound_and_type": N_("This kind of answer has no such bound."),
    "is_past_and_type": N_("Only a date can be “not after today”."),
    "day_and_type": N_("Only a date has an earliest and a latest day."),
    "day": N_("Please write today, today-18y, 2020-01-01, or the short name of an earlier date."),
    "address_and_type": N_("Only an address can lie abroad or be taken over as an address."),
    "address_name": N_("The short name of an address is address, or ends with _address."),
    "day_twice": N_("Two fees begin on the same day."),
    "no_earlier_date": N_("No date before this one has the short name “%(what)s”."),
    "consent_is_required": N_("A box that must be ticked is always required."),
    "pattern": N_("The pattern uses something that Python and browsers read differently, or could take for ever to try."),
    "pattern_and_type": N_("Only a line of text has a pattern."),
    "bound_missing": N_("There is no earliest or latest day that this belongs to."),
    "pattern_missing": N_("There is no pattern that this belongs to."),
    "does_not_match": N_("The example does not match the pattern."),
    "entries": N_("A step can be filled in 0 to 50 times, and at most not less often than at least."),
    "nothing_required": N_("In a step that is filled in several times, one question must be required without a condition."),
    "prefill_in_repeated": N_("Nothing can be taken over from the profile in a step that is filled in several times."),
    "count": N_("Please write a number from 1 to 20."),
    "condition": N_("This is no condition. Please see the explanation beside it."),
    "condition_and_type": N_("This kind of answer cannot be compared like that."),
    "no_earlier_field": N_("No question before this one has the short name “%(what)s”."),
    "impossible_answer": N_("The question never has the answer “%(what)s”."),
    "unknown_comparison": N_("There is no comparison “%(what)s”."),
    "fixed_by_law": N_(
        "The law fixes this, and the text says less: %(what)s. Please compare it with the text that came with the portal."
    ),
    "free_by_law": N_("The law makes this free, but an offer takes a fee. It has to end first – %(what)s"),
    "counted_by_fee": N_(
        "A fee counts what is not asked any more. It has to stay, as a whole number or a repeated step – %(what)s"
    ),
    "pieces_together": N_("A further piece costs something where a field counts the pieces. Please fill in both or neither."),
    "cents": N_("Please write an amount in euros, such as 15,00; in YAML in whole cents."),
    "date": N_("Please write the day as 31.1.2026; in YAML as 2026-01-31."),
    "service_name": N_("The key of the service must be “%(what)s”."),
    "yaml": N_("The spelling (YAML) is not right here. In the words of the parser: %(what)s"),
    "anchor": N_("Anchors (&) and references (*) are not allowed here. Please write it out."),
    "tag": N_("Tags (!) are not allowed here."),
    "too_deep": N_("This is nested too deeply."),
    "key_twice": N_("This key stands here twice."),
    "too_large": N_("This number is too large."),
    "control_character": N_("There is a control character in this. Please write it without."),
    "too_long": N_("This is too long. Please shorten it."),
    "invalid": N_("Something is wrong here. Please compare it with another service."),
}


@dataclass(frozen=True)
class Told:
    """A mistake in words, with its line, its place in words, and the page on which it can be put right."""

    line: int
    place: str
    where: str
    text: str
    href: str


def words(talk: Speech, slugs: Sequence[str]) -> str:
    """The sentence for the first thing that is wrong."""
    slug, _, what = (slugs[0] if slugs else "invalid").partition(":")
    return talk.gettext(MISTAKES.get(slug, MISTAKES["invalid"])) % {"what": what.replace("_", " ") if slug == "yaml" else what}


def told(talk: Speech, found: Sequence[Mapping[str, Any]], values: Mapping[str, Any] | None, base: str) -> list[Told]:
    """Every mistake, in the order of the text; without values, because the text cannot be read by parts, all lead to the text."""
    listed = []
    for mistake in sorted(found, key=lambda one: one["line"]):
        place = [part for part in mistake["place"].split(".") if part]
        where = " › ".join(places.spoken(talk, values, place)) if values is not None else mistake["place"]
        href = f"{base}/{page_of(place)}" if values is not None and place else f"{base}/text#line-{mistake['line']}"
        listed.append(Told(mistake["line"], mistake["place"], where, words(talk, mistake["slugs"]), href))
    return listed


def page_of(place: Sequence[str]) -> str:
    """Below the working copy, the page on which what stands at the place can be changed."""
    numbers = [int(part) + 1 for part in place if part.isdigit()]
    if place[0] == "sections" and numbers:
        is_field = len(numbers) > 1 and place[2:3] == ["fields"]
        return f"steps/{numbers[0]}/fields/{numbers[1]}" if is_field else f"steps/{numbers[0]}"
    if place[0] in ("attachments", "fees") and numbers:
        return f"{place[0]}/{numbers[0]}"
    return "text" if place[0] in ("sections", "attachments", "fees", "service") else "about"


def within(found: Sequence[Mapping[str, Any]], place: Sequence[str | int]) -> dict[str, list[str]]:
    """Mistakes of a part, by their place in it; those of the whole part under an empty name."""
    prefix = [str(part) for part in place]
    mine = {}
    for mistake in found:
        parts = [part for part in mistake["place"].split(".") if part]
        if parts[: len(prefix)] == prefix:
            mine[".".join(parts[len(prefix) :])] = list(mistake["slugs"])
    return mine


def by_input(talk: Speech, mine: Mapping[str, list[str]], names: Sequence[str]) -> dict[str, str]:
    """What is wrong, in words, by the input it stands beside, with the lines of one that takes a thing on each.

    What belongs to no input keeps its place.
    """
    found: dict[str, dict[str, list[str]]] = {}
    for place, slugs in mine.items():
        key, _, rest = place.partition(".")
        number = rest.partition(".")[0]
        for name in _inputs(place, slugs, names):
            lines = found.setdefault(name, {}).setdefault(words(talk, slugs), [])
            if name == key and number.isdigit():
                lines.append(str(int(number) + 1))
    return {name: " ".join(_with_lines(talk, text, lines) for text, lines in told.items()) for name, told in found.items()}


def _inputs(place: str, slugs: Sequence[str], names: Sequence[str]) -> list[str]:
    """Its own input; all those of what is missing, the first of what is wrong otherwise; else the first of its key."""
    if place in names:
        return [place]
    inner = [name for name in names if name.startswith(f"{place}.")]
    if inner:
        return inner if slugs[:1] == ["required"] else inner[:1]
    key = place.partition(".")[0]
    return [next((name for name in names if name == key or name.startswith(f"{key}.")), place)]


def _with_lines(talk: Speech, text: str, lines: Sequence[str]) -> str:
    return f"{talk.gettext('Line %(line)s') % {'line': ', '.join(lines)}}: {text}" if lines else text
