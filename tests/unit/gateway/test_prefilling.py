"""Taking the profile over into a form: at the citizen's wish, only what is empty or ticked, with its origin, of nobody else."""

import re
from typing import Any
from urllib.parse import urlencode

import pytest

from gateway.pages import answers, form_views, prefilling
from gateway.pages.language import speech
from gateway.pages.prefilling import Known
from gateway.session import COOKIE
from services.contracts import conditions
from services.contracts.errors import Unavailable
from tests.fakes.bus import FakeBus, sample
from tests.unit.gateway.conftest import TestClient
from tests.unit.gateway.test_pages import field, section

OTHER = "0198c5a1-7b1e-7c3d-9a55-1f2e3d4c5b6d"

STREET = Known("street", "Straße", "Musterstraße", "Musterstraße", "von Ihnen selbst angegeben am 2. März 2026")
TOWN = Known("town", "Ort", "Sögel", "Sögel", "geprüft")
KNOWN = {"street": STREET, "town": TOWN}


def test_only_what_is_empty_is_filled():
    assert prefilling.taken(KNOWN, {"street": "Hauptstraße", "town": " ", "breed": "Dackel"}) == {"town": "Sögel"}


def test_what_was_ticked_is_replaced():
    assert prefilling.taken(KNOWN, {"street": "Hauptstraße", "town": "Lathen"}, ["street"]) == {"street": "Musterstraße"}


def test_in_a_repeated_step_it_is_the_first_entry_that_is_filled():
    known = {"partners.0.town": Known("partners.0.town", "Person 1, Ort", "Sögel", "Sögel", "geprüft")}
    assert prefilling.taken(known, {"partners": [{"town": ""}, {"town": ""}]}) == {"partners.0.town": "Sögel"}
    assert not prefilling.is_offered(known, {"partners": []}), "there is no entry that could take it"
    assert not prefilling.is_offered(known, {"partners": [{"town": "Sögel"}]})
    [told] = prefilling.differing(known, {"partners": [{"town": "Lathen"}]})
    assert (told["typed"], told["known"], told["field"]) == ("Lathen", "Sögel", "partners.0.town")


def test_answers_that_read_otherwise_are_told_and_equal_ones_are_not():
    assert [d["field"] for d in prefilling.differing(KNOWN, {"street": "Hauptstraße", "town": "Sögel"})] == ["street"]
    assert not prefilling.is_offered(KNOWN, {"street": "Musterstraße ", "town": "Sögel"})


def test_the_origin_stands_beside_an_answer_only_while_it_is_the_profiles():
    talk = speech("de")
    sections = section(field("street", "text"), field("town", "text"))
    [step] = conditions.steps(sections, {}, answers.today())
    view = form_views.step_view(talk, step, {"street": "Musterstraße", "town": "Lathen"}, {})
    [entry] = prefilling.with_origins(talk, view, KNOWN).entries
    assert ["selbst angegeben" in f.hint for f in entry.fields] == [True, False]


def test_a_question_held_to_the_verified_identity_says_so_until_it_reads_the_same():
    talk = speech("de")
    sections = section(field("street", "text"), field("town", "text"))
    [step] = conditions.steps(sections, {}, answers.today())
    view = form_views.step_view(talk, step, {"street": "Musterstraße", "town": "Lathen"}, {})
    [entry] = prefilling.with_origins(talk, view, KNOWN, ["street", "town"]).entries
    assert ["geprüften Identität" in f.hint for f in entry.fields] == [False, True]


@pytest.fixture
def erika(app: Any) -> TestClient:
    """Her browser."""
    return TestClient(app, headers={"Cookie": f"{COOKIE}=erika"})


def test_a_form_opens_while_the_profile_is_away(bus: FakeBus, erika: TestClient):
    bus.answer("accounts", "get_profile", Unavailable("rpc.broker_away", "Please try again."))
    answer = erika.simulate_get(f"/drafts/{sample('applications', 'get_draft')['draft_id']}")
    assert answer.status_code == 200
    assert 'value="take"' not in answer.text


