"""The form of requests and replies, against nameko's own reading of it and against broken input."""

import struct
from typing import Any

import orjson
import pytest

from services.contracts import wire
from services.contracts.actors import Actor, Role
from services.contracts.errors import Conflict, Internal, Invalid, NotFound, Unavailable

CLERK = Actor("staff", "0190c5a8-8e3a-7c33-8f0a-3a6a3f1b2c3d", "substantial", (Role("clerk", "soegel-ordnung"),))


def test_headers_come_back_as_they_were() -> None:
    sent = wire.RequestHeaders(CLERK, 1_795_302_484.25, 1, "key")
    assert wire.RequestHeaders.from_table(sent.as_table({"traceparent": "x"}), received=0) == sent


def test_a_foreign_client_is_nobody_with_the_usual_deadline() -> None:
    assert wire.RequestHeaders.from_table({}, received=100) == wire.RequestHeaders(Actor(), 105.0)


def test_the_deadline_survives_a_client_that_sends_floats_with_32_bits() -> None:
    now = 1_795_302_484.25
    assert abs(struct.unpack("f", struct.pack("f", now))[0] - now) > 1, "what made us send it as text"
    assert wire.RequestHeaders(CLERK, now).as_table({})[wire.DEADLINE] == "1795302484.250"


@pytest.mark.parametrize(
    "table",
    [
        {wire.ACTOR: "not JSON"},
        {wire.ACTOR: "[1]"},
        {wire.ACTOR: '{"kind": "staff", "roles": [1]}'},
        {wire.ACTOR: '{"level": "high"}'},
        {wire.DEADLINE: "soon"},
        {wire.DEADLINE: [1]},
        {wire.DEPTH: "deep"},
    ],
)
def test_broken_headers_are_invalid(table: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        wire.RequestHeaders.from_table(table, received=0)


@pytest.mark.parametrize(
    "body", [b"", b"\xff", b"[]", b"1", b'{"args":[]}', b'{"args":[1],"kwargs":{}}', b'{"args":[],"kwargs":1}']
)
def test_a_broken_request_is_invalid(body: bytes) -> None:
    with pytest.raises(Invalid):
        wire.decode_request(body)


@pytest.mark.parametrize("body", [b"", b"\xff", b"[]", b"{}", b'{"result":{}}'])
def test_a_broken_reply_is_internal(body: bytes) -> None:
    with pytest.raises(Internal):
        wire.decode_reply(body)


def test_a_failure_of_a_foreign_server_is_internal_without_its_text() -> None:
    error = {"exc_type": "ValueError", "exc_path": "builtins.ValueError", "exc_args": ["Erika"], "value": "Erika"}
    with pytest.raises(Internal) as caught:
        wire.decode_reply(orjson.dumps({"result": None, "error": error}))
    assert "Erika" not in str(caught.value)


def test_nameko_reads_our_failures() -> None:
    from nameko.exceptions import MethodNotFound, RemoteError, deserialize

    error = orjson.loads(wire.encode_failure(Conflict("orders.placed", "This order is placed already.")))["error"]
    read = deserialize(error)
    assert isinstance(read, RemoteError)
    assert (read.exc_type, read.value) == ("Conflict", "orders.placed: This order is placed already.")
    unknown = wire.encode_failure(NotFound("rpc.unknown_method", "There is no such method."), "nameko.exceptions.MethodNotFound")
    assert isinstance(deserialize(orjson.loads(unknown)["error"]), MethodNotFound)


def test_a_failure_comes_back_as_itself() -> None:
    with pytest.raises(Unavailable) as caught:
        wire.decode_reply(wire.encode_failure(Unavailable("a.b", "Text.", {"f": ["g"]})))
    assert caught.value.as_dict() == {"kind": "unavailable", "slug": "a.b", "text": "Text.", "fields": {"f": ["g"]}}
