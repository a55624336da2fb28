"""The search, as people type it."""

from itertools import cycle
from pathlib import Path

import pytest

from deploy.network import reading
from services.applications import editions, network, search
from services.applications.directory import listed
from services.applications.search import searching, vocabulary, words
from services.applications.search.compounds import Compounds
from services.applications.search.index import Document, Index, Lexicon, Phrase
from services.contracts import registry
from services.contracts.actors import Actor
from services.contracts.directory import Results
from tests.unit.applications import portal, questions

ENOUGH = 95
EMSLAND = Path(__file__).parents[3] / "deploy" / "networks" / "emsland"
LINGEN = "034540032"


@pytest.fixture
def find(session):
    """What is found: slugs of services online, and ids of services of the federal catalogue."""

    def find(q, ars=None, limit=10):
        results = search.search_services(session, Actor(), q=q, ars=ars, limit=limit)
        assert registry.check(Results, results) == {}
        return [found["online"]["service"] if found["online"] else found["listing"] for found in results["found"]]

    return find


@pytest.fixture
def listings(session):
    """The services of the federal catalogue that what was found belongs to."""

    def find(q):
        found = search.search_services(session, Actor(), q=q, ars=None, limit=10)["found"]
        return [each["listing"] for each in found]

    return find


def test_of_a_hundred_questions_95_find_their_service_among_the_first_three(listings):
    asked = questions.read("questions.yaml")
    assert len(asked) == 100
    missed = questions.missed(asked, listings)
    assert len(asked) - len(missed) >= ENOUGH, missed


def test_of_the_further_questions_most_find_theirs_too():
    asked = questions.read("further.yaml")
    missed = questions.missed(asked, lambda q: [hit.key for hit in searching.listings_index().rank(q)])
    assert len(missed) <= len(asked) * 0.03, missed


@pytest.mark.parametrize("ars", [None, LINGEN])
def test_who_asks_for_a_service_that_opens_a_form_finds_it(find, session, ars):
    network.load(session, reading.read(EMSLAND))
    asked = questions.read("services.yaml")
    missed = questions.missed(asked, lambda q: find(q, ars))
    assert len(missed) <= len(asked) * 0.02, missed


def test_every_service_that_opens_a_form_is_asked_for(session):
    asked = {slug for meant in questions.read("services.yaml").values() for slug in meant}
    assert asked == set(editions.current(session))


def test_a_place_in_the_question_does_not_lead_astray():
    towns = cycle(("Lingen", "Papenburg", "Haren", "Sögel", "Twist", "Geeste", "Emsland"))
    asked = {f"{q} {town}": meant for (q, meant), town in zip(questions.read("questions.yaml").items(), towns, strict=False)}
    missed = questions.missed(asked, lambda q: [hit.key for hit in searching.listings_index().rank(q)])
    assert len(asked) - len(missed) >= ENOUGH, missed


def test_control_without_everyday_words_and_stems_it_would_be_far_fewer():
    def unchanged(word):
        return word

    plain = searching.build(Lexicon(unchanged, stop=vocabulary.lexicon().stop), {})
    missed = questions.missed(questions.read("questions.yaml"), lambda q: [hit.key for hit in plain.rank(q)])
    assert 100 - len(missed) < ENOUGH - 20


def test_the_questions_ask_for_services_that_exist_from_every_subject():
    asked = {**questions.read("questions.yaml"), **questions.read("held_out.yaml")}
    assert len(asked) == 140
    assert {meant for all_meant in asked.values() for meant in all_meant} <= set(listed())
    subjects = {listed()[meant[0]].situation.subject for meant in asked.values()}
    assert len({each.situation.subject for each in listed().values()} - subjects) <= 2


@pytest.mark.parametrize(
    "spelt", ["Führerschein", "fuehrerschein", "FUHRERSCHEIN", "Fürerschein", "führershcein", "Führerscheine"]
)
def test_a_word_is_found_however_it_is_spelt(listings, spelt):
    assert listings(spelt)[0] == "10169"


