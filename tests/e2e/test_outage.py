"""The broker goes away: soon a clear page with everything typed still in it, and sending again is safe."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
from playwright.sync_api import Page, Response, expect

from services.contracts.wire import DEFAULT_DEADLINE
from tests.e2e.conftest import Visitor
from tests.e2e.keyboard import type_one, value
from tests.e2e.portal import IBAN, Portal
from tests.patience import PATIENCE_SECONDS

LONGEST_MILLISECONDS = 4000 * DEFAULT_DEADLINE
"""Several times what the portal gives itself for an answer; who waits for the broker to come back waits longer."""


@contextmanager
def outage(portal: Portal) -> Iterator[None]:
    """The gateway's line to the broker is cut; afterwards it is whole, and the gateway has noticed."""
    portal.line.cut()
    try:
        yield
    finally:
        portal.line.restore()
        assert portal.stack.await_ready(PATIENCE_SECONDS) == []


def press(page: Page, button: str) -> Response:
    """Send the form and wait for what comes back."""
    with page.expect_navigation(timeout=LONGEST_MILLISECONDS) as answer:
        page.get_by_role("button", name=button, exact=True).click()
    return answer.value


def assert_try_again(answer: Response, page: Page) -> None:
    assert answer.status == 503
    assert int(answer.headers["retry-after"]) > 0
    expect(page.locator("main")).to_contain_text("Bitte versuchen Sie es gleich noch einmal")


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_form_keeps_everything_typed_and_can_be_sent_again(portal: Portal, visitor: Visitor, *, javascript: bool) -> None:
    citizen = portal.newcomer()
    page = visitor(as_=citizen, javascript=javascript)
    page.goto(f"drafts/{portal.draft(citizen, 'dog-registration')}?step=1")
    with outage(portal):
        type_one(page, "dog_name", "Đukë von der Aa")
        type_one(page, "dog_birth_date", "irgendwann")
        type_one(page, "dog_sex", "male")
        assert_try_again(press(page, "Weiter"), page)
        assert value(page, "dog_name") == "Đukë von der Aa"
        assert value(page, "dog_birth_date") == "irgendwann"
        expect(page.locator('[name="answers.dog_sex"][value="male"]')).to_be_checked()
    page.locator('[name="answers.dog_birth_date"]').fill("1.5.2023")
    page.get_by_role("button", name="Weiter", exact=True).click()
    expect(page.get_by_role("navigation", name="Ihr Weg durch das Formular").get_by_text("Erledigt").first).to_be_visible()
    page.goto(f"{page.url.partition('?')[0]}?step=1")
    assert value(page, "dog_birth_date") == "01.05.2023"


def test_registering_keeps_everything_typed_and_its_key(portal: Portal, visitor: Visitor) -> None:
    page = visitor(javascript=False)
    page.goto("register")
    page.get_by_label("Vornamen").fill("Zoë Ægir")
    page.get_by_label("Familienname").fill("Mustermann")
    page.get_by_label("E-Mail-Adresse").fill(f"muster-{uuid4().hex}@example.org")
    page.get_by_label("Passwort").fill("drei kleine Wörter")
    key = page.locator("[name=key]").input_value()
    with outage(portal):
        assert_try_again(press(page, "Konto anlegen"), page)
        expect(page.get_by_label("Vornamen")).to_have_value("Zoë Ægir")
        expect(page.get_by_label("Passwort")).to_have_value("drei kleine Wörter")
        assert page.locator("[name=key]").input_value() == key
    page.get_by_role("button", name="Konto anlegen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sehen Sie in Ihr E-Mail-Postfach")


def test_an_order_and_its_payment_sent_again_count_once(portal: Portal, visitor: Visitor) -> None:
    owner = portal.newcomer()
    portal.draft(owner, "birth-certificate", in_cart=True)
    page = visitor(as_=owner, javascript=False)
    page.goto("checkout")
    key = page.locator("[name=key]").input_value()
    with outage(portal):
        assert_try_again(press(page, "Kostenpflichtig bestellen"), page)
        assert page.locator("[name=key]").input_value() == key
    page.get_by_role("button", name="Noch einmal versuchen").click()
    page.get_by_label("IBAN").fill(IBAN)
    page.get_by_label("Ich erteile dieses Mandat").check()
    with outage(portal):
        assert_try_again(press(page, "Jetzt bezahlen"), page)
        expect(page.get_by_label("IBAN")).to_have_value(IBAN)
        expect(page.get_by_label("Ich erteile dieses Mandat")).to_be_checked()
        expect(page.locator("main")).to_contain_text("15,00")
    page.get_by_role("button", name="Jetzt bezahlen").click()
    expect(page.get_by_role("status")).to_contain_text("Ihre Zahlung ist gesichert")
    assert len(owner.get("/orders")["orders"]) == 1


def test_a_clerk_keeps_the_reason_that_was_typed(portal: Portal, visitor: Visitor) -> None:
    case_id = portal.order(portal.newcomer(), "dog-registration")["cases"][0]["case_id"]
    page = visitor(as_=portal.sign_in("clerk.soegel@example.org"), javascript=False)
    page.goto(f"staff/cases/{case_id}")
    page.get_by_label("Grund einer Ablehnung").fill("Der Hund lebt in Lingen.")
    with outage(portal):
        assert_try_again(press(page, "Ablehnen"), page)
        expect(page.locator("main")).to_contain_text("Der Hund lebt in Lingen.")
    page.get_by_role("button", name="Noch einmal versuchen").click()
    expect(page.get_by_role("status")).to_contain_text("abgelehnt")


def test_public_pages_stay_open_and_others_say_when_to_come_back(portal: Portal, visitor: Visitor) -> None:
    page = visitor(as_=portal.newcomer(), javascript=False)
    for path in ("", "soegel/", "soegel/dog-registration", "imprint"):
        page.goto(path)
    with outage(portal):
        for path in ("", "soegel/", "soegel/dog-registration", "imprint"):
            answer = page.goto(path)
            assert answer is not None
            assert answer.status == 200, path
        answer = page.goto("home", timeout=LONGEST_MILLISECONDS)
        assert answer is not None
        assert_try_again(answer, page)
    page.get_by_role("link", name="Noch einmal versuchen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Guten Tag, Max Mustermann")
