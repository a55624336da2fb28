"""The contracts' marshmallow schemas as JSON Schema 2020-12, named like their classes."""

from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import fields, validate

from services.contracts import values
from services.contracts.accounts.profile import PartialDate, Phone
from services.contracts.din91379 import name_pattern, text_pattern

PRINTABLE = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
WRITTEN = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
"""Printable, with at least one character that is not white space."""
BLANK = r"^[ \t\r\n]*$"
PARTIAL_DATE = r"^\s*(?:[0-9]{4}(?:-[0-9]{1,2}(?:-[0-9]{1,2})?)?|(?:(?:[0-9]{1,2}\s*\.\s*)?[0-9]{1,2}\s*\.\s*)?[0-9]{4})?\s*$"
PHONE = r"^\s*(?:\+?[0-9 ()/.\-]{5,30})?\s*$"
NO_NUL = r"^[^\x00]*$"


def specification(title: str, description: str, **options: Any) -> tuple[APISpec, MarshmallowPlugin]:
    """An empty OpenAPI 3.1 description, and the plugin that turns schemas into its components."""
    plugin = MarshmallowPlugin(schema_name_resolver=name_of)
    spec = APISpec(title, "1.0.0", "3.1.0", plugins=[plugin], info={"description": description}, **options)
    converter: Any = plugin.converter
    converter.add_attribute_function(house_values)
    return spec, plugin


def name_of(schema: Any) -> str:
    """The name of a schema among the components: that of its class."""
    cls = schema if isinstance(schema, type) else type(schema)
    return str(cls.__name__)


def house_values(converter: Any, field: fields.Field[Any], **_: Any) -> dict[str, Any]:
    """What apispec cannot know of our own fields and slugs."""
    if isinstance(field, values.Id):
        return {"format": "uuid", "pattern": f"^{values.UUID.pattern}$", "maxLength": 36}
    if isinstance(field, PartialDate):
        return {"type": "string", "pattern": PARTIAL_DATE, "description": "`1964-08-12`; day, or day and month, may be `00`."}
    if isinstance(field, values.Text):
        return {"minLength": field.least, "maxLength": field.most, "pattern": _characters(field)}
    if isinstance(field, fields.Dict):
        keys = {} if field.key_field is None else converter.field2property(field.key_field)
        longest = next((v.max for v in field.validators if isinstance(v, validate.Length)), None)
        return {"propertyNames": keys or {"type": "string"}, **({} if longest is None else {"maxProperties": longest})}
    if isinstance(field, fields.String):
        return _pattern(field)
    return {}


def _characters(field: values.Text) -> str:
    if isinstance(field, Phone):
        return PHONE
    if isinstance(field, values.Name):
        return name_pattern() if field.least else f"{name_pattern()}|{BLANK}"
    if isinstance(field, values.OfficialText):
        return text_pattern()
    return WRITTEN if field.least else PRINTABLE


def _pattern(field: fields.String) -> dict[str, Any]:
    written = next((str(v.regex.pattern) for v in field.validators if isinstance(v, validate.Regexp)), None)
    if written is not None:
        # JSON Schema knows \Z only as $, and matches anywhere unless told where.
        return {"pattern": f"^(?:{written.replace(chr(92) + 'Z', '')})$"}
    is_listed = any(isinstance(v, validate.OneOf | validate.Equal) for v in field.validators)
    return {} if is_listed or isinstance(field, fields.Email) else {"pattern": NO_NUL}


def describe_fields(plugin: MarshmallowPlugin, chosen: dict[str, fields.Field[Any]]) -> dict[str, Any]:
    """An object schema of some fields of a request: those that the path does not hold. Others are refused."""
    converter: Any = plugin.converter
    return {
        "type": "object",
        "properties": {name: converter.field2property(field) for name, field in chosen.items()},
        "required": sorted(name for name, field in chosen.items() if field.required),
        "additionalProperties": False,
    }
