"""The API over a fake bus: what reaches the services, and what comes back."""

import asyncio
from base64 import b64encode
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest

from gateway import api
from services.contracts import registry
from services.contracts.actors import ANYONE, CITIZEN, ROLES, staff
from services.contracts.errors import Conflict, Internal, Invalid, NotFound, RateLimited, Timeout, Unauthenticated, Unavailable
from tests.fakes.bus import FakeBus, sample
from tests.unit.gateway.conftest import ERIKA, PORTAL_URL

KINDS = ANYONE | CITIZEN | staff(*ROLES)
DRAFT_ID = "0198c5a1-7b1e-7c3d-9a55-1f2e3d4c5b99"
ORDER_ID = "0198c5a1-7b1e-7c3d-9a55-1f2e3d4c5b98"
KEY = {"Idempotency-Key": "f2b9a6ce-8f3e-4c40-9a53-d5a0f3a4f9b1"}
MANDATE = {"holder": "Erika Musterfrau", "iban": "DE02120300000000202051", "agrees": True}
APPLICATION = {"service": "dog-registration", "ars": "034545407", "answers": {"name": "Bello"}}


def order(cents: int = 3000, state: str = "awaiting_payment") -> dict[str, Any]:
    total = {"cents": cents, "currency": "EUR"}
    return {"order_id": ORDER_ID, "state": state, "total": total, "placed_at": "2026-03-02T09:00:00+00:00", "cases": []}


def payment() -> dict[str, Any]:
    return {
        "payment_id": DRAFT_ID, "order_id": ORDER_ID, "state": "secured", "total": {"cents": 3000, "currency": "EUR"},
        "shares": [], "mandate_reference": "AG-1", "masked_iban": "DE…51",
    }  # fmt: skip


def draft() -> dict[str, Any]:
    return {
        "draft_id": DRAFT_ID, "service": "dog-registration", "ars": "034545407", "answers": {}, "errors": {"name": ["required"]},
        "fee": {"cents": 0, "currency": "EUR"}, "is_in_cart": False,
        "changed_at": "2026-03-02T09:00:00+00:00", "expires_at": "2026-04-01T09:00:00+00:00",
    }  # fmt: skip


def test_every_operation_says_who_may_use_it_and_is_named_like_its_rpc():
    assert all(o.allow and o.allow <= KINDS for o in api.OPERATIONS)
    names = [o.name for o in api.OPERATIONS]
    assert len(names) == len(set(names))
    assert {o.name for o in api.OPERATIONS if o.contract is None} == {"list_services_of_municipality"}


def test_every_command_of_a_contract_that_is_idempotent_needs_a_key():
    for operation in api.OPERATIONS:
        assert operation.is_keyed == (operation.contract is not None and operation.contract.idempotent)


def test_every_rpc_for_people_can_be_reached_through_the_api():
    for_services_only = {
        "confirm_behalf", "count_open_cases", "count_work_of_office", "get_case_for_document", "get_contact", "get_mail",
        "render_activation_letter", "render_copy",
    }  # fmt: skip
    within_another = {
        "show_confirmation",  # the page before the button; a program knows what it is about to confirm
        "confirm_password",  # the export asks it itself
        "get_office",  # get_municipality has every office
    }
    reachable = {o.name for o in api.OPERATIONS}
    wanted = {m for s in registry.SERVICES for m in registry.methods(s)}
    assert wanted - reachable == for_services_only | within_another


def test_a_created_draft_has_an_address(bus: FakeBus, as_):
    bus.answer("applications", "start_draft", draft())
    answer = as_("erika").simulate_post("/api/v1/drafts", json={"service": "dog-registration", "ars": "034545407"}, headers=KEY)
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/api/v1/drafts/{DRAFT_ID}"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json == draft()
    [call] = bus.made("applications", "start_draft")
    assert (call.actor.kind, call.actor.account_id) == ("citizen", ERIKA)
    assert call.idempotency_key == KEY["Idempotency-Key"]


def test_a_draft_is_saved_by_its_address_and_its_body(bus: FakeBus, as_):
    bus.answer("applications", "save_draft", draft())
    answer = as_("erika").simulate_put(f"/api/v1/drafts/{DRAFT_ID}", json={"answers": {"name": "Bello"}})
    assert answer.status_code == 200
    assert bus.made("applications", "save_draft")[0].data == {"draft_id": DRAFT_ID, "answers": {"name": "Bello"}}


