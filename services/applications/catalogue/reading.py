"""Reads the catalogue's YAML files and says, with file and line, what is wrong in them."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, field
from dataclasses import fields as dataclass_fields
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml
from marshmallow import RAISE, Schema, ValidationError, fields, missing, post_load, validate, validates_schema

from services.applications.catalogue import addresses, checking
from services.applications.yaml_files import LOADER
from services.contracts import applications as contract
from services.contracts import attachments, values
from services.contracts import forms as form
from services.contracts.accounts.profile import NAMES as PROFILE_VALUES
from services.contracts.registry import Request, flat

FOLDER = Path(__file__).parent
NAME = (
    validate.Regexp(r"(?!(?:all|any|not)\Z)[a-z][a-z0-9]*(_[a-z0-9]+)*\Z", error="field_name"),
    validate.Length(max=form.LONGEST_KEY, error="too_long"),
)
"""Names of fields, sections and places for files; the three words join conditions."""
PLAIN_LINK = r"https://[^/?#@]+([/?#][^\s\"'<>`\\]*)?\Z"
"""Leads where it says: without user info, quotation marks and blanks."""
TEXT_TAG = "tag:yaml.org,2002:str"
INTEGER_TAG = "tag:yaml.org,2002:int"
LONGEST_NUMBER = 16
"""Signs of a whole number: with more, it may be none that JSON can carry, and reading it may take very long."""
DEEPEST = 30
"""How deep mappings and lists of a service file may lie in each other; those of the portal reach nine."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong in a text: in which line, counted from 1, and at which place (`sections.0.fields.2.type`)."""

    line: int
    place: str
    slugs: Sequence[str]

    def __str__(self) -> str:
        where = f"{self.line}: {self.place}" if self.place else str(self.line)
        return f"{where}: {', '.join(self.slugs)}"


class CatalogueError(Exception):
    """A file of the catalogue is wrong; the text names file, line and mistake, all of them."""


class TextError(Exception):
    """The text of a service is wrong; `mistakes` are all that were found."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = mistakes


class ChoiceEntry(form.Choice):
    """A choice as it is written in a file."""

    class Meta:
        unknown = RAISE


class WithDays(fields.Raw):
    """A condition, or a rule for a day, as it is written in a file: YAML may have made dates of days. Looked at with the form."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        return _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list) else value


class FieldEntry(form.Field):
    """A field as it is written in a file; an address is opened into its parts."""

    class Meta:
        unknown = RAISE
        exclude = ("part_of",)

    name = fields.String(required=True, validate=NAME)
    type = values.choice(*form.FIELD_TYPES, addresses.TYPE, required=True)
    prefill = values.choice(*PROFILE_VALUES, addresses.FROM_PROFILE, allow_none=True, load_default=None)
    abroad = values.Flag(load_default=False)
    choices = fields.List(fields.Nested(ChoiceEntry), load_default=list)
    when = WithDays(allow_none=True, load_default=None)
    earliest = WithDays(allow_none=True, load_default=None)
    latest = WithDays(allow_none=True, load_default=None)

    @validates_schema
    def check(self, entry: dict[str, Any], **_: Any) -> None:
        """Every key belongs to the type of the field."""
        wrong = checking.of_field(entry)
        if wrong:
            raise ValidationError(wrong)


class RepeatedEntry(form.Repeated):
    """How a section is repeated, as it is written in a file."""

    class Meta:
        unknown = RAISE


class SectionEntry(form.Section):
    """A section as it is written in a file."""

    class Meta:
        unknown = RAISE

    name = fields.String(allow_none=True, load_default=None, validate=NAME)
    when = WithDays(allow_none=True, load_default=None)
    repeated = fields.Nested(RepeatedEntry, allow_none=True, load_default=None)
    fields_ = fields.List(
        fields.Nested(FieldEntry), required=True, data_key="fields", validate=validate.Length(min=1, error="empty")
    )

    @validates_schema
    def check(self, entry: dict[str, Any], **_: Any) -> None:
        """What is repeated has a name, and something in every entry."""
        wrong = checking.of_section(entry)
        if wrong:
            raise ValidationError(wrong)


