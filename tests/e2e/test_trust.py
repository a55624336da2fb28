"""Second factors, electronic identities and the step up to what a service asks for, in a browser."""

import re
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pyotp
import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from deploy.samples import SAMPLE_PASSWORD
from tests import answers
from tests.e2e.conftest import MILLISECONDS, Visitor
from tests.e2e.keyboard import go_on, step
from tests.e2e.portal import SOEGEL, Portal, Session, until
from tests.e2e.test_accessibility import judge_narrow, judge_wide

ASKED = "Sie brauchen das Vertrauensniveau"


@pytest.fixture
def citizen(portal: Portal) -> Session:
    return portal.newcomer()


def sign_in(page: Page, citizen: Session) -> None:
    """With the password; what comes after it is the test's."""
    page.goto("sign-in")
    page.get_by_label("E-Mail-Adresse").fill(citizen.email)
    page.get_by_label("Passwort").fill(SAMPLE_PASSWORD)
    page.get_by_role("button", name="Anmelden", exact=True).click()


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Abmelden").click()
    expect(page.get_by_role("link", name="Anmelden", exact=True)).to_be_visible()


def judge(page: Page, *, javascript: bool = True) -> None:
    """No barrier that a program can find, wide and narrow; the program itself is a script and never ends where none runs."""
    if javascript:
        judge_wide(page)
        judge_narrow(page)


def next_code(secret: str, used: str = "") -> str:
    """A code of the app that was not used before: that of the step to come, which the portal takes, too, without a wait."""
    app = pyotp.TOTP(secret)
    code: str = until(lambda: app.at(time.time() + app.interval), lambda code: code != used)
    return code


def add_app(page: Page) -> tuple[str, str, list[str]]:
    """Set up an authenticator app as the first factor: its secret, the code that was used, the recovery codes."""
    page.goto("account/security/app")
    page.get_by_label("Passwort").fill(SAMPLE_PASSWORD)
    page.get_by_role("button", name="Weiter").click()
    expect(page.get_by_role("img", name="QR-Code")).to_be_visible()
    secret = page.locator("#secret").inner_text().replace(" ", "")
    code = pyotp.TOTP(secret).now()
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Bestätigen").click()
    expect(page.get_by_role("heading", name="Ihre Wiederherstellungscodes")).to_be_visible()
    return secret, code, page.locator(".amtsgang-codes code").all_inner_texts()


def identify(page: Page, person: str = "Erika", level: str = "high") -> None:
    """On the way to the provider of identities: choose a sample person there and come back."""
    page.get_by_role("button", name="Weiter", exact=True).click()
    page.get_by_role("link", name="Zur elektronischen Identität").click()
    expect(page.get_by_text("This is a sandbox")).to_be_visible()
    page.get_by_label(re.compile(person)).check()
    page.get_by_label(f"{level}, as with").check()
    page.get_by_role("button", name="Identify").click()
    page.get_by_role("button", name="Back to the portal").click()


@pytest.mark.parametrize("javascript", [True, False])
def test_an_authenticator_app_guards_the_sign_in_and_a_recovery_code_stands_in_for_it(
    visitor: Visitor, citizen: Session, javascript: bool
) -> None:
    page = visitor(javascript=javascript)
    sign_in(page, citizen)
    secret, used, codes = add_app(page)
    assert len(codes) == 10
    judge(page, javascript=javascript)
    page.get_by_role("link", name="Ich habe sie aufbewahrt").click()
    expect(page.get_by_text("Diese Sitzung")).to_be_visible()
    expect(page.get_by_role("definition").first).to_have_text("substanziell")
    sign_out(page)

    sign_in(page, citizen)
    expect(page.get_by_role("heading", name="Anmeldung bestätigen")).to_be_visible()
    judge(page, javascript=javascript)
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Bestätigen", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Code")
    page.get_by_label("Code").fill(next_code(secret, used))
    page.get_by_role("button", name="Bestätigen", exact=True).click()
    expect(page).to_have_url(re.compile("/home"))
    sign_out(page)

    sign_in(page, citizen)
    page.get_by_label("Code").fill(codes[0])
    page.get_by_role("button", name="Bestätigen", exact=True).click()
    expect(page).to_have_url(re.compile("/home"))
    page.goto("account/security")
    expect(page.get_by_text("9 Wiederherstellungscodes sind noch übrig.")).to_be_visible()

    page.get_by_role("link", name=re.compile("^Entfernen")).click()
    judge(page, javascript=javascript)
    page.get_by_role("button", name="Entfernen").click()
    expect(page.get_by_text("Der zweite Faktor ist entfernt.")).to_be_visible()
    sign_out(page)
    sign_in(page, citizen)
    expect(page).to_have_url(re.compile("/home"))