def test_a_field_of_the_address_is_refused_in_the_body(as_):
    answer = as_("erika").simulate_put(f"/api/v1/drafts/{DRAFT_ID}", json={"answers": {}, "draft_id": ORDER_ID})
    assert (answer.status_code, answer.json["fields"]) == (422, {"draft_id": ["unknown_field"]})


def test_a_discarded_draft_answers_nothing(bus: FakeBus, as_):
    bus.answer("applications", "discard_draft", {})
    answer = as_("erika").simulate_delete(f"/api/v1/drafts/{DRAFT_ID}")
    assert (answer.status_code, answer.text) == (204, "")


def test_a_creating_request_without_a_key_is_told_what_to_do(as_):
    answer = as_("erika").simulate_post("/api/v1/drafts", json={"service": "dog-registration", "ars": "034545407"})
    assert (answer.status_code, answer.json["slug"]) == (400, "gateway.idempotency_key_missing")
    assert "UUID" in answer.json["detail"]


@pytest.mark.parametrize("key", ["", " ", "ä", "x" * 101])
def test_an_unusable_key_is_refused(as_, key: str):
    headers = {"Idempotency-Key": key.encode("utf-8").decode("latin-1")}
    assert as_("erika").simulate_post("/api/v1/orders", json={"expected_total_cents": 0}, headers=headers).status_code == 400


def test_the_same_key_with_another_body_is_a_conflict(bus: FakeBus, as_):
    bus.answer("applications", "place_order", Conflict("idempotency.key_reused", "Use a new key."))
    answer = as_("erika").simulate_post("/api/v1/orders", json={"expected_total_cents": 3000}, headers=KEY)
    assert (answer.status_code, answer.json["slug"]) == (409, "idempotency.key_reused")


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"expected_total_cents": ["required"]}),
        ({"expected_total_cents": "12"}, {"expected_total_cents": ["integer"]}),
        ({"expected_total_cents": 1.5}, {"expected_total_cents": ["integer"]}),
        ({"expected_total_cents": -1}, {"expected_total_cents": ["cents"]}),
        ({"expected_total_cents": None}, {"expected_total_cents": ["required"]}),
        ({"expected_total_cents": 0, "more": 1}, {"more": ["unknown_field"]}),
    ],
)
def test_wrong_fields_are_named(bus: FakeBus, as_, body: dict[str, Any], fields: dict[str, list[str]]):
    answer = as_("erika").simulate_post("/api/v1/orders", json=body, headers=KEY)
    assert (answer.status_code, answer.json["fields"]) == (422, fields)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert not bus.made("applications", "place_order")


@pytest.mark.parametrize("reason", ["\u200b", "\u202e", "Der Hund\u00ad lebt in Lingen.", "\ufeff", "\u2066Text", "☺", "\x07", 1])
@pytest.mark.parametrize("decision", ["approve", "reject"])
def test_a_reason_that_nobody_can_read_is_refused(bus: FakeBus, as_, decision: str, reason: object):
    body = {"decision": decision, "reason": reason}
    answer = as_("clerk").simulate_post(f"/api/v1/cases/{ORDER_ID}/decision", json=body)
    assert (answer.status_code, answer.json["fields"]) == (422, {"reason": ["text"]})
    assert not bus.made("applications", "decide_case")


@pytest.mark.parametrize("reason", ["Es fehlt:\r\n\t– der „Nachweis“ (§ 3)", "Łukasz Žižek", None, "x" * 2000])
def test_a_reason_may_have_lines(bus: FakeBus, as_, reason: str | None):
    answer = as_("clerk").simulate_post(f"/api/v1/cases/{ORDER_ID}/decision", json={"decision": "reject", "reason": reason})
    assert answer.status_code == 200
    assert len(bus.made("applications", "decide_case")) == 1


