"""What holds for every address: forms, sessions, CSRF, limits, headers, methods."""

import re
import time
from dataclasses import replace
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from falcon.asgi import Request, Response
from structlog.testing import capture_logs

from gateway import csrf, session, visit
from gateway.app import create_app
from gateway.errors import own_path
from gateway.pages import routes
from services.chassis.settings import Settings
from services.contracts.actors import ANYONE, CITIZEN, STAFF
from services.contracts.errors import Timeout, Unavailable
from tests.fakes.bus import FakeBus, sample
from tests.unit.gateway.conftest import PORTAL_URL, TestClient

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class FormPage:
    """A page with a form for anyone."""

    allow = ANYONE

    async def on_get(self, req: Request, resp: Response) -> None:
        person = visit.of(req).person
        resp.media = {"token": csrf.token(req), "reader": person and person["given_names"]}

    async def on_post(self, req: Request, resp: Response) -> None:
        form = visit.of(req).form
        resp.media = {"pairs": form.pairs, "files": {n: f.content.decode() for n, f in form.files.items()}}


class CitizensPage(FormPage):
    allow = CITIZEN


class StaffPage(FormPage):
    allow = STAFF


class ThingPage:
    allow = CITIZEN

    async def on_get(self, req: Request, resp: Response, thing: str) -> None:
        resp.media = {}


class SignIn(FormPage):
    async def on_post(self, req: Request, resp: Response) -> None:
        session.start(req, resp, {"token": "erika", "expires_at": "2999-01-01T00:00:00+00:00"})


@pytest.fixture
def pages(app: Any) -> TestClient:
    for path, page in [
        ("/form", FormPage()), ("/mine", CitizensPage()), ("/staff/queue", StaffPage()),
        ("/things/{thing}", ThingPage()), ("/enter", SignIn()),
    ]:  # fmt: skip
        app.add_route(path, page)
    return TestClient(app)


def form_of(pages: TestClient, path: str = "/form", **cookies: str) -> tuple[str, dict[str, str]]:
    """The token in a page, and the cookies of the browser that got it."""
    answer = pages.simulate_get(path, cookies=cookies)
    return answer.json["token"], {**cookies, **{name: cookie.value for name, cookie in answer.cookies.items()}}


def token_of(client: TestClient, path: str) -> tuple[str, dict[str, str]]:
    """The same from a page of the portal."""
    page = client.simulate_get(path)
    found = re.search('name="csrf_token" value="([^"]*)"', page.text)
    assert found
    return found[1], {name: cookie.value for name, cookie in page.cookies.items()}


def send(pages: TestClient, path: str = "/form", cookies: dict[str, str] | None = None, headers: Any = None, **typed: str) -> Any:
    return pages.simulate_post(path, body=urlencode(typed), headers={**FORM, **(headers or {})}, cookies=cookies or {})


def test_a_form_comes_back_with_its_token(pages):
    token, cookies = form_of(pages)
    answer = send(pages, cookies=cookies, csrf_token=token, name="Ǌ ß ẞ")
    assert answer.json["pairs"] == [["csrf_token", token], ["name", "Ǌ ß ẞ"]]


@pytest.mark.parametrize("token", ["", "x", "0.0.0", "ffffffffff.n.0", "ÄÖÜ", "..", "-1.a.b"])
def test_a_made_up_token_is_refused(pages, token: str):
    _, cookies = form_of(pages)
    assert send(pages, cookies=cookies, csrf_token=token).status_code == 403


def test_a_form_without_a_token_is_refused(pages):
    _, cookies = form_of(pages)
    assert send(pages, cookies=cookies, name="Erika").status_code == 403


def test_a_token_without_the_visitors_cookie_is_refused(pages):
    token, _ = form_of(pages)
    assert send(pages, csrf_token=token).status_code == 403


def test_a_token_of_another_visitor_is_refused(pages):
    token, _ = form_of(pages)
    _, cookies = form_of(pages)
    assert send(pages, cookies=cookies, csrf_token=token).status_code == 403


def test_a_token_of_another_session_is_refused(pages):
    token, _ = form_of(pages, amtsgang_session="max")
    assert send(pages, "/mine", {"amtsgang_session": "erika"}, csrf_token=token).status_code == 403
    token, _ = form_of(pages, amtsgang_session="erika")
    assert send(pages, "/mine", {"amtsgang_session": "erika"}, csrf_token=token).status_code == 200


