import copy
from pathlib import Path

import pytest

from deploy.network import read
from services.accounts import municipalities, network
from services.contracts.accounts.network import Municipalities, Municipality, OfficeInMunicipality
from services.contracts.errors import NotFound
from services.contracts.registry import check

EMSLAND = Path(__file__).parents[3] / "deploy" / "networks" / "emsland"


@pytest.fixture
def emsland():
    return read(EMSLAND)


@pytest.fixture
def loaded(session, emsland):
    network.load(session, emsland)
    session.flush()
    return session


def slugs(session):
    return [m["slug"] for m in municipalities.list_municipalities(session)["municipalities"]]


def reload(session, changed):
    network.load(session, changed)
    session.flush()
    session.expire_all()


def test_the_county_comes_first_and_the_others_by_name_without_their_titles(loaded):
    listed = municipalities.list_municipalities(loaded)
    assert listed["network"] == "Emsland"
    assert "erreicht keine Behörde" in listed["notice"]["de"]
    assert slugs(loaded) == ["landkreis-emsland", "lingen", "soegel"]
    assert check(Municipalities, listed) == {}


@pytest.mark.parametrize("key", ["soegel", "034545407"])
def test_a_municipality_is_found_by_slug_and_by_ars(loaded, key):
    found = municipalities.get_municipality(loaded, key=key)
    assert found["address"] == "Ludmillenhof 1, 49751 Sögel"
    assert [o["office_id"] for o in found["offices"]] == [
        "034545407/standesamt",
        "034545407/gewerbeamt",
        "034545407/steueramt",
    ]
    assert check(Municipality, found) == {}


@pytest.mark.parametrize("key", ["meppen", "03", "034545407000", "' or 1=1"])
def test_what_is_not_in_the_network_is_not_found(loaded, key):
    with pytest.raises(NotFound):
        municipalities.get_municipality(loaded, key=key)


def test_an_office_says_which_municipality_it_belongs_to(loaded):
    found = municipalities.get_office(loaded, office_id="03454/einheitlicher-ansprechpartner")
    assert found["municipality"]["name"] == "Landkreis Emsland"
    assert check(OfficeInMunicipality, found) == {}
    with pytest.raises(NotFound):
        municipalities.get_office(loaded, office_id="03454/standesamt")


def test_loading_again_changes_nothing_but_what_changed(loaded, emsland):
    before = municipalities.get_municipality(loaded, key="lingen")
    changed = copy.deepcopy(emsland)
    changed["members"][2]["address"] = "Clemens-August-Straße 39, 49751 Sögel"
    reload(loaded, changed)
    assert municipalities.get_municipality(loaded, key="lingen") == before
    assert municipalities.get_municipality(loaded, key="soegel")["address"].startswith("Clemens-August-Straße")


def test_a_municipality_that_left_is_withdrawn_but_old_cases_can_still_name_it(loaded, emsland):
    reload(loaded, {**emsland, "members": emsland["members"][:2]})
    assert slugs(loaded) == ["landkreis-emsland", "lingen"]
    with pytest.raises(NotFound):
        municipalities.get_municipality(loaded, key="soegel")
    assert municipalities.get_municipality(loaded, key="034545407")["name"] == "Samtgemeinde Sögel"
    assert municipalities.get_office(loaded, office_id="034545407/standesamt")["municipality"]["slug"] == "soegel"
    reload(loaded, emsland)
    assert slugs(loaded) == ["landkreis-emsland", "lingen", "soegel"]


def test_an_office_that_was_closed_is_no_longer_shown(loaded, emsland):
    changed = copy.deepcopy(emsland)
    del changed["members"][2]["offices"][0]
    reload(loaded, changed)
    assert len(municipalities.get_municipality(loaded, key="soegel")["offices"]) == 2


def test_a_network_in_service_has_no_notice(loaded, emsland):
    reload(loaded, {**emsland, "notice": None})
    assert municipalities.list_municipalities(loaded)["notice"] is None


def test_there_is_one_network_at_a_time(loaded, emsland):
    reload(loaded, {**emsland, "slug": "another", "name": "Another"})
    assert municipalities.list_municipalities(loaded)["network"] == "Another"