def test_nested_fields_are_named_with_dots(as_):
    body = {"mandate": {"holder": "Erika", "agrees": "perhaps"}}
    answer = as_("erika").simulate_post(f"/api/v1/orders/{ORDER_ID}/payment", json=body, headers=KEY)
    assert answer.json["fields"] == {"mandate.iban": ["required"], "mandate.agrees": ["yes_no"]}


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("state=lost", {"state": ["choice"]}),
        ("limit=many", {"limit": ["integer"]}),
        ("limit=0", {"limit": ["limit"]}),
        ("limit=1.0", {"limit": ["integer"]}),
        ("limit=99999999999999999999", {"limit": ["integer"]}),
        ("before=me", {"before": ["id"]}),
        ("limit=1&limit=2", {"limit": ["only_once"]}),
        ("colour=red", {"colour": ["unknown_field"]}),
        ("state=", {"state": ["choice"]}),
    ],
)
def test_wrong_query_values_are_named(as_, query: str, fields: dict[str, list[str]]):
    answer = as_("erika").simulate_get("/api/v1/applications", query_string=query)
    assert (answer.status_code, answer.json["fields"]) == (422, fields)


def test_a_query_reaches_the_service_in_its_types(bus: FakeBus, as_):
    bus.answer("applications", "list_applications", {"cases": [], "more": False})
    as_("erika").simulate_get("/api/v1/applications", query_string="limit=7&state=submitted")
    assert bus.made("applications", "list_applications")[0].data == {"limit": 7, "state": "submitted"}


def test_a_query_says_yes_or_no_with_true_and_false(bus: FakeBus, as_):
    roles = [{"role": "editor", "office_id": "03454/*"}]
    bus.sign_in("editor", kind="staff", account_id="0198c5a1-0000-7c3d-9a55-1f2e3d4c5b6c", roles=roles)
    bus.answer("applications", "compare_editions", {"changes": []})
    changes = "/api/v1/editing/03454/services/dog-registration/changes"
    assert as_("editor").simulate_get(changes, query_string="before=2&with_shipped=true").status_code == 200
    assert bus.made("applications", "compare_editions")[0].data["with_shipped"] is True
    assert as_("editor").simulate_get(changes, query_string="before=2&with_shipped=yes").json["fields"] == {
        "with_shipped": ["yes_no"]
    }


@pytest.mark.parametrize("forged", ["1", "null", "0198C5A1-7B1E-7C3D-9A55-1F2E3D4C5B99", "..", "%00", "' OR 1=1"])
def test_an_id_that_cannot_be_is_not_found(as_, forged: str):
    answer = as_("erika").simulate_get(f"/api/v1/drafts/{forged}")
    assert answer.status_code in (400, 404)
    assert answer.status_code == 404 or forged == "%00"


def test_what_the_service_does_not_find_is_not_found(bus: FakeBus, as_):
    bus.answer("applications", "get_draft", NotFound("applications.no_draft", "There is no such draft."))
    answer = as_("max").simulate_get(f"/api/v1/drafts/{DRAFT_ID}")
    assert (answer.status_code, answer.json["slug"]) == (404, "applications.no_draft")


def test_a_problem_tells_everything_rfc_9457_asks_for(bus: FakeBus, as_):
    bus.answer("applications", "get_draft", NotFound("applications.no_draft", "There is no such draft."))
    answer = as_("max").simulate_get(f"/api/v1/drafts/{DRAFT_ID}", headers={"X-Correlation-Id": "errand-number-1"})
    assert answer.json == {
        "type": f"{PORTAL_URL}/problems/applications.no_draft",
        "title": "Not found",
        "status": 404,
        "detail": "There is no such draft.",
        "slug": "applications.no_draft",
        "correlation_id": "errand-number-1",
    }
    assert answer.headers["X-Correlation-Id"] == "errand-number-1"


@pytest.mark.parametrize("failure", [Unavailable("rpc.broker_away", "Later."), Timeout("rpc.timeout", "Later.")])
def test_what_may_work_in_a_moment_says_when(bus: FakeBus, as_, failure):
    bus.answer("applications", "list_drafts", failure)
    answer = as_("erika").simulate_get("/api/v1/drafts")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


