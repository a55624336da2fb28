"""OpenAPI 3.1, made from the table of operations and the contracts' schemas."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema, fields

from gateway.api.examples import BY_OPERATION
from gateway.api.operation import KEY_HEADER, ROOT, Operation
from gateway.api.problem import Problem
from gateway.api.problems import MEANINGS
from gateway.api.schemas import describe_fields, specification

ABOUT = """The JSON API of the citizens' portal: what the pages do, programs do here.

Sign in at `POST /api/v1/sessions` and send the token as `Authorization: Bearer …`. Whatever creates something takes an
`Idempotency-Key`: sent again with the same key and body it is not done again. Errors are problem+json (RFC 9457)."""

PROBLEMS: dict[HTTPStatus, str] = {
    HTTPStatus.BAD_REQUEST: "The request cannot be read, or lacks its idempotency key.",
    HTTPStatus.UNAUTHORIZED: "Nobody is signed in, or the credentials are wrong.",
    HTTPStatus.FORBIDDEN: "Signed in, but not as somebody who may do this.",
    HTTPStatus.NOT_FOUND: "There is no such thing, or none that you may know of.",
    HTTPStatus.CONFLICT: "The thing is not in a state that allows this, or the idempotency key was used with another body.",
    HTTPStatus.REQUEST_TIMEOUT: "The body did not arrive in time.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is too large.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body is not JSON.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "Some fields need another look; `fields` says which.",
    HTTPStatus.TOO_MANY_REQUESTS: "Too often in too short a time; Retry-After says when to try again.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Our mistake.",
    HTTPStatus.SERVICE_UNAVAILABLE: "Try again in a moment; Retry-After says when. The same idempotency key makes that safe.",
}
WITH_RETRY_AFTER = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)


def describe(portal_url: str, operations: Sequence[Operation]) -> dict[str, Any]:
    """The whole description."""
    spec, plugin = specification("Amtsgang", ABOUT, servers=[{"url": portal_url}], tags=_tags(operations))
    spec.components.security_scheme("session", {"type": "http", "scheme": "bearer"})
    spec.components.schema("Problem", schema=Problem)
    for status, text in PROBLEMS.items():
        spec.components.response(_name(status), _problem(status, text))
    for operation in operations:
        spec.path(ROOT + operation.path, operations={operation.method.lower(): _operation(operation, operations, plugin)})
    return dict(spec.to_dict())


def _tags(operations: Sequence[Operation]) -> list[dict[str, str]]:
    return [{"name": tag} for tag in dict.fromkeys(o.tag for o in operations)]


def _name(status: HTTPStatus) -> str:
    return status.phrase.title().replace(" ", "").replace("-", "")


def _problem(status: HTTPStatus, text: str) -> dict[str, Any]:
    described: dict[str, Any] = {"description": text, "content": {"application/problem+json": {"schema": "Problem"}}}
    if status in WITH_RETRY_AFTER:
        described["headers"] = {"Retry-After": {"description": "Seconds.", "required": True, "schema": {"type": "integer"}}}
    return described


def _operation(operation: Operation, operations: Sequence[Operation], plugin: MarshmallowPlugin) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": [operation.tag],
        "security": [{}] if operation.is_public else [{"session": []}],
        "parameters": [*_path_parameters(operation, plugin), *_query_parameters(operation, plugin), *_key(operation)],
        "responses": _responses(operation, operations),
        "x-allow": sorted(operation.allow),
    }
    if operation.failures:
        described["x-slugs"] = sorted(set(operation.failures))
    if operation.has_body:
        schema = describe_fields(plugin, operation.fields)
        body = {"schema": schema, "example": BY_OPERATION[operation.name]}
        described["requestBody"] = {"required": bool(schema["required"]), "content": {"application/json": body}}
    return described


def _path_parameters(operation: Operation, plugin: MarshmallowPlugin) -> list[dict[str, Any]]:
    converter: Any = plugin.converter
    known = operation.request().fields
    return [
        {"name": name, "in": "path", "required": True, "schema": _in_path(converter.field2property(known[name]))}
        for name in operation.parameters
    ]


def _in_path(schema: dict[str, Any]) -> dict[str, Any]:
    # An empty part of a path is another path.
    return {"minLength": 1, **schema} if schema.get("type") == "string" and "pattern" not in schema else schema


def _query_parameters(operation: Operation, plugin: MarshmallowPlugin) -> list[dict[str, Any]]:
    if operation.method != "GET":
        return []
    converter: Any = plugin.converter
    return [
        {"name": name, "in": "query", "required": field.required, "schema": _in_query(converter.field2property(field))}
        for name, field in operation.fields.items()
    ]


def _in_query(schema: dict[str, Any]) -> dict[str, Any]:
    # There is no null in a query: a parameter that is not meant is left out.
    kinds = schema.get("type")
    plain = {k: v for k, v in schema.items() if k != "default" or v is not None}
    if isinstance(kinds, list):
        plain["type"] = next(k for k in kinds if k != "null")
        if "enum" in plain:
            plain["enum"] = [v for v in plain["enum"] if v is not None]
    return plain


def _key(operation: Operation) -> list[dict[str, Any]]:
    if not operation.is_keyed:
        return []
    return [
        {
            "name": KEY_HEADER,
            "in": "header",
            "required": True,
            "description": "A new UUID for each thing that is to be created; the same one when the request is sent again.",
            "schema": {"type": "string", "pattern": "^[!-~]{1,100}$"},
        }
    ]


def _responses(operation: Operation, operations: Sequence[Operation]) -> dict[str, Any]:
    done: dict[str, Any] = {"description": operation.summary + ".", **_links(operation, operations)}
    if operation.status is not HTTPStatus.NO_CONTENT:
        is_json = operation.media_type == "application/json"
        schema: Any = operation.reply if is_json else {"type": "string", "format": "binary"}
        done["content"] = {operation.media_type: {"schema": schema}}
    if operation.location:
        done["headers"] = {
            "Location": {"description": "Where it is.", "required": True, "schema": {"type": "string", "format": "uri-reference"}}
        }
    return {str(int(operation.status)): done, **{str(int(s)): _name(s) for s in sorted(refusals(operation))}}


def _links(operation: Operation, operations: Sequence[Operation]) -> dict[str, Any]:
    """Where one can go on from an answer in JSON: to every operation whose address is made of what the answer holds."""
    found = _expressions(operation.reply()) if operation.media_type == "application/json" else {}
    links = {
        other.name: {"operationId": other.name, "parameters": {name: found[name] for name in other.parameters}}
        for other in operations
        if other is not operation and other.parameters and found.keys() >= set(other.parameters) and other.allow & operation.allow
    }
    return {"links": links} if links else {}


def _expressions(reply: Schema, path: str = "$response.body#") -> dict[str, str]:
    """Every id and slug of an answer by its name; of a list, those of its first element."""
    found: dict[str, str] = {}
    for name, field in reply.fields.items():
        if isinstance(field, fields.List) and isinstance(field.inner, fields.Nested) and path.count("/") == 0:
            found = {**_expressions(field.inner.schema, f"{path}/{name}/0"), **found}
        elif isinstance(field, fields.String):
            found[name] = f"{path}/{name}"
    return found


def refusals(operation: Operation) -> set[HTTPStatus]:
    """Every status other than the good one that the operation may answer with."""
    found = {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        HTTPStatus.SERVICE_UNAVAILABLE,
    }
    if operation.method != "GET":
        found |= {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE}
    if not operation.is_public:
        found.add(HTTPStatus.FORBIDDEN)
    if operation.parameters:
        found.add(HTTPStatus.NOT_FOUND)
    if operation.method != "GET":
        found.add(HTTPStatus.CONFLICT)
    return found | {MEANINGS[slug][0] for slug in operation.failures}
