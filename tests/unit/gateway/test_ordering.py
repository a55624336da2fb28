"""The checkout page orders what it showed, and shows what it would order."""

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from falcon.testing import TestClient

from services.contracts.errors import Conflict
from tests.fakes.bus import FakeBus, sample

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
HIDDEN = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)">')
CART = sample("applications", "get_cart")


def review(client: TestClient) -> dict[str, str]:
    """What the form of the review sends along."""
    page = client.simulate_get("/checkout", cookies={"amtsgang_session": "erika"}).text
    return dict(HIDDEN.findall(page[page.index('id="page-form"') :]))


def order(client: TestClient, form: dict[str, str]) -> Any:
    cookies = {"amtsgang_session": "erika"}
    return client.simulate_post("/checkout", body=urlencode(form), headers=FORM, cookies=cookies)


def test_the_order_is_bound_to_the_cart_that_was_shown(client: TestClient, bus: FakeBus) -> None:
    form = review(client)
    assert order(client, form).status_code == 303
    assert order(client, form).status_code == 303
    first, again = bus.made("applications", "place_order")
    assert first.data == {"expected_total_cents": 2250, "cart_version": CART["version"]}
    assert (again.data, again.idempotency_key) == (first.data, first.idempotency_key)


@pytest.mark.parametrize(("language", "title"), [("de", "Ihr Warenkorb hat sich geändert"), ("en", "Your cart has changed")])
def test_a_cart_that_has_changed_is_shown_again(client: TestClient, bus: FakeBus, language: str, title: str) -> None:
    form = review(client)
    (item,) = CART["items"]
    changed = {**item, "answers": {**item["answers"], "child_given_names": "Nie gesehen"}}
    bus.answer("applications", "get_cart", {**CART, "items": [changed], "version": "another"})
    bus.answer("applications", "place_order", Conflict("applications.cart_changed", "The cart has changed."))
    cookies = {"amtsgang_session": "erika", "amtsgang_language": language}
    page = client.simulate_post("/checkout", body=urlencode(form), headers=FORM, cookies=cookies)
    assert page.status_code == 409
    assert title in page.text
    assert "Nie gesehen" in page.text
    shown = dict(HIDDEN.findall(page.text[page.text.index('id="page-form"') :]))
    assert shown["cart_version"] == "another"
    assert shown["key"] != form["key"]


def test_a_page_that_does_not_say_what_it_showed_orders_nothing_unseen(client: TestClient, bus: FakeBus) -> None:
    form = review(client)
    del form["cart_version"]
    order(client, form)
    (call,) = bus.made("applications", "place_order")
    assert call.data["cart_version"] == ""


@pytest.mark.parametrize("path", ["/cart", "/checkout"])
def test_a_changed_fee_and_a_newer_form_are_told_before_ordering(client: TestClient, bus: FakeBus, path: str) -> None:
    item = {**CART["items"][0], "fee_before": {"cents": 1200, "currency": "EUR"}, "newest_version": 2}
    bus.answer("applications", "get_cart", {**CART, "items": [item]})
    page = client.simulate_get(path, cookies={"amtsgang_session": "erika"}).text
    assert "war sie 12,00" in page
    assert "neuere Fassung" in page
    bus.answer("applications", "get_cart", CART)
    page = client.simulate_get(path, cookies={"amtsgang_session": "erika"}).text
    assert "neuere Fassung" not in page
    assert "war sie" not in page


@pytest.mark.parametrize("path", ["/cart", "/checkout"])
def test_what_is_no_longer_offered_is_named_and_keeps_from_ordering(client: TestClient, bus: FakeBus, path: str) -> None:
    bus.answer("applications", "get_cart", {**CART, "items": [{**CART["items"][0], "errors": {"service": ["not_offered"]}}]})
    cookies = {"amtsgang_session": "erika"}
    if path == "/checkout":
        assert client.simulate_get(path, cookies=cookies).headers["Location"] == "/cart"
        return
    page = client.simulate_get(path, cookies=cookies).text
    assert "nicht mehr online" in page
    assert "kostenlos" not in page
    assert "/checkout" not in page