def test_too_many_attempts_say_when(bus: FakeBus, client):
    bus.answer("accounts", "sign_in", RateLimited("accounts.too_many_attempts", "Too many attempts."))
    answer = client.simulate_post("/api/v1/sessions", json={"email": "citizen@example.org", "password": "wrong"})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_what_nobody_foresaw_tells_nothing(bus: FakeBus, as_):
    def broken(_actor: object) -> dict[str, Any]:
        raise ZeroDivisionError("Erika Musterfrau, Musterweg 1")

    bus.answer("applications", "list_drafts", broken)
    answer = as_("erika").simulate_get("/api/v1/drafts")
    assert (answer.status_code, answer.json["slug"]) == (500, "internal")
    assert "Erika" not in answer.text
    assert "Traceback" not in answer.text


def test_without_a_token_one_is_asked_to_sign_in(client):
    answer = client.simulate_get("/api/v1/drafts")
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize("header", ["Basic abc", "Bearer", "Bearer ", "Bearer nobody", f"Bearer {'x' * 300}"])
def test_a_wrong_token_is_not_nobody(client, header: str):
    assert client.simulate_get("/api/v1/drafts", headers={"Authorization": header}).status_code == 401


def test_a_cookie_is_no_key_to_the_api(client):
    answer = client.simulate_get("/api/v1/drafts", cookies={"amtsgang_session": "erika"})
    assert answer.status_code == 401


def test_a_clerk_is_no_citizen_and_a_citizen_no_clerk(as_):
    assert as_("clerk").simulate_get("/api/v1/drafts").status_code == 403
    assert as_("erika").simulate_get("/api/v1/cases").status_code == 403


def test_an_address_that_names_a_thing_does_not_tell_whether_it_exists(bus: FakeBus, as_):
    assert as_("erika").simulate_get(f"/api/v1/cases/{DRAFT_ID}").status_code == 404
    assert as_("clerk").simulate_get(f"/api/v1/applications/{DRAFT_ID}").status_code == 404
    assert as_("clerk").simulate_get(f"/api/v1/documents/{DRAFT_ID}/content").status_code == 404
    assert [c.method for c in bus.calls if c.method != "resolve_session"] == []


def test_sign_in_gives_a_token_and_sign_out_takes_it(bus: FakeBus, client, as_):
    opened = client.simulate_post("/api/v1/sessions", json={"email": "citizen@example.org", "password": "password"})
    assert opened.status_code == 201
    assert opened.headers["Location"] == "/api/v1/sessions/current"
    assert opened.json == sample("accounts", "sign_in")
    assert "Set-Cookie" not in opened.headers
    bus.answer("accounts", "sign_out", {})
    assert as_("erika").simulate_delete("/api/v1/sessions/current").status_code == 204
    assert bus.made("accounts", "sign_out")[0].data == {"token": "erika"}


def test_wrong_credentials_are_unauthenticated(bus: FakeBus, client):
    bus.answer(
        "accounts", "sign_in", Unauthenticated("accounts.wrong_credentials", "The e-mail address or the password is wrong.")
    )
    answer = client.simulate_post("/api/v1/sessions", json={"email": "citizen@example.org", "password": "wrong"})
    assert (answer.status_code, answer.json["slug"]) == (401, "accounts.wrong_credentials")


def test_the_current_session_tells_who_is_signed_in(as_):
    answer = as_("erika").simulate_get("/api/v1/sessions/current")
    assert answer.json["actor"]["account_id"] == ERIKA
    assert registry.check(registry.method("accounts", "resolve_session").reply, answer.json) == {}


def test_the_catalogue_is_asked_once_for_many_readers(bus: FakeBus, client):
    for _ in range(3):
        answer = client.simulate_get("/api/v1/municipalities")
        assert answer.json == sample("accounts", "list_municipalities")
        assert answer.headers["Cache-Control"] == "public, max-age=30"
    assert len(bus.made("accounts", "list_municipalities")) == 1


def test_the_catalogue_needs_no_session(bus: FakeBus, client):
    client.simulate_get("/api/v1/municipalities", headers={"Authorization": "Bearer long-gone"})
    assert not bus.made("accounts", "resolve_session")