class PlainEntry(form.Plain):
    """Plain language, as it is written in a file."""

    class Meta:
        unknown = RAISE


class DeadlineEntry(Request):
    """A deadline as it is written in a file: `{working_days: 3, legal_basis: …}`."""

    working_days = fields.Integer(strict=True, validate=validate.Range(min=1, max=366, error="deadline"))
    days = fields.Integer(strict=True, validate=validate.Range(min=1, max=366, error="deadline"))
    months = fields.Integer(strict=True, validate=validate.Range(min=1, max=36, error="deadline"))
    legal_basis = fields.String(required=True)

    @validates_schema
    def check(self, entry: dict[str, Any], **_: Any) -> None:
        """Exactly one unit."""
        if sum(unit in entry for unit in form.DEADLINE_UNITS) != 1:
            raise ValidationError("one_unit", "days")

    @post_load
    def counted(self, entry: dict[str, Any], **_: Any) -> dict[str, Any]:
        """As the contract tells it."""
        unit = next(unit for unit in form.DEADLINE_UNITS if unit in entry)
        return {"count": entry[unit], "unit": unit, "legal_basis": entry["legal_basis"]}


class AttachmentEntry(attachments.Attachment):
    """A place for files as it is written in a file."""

    class Meta:
        unknown = RAISE

    name = fields.String(required=True, validate=NAME)
    when = WithDays(allow_none=True, load_default=None)
    most = fields.Integer(strict=True, load_default=5, validate=validate.Range(min=1, max=attachments.MOST_FILES, error="count"))
    kinds = fields.List(
        values.choice(*attachments.KINDS),
        load_default=lambda: ["pdf", "jpeg", "png"],
        validate=validate.Length(min=1, error="empty"),
    )


class FeeEntry(Request):
    """A fee as a law sets it, for those who take the service over; cents."""

    valid_from = fields.Date(required=True)
    base_cents = values.cents(required=True, error_messages={"invalid": "cents"})
    each_further_cents = values.cents(allow_none=True, load_default=None, error_messages={"invalid": "cents"})
    pieces_field = fields.String(allow_none=True, load_default=None)
    legal_basis = fields.String(required=True)

    @validates_schema
    def check_pieces(self, entry: dict[str, Any], **_: Any) -> None:
        """A further piece costs something where a field counts the pieces."""
        if (entry.get("each_further_cents") is None) != (entry.get("pieces_field") is None):
            raise ValidationError("pieces_together", "each_further_cents")

    @post_load
    def plain(self, entry: dict[str, Any], **_: Any) -> dict[str, Any]:
        """As JSON can hold it."""
        return {**entry, "valid_from": entry["valid_from"].isoformat()}


