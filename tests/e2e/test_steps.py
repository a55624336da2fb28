"""The steps of a form in a browser, of a service that uses all a form can: scripts, devices, lost connections, ended sessions.

The gateway is the real one; behind it is a fake bus with one form in progress, checked by the rules of applications.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from gateway.session import COOKIE
from tests.e2e.conftest import MILLISECONDS
from tests.e2e.gateway import serving
from tests.e2e.keyboard import go_on, step, type_one, value
from tests.e2e.portal import until
from tests.e2e.test_accessibility import judge_narrow, judge_wide
from tests.fakes.bus import FakeBus
from tests.fakes.drafts import DRAFT_ID, FakeDrafts
from tests.fakes.form import everything

YOU = {"family_name": "Musterfrau", "birth_date": "1990-05-17", "nationality": "DE", "kinds": ["file"]}
SAVED = "Gespeichert"


@dataclass
class Scene:
    """A gateway, what is behind it, and devices that open its one form."""

    url: str
    bus: FakeBus
    drafts: FakeDrafts
    device: Callable[..., Page]

    def opens(self, wish: str, **more: Any) -> Page:
        """The step, on a device of its own."""
        page = self.device(**more)
        page.goto(f"drafts/{DRAFT_ID}?step={wish}")
        return page


def signed_in(bus: FakeBus) -> None:
    bus.sign_in("erika", kind="citizen", account_id=DRAFT_ID)


@pytest.fixture
def scene(browser: Browser, tmp_path: Path) -> Iterator[Scene]:
    bus = FakeBus()
    signed_in(bus)
    drafts = FakeDrafts(bus, everything(), dict(YOU))
    with serving(bus, tmp_path) as url:
        contexts: list[BrowserContext] = []

        def device(**more: Any) -> Page:
            context = browser.new_context(base_url=url, locale="de-DE", **more)
            context.set_default_timeout(MILLISECONDS)
            context.add_cookies([{"name": COOKIE, "value": "erika", "url": url}])
            contexts.append(context)
            return context.new_page()

        yield Scene(url, bus, drafts, device)
        for context in contexts:
            context.close()


def test_questions_come_and_mistakes_are_told_while_one_types(scene: Scene) -> None:
    page = scene.opens("you")
    copies, title = page.locator('[data-place="copies"]'), page.locator('[data-place="residence_title"]')
    expect(copies).to_be_hidden()
    page.get_by_label("Papier").check()
    expect(copies).to_be_visible()
    type_one(page, "nationality", "FR")
    expect(title).to_be_visible()
    type_one(page, "nationality", "AT")
    expect(title).to_be_hidden()

    type_one(page, "copies", "12")
    page.locator("#f-copies").blur()
    expect(page.locator("#f-copies-error")).to_have_text("Fehler: Bitte geben Sie höchstens 9 an.")
    expect(page.locator("#f-copies")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#f-copies")).to_have_attribute("aria-describedby", "f-copies-error")
    type_one(page, "copies", "2")
    expect(page.locator("#f-copies-error")).to_have_count(0)
    page.locator("#f-copies").press("Enter")
    expect(page.get_by_role("heading", name="Kinder", exact=True)).to_be_visible()
    assert scene.drafts.answers["copies"] == 2


def test_two_devices_fill_in_different_steps(scene: Scene) -> None:
    desk, telephone = scene.opens("you"), scene.opens("4", viewport={"width": 360, "height": 640})
    type_one(telephone, "remark", "vom Telefon")
    telephone.locator("#f-remark").blur()
    expect(telephone.get_by_text(SAVED, exact=True)).to_be_visible()
    type_one(desk, "family_name", "Neumann")
    go_on(desk)
    assert step(desk) == "children"
    assert (scene.drafts.answers["family_name"], scene.drafts.answers["remark"]) == ("Neumann", "vom Telefon")
    telephone.reload()
    assert value(telephone, "remark") == "vom Telefon"


def test_two_devices_in_the_same_step_lose_nothing_and_see_both(scene: Scene) -> None:
    """Scripts save at every field: what one device has not touched stays as the other has saved it."""
    desk, telephone = scene.opens("you"), scene.opens("you", viewport={"width": 360, "height": 640})
    for page, name, typed in (
        (telephone, "birth_date", "01.02.1990"),
        (desk, "family_name", "Neumann"),
        (telephone, "nationality", "AT"),
    ):
        type_one(page, name, typed)
        page.locator(f"#f-{name}").blur()
        expect(page.get_by_text(SAVED, exact=True)).to_be_visible()
        expect(page.locator("input[name=before]")).to_have_count(1)
    assert {name: scene.drafts.answers[name] for name in ("family_name", "birth_date", "nationality")} == {
        "family_name": "Neumann", "birth_date": "1990-02-01", "nationality": "AT",
    }  # fmt: skip

    type_one(telephone, "family_name", "Altmann")
    telephone.locator("#f-family_name").blur()
    note = telephone.locator("[data-place=family_name] [data-elsewhere-note]")
    expect(note).to_contain_text("„Neumann“")
    expect(telephone.locator("[data-save-state]")).to_contain_text("Gespeichert, bis auf dies: Familienname: Inzwischen")
    for day in ("02", "03"):
        type_one(telephone, "birth_date", f"{day}.02.1990")
        telephone.locator("#f-birth_date").blur()
        until(lambda: scene.drafts.answers["birth_date"], f"1990-02-{day}".__eq__)
        expect(note).to_have_count(1)
    assert scene.drafts.answers["family_name"] == "Neumann", "the rest is saved all the same"
    judge_narrow(telephone)
    go_on(telephone)
    expect(telephone.locator("#f-family_name-error")).to_contain_text("„Neumann“")
    assert value(telephone, "family_name") == "Altmann"
    judge_narrow(telephone)
    go_on(telephone)
    assert step(telephone) == "children"
    assert scene.drafts.answers["family_name"] == "Altmann"


def test_an_answer_that_was_lost_on_its_way_makes_no_device_another(scene: Scene) -> None:
    """The server has saved, and the page never hears of it: what is typed next is no conflict with oneself."""
    page = scene.opens("4")
    page.route(
        "**/drafts/*",
        lambda route: (route.fetch(), route.abort()) if "do=keep" in (route.request.post_data or "") else route.continue_(),
    )
    type_one(page, "remark", "erst")
    page.locator("#f-remark").blur()
    expect(page.get_by_text("Noch nicht gespeichert")).to_be_visible()
    assert scene.drafts.answers["remark"] == "erst"
    page.unroute("**/drafts/*")
    type_one(page, "remark", "dann")
    page.locator("#f-remark").blur()
    expect(page.get_by_text(SAVED, exact=True)).to_be_visible()
    assert scene.drafts.answers["remark"] == "dann"
    expect(page.locator("input[name=before]")).to_have_count(1)


def test_what_was_typed_without_a_connection_is_saved_when_it_is_back(scene: Scene) -> None:
    page = scene.opens("4")
    page.context.set_offline(True)
    type_one(page, "remark", "im Zug getippt")
    page.locator("#f-remark").blur()
    expect(page.get_by_text("Noch nicht gespeichert")).to_be_visible()
    assert "remark" not in scene.drafts.answers
    page.context.set_offline(False)
    expect(page.get_by_text(SAVED, exact=True)).to_be_visible()
    assert scene.drafts.answers["remark"] == "im Zug getippt"


def test_what_was_typed_after_the_session_ended_is_there_after_signing_in(scene: Scene) -> None:
    page = scene.opens("4")
    scene.bus.sign_out("erika")
    type_one(page, "remark", "zu spät getippt")
    page.locator("#f-remark").blur()
    expect(page.get_by_text("Sie sind abgemeldet")).to_be_visible()
    go_on(page)
    expect(page.locator("#trouble")).to_contain_text("Bitte melden Sie sich an")
    assert value(page, "remark") == "zu spät getippt"
    signed_in(scene.bus)  # in another window, as the page says
    go_on(page)
    go_on(page)
    assert scene.drafts.answers["remark"] == "zu spät getippt"


@pytest.mark.parametrize("wish", ["you", "children", "allowance", "4", "review"])
def test_every_step_can_be_used_by_everyone(scene: Scene, browser: Browser, wish: str) -> None:
    scene.drafts.answers |= {
        "nationality": "FR",
        "kinds": ["paper"],
        "children": [{"child_name": "R2D2", "lives_here": True}, {}],
    }
    page = scene.opens(wish)
    if wish != "review":
        go_on(page)
        assert step(page) == wish
    judge_wide(page)
    judge_narrow(page)


@pytest.mark.parametrize("javascript", [True, False])
def test_an_address_that_may_be_left_out_is_empty_or_whole(scene: Scene, javascript: bool) -> None:
    scene.drafts.answers |= {"agreed": True, "children": []}
    page = scene.opens("4", java_script_enabled=javascript)
    type_one(page, "other_street", "Musterstraße")
    type_one(page, "other_town", "Sögel")
    if javascript:
        page.locator("#f-other_town").blur()
    else:
        go_on(page)
    for part in ("house_number", "postal_code"):
        expect(page.locator(f"#f-other_{part}-error")).to_contain_text("Dieser Teil der Anschrift fehlt")
    expect(page.locator("#f-other_street-error")).to_have_count(0)
    for part in ("street", "town"):
        type_one(page, f"other_{part}", "")
    if javascript:
        expect(page.locator("#f-other_postal_code-error")).to_have_count(0)
    go_on(page)
    assert step(page) == "review"


@pytest.mark.parametrize("javascript", [True, False])
def test_an_address_is_one_question_here_and_abroad(scene: Scene, javascript: bool) -> None:
    scene.drafts.answers |= {"phone": "05952 12345", "agreed": True, "children": []}
    page = scene.opens("4", java_script_enabled=javascript)
    home = page.get_by_role("group", name="Ihre Anschrift")
    expect(home.get_by_label("Straße")).to_be_visible()
    expect(home.get_by_label("Anschrift im Ausland")).to_be_hidden()
    type_one(page, "home_country", "NL")
    if not javascript:
        go_on(page)
    expect(home.get_by_label("Postleitzahl")).to_be_hidden()
    type_one(page, "home_foreign_address", "Voorbeeldstraat 1\n9999 ZZ Stad")
    go_on(page)
    expect(page.locator("dd", has_text="Voorbeeldstraat 1")).to_have_text("Voorbeeldstraat 1\n9999 ZZ Stad\nNiederlande")
    assert step(page) == "review"


def test_the_account_fills_the_first_entry_and_an_address_at_ones_choice(scene: Scene) -> None:
    values = {"given_names": "Erika", "street": "Musterstraße", "house_number": "1", "postal_code": "49751", "town": "Sögel"}
    scene.bus.answer("accounts", "get_profile", {
        "values": [
            {"name": name, "value": value, "level": "low", "source": "self", "by": None, "at": "2026-03-02T09:00:00+00:00",
             "valid_until": None, "is_verified": False, "is_locked": False}
            for name, value in values.items()
        ],
        "identity_level": "low",
        "identity_valid_until": None,
    })  # fmt: skip
    scene.drafts.answers |= {"children": [{}, {}], "phone": "05952 12345"}
    page = scene.opens("children")
    page.get_by_role("button", name="Aus meinem Konto übernehmen").click()
    expect(page.locator("#f-children-0-child_name")).to_have_value("Erika")
    expect(page.locator("#f-children-0-child_name-hint")).to_contain_text("Aus Ihrem Konto")
    expect(page.locator("#f-children-1-child_name")).to_have_value("")
    page = scene.opens("4")
    page.get_by_role("button", name="Aus meinem Konto übernehmen").click()
    expect(page.locator("#f-home_town")).to_have_value("Sögel")
    expect(page.locator("#f-home_country")).to_have_value("DE")
    expect(page.locator("#f-home_address-hint")).to_contain_text("Aus Ihrem Konto: von Ihnen selbst angegeben")
    expect(page.locator("#f-home_town-hint")).to_have_count(0)


@pytest.mark.parametrize("typed", ["9", "12"])
def test_one_press_is_enough_although_messages_come_and_go(scene: Scene, typed: str) -> None:
    scene.drafts.answers |= {"kinds": ["paper"], "copies": 12 if typed == "9" else 1}
    page = scene.opens("you", viewport={"width": 360, "height": 640})
    page.locator("#f-copies").fill(typed)
    with page.expect_navigation():
        go_on(page)
    assert step(page) == ("children" if typed == "9" else "you")
