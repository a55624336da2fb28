"""Reads the catalogue's YAML files and says, with file and line, what is wrong in them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml
from marshmallow import RAISE, ValidationError, fields, validate, validates_schema

from services.contracts import applications as contract
from services.contracts import values
from services.contracts.registry import Request, flat

FOLDER = Path(__file__).parent


class CatalogueError(Exception):
    """A file of the catalogue is wrong; the text names file, line and mistake, all of them."""


class ChoiceEntry(contract.Choice):
    """A choice as it is written in a file."""

    class Meta:
        unknown = RAISE


class FieldEntry(contract.Field):
    """A field as it is written in a file."""

    class Meta:
        unknown = RAISE

    name = fields.String(required=True, validate=validate.Regexp(r"[a-z][a-z0-9]*(_[a-z0-9]+)*\Z", error="field_name"))
    choices = fields.List(fields.Nested(ChoiceEntry), load_default=list)

    @validates_schema
    def check_bounds(self, entry: dict[str, Any], **_: Any) -> None:
        """Choices belong to a choice, bounds to what can be counted, `is_past` to a date."""
        kind = entry["type"]
        if (kind == "choice") != bool(entry["choices"]):
            raise ValidationError("choices_and_type", "choices")
        answers = [choice["value"] for choice in entry["choices"]]
        if len(set(answers)) < len(answers):
            raise ValidationError("choice_twice", "choices")
        for bound in ("least", "most"):
            if entry[bound] is not None and kind not in ("integer", "text", "long_text", "name"):
                raise ValidationError("bound_and_type", bound)
        if entry["is_past"] and kind != "date":
            raise ValidationError("is_past_and_type", "is_past")


class SectionEntry(contract.Section):
    """A section as it is written in a file."""

    class Meta:
        unknown = RAISE

    fields_ = fields.List(
        fields.Nested(FieldEntry), required=True, data_key="fields", validate=validate.Length(min=1, error="empty")
    )


class ServiceEntry(Request):
    """A service as it is written in a file."""

    service = values.slug(required=True)
    leika_key = values.leika_key(required=True)
    name = fields.Nested(values.Bilingual, required=True)
    summary = fields.Nested(values.Bilingual, required=True)
    description = fields.Nested(values.Bilingual, required=True)
    legal_basis = fields.List(fields.String(), required=True, validate=validate.Length(min=1, error="empty"))
    level = values.choice(*values.LEVELS, required=True)
    ending = values.choice(*contract.ENDINGS, required=True)
    template = values.slug(load_default="")
    kept_years = fields.Integer(strict=True, load_default=10, validate=validate.Range(min=1, max=110, error="kept_years"))
    sections = fields.List(fields.Nested(SectionEntry), required=True, validate=validate.Length(min=1, error="empty"))

    @validates_schema
    def check_whole(self, entry: dict[str, Any], **_: Any) -> None:
        """A document needs its template, a letter has none, and no field stands in a form twice."""
        if (entry["ending"] == "document") != bool(entry["template"]):
            raise ValidationError("template_and_ending", "template")
        names = [field["name"] for section in entry["sections"] for field in section["fields_"]]
        if len(set(names)) < len(names):
            raise ValidationError("field_twice", "sections")


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

    def fields(self) -> Iterator[dict[str, Any]]:
        """Every field of the form, in order."""
        for section in self.sections:
            yield from section["fields_"]


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
    """The services of the portal's catalogue by slug."""
    return read(FOLDER)


def _service(path: Path) -> Service:
    try:
        loader = yaml.SafeLoader(path.read_text(encoding="utf-8"))
        tree = loader.get_single_node()
        if tree is None:
            raise CatalogueError(f"{path.name}:1: empty")
        raw = loader.construct_document(tree)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise CatalogueError(f"{path.name}:{line}: {error.problem}") from None
    try:
        service = Service(**ServiceEntry().load(raw))
    except ValidationError as error:
        wrong = flat(error.messages)
        raise CatalogueError(
            "\n".join(f"{path.name}:{_line(tree, place)}: {place}: {', '.join(slugs)}" for place, slugs in wrong.items())
        ) from None
    if service.service != path.stem:
        raise CatalogueError(f"{path.name}:{_line(tree, 'service')}: service: the file must be called {service.service}.yaml")
    return service


def _line(tree: yaml.Node, place: str) -> int:
    """The line of a dotted place (`sections.0.fields.2.type`), or of the nearest thing around it."""
    node = tree
    for key in place.split("."):
        if isinstance(node, yaml.MappingNode):
            node = next((value for name, value in node.value if name.value == key), node)
        elif isinstance(node, yaml.SequenceNode) and key.isdigit() and int(key) < len(node.value):
            node = node.value[int(key)]
    return int(node.start_mark.line) + 1
