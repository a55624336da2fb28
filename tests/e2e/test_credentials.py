"""Registering, passwords, addresses and sessions in the browser, with the mails that belong to them."""

from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from deploy.samples import SAMPLE_PASSWORD
from tests.e2e.conftest import Visitor
from tests.e2e.portal import Portal, Session

NEW_PASSWORD = "fünf leise Hunde am Wehr"
SENT = "Sehen Sie in Ihr E-Mail-Postfach"


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def sign_in(page: Page, email: str, password: str = SAMPLE_PASSWORD) -> None:
    page.goto("sign-in")
    page.get_by_label("E-Mail-Adresse").fill(email)
    page.get_by_label("Passwort").fill(password)
    page.locator("#page-form").get_by_role("button", name="Anmelden", exact=True).click()


def register(page: Page, email: str, password: str = SAMPLE_PASSWORD, start: str = "register") -> None:
    page.goto(start)
    page.get_by_label("Vornamen").fill("Erika")
    page.get_by_label("Familienname").fill("Musterfrau")
    page.get_by_label("E-Mail-Adresse").fill(email)
    page.get_by_label("Passwort").fill(password)
    page.get_by_role("button", name="Konto anlegen").click()
    heading(page, SENT)


def fresh_address() -> str:
    return f"muster-{uuid4().hex[:12]}@example.org"


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_enter_signs_in_and_does_not_switch_the_language(portal: Portal, visitor: Visitor, *, javascript: bool) -> None:
    page = visitor(javascript=javascript)
    page.goto("sign-in")
    page.get_by_label("E-Mail-Adresse").fill(portal.newcomer().email)
    page.get_by_label("Passwort", exact=True).fill(SAMPLE_PASSWORD)
    page.get_by_label("Passwort", exact=True).press("Enter")
    expect(page.get_by_role("button", name="Abmelden").first).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "de")


def test_a_form_that_was_begun_goes_on_after_the_confirmation(portal: Portal, visitor: Visitor) -> None:
    page, email = visitor(javascript=False), fresh_address()
    page.goto("soegel/dog-registration")
    page.get_by_role("link", name="Anmelden").last.click()
    page.get_by_role("link", name="Konto anlegen").click()
    register(page, email, start=page.url)
    page.goto(portal.link_for(email, "register/confirmation"))
    expect(page.locator("main")).to_contain_text(email)
    expect(page.get_by_label("Passwort")).to_have_count(0)
    page.get_by_role("button", name="Bestätigen und anmelden").click()
    expect(page).to_have_url(f"{portal.url}soegel/dog-registration")
    expect(page.get_by_role("button", name="Beginnen")).to_be_visible()


def test_on_another_device_the_password_shows_that_it_is_the_same_person(portal: Portal, visitor: Visitor) -> None:
    email = fresh_address()
    register(visitor(), email, NEW_PASSWORD)
    link = portal.link_for(email, "register/confirmation")
    phone = visitor(viewport={"width": 390, "height": 844})
    phone.goto(link)
    phone.get_by_label("Passwort").fill("geraten")
    phone.get_by_role("button", name="Bestätigen und anmelden").click()
    expect(phone.locator("#password-error")).to_contain_text("stimmt nicht")
    phone.get_by_role("button", name="Passwort anzeigen").click()
    expect(phone.get_by_label("Passwort")).to_have_attribute("type", "text")
    phone.get_by_label("Passwort").fill(NEW_PASSWORD)
    phone.get_by_role("button", name="Bestätigen und anmelden").click()
    expect(phone.get_by_role("status")).to_contain_text("Willkommen")
    phone.goto(link)
    heading(phone, "Dieser Link gilt nicht mehr")


def test_before_the_confirmation_signing_in_says_what_to_do_and_sends_the_mail_again(portal: Portal, visitor: Visitor) -> None:
    page, email = visitor(javascript=False), fresh_address()
    register(page, email)
    sign_in(page, email)
    expect(page.locator("#trouble")).to_contain_text("bestätigen Sie zuerst")
    page.goto(portal.link_for(email, "register/confirmation", since=1))
    page.get_by_role("button", name="Bestätigen und anmelden").click()
    expect(page.get_by_role("status")).to_contain_text("Willkommen")


def test_registering_a_known_address_looks_the_same_and_tells_its_holder(portal: Portal, visitor: Visitor) -> None:
    owner = portal.newcomer()
    register(visitor(javascript=False), owner.email)
    assert portal.link_for(owner.email, "sign-in") == "sign-in"
    assert any(mail["subject"] == "Sie haben schon ein Konto" for mail in portal.mails(owner.email))


def test_a_password_is_judged_while_it_is_typed(portal: Portal, visitor: Visitor) -> None:
    page = visitor()
    page.goto("register")
    page.get_by_label("Familienname").fill("Wolkenkuckuck")
    told = page.get_by_role("status")
    for typed, said in (
        ("kurz", "Noch zu kurz"),
        ("password1", "eines der häufigsten"),
        ("wolkenkuckuck", "Ihr eigener Name"),
        ("abcdefghijkl", "Folgen wie abc"),
        ("drei kleine Wörter", "sehr gut"),
    ):
        page.get_by_label("Passwort").fill(typed)
        expect(told).to_contain_text(said)
    page.get_by_label("Passwort").fill("")
    expect(told).to_be_hidden()


