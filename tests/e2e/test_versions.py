"""A form is published anew while a citizen fills it in: they are told, lose nothing unseen, and decide themselves."""

from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from services.chassis import clock
from tests import answers
from tests.e2e.conftest import Visitor
from tests.e2e.portal import SOEGEL, Portal, Session
from tests.e2e.test_accessibility import judge_narrow, judge_wide

NEWER = "Es gibt eine neuere Fassung dieses Formulars"


@pytest.fixture
def key(portal: Portal) -> str:
    """A service of the town, published and offered, whose form asks for a reference number."""
    key, editor = f"anliegen-{uuid4().hex[:6]}", portal.sign_in("editor.soegel@example.org")
    begun = editor.post(f"/editing/{SOEGEL}/services/{key}/working-copy", copied_from="general-request")
    publish(editor, key, begun["version"])
    today = clock.in_germany(clock.now()).date().isoformat()
    fee = {"valid_from": today, "base_cents": 0, "legal_basis": "§ 25 VwVfG"}
    administrator = portal.sign_in("administrator.soegel@example.org")
    administrator.post(
        f"/administration/municipalities/{SOEGEL}/offers", service=key, office_id=f"{SOEGEL}/buergerbuero", fee=fee
    )
    return key


def publish(editor: Session, key: str, version: int) -> None:
    editor.post(f"/editing/{SOEGEL}/services/{key}/working-copy/publication", version=version, note="Probe")


def publish_without_reference(portal: Portal, key: str) -> None:
    """The next version calls the question about the reference number something else."""
    editor = portal.sign_in("editor.soegel@example.org")
    copy = f"/editing/{SOEGEL}/services/{key}/working-copy"
    begun = editor.post(copy)
    source = begun["source"].replace("name: reference\n", "name: file_number\n")
    publish(editor, key, editor.put(copy, version=begun["version"], source=source)["version"])


def draft(portal: Portal, citizen: Session, key: str) -> str:
    given = answers.fill(portal.form(key), reference="4711/2026")
    draft_id: str = citizen.post("/drafts", service=key, ars=SOEGEL, answers=given)["draft_id"]
    return draft_id


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_a_newer_form_is_taken_with_everything_that_was_typed(
    portal: Portal, visitor: Visitor, key: str, *, javascript: bool
) -> None:
    citizen = portal.newcomer()
    draft_id, page = draft(portal, citizen, key), visitor(as_=citizen, javascript=javascript)
    page.goto(f"drafts/{draft_id}?step=1")
    expect(page.get_by_text(NEWER)).to_have_count(0)
    other = visitor(as_=citizen, javascript=javascript)
    other.goto(f"drafts/{draft_id}?step=1")
    publish_without_reference(portal, key)
    page.reload()
    expect(page.get_by_text(NEWER)).to_be_visible()
    page.get_by_label("Worum geht es?").fill("Die Laterne ist wieder dunkel")
    page.get_by_role("button", name="Neues Formular nehmen").click()
    expect(page.locator("main")).to_contain_text("4711/2026")
    if javascript:
        judge_wide(page)
        judge_narrow(page)
    page.get_by_role("link", name="Weiter").click()
    assert citizen.get(f"/drafts/{draft_id}")["answers"]["subject"] == "Die Laterne ist wieder dunkel"
    in_the_other_window(other)
    assert citizen.get(f"/drafts/{draft_id}")["answers"]["request"] == "Aus dem anderen Fenster"


def in_the_other_window(page: Page) -> None:
    """Its page is of the older version still."""
    page.get_by_role("textbox", name="Ihr Anliegen").fill("Aus dem anderen Fenster")
    page.get_by_role("button", name="Weiter", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("in einem anderen Fenster erneuert")


def test_who_keeps_the_older_form_orders_it_and_the_office_reads_it(portal: Portal, visitor: Visitor, key: str) -> None:
    citizen = portal.newcomer()
    draft_id, page = draft(portal, citizen, key), visitor(as_=citizen)
    citizen.put(f"/cart/items/{draft_id}")
    page.goto("checkout")
    publish_without_reference(portal, key)
    page.get_by_role("button", name="Kostenlos bestellen").click()
    expect(page.locator("main")).to_contain_text("Ihr Warenkorb hat sich geändert")
    expect(page.get_by_text(NEWER)).to_be_visible()
    page.get_by_role("button", name="Kostenlos bestellen").click()
    expect(page.get_by_role("status").first).to_be_visible()
    [order] = citizen.get("/orders")["orders"]
    clerk = visitor(as_=portal.sign_in("clerk.soegel@example.org"))
    clerk.goto(f"staff/cases/{order['cases'][0]['case_id']}")
    expect(clerk.locator("main")).to_contain_text("4711/2026")


def test_what_is_no_longer_offered_is_named_in_the_cart(portal: Portal, visitor: Visitor, key: str) -> None:
    citizen = portal.newcomer()
    draft_id, page = draft(portal, citizen, key), visitor(as_=citizen)
    citizen.put(f"/cart/items/{draft_id}")
    offer = f"/administration/municipalities/{SOEGEL}/offers/{key}"
    administrator = portal.sign_in("administrator.soegel@example.org")
    administrator.post(f"{offer}/withdrawal", version=administrator.get(offer)["version"])
    page.goto("checkout")
    expect(page.locator("main")).to_contain_text("bietet das nicht mehr online an")
    page.locator(f'a[href$="/drafts/{draft_id}"]').click()
    expect(page.locator("main")).to_contain_text("4711/2026")