def test_nothing_of_oneself_is_offered_while_acting_for_another(bus: FakeBus, erika: TestClient):
    behalf = {"kind": "person", "party_id": OTHER, "grant_id": OTHER, "services": ["*"]}
    bus.sign_in("erika", kind="citizen", account_id=OTHER, behalf=behalf)
    erika.simulate_get(f"/drafts/{sample('applications', 'get_draft')['draft_id']}")
    assert not bus.made("accounts", "get_profile")


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("town", "Sögel"),
        ("street", ""),
        ("children.0.name", "Max"),
        ("children.1.name", None),
        ("attachments.proof", None),
        ("children", [{"name": "Max"}]),
    ],
)
def test_what_stands_at_a_place_is_found_and_places_for_files_are_no_inputs(place, text):
    assert answers.typed_at({"town": "Sögel", "children": [{"name": "Max"}]}, place) == text


def test_a_form_opens_while_a_file_is_missing(bus: FakeBus, erika: TestClient):
    draft = {**sample("applications", "get_draft"), "errors": {"attachments.proof": ["file_required"]}}
    bus.answer("applications", "get_draft", draft)
    assert erika.simulate_get(f"/drafts/{draft['draft_id']}?step=1").status_code == 200


@pytest.mark.parametrize(("slugs", "is_compared"), [(["not_identity"], True), (["too_long"], False)])
def test_what_is_not_the_verified_identity_stands_beside_the_button_that_replaces_it(
    bus: FakeBus, erika: TestClient, slugs: list[str], is_compared: bool
):
    service = sample("applications", "get_service")
    service["sections"] = [section(field("family_name", "name", prefill="family_name"))[0]]
    bus.answer("applications", "get_service", {**service, "identity_fields": ["family_name"]})
    draft = {**sample("applications", "get_draft"), "answers": {"family_name": "Falschmann"}, "errors": {"family_name": slugs}}
    bus.answer("applications", "get_draft", draft)
    page = erika.simulate_get(f"/drafts/{draft['draft_id']}?step=1").text
    assert ('id="replace-family_name"' in page) is is_compared
    assert "Genau wie in Ihrer geprüften Identität." in page


def begins(erika: TestClient, bus: FakeBus, **typed: str) -> dict[str, Any]:
    """Presses “Start” on the page of a service; gives what the form begins with."""
    service = sample("applications", "get_service")
    service["sections"] = [section(field("family_name", "name", prefill="family_name"), field("remark", "text"))[0]]
    bus.answer("applications", "get_service", service)
    page = erika.simulate_get(f"/soegel/{service['service']}")
    [key] = re.findall(r'name="key" value="([^"]+)"', page.text)
    token = re.findall(r'name="csrf_token" value="([^"]+)"', page.text)[-1]
    cookies = {COOKIE: "erika", **{name: cookie.value for name, cookie in page.cookies.items()}}
    body = urlencode({"csrf_token": token, "key": key, **typed})
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
    answer = erika.simulate_post(f"/soegel/{service['service']}", body=body, headers=headers, cookies=cookies)
    assert answer.status_code == 303, answer.text
    [call] = bus.made("applications", "start_draft")
    return {"answers": call.data["answers"], "taken": call.data["taken"]}


def test_a_form_begins_empty_unless_it_is_wanted_otherwise(bus: FakeBus, erika: TestClient):
    assert begins(erika, bus) == {"answers": {}, "taken": []}
    assert not bus.made("accounts", "get_profile")


def test_a_form_begins_with_what_the_account_knows_where_it_is_wanted(bus: FakeBus, erika: TestClient):
    assert begins(erika, bus, take="yes") == {"answers": {"family_name": "Musterfrau"}, "taken": ["family_name"]}


def test_a_form_for_another_begins_with_what_they_allow(bus: FakeBus, erika: TestClient):
    behalf = {"kind": "person", "party_id": OTHER, "grant_id": OTHER, "services": ["*"]}
    bus.sign_in("erika", kind="citizen", account_id=OTHER, behalf=behalf)
    bus.answer("accounts", "get_prefill", {"values": {"family_name": "Mustermann"}})
    assert begins(erika, bus, take="yes") == {"answers": {"family_name": "Mustermann"}, "taken": ["family_name"]}
    assert not bus.made("accounts", "get_profile")
