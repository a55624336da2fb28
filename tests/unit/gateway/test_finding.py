"""A municipality is found as people type: by name, part of it, place, postal code, with and without umlauts, nearly right."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.network import read
from gateway.pages import finding

EMSLAND = Path(__file__).parents[3] / "deploy" / "networks" / "emsland"
MEMBERS: list[dict[str, Any]] = [{"ars": m["ars"], **m} for m in read(EMSLAND)["members"]]


def slugs(q: str) -> list[str]:
    return [m["slug"] for m in finding.matching(MEMBERS, q)]


@pytest.mark.parametrize(
    ("q", "slug"),
    [
        ("Sögel", "soegel"),
        ("soegel", "soegel"),
        ("sogel", "soegel"),
        ("SÖGEL", "soegel"),
        ("So\u0308gel", "soegel"),
        (" Samtgemeinde  Sögel ", "soegel"),
        ("49751 Sögel", "soegel"),
        ("49751", "soegel"),
        ("Groß Berßen", "soegel"),
        ("gross berssen", "soegel"),
        ("Lingen", "lingen"),
        ("lingen ems", "lingen"),
        ("Lingen (Ems)", "lingen"),
        ("Stadt Lingen", "lingen"),
        ("49811", "lingen"),
        ("papen", "papenburg"),
        ("Rhede", "rhede"),
        ("Lehe", "doerpen"),
        ("Lahn", "werlte"),
        ("Lengerich", "lengerich"),
        ("Esterwegen", "nordhuemmling"),
        ("nordhuemmling", "nordhuemmling"),
        ("Landkreis Emsland", "landkreis-emsland"),
        ("Landkreis", "landkreis-emsland"),
    ],
)
def test_the_one_that_is_meant_is_found(q: str, slug: str) -> None:
    assert slugs(q) == [slug]


def test_a_part_that_several_have_lists_them_all() -> None:
    assert set(slugs("bers")) == {"soegel"}, "Groß Berßen and Klein Berßen are both in Sögel"
    assert {"haren", "lingen", "rhede"} <= set(slugs("ems"))
    assert set(slugs("Stadt")) == {"haren", "haseluenne", "lingen", "meppen", "papenburg"}


def test_the_beginning_of_a_postal_code_lists_all_it_may_be() -> None:
    assert set(slugs("4974")) == {"geeste", "haseluenne"}
    assert len(slugs("4")) > 10


def test_a_code_that_two_share_lists_both() -> None:
    two = [{**MEMBERS[1], "postal_codes": ["49751"]}, {**MEMBERS[2], "postal_codes": ["49751"]}, MEMBERS[3]]
    assert finding.matching(two, "49751") == two[:2]


def test_the_county_is_nobodys_home() -> None:
    assert slugs("49716") == ["meppen"], "the county's seat has the same code"


@pytest.mark.parametrize("q", ["", "  ", "Atlantis", "99999", "49751 Lingen", "()", "%", "Sögel' OR 1=1"])
def test_what_is_not_there_is_not_found(q: str) -> None:
    assert slugs(q) == []


@pytest.mark.parametrize(
    ("q", "slug"),
    [("Sogl", "soegel"), ("Mepen", "meppen"), ("Papenbrug", "papenburg"), ("Haselune", "haseluenne"), ("Wertle", "werlte")],
)
def test_what_is_nearly_right_is_offered(q: str, slug: str) -> None:
    assert slugs(q) == []
    assert slug in [m["slug"] for m in finding.like(MEMBERS, q)]


@pytest.mark.parametrize("q", ["Bremen", "München", "x", ""])
def test_what_lies_elsewhere_is_not_made_into_something_here(q: str) -> None:
    assert finding.like(MEMBERS, q) == []


def test_it_is_said_through_which_place_a_municipality_was_found() -> None:
    soegel = next(m for m in MEMBERS if m["slug"] == "soegel")
    assert finding.found_by(soegel, "werpeloh") == "Werpeloh"
    assert finding.found_by(soegel, "Soegel") == ""
    assert finding.found_by(soegel, "49751") == ""


@given(st.text(max_size=100))
def test_nothing_that_can_be_typed_breaks_the_search(q: str) -> None:
    found = finding.matching(MEMBERS, q)
    for municipality in found:
        finding.found_by(municipality, q)
    finding.like(MEMBERS, q)


@given(st.sampled_from([(m, name) for m in MEMBERS for name in [m["name"], *m["places"]]]))
def test_every_member_is_found_by_its_name_and_by_every_place_of_it(pair: tuple[dict[str, Any], str]) -> None:
    municipality, name = pair
    assert municipality["slug"] in slugs(name)
    assert municipality["slug"] in slugs(name.upper())


@pytest.mark.parametrize(
    ("q", "named"), [("Lingen", ["lingen"]), ("lingen (ems)", ["lingen"]), ("49751", ["soegel"]), ("Werpeloh", ["soegel"])]
)
def test_a_whole_name_or_code_means_a_place(q: str, named: list[str]) -> None:
    assert [m["slug"] for m in finding.named(MEMBERS, q)] == named


@pytest.mark.parametrize("q", ["ling", "4975", "Stadt", "Hund anmelden", "Lingen Hund", ""])
def test_anything_else_may_be_meant_otherwise(q: str) -> None:
    assert finding.named(MEMBERS, q) == []