def test_services_of_a_municipality_are_asked_by_its_ars(bus: FakeBus, client):
    ars = sample("accounts", "get_municipality")["ars"]
    bus.answer("applications", "list_services", {"services": []})
    assert client.simulate_get("/api/v1/municipalities/soegel/services").json == {"services": []}
    assert bus.made("applications", "list_services")[0].data == {"ars": ars}
    bus.answer("applications", "get_service", NotFound("applications.not_offered", "Not offered here."))
    assert client.simulate_get("/api/v1/municipalities/soegel/services/passport").status_code == 404
    assert bus.made("applications", "get_service")[0].data == {"service": "passport", "ars": ars, "version": None}


def test_submitting_orders_and_pays(bus: FakeBus, as_):
    bus.answer("applications", "submit_applications", order())
    bus.answer("payments", "start_payment", payment())
    body = {"applications": [APPLICATION], "mandate": MANDATE}
    answer = as_("erika").simulate_post("/api/v1/applications", json=body, headers=KEY)
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/api/v1/orders/{ORDER_ID}"
    assert answer.json["payment"] == payment()
    assert answer.json["order"]["state"] == "paid"
    assert bus.made("applications", "submit_applications")[0].data == {"applications": [APPLICATION]}
    assert bus.made("payments", "start_payment")[0].data == {"order_id": ORDER_ID, "mandate": MANDATE}
    assert {c.idempotency_key for c in bus.calls if c.idempotency_key} == {KEY["Idempotency-Key"]}


def test_what_is_free_is_not_paid(bus: FakeBus, as_):
    bus.answer("applications", "submit_applications", order(0, "free"))
    body = {"applications": [APPLICATION], "mandate": MANDATE}
    answer = as_("erika").simulate_post("/api/v1/applications", json=body, headers=KEY)
    assert (answer.status_code, answer.json["payment"]) == (201, None)
    assert not bus.made("payments", "start_payment")


def test_without_a_mandate_the_order_waits_for_its_payment(bus: FakeBus, as_):
    bus.answer("applications", "submit_applications", order())
    answer = as_("erika").simulate_post("/api/v1/applications", json={"applications": [APPLICATION]}, headers=KEY)
    assert (answer.json["order"]["state"], answer.json["payment"]) == ("awaiting_payment", None)


def test_a_payment_waits_until_payments_has_heard_of_the_order(bus: FakeBus, as_):
    tries = []

    def not_yet(_actor: object, **_: Any) -> dict[str, Any]:
        tries.append(1)
        if len(tries) < 3:
            raise Unavailable("payments.order_not_known_yet", "The order has not arrived yet.")
        return payment()

    bus.answer("payments", "start_payment", not_yet)
    answer = as_("erika").simulate_post(f"/api/v1/orders/{ORDER_ID}/payment", json={"mandate": MANDATE}, headers=KEY)
    assert (answer.status_code, len(tries)) == (201, 3)
    assert answer.headers["Location"] == f"/api/v1/orders/{ORDER_ID}/payment"


def test_a_payment_for_an_order_that_is_not_there_is_not_waited_for(bus: FakeBus, as_):
    bus.answer("payments", "start_payment", Unavailable("payments.order_not_known_yet", "Not yet."))
    bus.answer("applications", "get_order", NotFound("applications.no_order", "There is no such order."))
    answer = as_("max").simulate_post(f"/api/v1/orders/{ORDER_ID}/payment", json={"mandate": MANDATE}, headers=KEY)
    assert (answer.status_code, answer.json["slug"]) == (404, "applications.no_order")


def test_a_payment_for_what_is_free_is_not_waited_for(bus: FakeBus, as_):
    bus.answer("payments", "start_payment", Unavailable("payments.order_not_known_yet", "Not yet."))
    bus.answer("applications", "get_order", order(0, "free"))
    answer = as_("erika").simulate_post(f"/api/v1/orders/{ORDER_ID}/payment", json={"mandate": MANDATE}, headers=KEY)
    assert (answer.status_code, answer.json["slug"]) == (404, "payments.no_payment")


def test_another_unavailability_is_not_waited_for(bus: FakeBus, as_):
    bus.answer("payments", "start_payment", Unavailable("rpc.broker_away", "Later."))
    answer = as_("erika").simulate_post(f"/api/v1/orders/{ORDER_ID}/payment", json={"mandate": MANDATE}, headers=KEY)
    assert answer.status_code == 503
    assert len(bus.made("payments", "start_payment")) == 1


