"""Forms: errors beside their fields, nothing typed is lost, and the language can be switched in the middle of it."""

from contextlib import suppress

from playwright.sync_api import Error, Page, expect

from tests import answers
from tests.e2e.conftest import Visitor
from tests.e2e.keyboard import fill_in, go_on, type_one, value
from tests.e2e.portal import Portal


def test_errors_stand_beside_their_fields_and_at_the_top_with_links_and_focus(portal: Portal, visitor: Visitor) -> None:
    citizen = portal.newcomer()
    page = visitor(as_=citizen, javascript=False)
    page.goto(f"drafts/{portal.draft(citizen, 'dog-registration')}?step=1")
    type_one(page, "dog_birth_date", "31.2.2024")
    type_one(page, "breed", "")
    go_on(page)

    expect(page).to_have_title("Fehler: Hund anmelden, Samtgemeinde Sögel – Amtsgang Emsland")
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("listitem")).to_have_count(2)
    expect(page.locator("#f-dog_birth_date-error")).to_contain_text("Diesen Tag gibt es nicht")
    expect(page.locator("#f-breed-error")).to_contain_text("Bitte füllen Sie das aus.")
    expect(page.locator("#f-breed")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#f-breed")).to_have_attribute("aria-describedby", "f-breed-hint f-breed-error")
    assert value(page, "dog_birth_date") == "31.2.2024"
    summary.get_by_role("link").first.click()
    expect(page.locator("#f-breed")).to_be_focused()


def test_a_form_can_be_left_with_anything_in_it_and_taken_up_again(portal: Portal, visitor: Visitor) -> None:
    citizen = portal.newcomer()
    page = visitor(as_=citizen, javascript=False)
    page.goto("lingen/birth-certificate")
    page.get_by_label("Mit den Angaben aus meinem Konto beginnen").check()
    page.get_by_role("button", name="Beginnen").click()
    type_one(page, "child_given_names", "Ștefan Țvetan")
    type_one(page, "child_birth_date", "gestern")
    page.get_by_role("navigation", name="Ihr Weg durch das Formular").get_by_role("button", name="Wer bestellt").click()
    assert value(page, "family_name") == "Mustermann", "what the account knows is there, as it was wanted"
    expect(page.locator("#f-family_name-hint")).to_contain_text("Aus Ihrem Konto: von Ihnen selbst angegeben")
    type_one(page, "purpose", "Erste Zeile\nZweite Zeile")
    page.get_by_role("button", name="Speichern und später weitermachen").click()
    expect(page.get_by_role("status")).to_contain_text("Gespeichert")

    page.get_by_role("link", name="Geburtsurkunde bestellen, Stadt Lingen").click()
    assert value(page, "child_given_names") == "Ștefan Țvetan"
    assert value(page, "child_birth_date") == "gestern"
    expect(page.locator("#f-child_birth_date-error")).to_be_visible()
    expect(page.locator("#f-child_birth_name-error")).to_have_count(0)
    page.get_by_role("navigation", name="Ihr Weg durch das Formular").get_by_role("button", name="Angaben prüfen").click()
    expect(page.locator("main")).to_contain_text("Zweite Zeile")


def test_a_form_is_saved_while_it_is_typed(portal: Portal, visitor: Visitor) -> None:
    citizen = portal.newcomer()
    page = visitor(as_=citizen)
    page.goto("soegel/dog-registration")
    page.get_by_role("button", name="Beginnen").click()
    type_one(page, "dog_name", "Bello")
    expect(page.get_by_text("Gespeichert", exact=True)).to_be_visible()
    page.reload()
    assert value(page, "dog_name") == "Bello"


def test_a_form_outlives_the_crash_of_the_browser(portal: Portal, visitor: Visitor) -> None:
    page = visitor(as_=portal.newcomer())
    page.goto("soegel/dog-registration")
    page.get_by_role("button", name="Beginnen").click()
    type_one(page, "dog_name", "Bello")
    expect(page.get_by_text("Gespeichert", exact=True)).to_be_visible()
    with page.expect_event("crash"), suppress(Error):
        page.goto("chrome://crash")
    again = page.context.new_page()
    again.goto("home")
    again.get_by_role("link", name="Hund anmelden, Samtgemeinde Sögel").click()
    assert value(again, "dog_name") == "Bello"


def test_a_discarded_form_is_gone(portal: Portal, visitor: Visitor) -> None:
    citizen = portal.newcomer()
    draft_id = portal.draft(citizen, "dog-registration")
    page = visitor(as_=citizen, javascript=False)
    page.goto("home")
    page.get_by_role("button", name="Verwerfen").click()
    expect(page.get_by_role("status")).to_contain_text("verworfen")
    answer = page.goto(f"drafts/{draft_id}")
    assert answer is not None
    assert answer.status == 404


def test_what_is_taken_out_of_the_cart_is_a_form_in_progress_again(portal: Portal, visitor: Visitor) -> None:
    citizen = portal.newcomer()
    portal.draft(citizen, "dog-registration", in_cart=True)
    page = visitor(as_=citizen, javascript=False)
    page.goto("cart")
    page.get_by_role("button", name="Herausnehmen").click()
    expect(page.locator("main")).to_contain_text("Der Warenkorb ist leer")
    page.goto("home")
    expect(page.get_by_role("link", name="Hund anmelden")).to_be_visible()


def test_registering_tells_every_error_beside_its_field_and_keeps_what_was_typed(portal: Portal, visitor: Visitor) -> None:
    page = visitor(javascript=False)
    page.goto("register")
    page.get_by_label("Vornamen").fill("Mia*")
    page.get_by_label("E-Mail-Adresse").fill("mia at example")
    page.get_by_label("Passwort").fill("kurz")
    page.get_by_role("button", name="Konto anlegen").click()
    expect(page.locator("#given_names-error")).to_contain_text("nur Buchstaben")
    expect(page.locator("#family_name-error")).to_contain_text("füllen Sie das aus")
    expect(page.locator("#email-error")).to_contain_text("name@example.org")
    expect(page.locator("#password-error")).to_contain_text("8 bis 200")
    expect(page.get_by_label("Vornamen")).to_have_value("Mia*")
    expect(page.get_by_label("Passwort")).to_have_value("kurz")

    page.get_by_label("Vornamen").fill("Mia")
    page.get_by_label("Familienname").fill("Musterfrau")
    page.get_by_label("E-Mail-Adresse").fill("citizen@example.org")
    page.get_by_label("Passwort").fill("Musterfrau2026")
    page.get_by_role("button", name="Konto anlegen").click()
    expect(page.locator("#password-error")).to_contain_text("Ihr eigener Name")
    page.get_by_label("Passwort").fill("drei kleine Wörter")
    page.get_by_role("button", name="Konto anlegen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sehen Sie in Ihr E-Mail-Postfach")


def test_a_wrong_password_tells_nothing_about_the_account(portal: Portal, visitor: Visitor) -> None:
    page = visitor(javascript=False)
    said = []
    for email in (f"nobody-{portal.stack.plan.port}@example.org", "operator@example.org"):
        page.goto("sign-in")
        page.get_by_label("E-Mail-Adresse").fill(email)
        page.get_by_label("Passwort").fill("nicht das richtige")
        page.locator("#page-form").get_by_role("button").click()
        expect(page.get_by_label("E-Mail-Adresse")).to_have_value(email)
        said.append(page.get_by_role("alert").inner_text().partition("Zeichen:")[0])
    assert said[0] == said[1]


def test_signing_in_leads_on_to_where_one_wanted_to_go_but_never_away(portal: Portal, visitor: Visitor) -> None:
    page = visitor(javascript=False)
    page.goto("soegel/dog-registration")
    page.get_by_role("link", name="Anmelden und beginnen").click()
    sign_in(page)
    expect(page).to_have_url(f"{portal.url}soegel/dog-registration")
    page.get_by_role("button", name="Abmelden").click()
    page.goto("sign-in?next=//example.org/")
    sign_in(page)
    expect(page).to_have_url(f"{portal.url}home")


def sign_in(page: Page) -> None:
    page.get_by_label("E-Mail-Adresse").fill("citizen@example.org")
    page.get_by_label("Passwort").fill("amtsgang-sample-2026")
    page.locator("#page-form").get_by_role("button").click()


def test_the_switch_of_language_keeps_page_and_typed_input(portal: Portal, visitor: Visitor) -> None:
    citizen = portal.newcomer()
    page = visitor(as_=citizen, javascript=False)
    page.goto(f"drafts/{portal.draft(citizen, 'dog-registration')}?step=1")
    type_one(page, "dog_name", "Noch nicht gespeichert")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", level=1)).to_have_text("Register a dog")
    assert value(page, "dog_name") == "Noch nicht gespeichert"

    page.goto("soegel/birth-certificate")
    expect(page.get_by_role("heading", level=1)).to_have_text("Order a birth certificate")
    page.get_by_role("button", name="Deutsch").click()
    expect(page).to_have_url(f"{portal.url}soegel/birth-certificate")
    expect(page.get_by_role("heading", level=1)).to_have_text("Geburtsurkunde bestellen")


def test_a_browser_that_speaks_english_gets_english(portal: Portal, visitor: Visitor) -> None:
    page = visitor(locale="en-GB", javascript=False)
    page.goto("")
    expect(page.get_by_role("heading", level=1)).to_have_text("Save yourself the trip to the town hall")
    page.get_by_label("Where do you live?").fill("49751")
    page.get_by_role("button", name="Find my municipality").click()
    expect(page).to_have_url(f"{portal.url}soegel/")


def test_payment_tells_its_errors_beside_the_fields(portal: Portal, visitor: Visitor) -> None:
    citizen = portal.newcomer()
    order = portal.order(citizen, "birth-certificate", paid=False)
    page = visitor(as_=citizen, javascript=False)
    page.goto(f"orders/{order['order_id']}/payment")
    page.get_by_label("IBAN").fill("DE89 3704 0044 0532 0130 01")
    page.get_by_role("button", name="Jetzt bezahlen").click()
    expect(page.locator("#agrees-error")).to_contain_text("Häkchen")
    expect(page.locator("#iban-error")).to_contain_text("Diese IBAN stimmt nicht")
    expect(page.get_by_label("IBAN")).to_have_value("DE89 3704 0044 0532 0130 01")
    page.get_by_label("Ich erteile dieses Mandat").check()
    page.get_by_role("button", name="Jetzt bezahlen").click()
    expect(page.locator("#agrees-error")).to_have_count(0)
    expect(page.locator("#iban-error")).to_contain_text("Diese IBAN stimmt nicht")
    expect(page.get_by_label("Ich erteile dieses Mandat")).to_be_checked()


def test_every_service_of_the_catalogue_can_be_filled_in_and_ordered_by_typing(portal: Portal, visitor: Visitor) -> None:
    citizen = portal.newcomer()
    page = visitor(as_=citizen, javascript=False)
    for service in ("business-registration", "birth-certificate", "dog-registration"):
        page.goto(f"soegel/{service}")
        page.get_by_role("button", name="Beginnen").click()
        form = portal.form(service)
        fill_in(page, form, answers.fill(form))
        page.get_by_role("button", name="In den Warenkorb legen").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Warenkorb")
    expect(page.locator("main .amtsgang-rows > li")).to_have_count(3)