def test_a_token_from_before_the_sign_in_is_refused_after_it(pages):
    token, cookies = form_of(pages)
    assert send(pages, "/mine", {**cookies, "amtsgang_session": "erika"}, csrf_token=token).status_code == 403


def test_a_token_replayed_after_the_sign_out_is_refused(bus: FakeBus, pages):
    token, cookies = form_of(pages, amtsgang_session="erika")
    assert send(pages, cookies=cookies, csrf_token=token).status_code == 200
    bus.sign_out("erika")
    assert send(pages, cookies=cookies, csrf_token=token).status_code == 403
    assert send(pages, "/mine", cookies, csrf_token=token).status_code == 403


def test_an_expired_token_is_refused(pages, monkeypatch: pytest.MonkeyPatch):
    token, cookies = form_of(pages)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + csrf.SECONDS_VALID - 60)
    assert send(pages, cookies=cookies, csrf_token=token).status_code == 200
    monkeypatch.setattr(time, "time", lambda: now + csrf.SECONDS_VALID + 1)
    assert send(pages, cookies=cookies, csrf_token=token).status_code == 403


def test_the_life_of_a_token_cannot_be_prolonged(pages):
    token, cookies = form_of(pages)
    expires, _, rest = token.partition(".")
    assert send(pages, cookies=cookies, csrf_token=f"{int(expires, 16) + 1:x}.{rest}").status_code == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": PORTAL_URL, "Sec-Fetch-Site": "same-origin"}, 200),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 200),
    ],
)
def test_a_form_from_another_website_is_refused_also_with_a_good_token(pages, headers: dict[str, str], status: int):
    token, cookies = form_of(pages)
    assert send(pages, cookies=cookies, headers=headers, csrf_token=token).status_code == status


def test_a_browsers_own_origin_is_good_under_whatever_name_of_the_own_network_it_reached_the_portal(pages):
    token, cookies = form_of(pages)
    headers = {**FORM, "Origin": "http://192.168.1.20:8000"}
    body = urlencode({"csrf_token": token})
    sent = {"body": body, "headers": headers, "cookies": cookies}
    assert pages.simulate_post("/form", host="192.168.1.20:8000", **sent).status_code == 200
    assert pages.simulate_post("/form", host="192.168.1.21:8000", **sent).status_code == 403


def test_cookies_are_kept_from_scripts_and_from_other_websites(pages):
    answer = pages.simulate_get("/form")
    cookie = answer.cookies[csrf.COOKIE]
    assert (cookie.http_only, cookie.same_site, cookie.path, cookie.secure) == (True, "Lax", "/", False)
    token, cookies = form_of(pages)
    answer = send(pages, "/enter", cookies, csrf_token=token)
    cookie = answer.cookies[session.COOKIE]
    assert (cookie.http_only, cookie.same_site, cookie.value) == (True, "Lax", "erika")
    assert answer.cookies[csrf.COOKIE].value == ""


def test_over_tls_cookies_and_browsers_stay_there(bus: FakeBus, settings: Settings):
    app = create_app(bus, replace(settings, portal_url="https://portal.example"))
    app.add_route("/form", FormPage())
    answer = TestClient(app).simulate_get("/form")
    assert answer.cookies[csrf.COOKIE].secure
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_a_reader_without_a_session_is_sent_to_sign_in_and_back(pages):
    answer = pages.simulate_get("/mine", query_string="page=2")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in?next=%2Fmine%3Fpage%3D2")
    answer = pages.simulate_get("/staff/queue")
    assert answer.headers["Location"].startswith("/staff/sign-in?next=%2F")


def test_an_ended_session_is_like_none(pages):
    assert pages.simulate_get("/mine", cookies={"amtsgang_session": "gone"}).status_code == 303
    assert pages.simulate_get("/form", cookies={"amtsgang_session": "gone"}).json["reader"] is None


def test_the_wrong_kind_of_account_may_not_and_a_thing_does_not_exist(pages):
    assert pages.simulate_get("/staff/queue", cookies={"amtsgang_session": "erika"}).status_code == 403
    assert pages.simulate_get("/things/1", cookies={"amtsgang_session": "clerk"}).status_code == 404


