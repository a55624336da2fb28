"""The errand through the JSON API of a running portal, and what people do who mean no good."""

import time
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
import requests

from gateway.api.examples import MANDATE
from services.contracts.din91379 import letters
from tests.answers import fill
from tests.integration.gateway.conftest import Client
from tests.patience import PATIENCE_SECONDS

SOEGEL = "034545407"


def until(holds: Callable[[], Any], seconds: float = PATIENCE_SECONDS) -> Any:
    end = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)
    return found


def is_at(client: Client, path: str, state: str) -> bool:
    """Whether a case can be seen and has come so far."""
    return bool(client.get(path).json().get("state") == state)


def told(client: Client) -> list[str]:
    """Kinds of the notices in the mailbox."""
    return [notice["kind"] for notice in client.get("/notices").json()["notices"]]


def answers(client: Client, service: str, municipality: str = "soegel", **given: Any) -> dict[str, Any]:
    offer = client.get(f"/municipalities/{municipality}/services/{service}")
    assert offer.status_code == 200, offer.text
    return fill(offer.json()["sections"], **given)


def submit(client: Client, service: str, mandate: dict[str, Any] | None = None, **given: Any) -> dict[str, Any]:
    application = {"service": service, "ars": SOEGEL, "answers": answers(client, service, **given)}
    answer = client.post("/applications", {"applications": [application], "mandate": mandate})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def test_the_whole_errand(new_citizen: Callable[..., Client], staff: Callable[[str], Client], anyone: Client):
    erika = new_citizen()
    begun = erika.post("/drafts", {"service": "dog-registration", "ars": SOEGEL})
    draft = begun.json()
    assert begun.headers["Location"] == f"/api/v1/drafts/{draft['draft_id']}"
    assert draft["errors"]
    assert erika.put(f"/cart/items/{draft['draft_id']}").status_code == 422
    saved = erika.put(f"/drafts/{draft['draft_id']}", {"answers": answers(erika, "dog-registration")}).json()
    assert saved["errors"] == {}
    business = {"service": "business-registration", "ars": SOEGEL, "answers": answers(erika, "business-registration")}
    second = erika.post("/drafts", business).json()
    for draft_id in (draft["draft_id"], second["draft_id"]):
        assert erika.put(f"/cart/items/{draft_id}").status_code == 200
    cart = erika.get("/cart").json()
    assert (len(cart["items"]), cart["total"]["cents"]) == (2, 3000)

    assert erika.post("/orders", {"expected_total_cents": 2999}).json()["slug"] == "applications.total_changed"
    placed = erika.post("/orders", {"expected_total_cents": 3000})
    order = placed.json()
    assert (placed.status_code, order["state"], len(order["cases"])) == (201, "awaiting_payment", 2)
    assert erika.get("/cart").json()["items"] == []

    pay = f"/orders/{order['order_id']}/payment"
    wrong = erika.post(pay, {"mandate": {**MANDATE, "iban": "DE02120300000000202052"}})
    assert (wrong.status_code, list(wrong.json()["fields"])) == (422, ["mandate.iban"])
    paid = erika.post(pay, {"mandate": MANDATE})
    assert (paid.status_code, paid.json()["state"]) == (201, "secured")
    assert MANDATE["iban"] not in paid.text

    clerk, other = staff("clerk.soegel"), staff("clerk.lingen")
    cases = [case["case_id"] for case in order["cases"]]
    for case_id in cases:
        until(partial(is_at, clerk, f"/cases/{case_id}", "submitted"))
        assert other.get(f"/cases/{case_id}").status_code == 404
        assert other.post(f"/cases/{case_id}/decision", {"decision": "approve"}).status_code == 404
        assert case_id in [c["case_id"] for c in clerk.get("/cases").json()["cases"]]
        assert clerk.post(f"/cases/{case_id}/review").json()["state"] == "in_review"
        assert clerk.post(f"/cases/{case_id}/decision", {"decision": "approve"}).status_code == 200

    for case_id in cases:
        until(partial(is_at, erika, f"/applications/{case_id}", "completed"))
    [document] = erika.get("/documents", case_id=cases[0]).json()["documents"]
    content = erika.get(f"/documents/{document['document_id']}/content")
    assert (content.headers["Content-Type"], content.content[:5]) == ("application/pdf", b"%PDF-")
    assert len(content.content) == document["size"]
    copy = erika.get(f"/applications/{cases[0]}/copy")
    assert (copy.status_code, copy.content[:5]) == (200, b"%PDF-")
    assert other.get(f"/applications/{cases[0]}/copy").status_code in (403, 404)
    checked = anyone.get(f"/verifications/{document['verification_code']}").json()
    assert checked["sha256"] == document["sha256"]

    until(lambda: told(erika).count("application_completed") == len(cases))
    assert {"account_registered", "order_placed", "payment_secured", "document_issued"} <= set(told(erika))
    unread = erika.get("/notices").json()["unread"]
    newest = erika.get("/notices", limit=1).json()["notices"][0]
    assert erika.post(f"/notices/{newest['notice_id']}/read").json()["is_read"]
    assert erika.get("/notices").json()["unread"] == unread - 1


