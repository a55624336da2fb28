"""Two people in two browsers: an organisation with an invited member, a mandate with scope, and both ending midway."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from services.chassis import ids
from tests import answers
from tests.e2e.client import Client
from tests.e2e.conftest import Visitor
from tests.e2e.keyboard import fill_in
from tests.e2e.portal import Portal, Session, until

BANNER = ".amtsgang-party"
HOUSE = {
    "name": "Muster GmbH", "legal_form": "gmbh", "register_court": "Osnabrück", "register_number": "HRB 123456",
    "street": "Musterstraße", "house_number": "1a", "postal_code": "49751", "town": "Sögel", "email": "post@example.org",
}  # fmt: skip


def found(page: Page, name: str) -> str:
    """An organisation, made in the browser; its id."""
    page.goto("organisations")
    page.get_by_role("link", name="Organisation anlegen").click()
    page.get_by_label("Name der Organisation").fill(name)
    page.get_by_label("Rechtsform").select_option("gmbh")
    page.get_by_label("Registergericht").fill("Osnabrück")
    page.get_by_label("Registernummer").fill("VR 12")
    page.get_by_label("Straße").fill("Musterstraße")
    page.get_by_label("Hausnummer").fill("1a")
    page.get_by_label("Postleitzahl").fill("49751")
    page.get_by_label("Ort", exact=True).fill("Sögel")
    page.get_by_label("E-Mail-Adresse für Meldungen").fill("post@example.org")
    page.get_by_role("button", name="Organisation anlegen").click()
    expect(page.locator("#register_number-error")).to_contain_text("HRB 12345")
    page.get_by_label("Registernummer").fill("HRB 123456")
    page.get_by_role("button", name="Organisation anlegen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.locator("main")).to_contain_text("eigene Angabe, nicht geprüft")
    return re.sub(r"[?#].*", "", page.url).rpartition("/")[2]


def act_for(page: Page, name: str) -> None:
    """Choose for whom to act."""
    page.goto("acting")
    page.get_by_role("button", name=f"Handeln für {name}").click()
    expect(page.locator(BANNER)).to_contain_text(f"Sie handeln für: {name}")


def dog_into_cart(page: Page, portal: Portal) -> None:
    page.goto("soegel/dog-registration")
    page.get_by_role("button", name="Beginnen").click()
    form = portal.form("dog-registration")
    fill_in(page, form, answers.fill(form))
    page.get_by_role("button", name="In den Warenkorb legen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Warenkorb")


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_member_applies_for_an_organisation_and_the_clerk_sees_who_it_was(
    portal: Portal, visitor: Visitor, *, javascript: bool
) -> None:
    name = f"Muster {ids.new_id()[-8:]} GmbH"
    boss, hand = portal.newcomer(), portal.newcomer()
    owner, member = visitor(as_=boss, javascript=javascript), visitor(as_=hand, javascript=javascript)
    organisation_id = found(owner, name)
    owner.get_by_role("link", name="Jemanden einladen").click()
    owner.get_by_label("E-Mail-Adresse").fill(hand.email)
    owner.get_by_label("Mitglied: darf").check()
    owner.get_by_role("button", name="Einladen").click()
    expect(owner.get_by_role("status")).to_contain_text("unterwegs")

    member.goto(portal.link_for(hand.email, "organisations/invitations/"))
    expect(member.get_by_role("heading", level=1)).to_have_text(f"Einladung von {name}")
    member.get_by_role("button", name="Annehmen").click()
    expect(member.get_by_role("status")).to_contain_text("Sie sind jetzt Mitglied")
    member.get_by_role("button", name=f"Handeln für {name}").click()
    expect(member.locator(BANNER)).to_contain_text(name)
    expect(member.get_by_role("heading", level=1)).to_have_text(f"Bereich von {name}")

    dog_into_cart(member, portal)
    member.get_by_role("link", name="Prüfen und bestellen").click()
    expect(member.locator("main")).to_contain_text(f"Sie bestellen für {name}")
    member.get_by_role("button", name="Kostenlos bestellen").click()
    expect(member.locator("main")).to_contain_text(f"Für die Organisation {name} (Amtsgericht Osnabrück, HRB 123456)")
    member.get_by_role("link", name="Hund anmelden").click()
    expect(member.locator(".amtsgang-history")).to_contain_text(f"für {name}")
    case_id = re.sub(r"[?#].*", "", member.url).rpartition("/")[2]

    clerk = visitor(as_=portal.sign_in("clerk.soegel@example.org"), javascript=javascript)
    clerk.goto(f"staff/cases/{case_id}")
    expect(clerk.locator("main")).to_contain_text(f"Für die Organisation {name}")
    expect(clerk.locator("main")).to_contain_text("Gehandelt hat:")

    owner.goto("applications")
    expect(owner.locator(f'a[href="/applications/{case_id}"]')).to_have_count(0)
    act_for(owner, name)
    owner.goto("applications")
    expect(owner.locator(f'a[href="/applications/{case_id}"]')).to_be_visible()
    until(lambda: owner.goto("mailbox") and owner.locator("main").inner_text(), lambda shown: "Hund anmelden" in shown)
    until(lambda: portal.mails("post@example.org"), bool)

    owner.goto(f"organisations/{organisation_id}")
    owner.get_by_role("button", name=re.compile("Entfernen")).click()
    expect(owner.get_by_role("status")).to_contain_text("kein Mitglied mehr")
    member.goto("home")
    expect(member.locator(BANNER)).to_contain_text("Sie können nicht mehr")
    answer = member.goto(f"applications/{case_id}")
    assert answer is not None
    assert answer.status == 404
    member.get_by_role("button", name="Für mich selbst handeln").click()
    expect(member.locator(BANNER)).to_have_count(0)


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_mandate_from_asking_to_ending_in_the_middle_of_a_form(portal: Portal, visitor: Visitor, *, javascript: bool) -> None:
    asking, asked = portal.newcomer(), portal.newcomer()
    helper, grantor = visitor(as_=asking, javascript=javascript), visitor(as_=asked, javascript=javascript)
    helper.goto("mandates")
    helper.get_by_role("link", name="Jemanden um eine Vollmacht bitten").click()
    helper.get_by_role("button", name="Um Vollmacht bitten").click()
    expect(helper.locator("#email-error")).to_be_visible()
    helper.get_by_label("E-Mail-Adresse der anderen Person").fill(asked.email)
    helper.get_by_label("Hund anmelden").check()
    helper.get_by_role("button", name="Um Vollmacht bitten").click()
    expect(helper.get_by_role("status")).to_contain_text("Gesendet")
    expect(helper.locator("main")).not_to_contain_text("Mustermann")

    grantor.goto(portal.link_for(asked.email, "mandates/"))
    expect(grantor.locator("main")).to_contain_text("Sichtbar ist dabei nur")
    grantor.get_by_role("button", name="Vollmacht erteilen").click()
    expect(grantor.get_by_role("status")).to_contain_text("Die Vollmacht gilt")
    grantor.goto("mailbox")
    until(lambda: grantor.reload() and grantor.locator("main").inner_text(), lambda shown: "Eine Vollmacht hat begonnen" in shown)

    act_for(helper, "Max Mustermann")
    answer = helper.goto("soegel/birth-certificate")
    assert answer is not None
    helper.get_by_role("button", name="Beginnen").click()
    expect(helper.get_by_role("heading", level=1)).to_have_text("Ihre Vollmacht gilt nicht für diese Leistung")
    dog_into_cart(helper, portal)
    helper.get_by_role("link", name="Prüfen und bestellen").click()

    grantor.goto("mandates")
    grantor.locator("main").get_by_role("link", name="Max Mustermann").click()
    grantor.get_by_role("button", name="Vollmacht jetzt beenden").click()
    expect(grantor.get_by_role("status")).to_contain_text("Die Vollmacht ist beendet")

    helper.get_by_role("button", name="Kostenlos bestellen").click()
    expect(helper.get_by_role("heading", level=1)).to_have_text(
        "Sie können nicht mehr für diese Organisation oder Person handeln"
    )
    assert asking.get("/orders")["orders"] == []
    assert asked.get("/orders")["orders"] == []
    assert len(asked.get("/drafts")["drafts"]) == 1


def test_a_page_of_another_party_does_nothing_and_loses_nothing(portal: Portal, visitor: Visitor) -> None:
    someone = portal.newcomer()
    organisation = someone.post("/organisations", **HOUSE)
    page = visitor(as_=someone)
    page.goto("soegel/dog-registration")
    other = page.context.new_page()
    other.goto("acting")
    other.get_by_role("button", name=f"Handeln für {HOUSE['name']}").click()
    page.get_by_role("button", name="Beginnen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sie handeln jetzt für jemand anderen")
    client = Session(portal.url, someone.email)
    assert client.get("/drafts")["drafts"] == []
    client.put("/sessions/current/party", grant_id=organisation["grant_id"])
    assert client.get("/drafts")["drafts"] == []
    assert client.get("/sessions/current")["party_name"] == HOUSE["name"]


def test_forged_parties_and_foreign_organisations_are_not_found(portal: Portal) -> None:
    owner, thief = portal.newcomer(), portal.newcomer()
    organisation = owner.post("/organisations", **HOUSE)
    client = Client(portal.url, thief)
    for path in ("", "/change", "/invite", "/hand-over", "/leave", "/dissolve"):
        assert client.get(f"/organisations/{organisation['organisation_id']}{path}").status_code == 404
    for forged in (organisation["grant_id"], organisation["organisation_id"], owner.account_id, ids.new_id()):
        answer = client.post("/acting", csrf_token=client.token("/acting"), grant_id=forged)
        assert answer.status_code == 404, answer.text
        assert thief.get("/sessions/current")["actor"]["behalf"] is None


def test_an_organisation_is_handed_over_left_and_dissolved(portal: Portal, visitor: Visitor) -> None:
    first, second = portal.newcomer(), portal.newcomer()
    organisation = first.post("/organisations", **HOUSE)
    home = f"/organisations/{organisation['organisation_id']}"
    invitation = first.post(f"{home}/invitations", email=second.email, role="reader")
    second.put(f"/member-invitations/{invitation['invitation_id']}", accepts=True)
    page = visitor(as_=first)
    page.goto(f"{home[1:]}/leave")
    page.locator("#page-form").get_by_role("button", name="Austreten").click()
    expect(page.get_by_role("alert")).to_contain_text("Eine Organisation braucht eine Vertretung")
    page.goto(f"{home[1:]}/hand-over")
    page.get_by_label("Neue Vertretung").select_option(second.account_id)
    page.locator("#page-form").get_by_role("button", name="Übergeben").click()
    expect(page.get_by_role("status")).to_contain_text("neue Vertretung")
    page.goto(f"{home[1:]}/leave")
    page.locator("#page-form").get_by_role("button", name="Austreten").click()
    expect(page.get_by_role("status")).to_contain_text("kein Mitglied mehr")
    new_owner = visitor(as_=second)
    new_owner.goto(f"{home[1:]}/dissolve")
    new_owner.get_by_role("button", name="Endgültig auflösen").click()
    expect(new_owner.get_by_role("status")).to_contain_text("aufgelöst")
    assert second.get("/parties")["parties"] == []


def test_a_mandate_is_not_longer_than_two_years(portal: Portal, visitor: Visitor) -> None:
    page = visitor(as_=portal.newcomer())
    page.goto("mandates/new?side=grantor")
    page.get_by_label("E-Mail-Adresse der anderen Person").fill("niemand@example.org")
    page.get_by_label("Für alle Leistungen").check()
    page.get_by_label("Letzter Tag").fill(f"{date.today() + timedelta(days=800):%d.%m.%Y}")  # noqa: DTZ011 - typed by a person
    page.get_by_role("button", name="Vollmacht erteilen").click()
    expect(page.locator("#valid_until-error")).to_contain_text("höchstens zwei Jahre")
    expect(page.get_by_label("E-Mail-Adresse der anderen Person")).to_have_value("niemand@example.org")
