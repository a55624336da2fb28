"""The federal catalogue: complete, led through by life situation, and with somebody responsible for everything that is known."""

import csv

import pytest

from services.applications import catalogue, directory
from services.applications.directory import browsing
from services.applications.directory.reading import FOLDER
from services.applications.search import vocabulary
from services.contracts import registry
from services.contracts.actors import Actor
from services.contracts.directory import Listing, Situation, Situations
from services.contracts.errors import NotFound
from tests.unit.applications import portal


def test_every_entry_of_the_catalogue_is_there():
    entries = [entry for listed in directory.listed().values() for entry in listed.entries]
    assert len(entries) == 5249
    assert len({entry.leika_key for entry in entries if entry.leika_key}) == len(directory.by_leika_key()) == 4813
    assert sum(listed.id.isdigit() for listed in directory.listed().values()) == 557


def test_every_service_of_the_portal_belongs_to_one_of_the_catalogue():
    assert {service.leika_key for service in catalogue.services().values()} <= set(directory.by_leika_key())


def test_every_situation_has_services_and_every_service_everyday_words():
    with (FOLDER / "services.csv").open(encoding="utf-8", newline="") as file:
        named = {(row["subject"], row["situation"]) for row in csv.DictReader(file)}
    assert {(subject.name["de"], s.name["de"]) for subject in directory.subjects() for s in subject.situations} == named
    assert set(vocabulary.everyday()) == set(directory.listed())


def test_who_is_responsible_is_said_once_for_services_that_exist():
    said = [str(each) for _, services in directory.reading._responsible().values() for each in services]
    assert len(said) == len(set(said))
    assert set(said) <= set(directory.listed())
    assert all(listed.responsible.name for listed in directory.listed().values() if listed.responsible.at == "elsewhere")


def test_every_situation_and_service_fits_the_contract(session):
    actor = Actor()
    everything = browsing.list_situations(session, actor)
    assert registry.check(Situations, everything) == {}
    situations = [s["situation"] for subject in everything["subjects"] for s in subject["situations"]]
    shown = [browsing.get_situation(session, actor, situation=situation) for situation in situations]
    assert all(registry.check(Situation, each) == {} for each in shown)
    assert sum(len(each["listings"]) for each in shown) == len(directory.listed())
    for listing in ("10160", "10294", "police"):
        assert registry.check(Listing, browsing.get_listing(session, actor, listing=listing)) == {}


def test_a_service_says_who_offers_it_online(session):
    found = browsing.get_listing(session, Actor(), listing="10160")
    assert [service["service"] for service in found["online"]] == [portal.DOG]
    assert found["online"][0]["offered_by"] == [portal.LINGEN, portal.SOEGEL]
    assert found["responsible"] == {"at": "municipality", "offices": ["steueramt"], "name": None}


@pytest.mark.parametrize(
    ("function", "question"),
    [(browsing.get_situation, {"situation": "nowhere"}), (browsing.get_listing, {"listing": "nothing"})],
)
def test_what_the_catalogue_does_not_have_is_not_found(session, function, question):
    with pytest.raises(NotFound) as failure:
        function(session, Actor(), **question)
    assert failure.value.slug == "applications.not_listed"