def test_the_password_alone_changes_nothing_where_there_is_a_second_factor(
    visitor: Visitor, portal: Portal, citizen: Session
) -> None:
    """Another session, still at `low`, is asked for the second factor first."""
    weak = visitor(as_=citizen)
    page = visitor()
    sign_in(page, citizen)
    secret, used, _ = add_app(page)
    weak.goto("account/security/app")
    expect(weak.get_by_role("heading", name="Bestätigen Sie, dass Sie es sind")).to_be_visible()
    weak.get_by_label("Code").fill(next_code(secret, used))
    weak.get_by_role("button", name="Bestätigen", exact=True).click()
    expect(weak.get_by_role("heading", name="Authenticator-App hinzufügen")).to_be_visible()
    expect(weak.get_by_label("Passwort")).to_have_count(0)


@pytest.fixture
def key(browser: Browser, portal: Portal) -> Iterator[Page]:
    """A browser with a passkey in it, under the host name that passkeys need."""
    page = browser.new_context(base_url=f"http://localhost:{urlsplit(portal.url).port}/", locale="de-DE").new_page()
    page.set_default_timeout(MILLISECONDS)
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": {**options, "isUserVerified": True}})
    yield page
    page.context.close()


def test_a_passkey_is_made_answers_as_second_factor_and_signs_in_alone(key: Page, citizen: Session) -> None:
    sign_in(key, citizen)
    key.goto("account/security/passkey")
    key.get_by_label("Name").fill("Laptop")
    key.get_by_label("Passwort").fill(SAMPLE_PASSWORD)
    key.get_by_role("button", name="Weiter").click()
    key.get_by_role("button", name="Passkey jetzt anlegen").click()
    expect(key.get_by_role("heading", name="Ihre Wiederherstellungscodes")).to_be_visible()
    key.goto("account/security")
    expect(key.get_by_role("strong")).to_be_visible()
    sign_out(key)

    sign_in(key, citizen)
    key.get_by_role("button", name="Mit Passkey bestätigen").click()
    expect(key).to_have_url(re.compile("/home"))
    sign_out(key)

    key.goto("sign-in")
    key.get_by_role("button", name="Mit Passkey anmelden").click()
    expect(key).to_have_url(re.compile("/home"))
    key.goto("account/security")
    expect(key.get_by_role("definition").first).to_have_text("substanziell")


def test_under_an_ip_address_the_portal_says_that_passkeys_do_not_work(visitor: Visitor, citizen: Session) -> None:
    page = visitor(as_=citizen)
    page.goto("account/security")
    expect(page.get_by_text("Passkeys funktionieren hier nicht")).to_be_visible()
    expect(page.get_by_role("link", name="Passkey hinzufügen")).to_have_count(0)


