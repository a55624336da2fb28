"""Editors at work: a county changes a service for the whole network, a town writes one of its own, offers it and adds a note."""

from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Visitor
from tests.e2e.portal import EMSLAND, LINGEN, SOEGEL, Portal, until
from tests.e2e.test_accessibility import judge_narrow, judge_wide, scrolls_sideways

LOST = f"staff/editing/{EMSLAND}/services/lost-property"
HERE = f"staff/editing/{SOEGEL}"
PASSWORD = "Salamander im Kornfeld 47"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


def save(page: Page) -> None:
    page.get_by_role("button", name="Speichern", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("gespeichert")


def publish(page: Page, note: str) -> None:
    page.get_by_label("Was sich geändert hat").fill(note)
    page.get_by_role("button", name="Veröffentlichen").click()
    expect(page.get_by_role("status").first).to_contain_text("Veröffentlicht")


def add_colour(page: Page, mark: str) -> None:
    """A question that only finders of bicycles are asked, with a mistake at first."""
    page.get_by_role("link", name="Frage hinzufügen").click()
    page.get_by_label("Frage (Deutsch)").fill("Farbe des Rahmens")
    page.get_by_label("Frage (Englisch)").fill("Colour of the frame")
    page.get_by_label("Kurzname").fill("Farbe")
    page.get_by_label("Art der Antwort").select_option("text")
    page.get_by_label("Eine Antwort ist Pflicht").uncheck()
    page.get_by_text("Bedingung", exact=True).first.click()
    page.get_by_label("Frühere Frage").first.select_option("kind")
    page.get_by_label("Wert", exact=True).first.fill("Fahrrad")
    save(page)
    expect(page.get_by_role("alert")).to_contain_text("kleine Buchstaben")
    page.get_by_label("Kurzname").fill(f"frame_colour_{mark}")
    save(page)
    expect(page.get_by_role("alert")).to_have_count(0)


def seen_by_citizens(portal: Portal, citizen: Page, mark: str) -> None:
    """As soon as what the gateway remembers is old, and in the form at once."""

    def form() -> list[str]:
        return [field["label"]["de"] for section in portal.form("lost-property") for field in section["fields"]]

    until(form, lambda labels: f"Welche Sache ist es ({mark})?" in labels)
    citizen.goto("soegel/lost-property")
    citizen.get_by_role("button", name="Beginnen").click()
    citizen.goto(f"{citizen.url.partition('?')[0]}?step=2")
    citizen.get_by_label(f"Welche Sache ist es ({mark})?").select_option(label="Fahrrad")
    expect(citizen.locator(f'[data-place="frame_colour_{mark}"]')).to_be_visible()


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_a_county_changes_a_service_and_citizens_see_it(portal: Portal, visitor: Visitor, viewport: dict[str, int]) -> None:
    mark = uuid4().hex[:6]
    page = visitor(as_=portal.sign_in("editor.emsland@example.org"), viewport=viewport)
    page.goto("staff/")
    page.get_by_role("link", name="Leistungen bearbeiten").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Leistungen bearbeiten")
    page.get_by_label("Name oder Schlüssel").fill("lost-property")
    page.get_by_role("button", name="Anzeigen").click()
    page.get_by_role("button", name="Ändern").click()
    expect(page.get_by_role("status").first).to_contain_text("Die Arbeitskopie ist begonnen")

    question = portal.form("lost-property")[1]["fields"][0]["label"]["de"]
    page.get_by_role("link", name="Die Sache", exact=True).click()
    page.get_by_role("link", name=question, exact=True).click()
    page.get_by_label("Frage (Deutsch)").fill(f"Welche Sache ist es ({mark})?")
    save(page)
    page.get_by_role("link", name="Die Sache", exact=True).click()
    add_colour(page, mark)
    assert not scrolls_sideways(page)

    page.goto(f"{LOST}/working-copy/preview?step=2")
    asked = page.locator(f'[data-place="frame_colour_{mark}"]')
    expect(page.locator("main")).to_contain_text("Vorschau der Arbeitskopie")
    expect(asked).to_be_hidden()
    page.get_by_label(f"Welche Sache ist es ({mark})?").select_option(label="Fahrrad")
    expect(asked).to_be_visible()
    page.get_by_role("button", name="Diese Antworten prüfen").click()
    expect(page.get_by_role("alert")).to_contain_text("Beschreibung: Bitte füllen Sie das aus.")
    expect(asked).to_be_visible()

    page.goto(f"{LOST}/working-copy")
    page.get_by_role("link", name="Veröffentlichen").click()
    expect(page.get_by_role("table")).to_contain_text(f"Welche Sache ist es ({mark})?")
    expect(page.get_by_role("table")).to_contain_text("Farbe des Rahmens")
    assert not scrolls_sideways(page)
    publish(page, f"Nach der Farbe gefragt ({mark})")
    expect(page.locator("main")).to_contain_text(f"Nach der Farbe gefragt ({mark})")
    seen_by_citizens(portal, visitor(as_=portal.newcomer(), viewport=viewport), mark)


def test_a_town_copies_a_service_offers_it_and_says_something_of_it(portal: Portal, visitor: Visitor) -> None:
    page, key = visitor(as_=portal.sign_in("editor.soegel@example.org"), viewport=DESK), f"katze-{uuid4().hex[:6]}"
    page.goto(f"{HERE}/services/dog-registration")
    expect(page.locator("main")).to_contain_text("Diese Leistung gehört anderen")
    page.get_by_role("link", name="Als neue Leistung kopieren").click()
    page.get_by_label("Schlüssel der neuen Leistung").fill(key)
    page.get_by_role("button", name="Beginnen").click()
    page.get_by_role("link", name="Texte und Regeln").click()
    page.get_by_label("Name (Deutsch)", exact=True).fill(f"Katze {key} anmelden")
    page.get_by_label("Name (Englisch)", exact=True).fill(f"Register cat {key}")
    page.get_by_label("Schlüssel des vorgeschlagenen Amtes").fill("steueramt")
    save(page)
    page.goto(f"{HERE}/services/{key}/working-copy/text")
    text = page.get_by_label("Text", exact=True).input_value()
    assert "# LeiKa key: federal catalogue of services" in text, "what was copied keeps its comments"
    begun, _, rest = text.partition("fees:\n")
    fee = f"fees:\n  - {{valid_from: 2026-01-01, base_cents: 1234, legal_basis: Satzung {key}}}\n"
    page.get_by_label("Text", exact=True).fill(begun + fee + rest.partition("\n")[2] + "strange: key\n")
    save(page)
    expect(page.locator("main")).to_contain_text("Diesen Schlüssel kennt das Portal nicht")
    page.get_by_role("link", name="Zeile").first.click()
    chosen = page.evaluate("(box => box.value.slice(box.selectionStart, box.selectionEnd))(document.activeElement)")
    assert chosen == "strange: key"
    page.keyboard.press("Delete")
    save(page)
    page.goto(f"{HERE}/services/{key}/working-copy/publication")
    publish(page, "Auch Katzen")

    ada = visitor(as_=portal.sign_in("administrator.soegel@example.org"), viewport=DESK)
    ada.goto(f"staff/administration/{SOEGEL}/offers/{key}")
    expect(ada.get_by_label("Amt, das entscheidet")).to_have_value(f"{SOEGEL}/steueramt")
    expect(ada.get_by_label("Gebühr in Euro")).to_have_value("12,34")
    expect(ada.get_by_label("Rechtsgrundlage")).to_have_value(f"Satzung {key}")
    ada.get_by_role("button", name="Diese Leistung anbieten").click()
    ada.get_by_label("Hinweis auf Deutsch").fill("Bitte bringen Sie die Katze nicht mit.")
    ada.get_by_role("button", name="Hinweis speichern").click()
    expect(ada.get_by_role("alert")).to_contain_text("in beiden Sprachen")
    expect(ada.get_by_label("Hinweis auf Deutsch")).to_have_value("Bitte bringen Sie die Katze nicht mit.")
    ada.get_by_label("Hinweis auf Englisch").fill("Please leave the cat at home.")
    ada.get_by_role("button", name="Hinweis speichern").click()
    expect(ada.get_by_role("status").first).to_contain_text("Hinweis ist gespeichert")

    citizen = visitor(as_=portal.newcomer())
    citizen.goto(f"soegel/{key}")
    expect(citizen.get_by_role("heading", level=1)).to_have_text(f"Katze {key} anmelden")
    expect(citizen.locator("main")).to_contain_text("Bitte bringen Sie die Katze nicht mit.")


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_a_service_is_changed_with_the_keyboard_alone_and_without_scripts(
    portal: Portal, visitor: Visitor, *, javascript: bool
) -> None:
    page, key = visitor(as_=portal.sign_in("editor.soegel@example.org"), javascript=javascript), f"fund-{uuid4().hex[:6]}"
    page.goto(f"{HERE}/new?from=lost-property")
    page.get_by_label("Schlüssel der neuen Leistung").focus()
    page.keyboard.type(key)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Schritte des Formulars")).to_be_visible()
    page.get_by_role("button", name="nach unten Was geschehen ist").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("verschoben")
    expect(page.locator("ol").first.locator("li").nth(1)).to_contain_text("Was geschehen ist")
    page.get_by_role("link", name="entfernen Wer Sie sind").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("„Wer Sie sind“ wirklich entfernen?")
    page.get_by_role("button", name="Entfernen", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Aus der Arbeitskopie entfernt")
    page.goto(f"{HERE}/services/{key}/working-copy/steps/1")
    page.get_by_label("Überschrift (Deutsch)").focus()
    page.keyboard.press("End")
    page.keyboard.type(" und mehr")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Die Sache und mehr")
    page.goto(f"{HERE}/services/{key}/working-copy")
    page.get_by_text("Arbeitskopie verwerfen").last.focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Endgültig verwerfen").click()
    expect(page.get_by_role("status").first).to_contain_text("verworfen")


def test_of_two_editors_the_second_loses_nothing(portal: Portal, visitor: Visitor) -> None:
    first = visitor(as_=portal.sign_in("editor.soegel@example.org"))
    second = visitor(as_=portal.sign_in("editor.soegel@example.org"))
    key = f"zwei-{uuid4().hex[:6]}"
    first.goto(f"{HERE}/new?from=general-request")
    first.get_by_label("Schlüssel der neuen Leistung").fill(key)
    first.get_by_role("button", name="Beginnen").click()
    field = f"{HERE}/services/{key}/working-copy/steps/1"
    first.goto(field)
    second.goto(field)
    first.get_by_label("Überschrift (Englisch)").fill("The first one was here")
    save(first)
    second.get_by_label("Überschrift (Deutsch)").fill("Die Zweite war hier")
    second.get_by_role("button", name="Speichern", exact=True).click()
    expect(second.get_by_role("alert")).to_contain_text("Jemand war schneller")
    expect(second.locator("main")).to_contain_text("The first one was here")
    expect(second.get_by_label("Überschrift (Deutsch)")).to_have_value("Die Zweite war hier")
    save(second)
    expect(second.get_by_role("heading", level=1)).to_have_text("Die Zweite war hier")
    first.goto(f"{HERE}/services/{key}/working-copy")
    first.get_by_text("Arbeitskopie verwerfen").last.click()
    first.get_by_role("button", name="Endgültig verwerfen").click()
    second.get_by_label("Überschrift (Deutsch)").fill("Die Zweite schrieb noch")
    second.get_by_role("button", name="Speichern", exact=True).click()
    expect(second.get_by_role("heading", level=1)).to_have_text("Die Arbeitskopie gibt es nicht mehr")
    expect(second.locator("main")).to_contain_text("Die Zweite schrieb noch")
    judge_wide(second)
    judge_narrow(second)


def test_others_are_not_let_in(portal: Portal, visitor: Visitor) -> None:
    page = visitor(as_=portal.sign_in("editor.soegel@example.org"))
    for path in (f"staff/editing/{EMSLAND}", f"{LOST}", f"{LOST}/working-copy", f"{HERE}/services/not-there"):
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 404, path
    clerk = visitor(as_=portal.sign_in("clerk.soegel@example.org"))
    answer = clerk.goto(HERE)
    assert answer is not None
    assert answer.status == 404


def test_who_edits_for_two_municipalities_chooses_one_after_signing_in(portal: Portal, visitor: Visitor) -> None:
    operator, email = portal.sign_in("operator@example.org"), f"neu-{uuid4().hex[:8]}@soegel.example"
    person = {"ars": SOEGEL, "email": email, "given_names": "Nele", "family_name": "Muster"}
    roles = [{"role": "editor", "office_id": f"{ars}/*"} for ars in (SOEGEL, LINGEN)]
    invited = operator.post("/administration/staff", **person, roles=roles[:1])
    operator.put(f"/administration/staff/{invited['account_id']}/roles", version=invited["version"], roles=roles)
    page = visitor()
    page.goto(portal.link_for(email, "staff/invitation/"))
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Passwort festlegen").click()
    page.get_by_label("E-Mail-Adresse").fill(email)
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Anmelden", exact=True).click()
    expect(page.locator("main")).to_contain_text("Für welche Gemeinde?")
    judge_wide(page)
    judge_narrow(page)
    page.get_by_role("link", name="Stadt Lingen (Ems)").click()
    expect(page.locator("main")).to_contain_text("Stadt Lingen (Ems)")
    expect(page.get_by_role("link", name="Leistungen bearbeiten")).not_to_have_count(0)
