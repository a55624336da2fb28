"""Pages of the federal catalogue and the search: what is online opens its form, everything else says who is responsible."""

from copy import deepcopy

import pytest

from services.contracts.errors import NotFound
from tests.fakes.bus import sample

COUNTY = {"ars": "03454", "slug": "landkreis-emsland", "name": "Landkreis Emsland", "kind": "county"}
CITIZENS_OFFICE, TAX_OFFICE, BUILDING_OFFICE = "buergerbuero", "steueramt", "bauamt"


def member(ars, slug, name, kind, *offices):
    one = deepcopy(sample("accounts", "get_municipality"))
    office = one["offices"][0]
    own = [{**office, "office_id": f"{ars}/{each}", "name": {"de": f"{each} {slug}", "en": each}} for each in offices]
    return {**one, "ars": ars, "slug": slug, "name": name, "kind": kind, "offices": own, "phone": "+49 5952 206-0"}


SOEGEL = member("034545407", "soegel", "Samtgemeinde Sögel", "joint_municipality", CITIZENS_OFFICE, TAX_OFFICE)
LINGEN = member("034540032", "lingen", "Stadt Lingen (Ems)", "town", CITIZENS_OFFICE)
EMSLAND = member("03454", "landkreis-emsland", "Landkreis Emsland", "county", BUILDING_OFFICE)
MEMBERS = (EMSLAND, LINGEN, SOEGEL)


@pytest.fixture(autouse=True)
def _network(bus):
    summaries = deepcopy(sample("accounts", "list_municipalities"))
    keys = summaries["municipalities"][0].keys()
    summaries["municipalities"] = [{key: one[key] for key in keys} for one in MEMBERS]
    bus.answer("accounts", "list_municipalities", summaries)

    def get(_, key):
        found = next((one for one in MEMBERS if key in (one["slug"], one["ars"])), None)
        if found is None:
            raise NotFound("accounts.no_municipality", "There is none.")
        return found

    bus.answer("accounts", "get_municipality", get)


def listing(bus, **responsible):
    """The sample listing, with somebody else responsible and nothing online."""
    one = deepcopy(sample("applications", "get_listing"))
    one["responsible"] = {"at": "unknown", "offices": [], "name": None, **responsible}
    one["online"] = []
    bus.answer("applications", "get_listing", one)


def test_what_is_online_here_leads_to_its_form_and_the_rest_to_who_is_responsible(client, bus):
    page = client.simulate_get("/soegel/search", query_string="q=Hund+anmelden").text
    assert 'href="/soegel/dog-registration"' in page
    assert 'href="/soegel/catalogue/tierhaltung/10160"' in page
    [asked] = bus.made("applications", "search_services")
    assert (asked.data["q"], asked.data["ars"]) == ("Hund anmelden", "034545407")


def test_across_the_network_everybody_who_offers_it_is_named(client, bus):
    page = client.simulate_get("/search", query_string="q=Hund").text
    assert 'href="/soegel/dog-registration"' in page
    assert 'href="/lingen/dog-registration"' in page
    assert bus.made("applications", "search_services")[0].data["ars"] is None


def test_the_place_chosen_in_the_box_leads_to_its_page(client):
    answer = client.simulate_get("/search", query_string="q=Gr%C3%BCner+Pass%26&place=soegel")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/soegel/search?q=Gr%C3%BCner+Pass%26"
    answer = client.simulate_get("/soegel/search", query_string="q=Hund&place=")
    assert answer.headers["Location"] == "/search?q=Hund"
    assert client.simulate_get("/search", query_string="q=Hund&place=atlantis").status_code == 404


def test_a_place_typed_into_the_box_for_services_is_gone_to(client, bus):
    for q in ("Lingen", "stadt+lingen+(ems)"):
        assert client.simulate_get("/search", query_string=f"q={q}").headers["Location"] == "/lingen/"
    assert bus.made("applications", "search_services") == []
    assert client.simulate_get("/search", query_string="q=ling").status_code == 200, "a part of a name may be anything"