def test_a_rejected_paid_application_is_refunded_by_itself(new_citizen, staff):
    erika, clerk = new_citizen(), staff("clerk.soegel")
    submitted = submit(erika, "business-registration", MANDATE)
    [case] = submitted["order"]["cases"]
    until(partial(is_at, clerk, f"/cases/{case['case_id']}", "submitted"))
    decide = f"/cases/{case['case_id']}/decision"
    assert clerk.post(decide, {"decision": "reject"}).status_code == 422
    assert clerk.post(decide, {"decision": "reject", "reason": "Das Gewerbe ist schon angemeldet."}).status_code == 200
    assert clerk.post(decide, {"decision": "approve"}).status_code == 409
    payment = f"/orders/{submitted['order_id']}/payment"
    until(lambda: erika.get(payment).json()["shares"][0]["state"] in ("released", "refunded"))
    assert erika.get(f"/applications/{case['case_id']}").json()["reason"] == "Das Gewerbe ist schon angemeldet."


def test_a_birth_certificate_ends_with_the_post(new_citizen, staff):
    erika, clerk = new_citizen(), staff("clerk.soegel")
    submitted = submit(erika, "birth-certificate", MANDATE, copies=3)
    assert submitted["payment"]["total"]["cents"] == 1500 + 2 * 750
    [case] = submitted["order"]["cases"]
    until(partial(is_at, clerk, f"/cases/{case['case_id']}", "submitted"))
    assert clerk.post(f"/cases/{case['case_id']}/dispatch").status_code == 409
    clerk.post(f"/cases/{case['case_id']}/decision", {"decision": "approve"})
    assert clerk.post(f"/cases/{case['case_id']}/dispatch").json()["state"] == "completed"


def test_another_citizens_things_do_not_exist(new_citizen, staff):
    erika, max_ = new_citizen(), new_citizen("Max", "Mustermann")
    submitted = submit(erika, "dog-registration")
    paid = submit(erika, "business-registration", MANDATE)
    draft_id = erika.post("/drafts", {"service": "dog-registration", "ars": SOEGEL}).json()["draft_id"]
    case_id = submitted["order"]["cases"][0]["case_id"]
    clerk = staff("clerk.soegel")
    clerk.post(f"/cases/{case_id}/decision", {"decision": "approve"})
    document_id = until(lambda: erika.get("/documents").json()["documents"])[0]["document_id"]
    notice_id = erika.get("/notices").json()["notices"][0]["notice_id"]
    order_id = paid["order_id"]
    forged = [
        max_.get(f"/drafts/{draft_id}"),
        max_.put(f"/drafts/{draft_id}", {"answers": {}}),
        max_.delete(f"/drafts/{draft_id}"),
        max_.put(f"/cart/items/{draft_id}"),
        max_.delete(f"/cart/items/{draft_id}"),
        max_.get(f"/orders/{order_id}"),
        max_.get(f"/orders/{order_id}/payment"),
        max_.post(f"/orders/{order_id}/payment", {"mandate": MANDATE}),
        max_.get(f"/applications/{case_id}"),
        max_.get(f"/cases/{case_id}"),
        max_.post(f"/cases/{case_id}/decision", {"decision": "approve"}),
        max_.get(f"/documents/{document_id}"),
        max_.get(f"/documents/{document_id}/content"),
        max_.post(f"/notices/{notice_id}/read"),
    ]
    assert {(f.request.method, f.url, f.status_code) for f in forged if f.status_code != 404} == set()
    assert all(f.headers["Content-Type"] == "application/problem+json" for f in forged)
    assert max_.get("/documents", case_id=case_id).json()["documents"] == []
    assert erika.get(f"/drafts/{draft_id}").status_code == 200


