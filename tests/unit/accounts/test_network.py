import copy
from pathlib import Path

import pytest
from sqlalchemy import select

from deploy.network import read
from services.accounts import municipalities, network
from services.accounts.model import Office
from services.chassis import audit, clock, ids
from services.contracts.accounts.network import Municipalities, Municipality, OfficeInMunicipality
from services.contracts.errors import NotFound
from services.contracts.registry import check

EMSLAND = Path(__file__).parents[3] / "deploy" / "networks" / "emsland"


IN_ORDER = [
    "landkreis-emsland",
    *("doerpen", "emsbueren", "freren", "geeste", "haren", "haseluenne", "herzlake", "lathen", "lengerich", "lingen", "meppen"),
    *("nordhuemmling", "papenburg", "rhede", "salzbergen", "soegel", "spelle", "twist", "werlte"),
]


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


def of(folder, slug):
    return next(member for member in folder["members"] if member["slug"] == slug)


def reload(session, changed, **how):
    kept = network.load(session, changed, **how)
    session.flush()
    session.expire_all()
    return kept


def change_in_portal(session, office_id, **changes):
    """As an administrator's page does it."""
    office = session.get(Office, office_id) or Office(id=office_id, ars=office_id.split("/")[0], position=9)
    for name, value in {**changes, "changed_in_portal_at": clock.now(), "changed_in_portal_by": ids.new_id()}.items():
        setattr(office, name, value)
    session.add(office)
    session.flush()


def test_the_county_comes_first_and_the_others_by_name_without_their_titles(loaded):
    listed = municipalities.list_municipalities(loaded)
    assert listed["network"] == "Emsland"
    assert "erreicht keine Behörde" in listed["notice"]["de"]
    assert slugs(loaded) == IN_ORDER
    assert check(Municipalities, listed) == {}


@pytest.mark.parametrize("key", ["soegel", "034545407"])
def test_a_municipality_is_found_by_slug_and_by_ars(loaded, key):
    found = municipalities.get_municipality(loaded, key=key)
    assert found["address"] == "Ludmillenhof 1, 49751 Sögel"
    assert [o["office_id"] for o in found["offices"]] == [
        "034545407/buergerbuero",
        "034545407/standesamt",
        "034545407/gewerbeamt",
        "034545407/steueramt",
        "034545407/kasse",
    ]
    assert [part["name"] for part in found["members"]][:2] == ["Börger", "Groß Berßen"]
    assert (found["host"], found["population"]) == ("buergerportal.soegel.example", 16902)
    assert check(Municipality, found) == {}


@pytest.mark.parametrize("key", ["muenchen", "03", "034545407000", "' or 1=1"])
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
    of(changed, "soegel")["address"] = "Clemens-August-Straße 39, 49751 Sögel"
    reload(loaded, changed)
    assert municipalities.get_municipality(loaded, key="lingen") == before
    assert municipalities.get_municipality(loaded, key="soegel")["address"].startswith("Clemens-August-Straße")


def test_a_municipality_that_left_is_withdrawn_but_old_cases_can_still_name_it(loaded, emsland):
    reload(loaded, {**emsland, "members": [m for m in emsland["members"] if m["slug"] in ("landkreis-emsland", "lingen")]})
    assert slugs(loaded) == ["landkreis-emsland", "lingen"]
    with pytest.raises(NotFound):
        municipalities.get_municipality(loaded, key="soegel")
    assert municipalities.get_municipality(loaded, key="034545407")["name"] == "Samtgemeinde Sögel"
    assert municipalities.get_office(loaded, office_id="034545407/standesamt")["municipality"]["slug"] == "soegel"
    reload(loaded, emsland)
    assert slugs(loaded) == IN_ORDER


def test_an_office_that_was_closed_is_no_longer_shown(loaded, emsland):
    changed = copy.deepcopy(emsland)
    del of(changed, "soegel")["offices"][0]
    reload(loaded, changed)
    assert len(municipalities.get_municipality(loaded, key="soegel")["offices"]) == 4


def test_a_network_in_service_has_no_notice(loaded, emsland):
    reload(loaded, {**emsland, "notice": None})
    assert municipalities.list_municipalities(loaded)["notice"] is None


def test_there_is_one_network_at_a_time(loaded, emsland):
    reload(loaded, {**emsland, "slug": "another", "name": "Another"})
    assert municipalities.list_municipalities(loaded)["network"] == "Another"


def test_what_an_administrator_changed_is_kept_and_named_until_the_folder_is_to_count(loaded, emsland):
    change_in_portal(loaded, "034545407/standesamt", phone="+49 40 66969 999")
    assert reload(loaded, emsland) == ["office 034545407/standesamt (phone)"]
    assert municipalities.get_office(loaded, office_id="034545407/standesamt")["phone"] == "+49 40 66969 999"
    assert reload(loaded, emsland, takes_folder=True) == []
    assert municipalities.get_office(loaded, office_id="034545407/standesamt")["phone"] == "+49 40 66969 210"
    assert reload(loaded, emsland) == []
    last = loaded.execute(select(audit.LOG).order_by(audit.LOG.c.sequence.desc())).first()
    assert (last.action, last.office_id) == ("office.taken_from_folder", "034545407/standesamt")


def test_what_was_changed_in_the_portal_to_what_the_folder_says_is_not_worth_a_word(loaded, emsland):
    change_in_portal(loaded, "034545407/standesamt", phone="+49 40 66969 210")
    assert reload(loaded, emsland) == []


def test_an_office_withdrawn_in_the_portal_stays_so_and_one_opened_there_stays_open(loaded, emsland):
    about = of(emsland, "soegel")["offices"][0]
    opened = {name: about[name] for name in ("name", "address", "email", "phone", "opening_hours")}
    change_in_portal(loaded, "034545407/kasse", is_withdrawn=True)
    change_in_portal(loaded, "034545407/passamt", **opened)
    assert reload(loaded, emsland) == ["office 034545407/kasse (is_withdrawn)", "office 034545407/passamt (not in the folder)"]

    def offices():
        return {o["office_id"].split("/")[1] for o in municipalities.get_municipality(loaded, key="soegel")["offices"]}

    assert offices() == {"buergerbuero", "standesamt", "gewerbeamt", "steueramt", "passamt"}
    reload(loaded, {**emsland, "members": emsland["members"][:2]})
    reload(loaded, emsland)
    assert offices() == {"buergerbuero", "standesamt", "gewerbeamt", "steueramt", "passamt"}, "the member was away meanwhile"
    reload(loaded, emsland, takes_folder=True)
    assert offices() == {"buergerbuero", "standesamt", "gewerbeamt", "steueramt", "kasse"}