def test_a_forgotten_password_is_set_anew_and_every_session_ends(portal: Portal, visitor: Visitor) -> None:
    owner = portal.newcomer()
    page, elsewhere = visitor(javascript=False), visitor(as_=owner, javascript=False)
    for email in (f"nobody-{uuid4().hex[:8]}@example.org", owner.email):
        page.goto("sign-in")
        page.get_by_role("link", name="Ich habe mein Passwort vergessen").click()
        page.get_by_label("E-Mail-Adresse").fill(email)
        page.get_by_role("button", name="E-Mail senden").click()
        heading(page, SENT)
    link = portal.link_for(owner.email, "password/reset")
    page.goto(link)
    page.get_by_label("Neues Passwort").fill("Mustermann")
    page.get_by_role("button", name="Passwort festlegen").click()
    expect(page.locator("#new_password-error")).to_contain_text("Ihr eigener Name")
    page.get_by_label("Neues Passwort").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Passwort festlegen").click()
    expect(page.get_by_role("status")).to_contain_text("Ihr neues Passwort gilt")
    elsewhere.goto("home")
    heading(elsewhere, "Anmelden")
    sign_in(page, owner.email, SAMPLE_PASSWORD)
    expect(page.locator("#trouble")).to_be_visible()
    sign_in(page, owner.email, NEW_PASSWORD)
    heading(page, "Guten Tag, Max Mustermann")
    page.goto(link)
    page.get_by_label("Neues Passwort").fill("noch ein anderes langes")
    page.get_by_role("button", name="Passwort festlegen").click()
    heading(page, "Dieser Link gilt nicht mehr")


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_changed_password_ends_the_other_sessions(portal: Portal, visitor: Visitor, *, javascript: bool) -> None:
    owner = portal.newcomer()
    page, elsewhere = visitor(as_=owner, javascript=javascript), visitor(as_=portal.sign_in(owner.email), javascript=False)
    page.goto("account/password")
    page.get_by_label("Bisheriges Passwort").fill("geraten und falsch")
    page.get_by_label("Neues Passwort").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Passwort ändern").click()
    expect(page.locator("#password-error")).to_contain_text("stimmt nicht")
    page.get_by_label("Bisheriges Passwort").fill(SAMPLE_PASSWORD)
    page.get_by_role("button", name="Passwort ändern").click()
    expect(page.get_by_role("status").first).to_contain_text("Ihr Passwort ist geändert")
    elsewhere.goto("home")
    heading(elsewhere, "Anmelden")
    assert portal.link_for(owner.email, "account/sessions") == "account/sessions"


def test_another_address_counts_once_confirmed_and_the_old_one_can_undo_it(portal: Portal, visitor: Visitor) -> None:
    owner, new = portal.newcomer(), fresh_address()
    page = visitor(as_=owner, javascript=False)
    page.goto("account/email")
    page.get_by_label("Neue E-Mail-Adresse").fill(new)
    page.get_by_label("Bisheriges Passwort").fill(SAMPLE_PASSWORD)
    page.get_by_role("button", name="Link senden").click()
    expect(page.get_by_role("status")).to_contain_text("Bis dahin ändert sich nichts")
    page.goto(portal.link_for(new, "account/email/confirmation"))
    page.get_by_role("button", name="Adresse bestätigen").click()
    expect(page.get_by_role("status")).to_contain_text("Ihre E-Mail-Adresse ist geändert")
    assert Session(portal.url, new).account_id == owner.account_id
    victim = visitor(javascript=False)
    victim.goto(portal.link_for(owner.email, "account/email/objection"))
    victim.get_by_role("button", name="Änderung rückgängig machen").click()
    expect(victim.get_by_role("status")).to_contain_text("rückgängig gemacht")
    page.goto("home")
    heading(page, "Anmelden")
    victim.goto(portal.link_for(owner.email, "password/reset"))
    heading(victim, "Neues Passwort festlegen")


def test_sessions_are_shown_and_ended(portal: Portal, visitor: Visitor) -> None:
    owner = portal.newcomer()
    here, there = visitor(javascript=False), visitor(javascript=False)
    for page in (here, there):
        sign_in(page, owner.email)
        heading(page, "Guten Tag, Max Mustermann")
    here.goto("account/sessions")
    rows = here.locator("main .amtsgang-rows li")
    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text("diese Sitzung")
    expect(rows.first).to_contain_text("Chrome, Linux")
    here.get_by_role("button", name="Überall sonst abmelden").click()
    expect(here.get_by_role("status")).to_contain_text("Dort abgemeldet")
    expect(rows).to_have_count(1)
    there.goto("home")
    heading(there, "Anmelden")
    rows.first.get_by_role("button").click()
    expect(here.get_by_role("status")).to_contain_text("Sie sind abgemeldet")