def test_the_same_key_is_one_order_however_often_it_is_sent(new_citizen):
    erika = new_citizen()
    application = {"service": "business-registration", "ars": SOEGEL, "answers": answers(erika, "business-registration")}
    body, key = {"applications": [application], "mandate": MANDATE}, str(uuid4())
    with ThreadPoolExecutor(4) as at_once:
        sent = list(at_once.map(lambda _: erika.post("/applications", body, key), range(4)))
    assert [s.status_code for s in sent] == [201] * 4, [s.text for s in sent]
    assert len({s.json()["order_id"] for s in sent}) == 1
    assert len({s.json()["payment"]["payment_id"] for s in sent}) == 1
    assert len(erika.get("/orders").json()["orders"]) == 1


def test_the_same_key_with_another_body_is_a_conflict(new_citizen):
    erika, key = new_citizen(), str(uuid4())
    first = erika.post("/drafts", {"service": "dog-registration", "ars": SOEGEL}, key)
    again = erika.post("/drafts", {"service": "dog-registration", "ars": SOEGEL}, key)
    other = erika.post("/drafts", {"service": "birth-certificate", "ars": SOEGEL}, key)
    assert first.json() == again.json()
    assert (other.status_code, other.json()["slug"]) == (409, "idempotency.key_reused")


def test_a_wrong_mandate_can_be_mended_under_the_same_key(new_citizen):
    erika, key = new_citizen(), str(uuid4())
    application = {"service": "business-registration", "ars": SOEGEL, "answers": answers(erika, "business-registration")}
    wrong = erika.post("/applications", {"applications": [application], "mandate": {**MANDATE, "iban": "DE00"}}, key)
    assert (wrong.status_code, list(wrong.json()["fields"])) == (422, ["mandate.iban"])
    mended = erika.post("/applications", {"applications": [application], "mandate": MANDATE}, key)
    assert (mended.status_code, mended.json()["payment"]["state"]) == (201, "secured")
    assert len(erika.get("/orders").json()["orders"]) == 1


def test_wrong_answers_are_named_one_by_one(new_citizen):
    erika = new_citizen()
    good = answers(erika, "dog-registration")
    bad = {**good, "dog_birth_date": "yesterday", "colour": None, "tail": "long"}
    answer = erika.post("/applications", {"applications": [{"service": "dog-registration", "ars": SOEGEL, "answers": bad}]})
    assert answer.status_code == 422
    assert {name.rsplit(".", 1)[-1] for name in answer.json()["fields"]} == {"dog_birth_date", "colour", "tail"}


def test_every_letter_of_din_91379_may_stand_in_a_name(new_citizen, anyone: Client):
    every = letters()
    for start in range(0, len(every), 45):
        name = "".join(every[start : start + 45])
        asked = {"family_name": "A" + name, "email": f"{uuid4().hex}@example.org", "password": "vier kleine Wörter hier"}
        answer = anyone.post("/accounts", {**asked, "given_names": "Erika"})
        assert answer.status_code == 202, answer.text
        person = new_citizen(family_name=unicodedata.normalize("NFC", "A" + name)).get("/sessions/current").json()["person"]
        assert person["family_name"] == unicodedata.normalize("NFC", "A" + name)