@pytest.mark.parametrize("failure", [Unavailable("rpc.broker_away", "Later."), Timeout("rpc.timeout", "Later.")])
def test_without_accounts_nobody_is_signed_out(bus: FakeBus, pages, failure):
    token, cookies = form_of(pages, amtsgang_session="erika")
    bus.answer("accounts", "resolve_session", failure)
    answer = pages.simulate_get("/mine", cookies=cookies)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert not answer.cookies
    answer = send(pages, "/mine", cookies, csrf_token=token, name="Erika")
    assert answer.status_code == 503
    answer = pages.simulate_get("/form", cookies=cookies)
    assert (answer.status_code, answer.json["reader"]) == (200, None)
    assert bus.calls[-1].deadline == session.PUBLIC_DEADLINE


def test_a_form_served_while_accounts_was_away_is_good_afterwards(bus: FakeBus, pages):
    good = bus.answers["accounts", "resolve_session"]
    bus.answer("accounts", "resolve_session", Unavailable("rpc.broker_away", "Later."))
    token, cookies = form_of(pages, amtsgang_session="erika")
    bus.answer("accounts", "resolve_session", good)
    assert send(pages, "/mine", cookies, csrf_token=token).status_code == 200


def test_a_resource_without_permission_cannot_be_mounted(bus: FakeBus, settings, monkeypatch: pytest.MonkeyPatch):
    from gateway import api

    monkeypatch.setattr(api, "routes", lambda _: [("/open", object())])
    with pytest.raises(TypeError, match="allow"):
        create_app(bus, settings)


@pytest.mark.parametrize("body", [b"name=%FF%FE", b"name=\xff\xfe", b"%C3=1"])
def test_a_form_in_another_encoding_is_refused(pages, body: bytes):
    assert pages.simulate_post("/form", body=body, headers=FORM).status_code == 400


@pytest.mark.parametrize("body", [b'{"email": "\xff"}', b'{"email": "\xed\xa0\x80"}', b"\xff"])
def test_json_in_another_encoding_is_refused(client, body: bytes):
    answer = client.simulate_post("/api/v1/sessions", body=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json["slug"]) == (400, "gateway.not_utf8")


@pytest.mark.parametrize("body", ["{", "[1", "{'a': 1}", '{"a": NaN}', '{"a": "\\ud800"}', "\x00"])
def test_broken_json_is_refused(client, body: str):
    answer = client.simulate_post("/api/v1/sessions", body=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json["slug"]) == (400, "gateway.not_json")


@pytest.mark.parametrize("body", ["[]", "1", '"text"', "null", "true"])
def test_json_that_is_no_object_is_refused(client, body: str):
    answer = client.simulate_post("/api/v1/sessions", body=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json["slug"]) == (422, "invalid")


def test_deeply_nested_json_is_refused(client):
    body = '{"a":' * 5000 + "1" + "}" * 5000
    answer = client.simulate_post("/api/v1/sessions", body=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422)


def test_a_whole_number_may_be_written_with_a_point(as_, bus: FakeBus):
    bus.answer("applications", "place_order", sample("applications", "place_order"))
    headers = {"Content-Type": "application/json", "Idempotency-Key": "k"}
    as_("erika").simulate_post("/api/v1/orders", body='{"expected_total_cents": 3000.0}', headers=headers)
    assert bus.made("applications", "place_order")[0].data == {"expected_total_cents": 3000}


def test_a_nul_is_refused(client, pages):
    answer = client.simulate_post("/api/v1/sessions", json={"email": "a\x00b@example.org", "password": "password"})
    assert (answer.status_code, answer.json["slug"]) == (400, "gateway.control_characters")
    assert pages.simulate_post("/form", body="name=%00", headers=FORM).status_code == 400


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "application/x-www-form-urlencoded", ""])
def test_the_api_takes_json_only(client, content_type: str):
    answer = client.simulate_post("/api/v1/sessions", body="{}", headers={"Content-Type": content_type})
    assert answer.status_code == 415


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "multipart/form-data"])
def test_pages_take_forms_only(pages, content_type: str):
    answer = pages.simulate_post("/form", body="{}", headers={"Content-Type": content_type})
    assert answer.status_code == (400 if content_type.startswith("multipart") else 415)


def test_json_with_a_charset_is_json(client):
    body = '{"email": "citizen@example.org", "password": "password"}'
    answer = client.simulate_post("/api/v1/sessions", body=body, headers={"Content-Type": "application/json; charset=utf-8"})
    assert answer.status_code == 201


