"""The clerk's desk and the citizen's side of it, in browsers and without JavaScript."""

import io

import pypdf
from playwright.sync_api import expect

from tests.e2e.conftest import Visitor
from tests.e2e.portal import LINGEN, Portal, until


def test_a_citizen_corrects_what_the_office_asks_for_and_many_are_decided_at_once(portal: Portal, visitor: Visitor) -> None:
    someone = portal.newcomer()
    case_ids = [portal.order(someone, "dog-registration", ars=LINGEN)["cases"][0]["case_id"] for _ in range(2)]
    clerk = visitor(as_=portal.sign_in("clerk.lingen@example.org"), javascript=False)
    clerk.goto(f"staff/cases/{case_ids[0]}")
    clerk.get_by_role("link", name="Um Berichtigung bitten").click()
    clerk.get_by_label("Rasse").check()
    clerk.get_by_label("Nachricht an die antragstellende Person").fill("Welche Rassen sind gekreuzt?")
    clerk.get_by_role("button", name="Senden").click()
    expect(clerk.get_by_role("status")).to_contain_text("Gesendet")
    messages = clerk.get_by_role("region", name="Nachrichten")
    until(lambda: clerk.reload() and messages.inner_text(), lambda shown: "Das Amt bittet Sie um eine Berichtigung" in shown)
    until(lambda: clerk.reload() and messages.inner_text(), lambda shown: shown.count("E-Mail verschickt") >= 2)

    citizen = visitor(as_=someone, javascript=False)
    citizen.goto(f"applications/{case_ids[0]}")
    expect(citizen.locator("main")).to_contain_text("Welche Rassen sind gekreuzt?")
    citizen.get_by_role("link", name="Angaben berichtigen").click()
    citizen.get_by_label("Rasse").fill("Dackel und Pudel")
    citizen.get_by_role("button", name="An das Amt senden").click()
    expect(citizen.locator("main")).to_contain_text("Dackel und Pudel")

    clerk.goto(f"staff/cases/{case_ids[0]}")
    changes = clerk.get_by_role("region", name="Von der antragstellenden Person geändert")
    expect(changes.get_by_role("row", name="Rasse")).to_contain_text("Dackel und Pudel")
    copy = pypdf.PdfReader(io.BytesIO(citizen.request.get(f"applications/{case_ids[0]}/copy").body()))
    first, _, later = "".join(page.extract_text() for page in copy.pages).partition("Berichtigt am")
    assert ("Dackel und Pudel" in first, "Dackel und Pudel" in later) == (False, True)

    clerk.goto(f"staff?number={case_ids[0]}")
    clerk.get_by_role("checkbox", name=case_ids[0]).check()
    clerk.get_by_role("button", name="Angekreuzte entscheiden").click()
    clerk.get_by_role("button", name="Alle genehmigen").click()
    clerk.wait_for_url("**/staff/batches/*")
    until(lambda: clerk.reload() and clerk.locator("main").inner_text(), lambda shown: "1 Vorgang ist entschieden." in shown)

    citizen.goto(f"applications/{case_ids[1]}/withdrawal")
    citizen.get_by_role("button", name="Zurücknehmen").click()
    expect(citizen.get_by_role("status")).to_contain_text("zurückgenommen")
    until(
        lambda: {notice["kind"] for notice in someone.get("/notices")["notices"]},
        lambda kinds: {"application_correction_asked", "application_withdrawn", "document_issued"} <= kinds,
    )


def test_who_waives_money_is_not_alone_with_it(portal: Portal, visitor: Visitor) -> None:
    someone = portal.newcomer()
    case_id = portal.order(someone, "dog-tax-relief", ground="herding")["cases"][0]["case_id"]
    clerk = visitor(as_=portal.sign_in("clerk.soegel@example.org"), javascript=False)
    clerk.goto(f"staff/cases/{case_id}")
    clerk.get_by_role("button", name="Genehmigen").click()
    expect(clerk.locator("main")).to_contain_text("zweit")
    assert someone.get(f"/applications/{case_id}")["state"] == "awaiting_second"
    clerk.goto("staff")
    clerk.get_by_role("link", name="Nach Namen suchen").click()
    clerk.get_by_label("Name").fill("musterfrau")
    clerk.get_by_role("button", name="Suchen").click()
    expect(clerk.locator(f"a[href='/staff/cases/{case_id}']")).to_be_visible()

    approver = visitor(as_=portal.sign_in("approver.soegel@example.org"), javascript=False)
    approver.goto(f"staff/cases/{case_id}")
    approver.get_by_role("button", name="Genehmigung bestätigen").click()
    assert someone.get(f"/applications/{case_id}")["state"] == "approved"
    clerk.goto(f"staff/cases/{case_id}")
    clerk.get_by_role("button", name="Als verschickt vermerken").click()
    assert someone.get(f"/applications/{case_id}")["state"] == "completed"


def test_a_general_request_goes_to_the_office_that_can_answer_it(portal: Portal, visitor: Visitor) -> None:
    someone = portal.newcomer()
    case_id = portal.order(someone, "general-request")["cases"][0]["case_id"]
    clerk = visitor(as_=portal.sign_in("clerk.soegel@example.org"), javascript=False)
    clerk.goto(f"staff/cases/{case_id}")
    clerk.get_by_role("link", name="Vorgang abgeben").click()
    clerk.get_by_label("Anderes Amt", exact=True).select_option(label="Samtgemeinde Sögel: Steueramt")
    clerk.get_by_label("Vermerk für das andere Amt").fill("Es geht um die Hundesteuer.")
    clerk.get_by_role("button", name="Vorgang abgeben").click()
    expect(clerk.get_by_role("status")).to_contain_text("anderen Amt")
    citizen = visitor(as_=someone, javascript=False)
    citizen.goto(f"applications/{case_id}")
    expect(citizen.get_by_role("complementary")).to_contain_text("Steueramt")


def test_statistics_show_the_present_month_and_every_column(portal: Portal, visitor: Visitor) -> None:
    portal.order(portal.newcomer(), "dog-registration")
    desk = visitor(as_=portal.sign_in("clerk.soegel@example.org"))
    desk.set_viewport_size({"width": 390, "height": 844})
    desk.goto("staff/statistics")
    label = desk.locator(".amtsgang-plot__label").last.bounding_box()
    assert label
    assert label["x"] + label["width"] <= 390
    assert desk.locator(".amtsgang-plot .amtsgang-table").first.evaluate("it => it.scrollWidth > it.clientWidth")
    desk.set_viewport_size({"width": 1280, "height": 900})
    cut = "all => all.filter(it => it.scrollWidth > it.clientWidth).map(it => it.ariaLabel)"
    assert desk.locator(".amtsgang-table").evaluate_all(cut) == []
    axis, first = (desk.locator(f".amtsgang-plot {what}").first.bounding_box() for what in (".amtsgang-table", "svg"))
    assert axis
    assert first
    assert axis["x"] == first["x"], "where there is room it begins at the left"