def test_a_wrong_iban_is_told_at_its_field(bus: FakeBus, as_):
    bus.answer("payments", "start_payment", Invalid("payments.iban_invalid", "Wrong.", fields={"mandate.iban": ["iban"]}))
    answer = as_("erika").simulate_post(f"/api/v1/orders/{ORDER_ID}/payment", json={"mandate": MANDATE}, headers=KEY)
    assert (answer.status_code, answer.json["fields"]) == (422, {"mandate.iban": ["iban"]})


def test_a_document_is_a_download(bus: FakeBus, as_):
    content = {
        "document_id": DRAFT_ID, "case_id": ORDER_ID, "service": "dog-registration", "ars": "034545407",
        "title": {"de": "Bestätigung", "en": "Confirmation"}, "filename": "bestätigung.pdf", "size": 8, "sha256": "0" * 64,
        "verification_code": "ABCD", "issued_at": "2026-03-02T09:00:00+00:00",
        "media_type": "application/pdf", "content_base64": b64encode(b"%PDF-1.7").decode(),
    }  # fmt: skip
    bus.answer("documents", "get_document_content", content)
    answer = as_("erika").simulate_get(f"/api/v1/documents/{DRAFT_ID}/content")
    assert (answer.content, answer.headers["Content-Type"]) == (b"%PDF-1.7", "application/pdf")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename")


def test_operators_see_every_service_also_those_that_do_not_answer(bus: FakeBus, as_):
    def status(service: str) -> dict[str, Any]:
        return {**sample("accounts", "get_status"), "service": service}

    for service in registry.SERVICES:
        bus.answer(service, "get_status", status(service))
    bus.answer("payments", "get_status", Timeout("rpc.timeout", "No answer."))
    bus.answer("documents", "get_status", Internal("internal", "Our mistake."))
    answer = as_("operator").simulate_get("/api/v1/operations/status")
    assert [s["service"] for s in answer.json["services"]] == list(registry.SERVICES)
    assert [s["service"] for s in answer.json["services"] if not s["is_available"]] == ["payments", "documents"]
    assert as_("clerk").simulate_get("/api/v1/operations/status").status_code == 403


def test_the_trace_goes_on_into_the_services(bus: FakeBus, as_):
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    bus.answer("applications", "list_drafts", {"drafts": []})
    as_("erika").simulate_get("/api/v1/drafts", headers={"traceparent": trace, "X-Correlation-Id": "errand-number-2"})
    call = bus.made("applications", "list_drafts")[0]
    assert call.trace is not None
    assert call.trace["traceparent"][3:35] == trace[3:35]
    assert call.trace["traceparent"] != trace
    assert call.trace["amtsgang.correlation-id"] == "errand-number-2"


async def test_readers_at_the_same_time_share_one_question():
    from gateway.catalogue import Catalogue

    class SlowBus(FakeBus):
        async def call(self, *args: Any, **data: Any) -> dict[str, Any]:
            await asyncio.sleep(0.01)
            return await super().call(*args, **data)

    bus = SlowBus()
    catalogue = Catalogue(bus)
    answers = await asyncio.gather(*(catalogue.municipalities() for _ in range(20)))
    assert len(bus.calls) == 1
    assert all(a is answers[0] for a in answers)


def audit_entry(sequence: int, at: str) -> dict[str, Any]:
    return {
        **sample("applications", "list_audit_entries")["entries"][0],
        "sequence": sequence,
        "at": f"2026-03-{at}T09:00:00+00:00",
    }


def test_the_audit_logs_of_all_services_are_read_as_one(bus: FakeBus, as_):
    for service in registry.SERVICES:
        bus.answer(service, "list_audit_entries", {"entries": [], "more": False})
    bus.answer("accounts", "list_audit_entries", {"entries": [audit_entry(9, "03"), audit_entry(8, "01")], "more": True})
    bus.answer("applications", "list_audit_entries", {"entries": [audit_entry(5, "02")], "more": False})
    first = as_("erika").simulate_get("/api/v1/audit-log", query_string="of=myself&limit=2").json
    assert [(e["service"], e["sequence"]) for e in first["entries"]] == [("accounts", 9), ("applications", 5)]
    bus.calls.clear()
    as_("erika").simulate_get("/api/v1/audit-log", query_string=f"of=myself&limit=2&before={first['next']}")
    asked = [(c.service, c.data["before"], c.data["of"]) for c in bus.calls if c.method == "list_audit_entries"]
    assert asked == [("accounts", 9, "myself")]