def test_ten_megabytes_are_refused_without_reading_them(client, pages):
    class Endless:
        read_bytes = 0

    huge = {"Content-Length": "10000000", "Content-Type": "application/json"}
    answer = client.simulate_post("/api/v1/sessions", headers=huge)
    assert (answer.status_code, answer.json["slug"]) == (413, "gateway.body_too_large")
    assert pages.simulate_post("/form", headers={**FORM, "Content-Length": "10000000"}).status_code == 413


def test_a_body_of_unknown_length_is_refused_when_it_gets_too_large(client):
    answer = client.simulate_post("/api/v1/sessions", body=b" " * 1_000_001, headers={"Content-Type": "application/json"})
    assert answer.status_code == 413


def test_a_form_with_a_thousand_fields_is_refused(pages):
    assert pages.simulate_post("/form", body="&".join(f"f{n}=1" for n in range(1000)), headers=FORM).status_code == 400


def test_a_file_comes_with_its_form(pages):
    token, cookies = form_of(pages)
    parts = [
        f'--b\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n',
        '--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\nContent-Type: application/pdf\r\n\r\n%PDF\r\n',
        "--b--\r\n",
    ]
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    answer = pages.simulate_post("/form", body="".join(parts), headers=headers, cookies=cookies)
    assert (answer.status_code, answer.json["files"]) == (200, {"file": "%PDF"})


@pytest.mark.parametrize("body", ["", "--b", "--b\r\n\r\n", '--b\r\nContent-Disposition: form-data; name="\xff"'])
def test_a_broken_multipart_form_is_refused(pages, body: str):
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    assert pages.simulate_post("/form", body=body.encode("latin-1"), headers=headers).status_code in (400, 403)


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api", "/api/v2/drafts", "/api/v1/"])
def test_an_unknown_address_of_the_api_is_a_problem(client, path: str):
    answer = client.simulate_get(path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")


def test_an_unknown_page_is_a_page(client):
    answer = client.simulate_get("/wp-admin/setup.php")
    assert answer.status_code == 404
    assert "problem+json" not in answer.headers["Content-Type"]


def test_methods_are_told_rightly(client):
    answer = client.simulate_patch("/api/v1/drafts")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS, POST")
    assert answer.headers["Content-Type"] == "application/problem+json"
    answer = client.simulate_options("/api/v1/accounts/confirmation")
    assert (answer.status_code, answer.headers["Allow"], answer.text) == (200, "OPTIONS, POST", "")
    answer = client.simulate_head("/api/v1/accounts/confirmation")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "OPTIONS, POST")


def test_head_is_get_without_its_body(client):
    with_body, without = client.simulate_get("/api/v1/municipalities"), client.simulate_head("/api/v1/municipalities")
    assert without.status_code == 200
    assert without.headers["Content-Length"] == with_body.headers["Content-Length"]


def test_every_answer_carries_the_security_headers(client):
    for path in ("/api/v1/municipalities", "/api/v1/drafts", "/nowhere", "/api/v1/openapi.json"):
        headers = client.simulate_get(path).headers
        assert "'unsafe-inline'" not in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["X-Correlation-Id"]
        assert "Strict-Transport-Security" not in headers


def test_nothing_personal_is_cached(as_):
    assert as_("erika").simulate_get("/api/v1/sessions/current").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("given", ["short", "with space in it", "x" * 65, "<script>alert(1)</script>", ""])
def test_a_strange_correlation_id_is_not_adopted(client, given: str):
    answer = client.simulate_get("/api/v1/drafts", headers={"X-Correlation-Id": given})
    assert answer.headers["X-Correlation-Id"] not in ("", given)


@pytest.mark.parametrize(
    ("wish", "goes_to"),
    [
        ("/orders/1?a=b", "/orders/1?a=b"), ("https://evil.example/", "/"), ("//evil.example", "/"), ("/\\evil.example", "/"),
        ("", "/"), ("javascript:alert(1)", "/"), ("/a\r\nSet-Cookie: x=1", "/"), ("/\t/evil.example", "/"), ("evil", "/"),
        ("/.//evil.example", "/"), ("/../..//evil.example", "/"), ("/%2e/%2fevil.example", "/"), ("/a/..", "/"),
        ("/a\\..\\evil", "/"), ("/%5Cevil.example", "/"), ("/static/%00", "/"), ("/%ff", "/"), ("/sögel/", "/sögel/"),
        ("/verify?u=https://a.example/../b", "/verify?u=https://a.example/../b"), ("/a.b/c..d", "/a.b/c..d"),
    ],
)  # fmt: skip
def test_a_redirect_never_leaves_the_portal(wish: str, goes_to: str):
    assert own_path(wish) == goes_to


