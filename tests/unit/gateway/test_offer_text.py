"""What a municipality adds to a service it offers: its own words, and office and fee as the service proposes them."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from falcon.testing import Result

from gateway.session import COOKIE
from services.chassis.clock import in_germany, now
from services.contracts.errors import Invalid
from tests.fakes.bus import FakeBus, sample
from tests.unit.gateway.conftest import TestClient

PAGE = "/staff/administration/034545407/offers/birth-certificate"
HEADERS = {"Content-Type": "application/x-www-form-urlencoded", "Accept-Language": "de"}


@pytest.fixture
def ada(app: Any, bus: FakeBus) -> TestClient:
    """She administers Sögel."""
    bus.sign_in("ada", kind="staff", account_id="0198c5a1-0000-7c3d-9a55-1f2e3d4c5b6d",
                roles=[{"role": "administrator", "office_id": "034545407/*"}])  # fmt: skip
    return TestClient(app)


def opens(client: TestClient) -> str:
    return client.simulate_get(PAGE, cookies={COOKIE: "ada"}).text


def sends(client: TestClient, do: str, **typed: str) -> Result:
    token = re.search('name="csrf_token" value="([^"]*)"', opens(client))
    assert token
    body = urlencode({"csrf_token": token[1], "version": "2", "do": do, **typed})
    return client.simulate_post(PAGE, body=body, headers=HEADERS, cookies={COOKIE: "ada"})


def test_a_municipality_says_something_of_its_own_in_both_languages_or_nothing(ada: TestClient, bus: FakeBus) -> None:
    answer = sends(ada, "text", text_de="Bitte mit Termin.", text_en="")
    assert answer.status_code == 422
    assert "Bitte schreiben Sie es in beiden Sprachen oder in keiner." in answer.text
    assert "Bitte mit Termin." in answer.text
    assert sends(ada, "text", text_de="Bitte mit Termin.", text_en="By appointment.").status_code == 303
    assert sends(ada, "text", text_de=" ", text_en="").status_code == 303
    told = [call.data["text"] for call in bus.made("applications", "set_offer_text")]
    assert told == [{"de": "Bitte mit Termin.", "en": "By appointment."}, None]


def test_who_takes_a_service_over_finds_office_and_fee_filled_in(ada: TestClient, bus: FakeBus) -> None:
    pieces = {"each_further_cents": 750, "pieces_field": "copies"}
    fee = {"valid_from": "2026-01-01", "base_cents": 1500, "legal_basis": "AllGO", **pieces}
    never: dict[str, Any] = {"is_offered": False, "office_id": None, "fees": [], "version": None, "text": None}
    offer = {**sample("applications", "get_administered_offer"), **never, "proposed": {"office": "standesamt", "fee": fee}}
    bus.answer("applications", "get_administered_offer", offer)
    page = opens(ada)
    today = in_germany(now()).date()
    for value in (f"{today:%d.%m.%Y}", "15,00", "7,50", "AllGO"):
        assert f'value="{value}"' in page
    assert '<option value="034545407/standesamt" selected>' in page
    assert '<option value="copies" selected>' in page
    later = {**fee, "valid_from": (today + timedelta(days=40)).isoformat(), "each_further_cents": None, "pieces_field": None}
    bus.answer("applications", "get_administered_offer", {**offer, "proposed": {"office": None, "fee": later}})
    assert f'value="{today + timedelta(days=40):%d.%m.%Y}"' in opens(ada)


def test_what_was_withdrawn_is_offered_again_with_one_button(ada: TestClient, bus: FakeBus) -> None:
    offer = sample("applications", "get_administered_offer")
    assert 'value="again"' not in opens(ada)
    withdrawn = {**offer, "is_offered": False, "office_id": None, "proposed": {"office": "standesamt", "fee": None}}
    bus.answer("applications", "get_administered_offer", withdrawn)
    page = opens(ada)
    assert page.count('<option value="034545407/standesamt" selected>') == 2
    assert sends(ada, "again", office_id="034545407/standesamt").headers["location"].endswith("?done=offer_offer")
    assert bus.made("applications", "offer_service")[-1].data["fee"] is None
    bus.answer("applications", "offer_service", Invalid("invalid", "", fields={"fee": ["fee_counts_what_is_gone"]}))
    refused = sends(ada, "again", office_id="034545407/standesamt")
    assert refused.status_code == 422
    assert "was das Formular nicht mehr fragt" in refused.text
    bus.answer("applications", "get_administered_offer", {**withdrawn, "fees": []})
    assert 'value="again"' not in opens(ada), "no fee is known"


def test_the_page_of_a_service_shows_the_note_of_the_municipality(client: TestClient, bus: FakeBus) -> None:
    service = {**sample("applications", "get_service"), "text": {"de": "Nur mit Termin.", "en": "By appointment only."}}
    bus.answer("applications", "get_service", service)
    page = client.simulate_get("/soegel/birth-certificate", headers={"Accept-Language": "de"}).text
    assert "Hinweis der Gemeinde" in page
    assert "Nur mit Termin." in page