class ServiceEntry(Request):
    """A service as it is written in a file."""

    service = values.slug(required=True)
    leika_key = values.leika_key(required=True)
    name = fields.Nested(values.Bilingual, required=True)
    summary = fields.Nested(values.Bilingual, required=True)
    description = fields.Nested(values.Bilingual, required=True)
    legal_basis = fields.List(fields.String(), required=True, validate=validate.Length(min=1, error="empty"))
    level = values.choice(*values.LEVELS, required=True)
    ending = values.choice(*contract.SERVICE_ENDINGS, required=True)
    link = fields.URL(
        schemes={"https"},
        allow_none=True,
        load_default=None,
        error_messages={"invalid": "link"},
        validate=validate.Regexp(PLAIN_LINK, error="plain_link"),
    )
    preparation = fields.List(fields.Nested(values.Bilingual), load_default=list)
    template = values.slug(load_default="")
    kept_years = fields.Integer(strict=True, load_default=10, validate=validate.Range(min=1, max=110, error="kept_years"))
    plain = fields.Nested(PlainEntry, allow_none=True, load_default=None)
    keywords = fields.List(fields.String(validate=validate.Length(min=1, max=80, error="keyword")), load_default=list)
    deadline = fields.Nested(DeadlineEntry, allow_none=True, load_default=None)
    four_eyes = values.Flag(load_default=False)
    verified_identity = values.Flag(load_default=False)
    neutral_answer = fields.Nested(values.Bilingual, allow_none=True, load_default=None)
    office_hint = fields.Nested(values.Bilingual, allow_none=True, load_default=None)
    office = values.slug(allow_none=True, load_default=None)
    fees = fields.List(fields.Nested(FeeEntry), load_default=list)
    sections = fields.List(fields.Nested(SectionEntry), load_default=list)
    attachments = fields.List(fields.Nested(AttachmentEntry), load_default=list)

    @validates_schema
    def check_identity(self, entry: dict[str, Any], **_: Any) -> None:
        """Who wants the verified identity asks for all of it."""
        if slug := checking.of_identity(entry):
            raise ValidationError(slug, "verified_identity")

    @validates_schema
    def check_whole(self, entry: dict[str, Any], **_: Any) -> None:
        """A document needs its template, a letter has none, no name stands in a form twice, and conditions look back.

        What is applied for elsewhere has a link and no form, everything else a form and no link.
        """
        if (entry["ending"] == "document") != bool(entry["template"]):
            raise ValidationError("template_and_ending", "template")
        is_elsewhere = entry["ending"] == "link"
        if is_elsewhere != bool(entry["link"]):
            raise ValidationError("link_and_ending", "link")
        if is_elsewhere == bool(entry["sections"]):
            raise ValidationError("form_and_ending" if is_elsewhere else "empty", "sections")
        sections = entry["sections"]
        names = [section["name"] for section in sections if section["name"]]
        for asked in (asked for section in sections for asked in section["fields_"]):
            names += {asked["name"], *(part["name"] for part in addresses.opened(asked))}
        if len(set(names)) < len(names):
            raise ValidationError("field_twice", "sections")
        if wrong := checking.of_form(sections):
            raise ValidationError({"sections": wrong})
        if wrong := checking.of_fees(sections, entry["fees"]):
            raise ValidationError({"fees": wrong})
        places = [place["name"] for place in entry["attachments"]]
        if len(set(places)) < len(places):
            raise ValidationError("field_twice", "attachments")
        if wrong := checking.of_attachments(sections, entry["attachments"]):
            raise ValidationError({"attachments": wrong})

    @post_load
    def opened(self, entry: dict[str, Any], **_: Any) -> dict[str, Any]:
        """With the fields of every address in its place."""
        sections = [
            {**section, "fields_": [part for field in section["fields_"] for part in addresses.opened(field)]}
            for section in entry["sections"]
        ]
        return {**entry, "sections": sections}


@dataclass(frozen=True, slots=True, eq=False)
class Service:
    """A service of the catalogue with its form. `sections` have the form of the contract's `Section`."""

    service: str
    leika_key: str
    name: dict[str, str]
    summary: dict[str, str]
    description: dict[str, str]
    legal_basis: list[str]
    level: str
    ending: str
    template: str
    kept_years: int
    sections: list[dict[str, Any]]
    plain: dict[str, Any] | None = None
    keywords: list[str] = field(default_factory=list)
    deadline: dict[str, Any] | None = None
    four_eyes: bool = False
    verified_identity: bool = False
    neutral_answer: dict[str, str] | None = None
    office_hint: dict[str, str] | None = None
    link: str | None = None
    preparation: list[dict[str, str]] = field(default_factory=list)
    attachments: list[dict[str, Any]] = field(default_factory=list)
    office: str | None = None
    fees: list[dict[str, Any]] = field(default_factory=list)

    def fields(self) -> Iterator[dict[str, Any]]:
        """Every field of the form, in order, those of repeated sections once."""
        for section in self.sections:
            yield from section["fields_"]

    def fee_on(self, day: date) -> dict[str, Any] | None:
        """The fee that the file names for a day, or else the first to come; none where it leaves it to those who offer."""
        dated = ({**rule, "valid_from": date.fromisoformat(rule["valid_from"])} for rule in self.fees)
        rules = sorted(dated, key=lambda rule: rule["valid_from"])
        begun = [rule for rule in rules if rule["valid_from"] <= day]
        return next(iter([*begun[-1:], *rules]), None)

    def counted(self) -> dict[str, dict[str, str]]:
        """What a fee can count, with its label by name: whole numbers, and the entries of repeated sections."""
        return checking.counted_by(self.sections)


