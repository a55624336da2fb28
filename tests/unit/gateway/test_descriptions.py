"""OpenAPI and AsyncAPI, judged by their own standards' validators and held against what the house really says."""

import json
import re
import unicodedata
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator, Draft202012Validator  # type: ignore[import-untyped]
from jsonschema.exceptions import best_match  # type: ignore[import-untyped]
from openapi_spec_validator import OpenAPIV31SpecValidator

from gateway import api
from gateway.api.examples import BY_OPERATION
from services.contracts import registry
from services.contracts.din91379 import is_name, is_text, letters, name_pattern, text_pattern
from tests.fakes.bus import SAMPLES

ROOT = Path(__file__).parents[3]
ASYNCAPI_SCHEMA = ROOT / "node_modules" / "@asyncapi" / "specs" / "schemas" / "3.0.0.json"


@pytest.fixture
def openapi(client) -> dict[str, Any]:
    answer = client.simulate_get("/api/v1/openapi.json")
    assert answer.headers["Content-Type"] == "application/json"
    return dict(answer.json)


@pytest.fixture
def asyncapi(client) -> dict[str, Any]:
    return dict(client.simulate_get("/api/v1/asyncapi.json").json)


def asyncapi_mistake(described: dict[str, Any]) -> Any:
    validator = Draft7Validator(json.loads(ASYNCAPI_SCHEMA.read_text(encoding="utf-8")))
    return best_match(validator.iter_errors(described))


def test_the_openapi_description_is_valid(openapi):
    assert list(OpenAPIV31SpecValidator(openapi).iter_errors()) == []


def test_the_openapi_validator_would_notice(openapi):
    del openapi["paths"]["/api/v1/drafts"]["get"]["responses"]["200"]["description"]
    assert list(OpenAPIV31SpecValidator(openapi).iter_errors())


def test_the_asyncapi_description_is_valid(asyncapi):
    assert asyncapi["asyncapi"] == "3.0.0"
    assert asyncapi_mistake(asyncapi) is None


def test_the_asyncapi_validator_would_notice(asyncapi):
    asyncapi["operations"]["publish_order_placed"]["action"] = "shout"
    assert asyncapi_mistake(asyncapi) is not None


def test_every_route_is_described_and_every_description_is_a_route(openapi, app):
    described = {(path, method) for path, item in openapi["paths"].items() for method in item}
    assert described == {(f"/api/v1{o.path}", o.method.lower()) for o in api.OPERATIONS}
    for path in openapi["paths"]:
        assert app._router.find(path.replace("{", "").replace("}", "")) is not None


def test_every_operation_tells_who_may_what_comes_and_what_may_go_wrong(openapi):
    for item in openapi["paths"].values():
        for described in item.values():
            assert described["operationId"]
            assert described["summary"]
            assert described["x-allow"]
            assert "503" in described["responses"]
            assert ("session" in described["security"][0]) == ("anyone" not in described["x-allow"])


def test_every_error_is_a_problem(openapi):
    for name, response in openapi["components"]["responses"].items():
        assert list(response["content"]) == ["application/problem+json"], name
    with_retry = openapi["components"]["responses"]["ServiceUnavailable"]["headers"]
    assert with_retry["Retry-After"]["required"]


def test_answers_of_the_services_fit_their_description(openapi):
    """The golden samples of the contracts, against the JSON Schema that clients read."""
    for operation in api.OPERATIONS:
        path = SAMPLES / operation.service / f"{operation.name}.reply.json"
        if (
            operation.contract is None
            or operation.reply_schema
            or not path.exists()
            or operation.media_type != "application/json"
        ):
            continue
        if operation.status is HTTPStatus.NO_CONTENT:
            continue
        responses = openapi["paths"][f"/api/v1{operation.path}"][operation.method.lower()]["responses"]
        schema = responses[str(int(operation.status))]["content"]["application/json"]["schema"]
        validator = Draft202012Validator({**schema, "components": openapi["components"]})
        mistake = best_match(validator.iter_errors(json.loads(path.read_text(encoding="utf-8"))))
        assert mistake is None, f"{operation.name}: {mistake}"


def test_requests_of_the_contracts_fit_their_description(openapi):
    for operation in api.OPERATIONS:
        path = SAMPLES / operation.service / f"{operation.name}.request.json"
        if not operation.has_body or operation.request_schema or not path.exists():
            continue
        body = openapi["paths"][f"/api/v1{operation.path}"][operation.method.lower()]["requestBody"]
        schema = body["content"]["application/json"]["schema"]
        sample = json.loads(path.read_text(encoding="utf-8"))
        sent = {k: v for k, v in sample.items() if k not in operation.parameters}
        mistake = best_match(Draft202012Validator({**schema, "components": openapi["components"]}).iter_errors(sent))
        assert mistake is None, f"{operation.name}: {mistake}"