def test_a_redirect_leads_to_what_can_be_opened():
    for template, page in routes():
        path = re.sub("{.*?}", "x", template)
        assert own_path(path, "/home") == (path if hasattr(page, "on_get") else "/home")
    assert [own_path(path, "/home") for path in ("/sign-out/", "/sign-out?x=1", "/sign-out#x")] == ["/home"] * 3


@pytest.mark.parametrize(
    ("path", "goes_to"),
    [
        ("/s%C3%B6gel/", "/s%C3%B6gel"), ("/%E4%B8%AD", "/%E4%B8%AD"), ("/a%3Fb%23c%25", "/a%3Fb%23c%25"),
        ("/static/%00", "/"), ("/cart/remove", "/"),
    ],
)  # fmt: skip
def test_the_switch_of_language_leads_back_whatever_letters_the_address_has(client, path: str, goes_to: str):
    page = client.simulate_get(path)
    token, back = (re.findall(f'name="{name}" value="([^"]*)"', page.text)[0] for name in ("csrf_token", "next"))
    cookies = {name: cookie.value for name, cookie in page.cookies.items()}
    answer = send(client, "/language", cookies, csrf_token=token, next=unescape(back), language="en")
    assert (answer.status_code, answer.headers["Location"]) == (303, goes_to)


@pytest.mark.parametrize(
    ("wish", "goes_to"),
    [
        ("/soegel/中", "/soegel/%E4%B8%AD"), ("/soegel/%E4%B8%AD?q=ß&r=%C3%9F", "/soegel/%E4%B8%AD?q=%C3%9F&r=%C3%9F"),
        ("/sign-out", "/home"), ("/.//evil.example", "/home"),
    ],
)  # fmt: skip
def test_after_the_sign_in_it_goes_on_to_any_address_of_the_portal(client, wish: str, goes_to: str):
    token, cookies = token_of(client, "/sign-in")
    answer = send(client, "/sign-in", cookies, csrf_token=token, next=wish, email="citizen@example.org", password="password")
    assert (answer.status_code, answer.headers["Location"]) == (303, goes_to)


def test_the_way_to_sign_in_and_back_is_percent_encoded(pages):
    answer = pages.simulate_get("/things/%E4%B8%AD", query_string="q=%C3%9F")
    assert answer.headers["Location"] == "/sign-in?next=%2Fthings%2F%25E4%25B8%25AD%3Fq%3D%25C3%259F"


@pytest.mark.parametrize("path", ["/static/%00", "/static/amtsgang.css%00.png", "/static/%ff", "/%C3", "/verify?q=%ff"])
def test_an_address_that_cannot_be_read_gets_a_page_and_troubles_nobody(client, path: str):
    path, _, query = path.partition("?")
    with capture_logs() as logs:
        answer = client.simulate_get(path, query_string=query, headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "text/html; charset=utf-8")
    assert "The address cannot be read" in answer.text
    assert [entry["event"] for entry in logs if entry["log_level"] != "info"] == []


@pytest.mark.parametrize("path", ["/api/v1/municipalities/%00", "/api/v1/municipalities/%ff", "/api/%00"])
def test_an_address_of_the_api_that_cannot_be_read_is_a_problem(client, path: str):
    with capture_logs() as logs:
        answer = client.simulate_get(path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")
    assert answer.json["slug"] == "gateway.address"
    assert [entry["event"] for entry in logs if entry["log_level"] != "info"] == []


def test_the_host_header_decides_nothing(client):
    answer = client.simulate_get("/api/v1/drafts", headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
    assert "evil" not in answer.text + str(dict(answer.headers))


@pytest.mark.parametrize("path", ["/verify", "/sign-in", "/imprint", "/nowhere/at-all/to-be-found"])
def test_a_network_for_trying_out_says_so_on_every_page(client, path: str):
    client.simulate_get("/verify")
    page = client.simulate_get(path, headers={"Accept-Language": "en"}).text
    assert sample("accounts", "list_municipalities")["notice"]["en"] in page


@pytest.mark.parametrize("without", [{"notice": None}, {}])
def test_a_network_in_service_says_nothing(bus: FakeBus, client, without: dict[str, Any]):
    bus.answer("accounts", "list_municipalities", {"network": "Wiedau", **without, "municipalities": []})
    assert client.simulate_get("/imprint").status_code == 200
