"""What `echo` and `mirror` answer, and how the registry comes to know it."""

import sys
from types import ModuleType

from marshmallow import fields, validate

from services.contracts.registry import Method, Nothing, Reply, Request


class Words(Request):
    """A question as small as most: a name and a note."""

    name = fields.String(required=True, validate=validate.Length(min=1, max=100, error="too_long"))
    note = fields.String(required=True)


class WordsReply(Reply):
    """The same again."""

    name = fields.String(required=True)
    note = fields.String(required=True)


class Choice(Request):
    """Which error to raise."""

    kind = fields.String(required=True)


class Wait(Request):
    """How long to take over the answer."""

    seconds = fields.Float(required=True)


class Hops(Request):
    """How often to hand the question on to the other service."""

    hops = fields.Integer(required=True)
    seconds = fields.Float(load_default=5.0)


class HopsReply(Reply):
    """What the last one saw."""

    depth = fields.Integer(required=True)
    kind = fields.String(required=True)
    correlation_id = fields.String(required=True)
    deadline = fields.Float(required=True)


class Worked(Reply):
    """How many calls of `count` have been worked on."""

    count = fields.Integer(required=True)


METHODS = {
    "echo": Method(Words, WordsReply),
    "greet": Method(Words, WordsReply),
    "fail": Method(Choice, Nothing),
    "wait": Method(Wait, Nothing),
    "hand_on": Method(Hops, HopsReply),
    "call_in_transaction": Method(Nothing, Nothing),
    "count": Method(Nothing, Worked),
}


def install() -> None:
    """Make both services known in this process, as if they were of the house."""
    from tests.echo import service

    for name in ("echo", "mirror"):
        contract = ModuleType(f"services.contracts.{name}")
        contract.__dict__.update(METHODS=METHODS, EVENTS={})
        home = ModuleType(f"services.{name}.service")
        home.__dict__[name] = next(c for c in (service.Echo, service.Mirror) if c.name == name)
        sys.modules |= {contract.__name__: contract, home.__name__: home}