def test_every_body_has_an_example_that_fits(openapi):
    for operation in api.OPERATIONS:
        if operation.has_body:
            body = openapi["paths"][f"/api/v1{operation.path}"][operation.method.lower()]["requestBody"]["content"][
                "application/json"
            ]
            validator = Draft202012Validator({**body["schema"], "components": openapi["components"]})
            assert best_match(validator.iter_errors(body["example"])) is None, operation.name
    assert {o.name for o in api.OPERATIONS if o.has_body} == set(BY_OPERATION)


def test_every_event_of_the_house_is_described(asyncapi):
    events = registry.events()
    assert {c["address"] for c in asyncapi["channels"].values()} == set(events)
    assert {m["name"] for m in asyncapi["components"]["messages"].values()} == {e.type for e in events.values()}
    for event in events.values():
        channel = asyncapi["channels"][event.name.replace(".", "_")]
        assert channel["bindings"]["amqp"]["exchange"]["name"] == f"{event.service}.events"


def test_events_of_the_contracts_fit_their_description(asyncapi):
    for event in registry.events().values():
        path = SAMPLES / event.service / f"{event.name}.event.json"
        if not path.exists():
            continue
        schema = {"$ref": f"#/components/schemas/{event.data.__name__}", "components": asyncapi["components"]}
        mistake = best_match(Draft7Validator(schema).iter_errors(json.loads(path.read_text(encoding="utf-8"))))
        assert mistake is None, f"{event.name}: {mistake}"


def test_no_event_may_carry_personal_data(asyncapi):
    """Names of fields that would hold what a person is called or where they can be reached."""
    names = {n for s in asyncapi["components"]["schemas"].values() for n in s["properties"]}
    assert not names & {"email", "name", "given_names", "family_name", "iban", "holder", "address", "phone", "answers"}


def test_names_are_described_in_the_letters_of_din_91379():
    pattern = re.compile(name_pattern())
    for letter in letters():
        assert pattern.search(unicodedata.normalize("NFC", letter)), letter
    for name in ("Müller-Lüdenscheidt", "O'Neill", "d’Arc", " Erika", "Ǆ"):
        assert bool(pattern.search(name)) == is_name(name), name
    for other in ("", " ", "-", "Ерика", "Erika1", "Erika☺", "Erika\n!"):
        assert not pattern.search(other), other
        assert not is_name(other), other


def test_texts_for_an_office_are_described_in_the_signs_of_din_91379():
    pattern = re.compile(text_pattern())
    for letter in letters():
        assert pattern.search(unicodedata.normalize("NFC", letter)), letter
    for text in ("", "Siehe § 3 [NKAG]:\n\t„Hund“ – 12 € ^ \\ -", "Ǆ", "x\u200b", "\u202e", "\u00ad", "\0", "Ерика", "☺"):
        assert bool(pattern.search(text)) == is_text(text), text
    assert pattern.search("one\r\ntwo")


def test_whoever_creates_something_is_told_where_to_go_on(openapi):
    links = openapi["paths"]["/api/v1/drafts"]["post"]["responses"]["201"]["links"]
    assert links["add_to_cart"] == {"operationId": "add_to_cart", "parameters": {"draft_id": "$response.body#/draft_id"}}
    links = openapi["paths"]["/api/v1/documents"]["get"]["responses"]["200"]["links"]
    assert links["get_document_content"]["parameters"] == {"document_id": "$response.body#/documents/0/document_id"}


def test_the_guide_speaks_of_addresses_that_exist():
    guide = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    named = re.findall(r"(GET|POST|PUT|DELETE) /api/v1(/[a-z/{}_-]+)", guide)
    assert len(named) > 5
    assert set(named) <= {(o.method, o.path) for o in api.OPERATIONS}
    called = {re.sub(r"\$[A-Z]+", "{}", path) for path in re.findall(r"\$API(/[a-z/\-$A-Z]+)", guide)}
    known = {re.sub(r"{\w+}", "{}", o.path) for o in api.OPERATIONS}
    filled_in = {
        "/municipalities/soegel/services",
        "/municipalities/soegel/services/dog-registration",
        "/verifications/$",
        "/openapi",
    }
    assert called - known - filled_in == set()
