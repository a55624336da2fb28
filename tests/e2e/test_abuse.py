"""What no page would send: forged ids, forms without proof, and the same order twice."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from playwright.sync_api import expect

from services.chassis import ids
from tests.e2e.client import Client
from tests.e2e.conftest import Visitor
from tests.e2e.keyboard import go_on
from tests.e2e.portal import Portal
from tests.patience import PATIENCE_SECONDS

OPERATOR_TOOLS = "staff/operations"


@pytest.fixture(scope="module")
def others(portal: Portal) -> dict[str, str]:
    """Addresses of things that belong to somebody."""
    owner = portal.newcomer()
    application = portal.completed_application(owner)
    notice = owner.get("/notices")["notices"][0]["notice_id"]
    return {
        "draft": f"/drafts/{portal.draft(owner, 'dog-registration')}",
        "order": f"/orders/{application['order_id']}",
        "payment": f"/orders/{application['order_id']}/payment",
        "application": f"/applications/{application['case_id']}",
        "document": f"/documents/{application['document_id']}",
        "notice": f"/mailbox/{notice}",
        "case": f"/staff/cases/{application['case_id']}",
    }


@pytest.mark.parametrize("thing", ["draft", "order", "payment", "application", "document", "notice", "case"])
def test_what_belongs_to_another_looks_like_what_does_not_exist(portal: Portal, others: dict[str, str], thing: str) -> None:
    citizen, clerk = Client(portal.url, portal.newcomer()), Client(portal.url, portal.sign_in("clerk.lingen@example.org"))
    path = others[thing]
    nothing = path.replace(path.split("/")[3 if thing == "case" else 2], ids.new_id())
    for somebody in (citizen, clerk):
        answers = [somebody.get(address) for address in (path, nothing)]
        assert [a.status_code for a in answers] == [404, 404]
    garbled = path.replace(path.split("/")[3 if thing == "case" else 2], "1' OR '1'='1")
    assert citizen.get(garbled).status_code in (404, 422)


def test_another_ones_draft_can_be_neither_changed_nor_ordered_nor_discarded(portal: Portal, others: dict[str, str]) -> None:
    citizen = Client(portal.url, portal.newcomer())
    proof = citizen.token("/home")
    typed = {"csrf_token": proof, "service": "dog-registration", "ars": "034545407"}
    for do in ("keep", "later", "cart"):
        assert citizen.post(others["draft"], do=do, **typed).status_code == 404
    assert citizen.post(f"{others['draft']}/discard", csrf_token=proof).status_code == 404
    taken = citizen.post("/cart/remove", csrf_token=proof, draft_id=others["draft"].rpartition("/")[2])
    assert taken.status_code == 404


def test_a_form_without_its_token_does_nothing(portal: Portal) -> None:
    owner = portal.newcomer()
    portal.draft(owner, "dog-registration", in_cart=True)
    citizen = Client(portal.url, owner)
    form = citizen.hidden("/checkout")
    foreign = Client(portal.url, portal.newcomer()).token("/home")
    without = {name: value for name, value in form.items() if name != "csrf_token"}
    for proof in ({}, {"csrf_token": ""}, {"csrf_token": foreign}, {"csrf_token": form["csrf_token"][:-1] + "x"}):
        assert citizen.post("/checkout", **without, **proof).status_code == 403
    assert len(owner.get("/cart")["items"]) == 1
    assert citizen.post("/checkout", **form).status_code == 303, "the control: with its token it is an order"


def test_a_token_does_not_outlive_its_session(portal: Portal) -> None:
    citizen = Client(portal.url, portal.newcomer())
    form = citizen.hidden("/soegel/dog-registration")
    assert citizen.post("/sign-out", csrf_token=form["csrf_token"]).status_code == 303
    citizen.http.cookies.clear()
    assert citizen.post("/soegel/dog-registration", **form).status_code == 403
    again = Client(portal.url, portal.newcomer())
    assert again.post("/soegel/dog-registration", **form).status_code == 403


def test_a_form_from_another_website_is_refused_and_offers_no_way_to_repeat_it(portal: Portal) -> None:
    owner = portal.newcomer()
    citizen = Client(portal.url, owner)
    form = citizen.hidden("/soegel/dog-registration")
    for headers in ({"Origin": "https://example.org"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = citizen.http.post(f"{citizen.url}/soegel/dog-registration", data=form, headers=headers, timeout=PATIENCE_SECONDS)
        assert answer.status_code == 403
        assert form["key"] not in answer.text
    assert owner.get("/drafts")["drafts"] == []


def test_a_stale_form_comes_back_with_everything_typed_and_can_be_sent_again(portal: Portal, visitor: Visitor) -> None:
    citizen = portal.newcomer()
    page = visitor(as_=citizen, javascript=False)
    page.goto(f"drafts/{portal.draft(citizen, 'dog-registration')}?step=1")
    page.locator('[name="answers.dog_name"]').fill("Waldi")
    page.route("**/drafts/*?step=1", lambda route: route.continue_(post_data=stale(route.request.post_data)))
    with page.expect_response("**/drafts/*?step=1") as answer:
        go_on(page)
    assert answer.value.status == 403
    page.unroute("**/drafts/*?step=1")
    expect(page.locator("#trouble")).to_contain_text("Bitte senden Sie es noch einmal")
    expect(page.locator('[name="answers.dog_name"]')).to_have_value("Waldi")
    go_on(page)
    page.goto(f"{page.url.partition('?')[0]}?step=1")
    expect(page.locator('[name="answers.dog_name"]')).to_have_value("Waldi")


def stale(sent: str | None) -> str:
    return (sent or "").replace("csrf_token=", "csrf_token=0")


@pytest.mark.parametrize("paid", [False, True], ids=["free", "paid"])
def test_the_same_checkout_sent_twice_at_once_is_one_order(portal: Portal, *, paid: bool) -> None:
    owner = portal.newcomer()
    portal.draft(owner, "birth-certificate" if paid else "dog-registration", in_cart=True)
    citizen = Client(portal.url, owner)
    form = citizen.hidden("/checkout")
    with ThreadPoolExecutor(4) as hands:
        sent = list(hands.map(lambda _: citizen.post("/checkout", **form), range(4)))
    assert {answer.status_code for answer in sent} == {303}
    assert len({answer.headers["Location"] for answer in sent}) == 1
    assert len(owner.get("/orders")["orders"]) == 1


def test_a_double_click_is_one_order_and_one_payment(portal: Portal, visitor: Visitor) -> None:
    owner = portal.newcomer()
    portal.draft(owner, "birth-certificate", in_cart=True)
    page = visitor(as_=owner, javascript=False)
    page.goto("checkout")
    page.get_by_role("button", name="Kostenpflichtig bestellen").dblclick()
    page.get_by_label("IBAN").fill("DE89370400440532013000")
    page.get_by_label("Ich erteile dieses Mandat").check()
    page.get_by_role("button", name="Jetzt bezahlen").dblclick()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Bestellung vom")
    orders = owner.get("/orders")["orders"]
    assert len(orders) == 1
    assert owner.get(f"/orders/{orders[0]['order_id']}/payment")["total"]["cents"] == orders[0]["total"]["cents"]


def test_a_cart_that_has_changed_is_shown_and_not_ordered(portal: Portal, visitor: Visitor) -> None:
    owner = portal.newcomer()
    portal.draft(owner, "dog-registration", in_cart=True)
    page = visitor(as_=owner, javascript=False)
    page.goto("checkout")
    portal.draft(owner, "birth-certificate", in_cart=True)
    page.get_by_role("button", name="Kostenlos bestellen").click()
    expect(page.locator("#trouble")).to_contain_text("Ihr Warenkorb hat sich geändert")
    assert owner.get("/orders")["orders"] == []
    page.get_by_role("button", name="Kostenpflichtig bestellen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mit Lastschrift bezahlen")


def test_pages_for_others_are_closed(portal: Portal) -> None:
    nobody, citizen = Client(portal.url), Client(portal.url, portal.newcomer())
    clerk = Client(portal.url, portal.sign_in("clerk.soegel@example.org"))
    assert nobody.get("/staff/").headers["Location"].startswith("/staff/sign-in?next=")
    assert nobody.get("/home").headers["Location"].startswith("/sign-in?next=")
    assert citizen.get("/staff/").status_code == 403
    assert citizen.get(f"/{OPERATOR_TOOLS}").status_code == 403
    assert clerk.get(f"/{OPERATOR_TOOLS}").status_code == 403
    assert clerk.get("/home").status_code == 403


def test_too_much_broken_or_strange_input_gets_a_page_in_words(portal: Portal) -> None:
    anyone = Client(portal.url)
    proof = anyone.token("/verify")
    large = anyone.post("/verify", csrf_token=proof, code="x" * 1_100_000)
    broken = anyone.http.post(
        f"{anyone.url}/verify",
        data=b"code=%FF%FE",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        timeout=PATIENCE_SECONDS,
    )
    json = anyone.http.post(f"{anyone.url}/verify", json={"code": "x"}, timeout=PATIENCE_SECONDS)
    nowhere = anyone.get("/nowhere/at/all/really")
    assert [a.status_code for a in (large, broken, json, nowhere)] == [413, 400, 415, 404]
    for answer in (large, broken, json, nowhere):
        assert_is_a_page(answer)
    found = anyone.post("/verify", csrf_token=proof, code='<script>alert("x")</script>')
    shown = anyone.get(found.headers["Location"])
    assert shown.status_code == 404
    assert "<script>alert" not in shown.text


def assert_is_a_page(answer: requests.Response) -> None:
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "<h1" in answer.text
    assert "Traceback" not in answer.text


def test_who_was_signed_out_while_typing_signs_in_elsewhere_and_sends_again(portal: Portal, visitor: Visitor) -> None:
    citizen = portal.newcomer()
    page = visitor(as_=citizen, javascript=False)
    page.goto(f"drafts/{portal.draft(citizen, 'dog-registration')}?step=1")
    page.locator('[name="answers.dog_name"]').fill("Waldi")
    page.context.clear_cookies()
    with page.expect_navigation() as answer:
        go_on(page)
    assert answer.value.status in (401, 403)
    expect(page.locator("#trouble")).to_contain_text("Bitte melden Sie sich an")
    expect(page.locator('[name="answers.dog_name"]')).to_have_value("Waldi")

    with page.context.expect_page() as other:
        page.get_by_role("link", name="neues Fenster").click()
    other.value.get_by_label("E-Mail-Adresse").fill(citizen.email)
    other.value.get_by_label("Passwort").fill("amtsgang-sample-2026")
    other.value.locator("#page-form").get_by_role("button").click()
    expect(other.value.get_by_role("heading", level=1)).to_contain_text("Guten Tag")
    go_on(page)
    expect(page.locator('[name="answers.dog_name"]')).to_have_value("Waldi")
    go_on(page)
    expect(page.locator("main")).not_to_contain_text("Bitte melden Sie sich an")
    page.goto(f"{page.url.partition('?')[0]}?step=review")
    expect(page.locator("main")).to_contain_text("Waldi")
