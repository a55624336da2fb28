"""Rates that each place sets for itself: the dog tax of the reference network, with its origin, and what nobody knows."""

import csv
from pathlib import Path

import pytest

from deploy.network import read
from services.applications import network, offering
from services.applications.model import Offer
from services.contracts import applications as contract
from services.contracts.registry import dump
from tests.unit.applications import portal
from tests.unit.applications.portal import DOG, citizen

ROOT = Path(__file__).parents[3]
DOG_SERVICES = (DOG, "dog-change", "dog-tax-relief")


@pytest.fixture(scope="module")
def emsland():
    return read(ROOT / "deploy" / "networks" / "emsland")


@pytest.fixture
def rates_at(session, emsland):
    network.load(session, emsland)
    session.flush()

    def ask(ars, service=DOG):
        return dump(contract.Service, offering.get_service(session, citizen(), service=service, ars=ars))["rates"]

    return ask


def of_the_pages():
    with (ROOT / "tests" / "resources" / "trade" / "dog_tax.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", of_the_pages(), ids=lambda row: row["place"])
def test_dog_tax_is_that_of_the_pages_and_names_them(rates_at, emsland, row):
    member = next(m for m in emsland["members"] if row["ars"].startswith(m["ars"]) and m["kind"] != "county")
    for service in DOG_SERVICES:
        (rates,) = rates_at(member["ars"], service)
        (place,) = rates["places"]
        assert row["place"] in place["name"]
        assert [amount["cents"] for amount in place["amounts"]] == [
            100 * int(row[column]) for column in ("first", "second", "further", "dangerous")
        ]
        assert row["source"].split()[0] in place["source"]
        assert row["as_of"] in place["as_of"]["de"]


def test_a_place_whose_rate_nobody_told_is_named_as_unknown(rates_at):
    (doerpen,) = rates_at("034545401")
    assert len(doerpen["unknown_places"]) == 8, "nine member municipalities without Wippingen"
    (lingen,) = rates_at(portal.LINGEN)
    assert (lingen["places"], lingen["unknown_places"]) == ([], ["Stadt Lingen (Ems)"])


def test_what_has_no_rates_shows_none(rates_at):
    assert rates_at("034540041", "business-registration") == []


def test_rates_come_from_the_folder_also_where_the_portal_changed_the_offer(session, emsland, rates_at):
    offer = next(offer for offer in session.query(Offer) if (offer.service, offer.ars) == (DOG, "034540041"))
    offer.changed_in_portal_at, offer.rates = portal.NOW, []
    session.flush()
    network.load(session, emsland)
    assert rates_at("034540041")[0]["places"]
