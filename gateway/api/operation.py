"""One operation of the API as data, and how a request becomes an RPC and its reply an answer."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

import orjson
from falcon.asgi import Request, Response
from marshmallow import Schema
from marshmallow import fields as marshmallow_fields

from gateway import body, visit
from gateway.refusals import BadRequest
from services.contracts import registry
from services.contracts.actors import ANYONE
from services.contracts.errors import Invalid

ROOT = "/api/v1"
KEY_HEADER = "Idempotency-Key"
KEY = re.compile(r"[\x21-\x7e]{1,100}")
PARAMETER = re.compile(r"{(\w+)}")
WHOLE_NUMBER = re.compile(r"-?\d{1,9}")
TRUTHS = {"true": True, "false": False}
PUBLIC = "public, max-age=30"
"""For answers that are the same for everybody; personal ones are `no-store`."""

Handler = Callable[..., Awaitable[dict[str, Any]]]
Render = Callable[[Response, dict[str, Any]], None]


def render_json(resp: Response, reply: dict[str, Any]) -> None:
    """The reply as JSON."""
    resp.content_type = "application/json"
    resp.data = orjson.dumps(reply)


@dataclass(frozen=True)
class Operation:
    """One line of the table from which routes and OpenAPI are made.

    `name` is the operation id and the verb of the RPC of `service`. What is not in the path comes from the body, or for GET from
    the query. A `handler` stands where the RPC alone does not do.
    """

    method: str
    path: str
    service: str
    name: str
    summary: str
    allow: frozenset[str]
    status: HTTPStatus = HTTPStatus.OK
    location: str = ""
    cache: str = ""
    handler: Handler | None = None
    request_schema: type[Schema] | None = None
    reply_schema: type[Schema] | None = None
    render: Render = render_json
    media_type: str = "application/json"
    errors: tuple[str, ...] = ()

    @cached_property
    def contract(self) -> registry.Method | None:
        """The RPC behind it, if it is just one."""
        return registry.methods(self.service).get(self.name)

    @property
    def request(self) -> type[Schema]:
        """What comes in: path, query and body together."""
        return self.request_schema or self._contract.request

    @property
    def reply(self) -> type[Schema]:
        """What goes out."""
        return self.reply_schema or self._contract.reply

    @property
    def _contract(self) -> registry.Method:
        if self.contract is None:
            raise LookupError(f"{self.name} is no RPC of {self.service} and has no schema of its own")
        return self.contract

    @property
    def is_keyed(self) -> bool:
        """Whether it creates something and therefore needs an idempotency key."""
        return self.contract is not None and self.contract.idempotent

    @property
    def is_public(self) -> bool:
        """Whether it answers without a session."""
        return self.allow >= ANYONE

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """Parameters of the path; each fills the field of its name."""
        return tuple(PARAMETER.findall(self.path))

    @cached_property
    def fields(self) -> dict[str, marshmallow_fields.Field[Any]]:
        """What may stand in the query or the body: every field that the path does not hold, by the name it has outside."""
        return {f.data_key or n: f for n, f in self.request().fields.items() if (f.data_key or n) not in self.parameters}

    @property
    def has_body(self) -> bool:
        """Whether it reads a body."""
        return self.method != "GET" and bool(self.fields)

    @property
    def tag(self) -> str:
        """The area it belongs to: the first part of its path."""
        return self.path.split("/")[1]

    @property
    def failures(self) -> tuple[str, ...]:
        """Slugs a caller must expect beside the usual ones."""
        return (*(self.contract.errors if self.contract else ()), *self.errors)

    async def respond(self, req: Request, resp: Response, params: dict[str, str]) -> None:
        """Answer one request."""
        key = idempotency_key(req) if self.is_keyed else None
        data = await self._input(req, params)
        if self.handler is not None:
            reply = await self.handler(visit.of(req), key, **data)
        else:
            reply = await visit.of(req).ask(self.service, self.name, idempotency_key=key, **data)
        resp.status = self.status.value
        if self.location:
            resp.set_header("Location", ROOT + self.location.format(**reply))
        resp.set_header("Cache-Control", self.cache or "no-store")
        if self.status is not HTTPStatus.NO_CONTENT:
            self.render(resp, reply)

    async def _input(self, req: Request, params: dict[str, str]) -> dict[str, Any]:
        given = self._query(req) if self.method == "GET" else await self._body(req)
        refused = {name: ["unknown_field"] for name in given if name not in self.fields}
        if refused:
            raise Invalid("invalid", "Some fields need another look.", fields=refused)
        data = {**given, **{name: self._typed(name, params[name]) for name in self.parameters}}
        try:
            registry.load(self.request, data)
        except Invalid as failure:
            self._raise_not_found(failure)
            raise
        return data

    def _query(self, req: Request) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, text in parse_qsl(req.query_string, keep_blank_values=True):
            if name in found:
                raise Invalid("invalid", "Some fields need another look.", fields={name: ["only_once"]})
            found[name] = self._typed(name, text)
        return found

    def _typed(self, name: str, text: str) -> Any:
        """A number where a number is wanted, true or false where one of them is; anything else stays what it is."""
        field = self.request().fields.get(name)
        if isinstance(field, marshmallow_fields.Boolean):
            return TRUTHS.get(text, text)
        return int(text) if isinstance(field, marshmallow_fields.Integer) and WHOLE_NUMBER.fullmatch(text) else text

    async def _body(self, req: Request) -> dict[str, Any]:
        if req.query_string:
            raise Invalid("invalid", "This address takes no query.", fields={n: ["unknown_field"] for n in self._query(req)})
        return await body.read_json(req)

    def _raise_not_found(self, failure: Invalid) -> None:
        """A path that names nothing that could exist is not found, rather than a mistake in a field nobody filled in."""
        if set(failure.fields) & set(self.parameters):
            raise visit.nothing_here() from None


def idempotency_key(req: Request) -> str:
    """The caller's key for this attempt."""
    key = req.get_header(KEY_HEADER)
    if key is None:
        raise BadRequest(
            "gateway.idempotency_key_missing",
            "Send an Idempotency-Key header: a new UUID for each thing you create, the same one when you send it again.",
        )
    if not KEY.fullmatch(key):
        raise BadRequest("gateway.idempotency_key_unusable", "An Idempotency-Key has 1 to 100 visible ASCII characters.")
    return key


def resource(operations: list[Operation]) -> object:
    """The Falcon resource of one path."""

    def responder(operation: Operation) -> Callable[..., Awaitable[None]]:
        async def respond(_: object, req: Request, resp: Response, **params: str) -> None:
            await operation.respond(req, resp, params)

        return respond

    responders = {f"on_{operation.method.lower()}": responder(operation) for operation in operations}
    told = {
        "allow": {operation.method: operation.allow for operation in operations},
        "operations": operations,
        "is_same_for_everybody": all(operation.cache for operation in operations),
        "works_without_party": all(operation.path.startswith("/sessions") for operation in operations),
    }
    return type("Resource", (), {**told, **responders})()
