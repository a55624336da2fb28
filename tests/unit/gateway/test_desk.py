"""The page of a case: everything the office knows of it, in one place."""

from typing import Any

import pytest

from gateway.session import COOKIE
from tests.fakes.bus import FakeBus, sample

GERMAN = {"Accept-Language": "de"}
CASE = sample("applications", "get_case")
AT = "2026-09-01T10:07:00+00:00"
PAID = {"secured_at": AT, "collected_at": None, "given_back_at": None, "given_back_by": None}


def page_of(client: Any, bus: FakeBus, **changed: Any) -> str:
    bus.answer("applications", "get_case", {**CASE, **changed})
    return str(client.simulate_get(f"/staff/cases/{CASE['case_id']}", cookies={COOKIE: "clerk"}, headers=GERMAN).text)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"payment": PAID}, "durch Lastschriftmandat gesichert am 1. September 2026, 12:07 Uhr"),
        ({"payment": {**PAID, "collected_at": AT}}, "eingezogen am 1. September 2026, 12:07 Uhr"),
        ({"payment": PAID, "state": "rejected"}, "geht an die antragstellende Person zurück"),
        ({"payment": {**PAID, "given_back_at": AT, "given_back_by": "released"}, "state": "rejected"}, "nicht eingezogen"),
        ({"payment": {**PAID, "given_back_at": AT, "given_back_by": "refunded"}, "state": "rejected"}, "zurückgezahlt am"),
        ({"payment": None}, "gesichert, bevor der Vorgang einging"),
    ],
)
def test_the_page_of_a_case_says_where_the_fee_is(client: Any, bus: FakeBus, changed: dict[str, Any], said: str) -> None:
    assert said in page_of(client, bus, **changed)


def test_the_document_of_a_case_is_opened_from_its_page(client: Any, bus: FakeBus) -> None:
    address = f"/staff/cases/{CASE['case_id']}/document"
    assert address not in page_of(client, bus, document_id=None)
    assert address in page_of(client, bus, document_id=CASE["case_id"], state="completed")
    document = client.simulate_get(address, cookies={COOKIE: "clerk"})
    assert document.headers["content-type"] == "application/pdf"
    assert document.content.startswith(b"%PDF")


def test_beside_an_answer_stands_where_it_comes_from(client: Any, bus: FakeBus) -> None:
    asked = {"fields": ["given_names", "birth_date"], "message": "Bitte prüfen.", "asked_at": AT, "answered_at": AT}
    page = page_of(client, bus, taken=["given_names"], corrections=[])
    assert page.count("aus dem Konto übernommen") == 1
    assert "berichtigt am" not in page
    page = page_of(client, bus, taken=["given_names"], corrections=[{**asked, "changed": ["birth_date"]}])
    assert (page.count("aus dem Konto übernommen"), page.count("berichtigt am 1. September 2026</span>")) == (1, 1)
    page = page_of(client, bus, taken=[], corrections=[{**asked, "changed": None}])
    assert page.count("berichtigt am 1. September 2026</span>") == 2
    page = page_of(client, bus, taken=[], corrections=[{**asked, "answered_at": None, "changed": None}])
    assert "berichtigt am" not in page