@pytest.mark.parametrize("q", ["", "%20", "a%07b"])
def test_without_a_question_nothing_is_asked(client, bus, q):
    assert client.simulate_get("/search", query_string=f"q={q}").status_code == 200
    assert bus.made("applications", "search_services") == []


def test_what_was_typed_is_shown_as_text(client):
    page = client.simulate_get("/search", query_string="q=%3Cscript%3E").text
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_nothing_found_shows_another_way(client, bus):
    bus.answer("applications", "search_services", {"found": [], "total": 0})
    page = client.simulate_get("/soegel/search", query_string="q=xyz").text
    assert "Zu „xyz“ passt nichts" in page
    assert 'href="/soegel/catalogue"' in page


def test_the_catalogue_leads_from_subject_to_service(client):
    assert 'href="/catalogue/tierhaltung"' in client.simulate_get("/catalogue").text
    page = client.simulate_get("/soegel/catalogue/tierhaltung").text
    assert 'href="/soegel/catalogue/tierhaltung/10160"' in page
    assert "Hund anmelden" in client.simulate_get("/soegel/catalogue/tierhaltung/10160").text


def test_a_service_stands_under_its_own_situation_only(client):
    assert client.simulate_get("/catalogue/geburt/10160").status_code == 404


def test_names_of_the_catalogue_are_german_in_english_pages(client):
    page = client.simulate_get("/catalogue/tierhaltung", headers={"Accept-Language": "en"}).text
    assert '<span lang="de">Hundehaltung</span>' in page


@pytest.mark.parametrize(
    ("path", "responsible", "shown", "hidden"),
    [
        ("/soegel", {"at": "municipality", "offices": [TAX_OFFICE]}, "steueramt soegel", "buergerbuero soegel"),
        ("/lingen", {"at": "municipality", "offices": [TAX_OFFICE]}, "buergerbuero lingen", "Landkreis Emsland</h"),
        ("/soegel", {"at": "county", "offices": [BUILDING_OFFICE]}, "bauamt landkreis-emsland", "buergerbuero soegel"),
        ("/soegel", {"at": "county", "offices": ["sozialamt"]}, "+49 5952 206-0", "bauamt"),
        ("", {"at": "county", "offices": [BUILDING_OFFICE]}, "bauamt landkreis-emsland", "Das Portal weiß nicht"),
        ("", {"at": "municipality"}, 'href="/lingen/catalogue/tierhaltung/10160"', "In der Regel zuständig"),
        ("/landkreis-emsland", {"at": "municipality"}, 'href="/soegel/catalogue/tierhaltung/10160"', "bauamt"),
        ("/soegel", {"at": "elsewhere", "name": {"de": "der Zoll", "en": "customs"}}, "zuständig: der Zoll", "bauamt"),
        ("/soegel", {"at": "unknown"}, "Das Portal weiß nicht, wer dafür zuständig ist", "In der Regel"),
    ],
)
def test_who_is_responsible_is_said_as_far_as_it_is_known(client, bus, path, responsible, shown, hidden):
    listing(bus, **responsible)
    page = client.simulate_get(f"{path}/catalogue/tierhaltung/10160").text
    assert shown in page
    assert hidden not in page


def test_programs_search_too(client, bus):
    answer = client.simulate_get("/api/v1/search", query_string="q=Hund&ars=034545407&limit=3")
    assert answer.json == sample("applications", "search_services")
    assert bus.made("applications", "search_services")[0].data == {"q": "Hund", "ars": "034545407", "limit": 3}
    assert client.simulate_get("/api/v1/search").status_code == 422
    assert client.simulate_get("/api/v1/listings/10160").json["name"] == "Hundehaltung"
    assert client.simulate_get("/api/v1/situations").json["subjects"]
    assert client.simulate_get("/api/v1/situations/tierhaltung").json["listings"]