def test_the_last_page_of_the_audit_log_says_so(bus: FakeBus, as_):
    for service in registry.SERVICES:
        bus.answer(service, "list_audit_entries", {"entries": [], "more": False})
    assert as_("operator").simulate_get("/api/v1/audit-log", query_string="of=offices").json == {"entries": [], "next": None}


@pytest.mark.parametrize(
    "cursor", ["", "accounts", "accounts:", "accounts:x", "post:1", "accounts:1,", "accounts:1234567890123456"]
)
def test_a_cursor_of_the_audit_log_that_cannot_be_is_refused(as_, cursor: str):
    answer = as_("erika").simulate_get("/api/v1/audit-log", query_string=f"of=myself&before={cursor}")
    assert (answer.status_code, answer.json["fields"]) == (422, {"before": ["cursor"]})


def test_the_export_is_a_file_of_everything(bus: FakeBus, as_):
    for service in registry.SERVICES:
        bus.answer(service, "export_records", {"records": [{"table": "things", "values": {"service": service}}], "next": None})
    answer = as_("erika").simulate_post("/api/v1/accounts/current/export", json={"password": "eine lange Sommerwiese"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/zip")
    assert answer.headers["Cache-Control"] == "no-store"
    with ZipFile(BytesIO(answer.content)) as file:
        assert file.testzip() is None
        assert {f"{service}.json" for service in registry.SERVICES} | {"index.html", "manifest.json"} == set(file.namelist())
    assert bus.made("accounts", "confirm_password")[0].data == {"password": "eine lange Sommerwiese"}


def test_the_export_holds_attached_files_with_what_is_in_them(bus: FakeBus, as_):
    def part(_actor: Any, file_id: str, number: int) -> dict[str, Any]:
        found = {**sample("applications", "get_file_part"), "file_id": file_id, "parts": 2}
        return {**found, "content_base64": b64encode([b"%PDF-", b"1.7"][number]).decode()}

    come = {"id": DRAFT_ID, "filename": "Police: Müller/2026.pdf", "kind": "pdf"}
    never = {"id": ORDER_ID, "filename": "Nie angekommen.pdf", "kind": None}
    for service in registry.SERVICES:
        records = [{"table": "files", "values": file} for file in (come, never)] if service == "applications" else []
        bus.answer(service, "export_records", {"records": records, "next": None})
    bus.answer("applications", "get_file_part", part)
    answer = as_("erika").simulate_post("/api/v1/accounts/current/export", json={"password": "eine lange Sommerwiese"})
    with ZipFile(BytesIO(answer.content)) as file:
        assert [name for name in file.namelist() if name.startswith("files/")] == [f"files/{DRAFT_ID}-Police_ Müller_2026.pdf"]
        assert file.read(f"files/{DRAFT_ID}-Police_ Müller_2026.pdf") == b"%PDF-1.7"
        assert "Police: Müller/2026.pdf" in file.read("index.html").decode()


def test_without_the_password_nothing_is_exported(bus: FakeBus, as_):
    bus.answer("accounts", "confirm_password", Invalid("accounts.wrong_password", "Wrong.", fields={"password": ["wrong"]}))
    answer = as_("erika").simulate_post("/api/v1/accounts/current/export", json={"password": "falsch"})
    assert (answer.status_code, answer.json["slug"]) == (422, "accounts.wrong_password")
    assert not [call for call in bus.calls if call.method == "export_records"]


def test_an_erasure_tells_where_its_receipt_is(bus: FakeBus, as_, client):
    started = as_("erika").simulate_post("/api/v1/accounts/current/erasure", json={"password": "eine lange Sommerwiese"})
    assert started.status_code == 202
    assert started.headers["Location"] == f"/api/v1/erasures/{sample('accounts', 'request_erasure')['receipt_token']}"
    receipt = client.simulate_get(started.headers["Location"])
    assert receipt.json == sample("accounts", "get_erasure_receipt")