def test_an_electronic_identity_is_linked_signs_in_and_is_unlinked(visitor: Visitor, citizen: Session) -> None:
    page = visitor()
    sign_in(page, citizen)
    page.goto("account/security")
    page.get_by_role("link", name="eID verknüpfen").click()
    page.get_by_label("Passwort").fill(SAMPLE_PASSWORD)
    identify(page, "Zoë")
    expect(page.get_by_text("Ihre elektronische Identität hat bestätigt, wer Sie sind.")).to_be_visible()
    expect(page.get_by_role("definition")).to_have_text(["hoch", "hoch", "hoch"])
    sign_out(page)

    page.goto("sign-in")
    page.get_by_role("link", name="Mit eID anmelden").click()
    identify(page, "Zoë")
    expect(page).to_have_url(re.compile("/home"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Zoë Đurđa Łukasz-Őri")

    page.goto("eid/unlink")
    page.get_by_role("button", name="Verknüpfung lösen").click()
    expect(page.get_by_text("Die elektronische Identität ist nicht mehr verknüpft.")).to_be_visible()
    sign_out(page)
    page.goto("eid")
    identify(page, "Zoë")
    expect(page.get_by_role("alert")).to_contain_text("kein Konto verknüpft")


def test_a_level_that_is_too_low_is_refused(visitor: Visitor, citizen: Session) -> None:
    page = visitor()
    sign_in(page, citizen)
    page.goto("eid")
    page.get_by_label("Passwort").fill(SAMPLE_PASSWORD)
    identify(page, "Max", "low")
    expect(page.get_by_role("alert")).to_contain_text("konnte nicht verwendet werden")


def test_a_certificate_is_ordered_with_an_electronic_identity_and_nothing_typed_is_lost(
    visitor: Visitor, portal: Portal, citizen: Session
) -> None:
    page = visitor()
    sign_in(page, citizen)
    page.goto("soegel/registration-certificate")
    expect(page.get_by_text(f"{ASKED} „hoch“")).to_be_visible()
    someone: dict[str, Any] = {"given_names": "Max", "family_name": "Falschmann", "birth_date": "1985-03-27"}
    page.goto(f"drafts/{portal.draft(citizen, 'registration-certificate', **someone)}?step=1")
    while not page.get_by_label("Doktorgrad").count():
        go_on(page)
    page.get_by_label("Doktorgrad").fill("Dr.")
    while step(page) != "review":
        go_on(page)
    page.get_by_role("button", name="In den Warenkorb").click()
    expect(page.get_by_role("heading", name="Ein höheres Vertrauensniveau ist nötig")).to_be_visible()
    page.get_by_role("link", name="Weiter mit eID").click()
    page.get_by_label("Passwort").fill(SAMPLE_PASSWORD)
    identify(page, "Max")
    expect(page.locator("main")).to_contain_text("Dr.")
    page.get_by_role("button", name="In den Warenkorb").click()
    expect(page.get_by_role("alert")).to_contain_text("In Ihrer geprüften Identität steht etwas anderes")
    page.get_by_role("alert").get_by_role("link").click()
    page.get_by_label("Familienname: Mustermann").check()
    page.get_by_role("button", name="Ausgewähltes ersetzen").click()
    while step(page) != "review":
        go_on(page)
    page.get_by_role("button", name="In den Warenkorb").click()
    page.get_by_role("link", name="Prüfen und bestellen").click()
    page.get_by_role("button", name="Kostenlos bestellen").click()
    expect(page).to_have_url(re.compile("/orders/"))
    case_id = citizen.get("/applications")["cases"][0]["case_id"]
    clerk = portal.sign_in("clerk.soegel@example.org")
    seen = clerk.get(f"/cases/{case_id}")["identity"]
    assert (seen["family_name"], seen["level"], seen["source"]) == ("Mustermann", "high", "eid")
    clerk.post(f"/cases/{case_id}/decision", decision="approve")
    done = until(lambda: citizen.get(f"/applications/{case_id}"), lambda case: case["state"] == "completed")
    assert done["document_id"]


def test_without_trust_the_way_to_it_is_shown(visitor: Visitor, portal: Portal, citizen: Session) -> None:
    """At `low` with neither second factor nor verified identity: how to get both."""
    page = visitor(as_=citizen)
    page.goto(f"drafts/{portal.draft(citizen, 'transmission-block')}")
    page.get_by_role("button", name="In den Warenkorb").click()
    expect(page.get_by_role("link", name="Zweiten Faktor einrichten")).to_be_visible()
    expect(page.get_by_role("heading", name="Persönlich: die Bürgerbüros im Portalverbund")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Sögel")
    page.get_by_role("link", name="Jetzt nicht, zurück").click()
    expect(page).to_have_url(re.compile("/drafts/"))


def test_the_api_asks_for_the_second_factor_as_well(portal: Portal, citizen: Session) -> None:
    begun = citizen.post("/accounts/current/security/apps", password=SAMPLE_PASSWORD)
    code = pyotp.TOTP(begun["secret"]).now()
    citizen.put(f"/accounts/current/security/apps/{begun['factor_id']}", code=code, name="Telefon")
    asked = requests.post(
        f"{portal.url}api/v1/sessions", json={"email": citizen.email, "password": SAMPLE_PASSWORD}, timeout=30
    ).json()
    assert asked["token"] is None
    answer = {"challenge": asked["second_factor"]["challenge"], "code": next_code(begun["secret"], code)}
    opened = requests.post(f"{portal.url}api/v1/sessions/second-factor", json=answer, timeout=30).json()
    assert opened["actor"]["session_level"] == "substantial"


def test_what_a_program_claims_to_have_taken_from_the_account_is_compared_with_it(portal: Portal, citizen: Session) -> None:
    known = {value["name"]: value["value"] for value in citizen.get("/accounts/current/profile")["values"]}
    answered = answers.fill(portal.form("dog-registration"), given_names=known["given_names"], family_name="Falschmann")
    claimed = {"answers": answered, "taken": ["given_names", "family_name"]}
    draft_id = citizen.post("/drafts", service="dog-registration", ars=SOEGEL, **claimed)["draft_id"]
    citizen.put(f"/cart/items/{draft_id}")
    case_id = citizen.post("/orders", expected_total_cents=0)["cases"][0]["case_id"]
    assert portal.sign_in("clerk.soegel@example.org").get(f"/cases/{case_id}")["taken"] == ["given_names"]
