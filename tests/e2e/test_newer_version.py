"""A version that was published while somebody works on a service, as no running portal has it before its next release."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from gateway.session import COOKIE
from tests.e2e.conftest import MILLISECONDS
from tests.e2e.gateway import serving
from tests.e2e.test_accessibility import judge_narrow, judge_wide
from tests.fakes.bus import FakeBus
from tests.fakes.editing import editors_catalogue
from tests.unit.gateway.test_editing import COPY, COUNTY, DOG
from tests.unit.gateway.test_merging import publish_meanwhile


@pytest.mark.parametrize("javascript", [True, False])
def test_what_was_published_meanwhile_is_taken_over_change_by_change(
    browser: Browser, tmp_path: Path, *, javascript: bool
) -> None:
    bus = FakeBus()
    editor = "0198c5a1-0000-7c3d-9a55-1f2e3d4c5b6c"
    bus.sign_in("county", kind="staff", account_id=editor, roles=[{"role": "editor", "office_id": f"{COUNTY}/*"}])
    with editors_catalogue(bus) as session, serving(bus, tmp_path) as url:
        context = browser.new_context(base_url=url, locale="de-DE", java_script_enabled=javascript)
        context.set_default_timeout(MILLISECONDS)
        context.add_cookies([{"name": COOKIE, "value": "county", "url": url}])
        page = context.new_page()
        page.goto(DOG.removeprefix("/"))
        page.get_by_role("button", name="Leistung ändern").click()
        page.goto(f"{COPY.removeprefix('/')}/about")
        page.locator("[name='name.de']").fill("Mein Hund ist da")
        page.get_by_role("button", name="Speichern").click()
        publish_meanwhile(session, ("de: Hund anmelden", "de: Hund melden"), ("level: low", "level: substantial"))
        page.goto(f"{COPY.removeprefix('/')}/publication")
        page.get_by_role("link", name="Was inzwischen veröffentlicht wurde").click()
        mine, theirs = page.get_by_role("checkbox").all()
        expect(mine).not_to_be_checked()
        expect(theirs).to_be_checked()
        expect(page.locator("main")).to_contain_text("Mein Hund ist da")
        if javascript:
            judge_wide(page)
            judge_narrow(page)
        page.get_by_role("button", name="Angekreuztes übernehmen").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Mein Hund ist da")
        page.goto(f"{COPY.removeprefix('/')}/about")
        expect(page.locator("[name=level]")).to_have_value("substantial")
        context.close()