@pytest.mark.parametrize(
    ("q", "meant"),
    [
        ("Hundesteueranmeldung", "10160"),  # a compound that nobody has written down
        ("geburts urkunde", "10557"),  # written apart
        ("Meldebescheinigungsantrag", "10559"),
        ("ich melde meinen Hund an", "10160"),  # a verb taken apart
        ("angemeldet Hund", "10160"),
        ("Hundeanmeldnug", "10160"),  # a mistake within a compound
        ("personalausw", "10119"),  # not typed to its end
        ("kfz anmelden", "10439"),  # another word for it
        ("dog registration", "10160"),
    ],
)
def test_compounds_verbs_mistakes_and_other_words(listings, q, meant):
    assert listings(q)[0] == meant


def test_what_is_offered_online_stands_first(find):
    assert find("Hund anmelden", portal.SOEGEL)[:2] == [portal.DOG, "10160"]
    assert find("Laden aufmachen", portal.SOEGEL)[:2] == [portal.BUSINESS, "10294"]
    assert find("Geburtsschein", portal.SOEGEL)[0] == portal.BIRTH


def test_at_a_place_only_what_it_or_its_county_offers_is_online(find, session):
    members = portal.network()["members"]
    next(m for m in members if m["ars"] == portal.LINGEN)["offers"] = []
    network.load(session, {"slug": "emsland", "members": members})
    assert portal.DOG not in find("Hund anmelden", portal.LINGEN)
    assert "10160" in find("Hund anmelden", portal.LINGEN)
    assert portal.BUSINESS in find("Gewerbe anmelden", portal.LINGEN), "the county offers it to everybody"
    assert portal.DOG in find("Hund anmelden")


def test_a_key_finds_its_service(find):
    assert find("99102013000000")[0] in (portal.DOG, "10160")
    assert find("99000000000000") == []


@pytest.mark.parametrize("q", ["xyzq", "?!", "der die das", "ж", "0", "-"])
def test_what_fits_nothing_finds_nothing(find, q):
    assert find(q) == []


def test_a_very_long_question_is_answered(find):
    assert find("Hund anmelden " + "wasserundluftundhundesteuerkram" * 5 + " x" * 10)


def test_a_limit_leaves_the_rest_out_and_says_how_much_there_is(session):
    results = search.search_services(session, Actor(), q="Steuer", ars=None, limit=3)
    assert len(results["found"]) == 3
    assert results["total"] > 3


def test_keywords_of_a_service_are_searched_from_the_moment_it_is_published(session):
    def asked(q):
        return search.search_services(session, Actor(), q=q, ars=None, limit=10)["found"]

    def found():
        return [each["online"]["service"] for each in asked("Schnauzenwesen") if each["online"]]

    assert portal.DOG not in found()
    portal.publish(session, portal.DOG, keywords=["Schnauzenwesen"])
    assert found()[0] == portal.DOG


@pytest.mark.parametrize(
    ("word", "folded"),
    [("Straße", "strasse"), ("Ämter", "amter"), ("Aemter", "amter"), ("neue", "neue"), ("Bauer", "bauer"), ("Quelle", "quelle")],
)
def test_umlauts_may_be_typed_as_two_letters(word, folded):
    assert words.fold(word) == folded


@pytest.mark.parametrize(("word", "verb"), [("angemeldet", "anmelden"), ("abzumelden", "abmelden"), ("umgemeldet", "ummelden")])
def test_forms_of_a_verb_have_one_stem(word, verb):
    stem = words.german()
    assert stem(word) == stem(verb)


def test_a_compound_is_taken_apart_by_known_words_only():
    compounds = Compounds(["hund", "steuer", "geburt", "urkunde", "anmeldung"], words.german())
    assert compounds.parts("hundesteueranmeldung") == ("hund", "steu", "anmeld")
    assert compounds.parts("geburtsurkunde") == ("geburt", "urkund")
    assert compounds.parts("wohnungsgeber") == ()


def test_the_rarer_word_of_a_question_decides():
    documents = [Document(name, [Phrase(f"{name} anmelden")]) for name in ("hund", "auto", "boot")]
    assert Index(documents, Lexicon(words.german())).rank("auto anmelden")[0].key == "auto"