REQUIRED = [each.name for each in dataclass_fields(Service) if each.default is MISSING and each.default_factory is MISSING]
"""What every definition says."""


def read(folder: Path) -> Mapping[str, Service]:
    """The services in a folder by slug; raises CatalogueError with every mistake in every file."""
    found: dict[str, Service] = {}
    mistakes: list[str] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            service = _service(path)
        except CatalogueError as error:
            mistakes.append(str(error))
        else:
            found[service.service] = service
    if mistakes:
        raise CatalogueError("\n".join(mistakes))
    return MappingProxyType(found)


@cache
def services() -> Mapping[str, Service]:
    """The services that come with the portal, by slug. What counts in a network, `editions.current` says."""
    return read(FOLDER)


@cache
def source(service: str) -> str:
    """The text of a service that comes with the portal."""
    return (FOLDER / f"{service}.yaml").read_text(encoding="utf-8")


def definition(service: Service) -> dict[str, Any]:
    """A service as JSON can hold it, without what has its default: a key that comes later changes nothing of what is there."""
    told = {name: getattr(service, name) for name in Service.__dataclass_fields__}
    told["sections"] = [
        {**_sparse(section, form.Section), "fields_": [_sparse(field, form.Field) for field in section["fields_"]]}
        for section in service.sections
    ]
    return {name: value for name, value in told.items() if name in REQUIRED or value not in (None, [], False)}


def defined(definition: Mapping[str, Any]) -> Service:
    """The service of a `definition`, which may be older than this release: what is not in it has its default."""
    told = {name: value for name, value in definition.items() if name in Service.__dataclass_fields__}
    told["sections"] = [
        {
            **_defaults(form.Section),
            **section,
            "fields_": [{**_defaults(form.Field), **field} for field in section["fields_"]],
        }
        for section in definition["sections"]
    ]
    return Service(**told)


def _sparse(entry: Mapping[str, Any], schema: type[Schema]) -> dict[str, Any]:
    defaults = _defaults(schema)
    return {name: value for name, value in entry.items() if name not in defaults or value != defaults[name]}


@cache
def _defaults(schema: type[Schema]) -> Mapping[str, Any]:
    """What a key has that is not written down."""
    optional = {name: each.load_default for name, each in schema().fields.items() if each.load_default is not missing}
    return {name: default() if callable(default) else default for name, default in optional.items()}