@pytest.mark.parametrize("name", ["Ерика", "艾丽卡", "Erika☺", "Erika\n", "<b>Erika</b>", "1234", "\u202eErika"])
def test_other_letters_are_told_at_their_field(anyone: Client, name: str):
    person = {
        "email": f"{uuid4().hex}@example.org",
        "password": "long enough for us",
        "given_names": name,
        "family_name": "Musterfrau",
    }
    answer = anyone.post("/accounts", person)
    if name.strip() == "Erika":
        assert answer.status_code == 202
    else:
        assert (answer.status_code, list(answer.json()["fields"])) == (422, ["given_names"])


def test_after_signing_out_the_token_is_worth_nothing(new_citizen):
    erika = new_citizen()
    assert erika.delete("/sessions/current").status_code == 204
    assert erika.get("/drafts").status_code == 401
    assert erika.get("/sessions/current").status_code == 401


def test_a_wrong_password_and_an_unknown_address_look_the_same(new_citizen, anyone: Client):
    email = new_citizen().get("/sessions/current").json()["person"]["email"]
    wrong = anyone.post("/sessions", {"email": email, "password": "wrong password"}).json()
    unknown = anyone.post("/sessions", {"email": f"{uuid4().hex}@example.org", "password": "wrong password"}).json()
    for told in (wrong, unknown):
        del told["correlation_id"]
    assert wrong == unknown


def test_ten_megabytes_broken_text_and_wrong_types_do_no_harm(new_citizen):
    erika = new_citizen()

    def status(body: bytes, media_type: str = "application/json") -> int:
        headers = {**erika.http.headers, "Content-Type": media_type, "Idempotency-Key": "k"}
        return requests.post(f"{erika.url}/drafts", data=body, headers=headers, timeout=PATIENCE_SECONDS).status_code

    assert status(b" " * 10_000_000) == 413
    assert status(b'{"service": "\xff"}') == 400
    assert status(b"{}", "text/plain") == 415
    assert status(b'{"service": 1, "ars": [], "answers": "x"}') == 422
    deep: Any = "x"
    for _ in range(100):
        deep = {"a": deep}
    odd_ones: list[Any] = [deep, "x" * 200_000, 10**18, 1e308, True, [], {"a": None}, "\u202e", "' OR 1=1 --"]
    for odd in odd_ones:
        answer = erika.post("/drafts", {"service": "dog-registration", "ars": SOEGEL, "answers": {"dog_name": odd, "odd": odd}})
        assert answer.status_code in (201, 422), answer.text
        if answer.status_code == 201:
            assert erika.get(f"/drafts/{answer.json()['draft_id']}").json()["errors"]


def test_a_stopped_service_is_told_while_the_others_work_on(portal, new_citizen):
    erika = new_citizen()
    portal.stop("messaging")
    try:
        answer = erika.get("/notices")
        assert (answer.status_code, answer.headers["Content-Type"]) == (503, "application/problem+json")
        assert int(answer.headers["Retry-After"]) > 0
        assert erika.get("/drafts").status_code == 200
    finally:
        portal.start_again("messaging")
    assert erika.get("/notices").status_code == 200


def test_operators_see_every_service(staff):
    told = staff("operator").get("/operations/status").json()["services"]
    assert [s["service"] for s in told if s["is_available"]] == ["accounts", "applications", "payments", "messaging", "documents"]
    assert staff("clerk.soegel").get("/operations/status").status_code == 403


def test_every_process_says_that_it_reaches_the_broker(portal):
    for process in portal.processes:
        if process.kind != "sandbox":
            figures = requests.get(f"http://127.0.0.1:{process.http_port}/metrics", timeout=PATIENCE_SECONDS).text
            assert "\namtsgang_broker_connected 1.0" in figures, process.name