def read_text(text: str, service: str) -> Service:
    """The service that a text describes; raises TextError with every mistake in it, also where it is not named `service`.

    The text may come from a stranger: what YAML has beyond mappings, lists and plain values is refused before anything is built.
    """
    try:
        _check_events(text)
        loader = LOADER(text)
        tree = loader.get_single_node()
        if tree is None:
            raise TextError([Mistake(1, "", ["empty"])])
        if wrong_nodes := list(_wrong_nodes(tree)):
            raise TextError(wrong_nodes)
        if not isinstance(tree, yaml.MappingNode):
            raise TextError([Mistake(1, "", ["no_service"])])
        wrong_texts = list(_wrong_texts(tree))
        raw = loader.construct_document(tree)
    except yaml.MarkedYAMLError as error:
        raise TextError([Mistake(_line_of(error.problem_mark), "", [f"yaml:{error.problem}"])]) from None
    except (yaml.YAMLError, ValueError) as error:
        raise TextError([Mistake(1, "", [f"yaml:{str(error).splitlines()[0]}"])]) from None
    try:
        found = Service(**ServiceEntry().load(raw))
    except ValidationError as error:
        wrong = {place.removesuffix("._schema"): slugs for place, slugs in flat(error.messages).items()}
        wrong |= {mistake.place: list(mistake.slugs) for mistake in wrong_texts}
        raise TextError([Mistake(_line(tree, place), place, slugs) for place, slugs in wrong.items()]) from None
    if wrong_texts:
        raise TextError(wrong_texts)
    if found.service != service:
        raise TextError([Mistake(_line(tree, "service"), "service", [f"service_name:{service}"])])
    return found


def _service(path: Path) -> Service:
    try:
        return read_text(path.read_text(encoding="utf-8"), path.stem)
    except TextError as error:
        raise CatalogueError("\n".join(f"{path.name}:{mistake}" for mistake in error.mistakes)) from None


def _check_events(text: str) -> None:
    """Refuses what refers to other places, names a type, or lies too deep: a short text could otherwise become a huge one."""
    depth = 0
    for event in yaml.parse(text, LOADER):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise TextError([Mistake(_line_of(event.start_mark), "", ["anchor"])])
        if getattr(event, "tag", None) is not None:
            raise TextError([Mistake(_line_of(event.start_mark), "", ["tag"])])
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise TextError([Mistake(_line_of(event.start_mark), "", ["too_deep"])])


def _wrong_nodes(node: yaml.Node, place: str = "") -> Iterator[Mistake]:
    """Keys that stand twice in a mapping, of which the second would silently win, numbers too large, and control characters."""
    if isinstance(node, yaml.ScalarNode):
        if node.tag == INTEGER_TAG and len(node.value) > LONGEST_NUMBER:
            yield Mistake(_line_of(node.start_mark), place.removesuffix("."), ["too_large"])
        if values.CONTROL.search(node.value):
            yield Mistake(_line_of(node.start_mark), place.removesuffix("."), ["control_character"])
    elif isinstance(node, yaml.MappingNode):
        counted = Counter(name.value for name, _ in node.value if isinstance(name, yaml.ScalarNode))
        for name, value in node.value:
            inner = f"{place}{name.value}"
            if counted[inner.removeprefix(place)] > 1:
                yield Mistake(_line_of(name.start_mark), inner, ["key_twice"])
            yield from _wrong_nodes(name, place)
            yield from _wrong_nodes(value, f"{inner}.")
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from _wrong_nodes(value, f"{place}{number}.")


def _wrong_texts(node: yaml.Node, place: str = "") -> Iterator[Mistake]:
    """Texts of which nobody sees anything, or not everything."""
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            yield from _wrong_texts(value, f"{place}.{name.value}" if place else name.value)
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from _wrong_texts(value, f"{place}.{number}")
    elif node.tag == TEXT_TAG and not node.value.strip():
        yield Mistake(_line_of(node.start_mark), place, ["required"])
    elif values.visible(node.value) != node.value:
        yield Mistake(_line_of(node.start_mark), place, ["invisible_character"])


def _line(tree: yaml.Node, place: str) -> int:
    """The line of a dotted place (`sections.0.fields.2.type`), or of the nearest thing around it."""
    node = tree
    for key in place.split("."):
        if isinstance(node, yaml.MappingNode):
            node = next((value for name, value in node.value if name.value == key), node)
        elif isinstance(node, yaml.SequenceNode) and key.isdigit() and int(key) < len(node.value):
            node = node.value[int(key)]
    return _line_of(node.start_mark)


def _line_of(mark: Any) -> int:
    return int(mark.line) + 1 if mark is not None else 1
