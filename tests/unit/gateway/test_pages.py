"""The pages' own part: typed text to answers and back, words in both languages, and files of the design."""

import ast
import re
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import TemplateSyntaxError

import gateway
from gateway.body import Form
from gateway.pages import answers, form_views, messages, static, words
from gateway.pages.language import COOKIE as LANGUAGE_COOKIE
from gateway.pages.language import choose, speech
from gateway.pages.rendering import environment
from gateway.session import COOKIE
from services.contracts import addresses, applications, conditions, din91379, messaging, payments, registry
from services.contracts.errors import Forbidden, Kind, Timeout
from services.contracts.forms import Section
from services.contracts.registry import dump
from tests.fakes.bus import FakeBus, sample
from tests.fakes.form import everything
from tests.unit.gateway.conftest import SOEGEL

ROOT = Path(gateway.__file__).parent
GERMAN = speech("de")


def field(name: str, kind: str, **more: Any) -> dict[str, Any]:
    label = {"de": name, "en": name}
    return {"name": name, "type": kind, "label": label, "help": None, "required": True, "choices": [], **more}


def section(*fields: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"title": {"de": "Abschnitt", "en": "Section"}, "fields": list(fields)}]


def typed(**values: str) -> Form:
    return Form([(answers.PREFIX + name, value) for name, value in values.items()])


@pytest.mark.parametrize(
    ("kind", "text", "answer"),
    [
        ("date", "27.3.1985", "1985-03-27"),
        ("date", " 7 . 12 . 2024 ", "2024-12-07"),
        ("date", "1985-03-27", "1985-03-27"),
        ("date", "31.2.2024", "31.2.2024"),
        ("date", "gestern", "gestern"),
        ("integer", " 12 ", 12),
        ("integer", "zwölf", "zwölf"),
        ("integer", "9" * 30, "9" * 30),
        ("yes_no", "yes", True),
        ("yes_no", "no", False),
        ("yes_no", "vielleicht", "vielleicht"),
        ("text", " so getippt ", " so getippt "),
        ("long_text", "eins\r\nzwei", "eins\nzwei"),
    ],
)
def test_what_is_typed_becomes_an_answer_or_stays_as_typed(kind: str, text: str, answer: object) -> None:
    assert answers.read(section(field("x", kind)), typed(x=text)) == {"x": answer}


def test_what_is_left_empty_is_no_answer() -> None:
    assert answers.read(section(field("x", "text"), field("y", "date")), typed(x="  ")) == {}


@given(st.dates(min_value=date(1000, 1, 1)))
def test_a_date_survives_the_form(day: date) -> None:
    shown = answers.as_typed("date", day.isoformat())
    assert answers.read(section(field("x", "date")), typed(x=shown)) == {"x": day.isoformat()}


@given(st.lists(st.sampled_from(din91379.letters()), min_size=1).map("".join))
def test_every_letter_of_a_name_survives_the_form(name: str) -> None:
    form = section(field("x", "name"))
    assert answers.typed_from(form, answers.read(form, typed(x=name))) == {"x": name}


def test_a_bound_is_told_with_its_number() -> None:
    found = form_views.error_text(GERMAN, field("copies", "integer", most=10), ["too_large"])
    assert found == "Bitte geben Sie höchstens 10 an."


@pytest.mark.parametrize(
    ("slug", "rules", "told"),
    [
        ("date_too_late", {"latest": "2010-09-01"}, "Der späteste mögliche Tag ist hier der 1. September 2010."),
        ("date_too_early", {"earliest": "2010-09-01"}, "Der früheste mögliche Tag ist hier der 1. September 2010."),
        ("date_too_late", {"latest": "today-16y", "latest_message": {"de": "Erst mit 16.", "en": "From 16."}}, "Erst mit 16."),
        ("date_too_late", {"latest": "moved_in+14d"}, "Bitte vergleichen Sie ihn mit den anderen Tagen"),
        ("date_in_future", {"is_past": True}, "liegt in der Zukunft"),
        ("no_such_day", {}, "Diesen Tag gibt es nicht"),
    ],
)
def test_a_day_is_refused_with_the_bound_it_has(slug: str, rules: dict[str, Any], told: str) -> None:
    assert told in form_views.error_text(GERMAN, field("it", "date", **rules), [slug])


def test_an_amount_that_no_field_takes_is_refused_with_the_largest() -> None:
    told = form_views.error_text(GERMAN, field("it", "amount"), ["amount_too_large"])
    assert told == "Bitte geben Sie höchstens 9.999.999.999,99\u00a0€ an."


def test_an_error_of_a_field_that_is_not_in_the_form_is_still_told() -> None:
    steps = conditions.steps(section(field("x", "text")), {}, answers.today())
    found = form_views.summary_of_errors(GERMAN, steps, {"strange": ["unknown_field"]})
    assert [e["label"] for e in found] == ["strange"]


@pytest.mark.parametrize(
    ("cookie", "account", "accepted", "language"),
    [
        (None, None, None, "de"),
        (None, None, "en-GB,en;q=0.9,de;q=0.5", "en"),
        (None, None, "fr, de-AT;q=0.7, en;q=0.3", "de"),
        (None, None, "en;q=0, de;q=0.1", "de"),
        (None, "en", "de", "en"),
        ("de", "en", "en", "de"),
        ("klingon", None, "en;q=nonsense,en", "en"),
    ],
)
def test_language_is_the_readers_choice_then_the_accounts_then_the_browsers(
    cookie: str | None, account: str | None, accepted: str | None, language: str
) -> None:
    assert choose(cookie, account, accepted) == language


def test_money_and_times_are_written_as_the_language_does() -> None:
    assert GERMAN.money({"cents": 123450, "currency": "EUR"}) == "1.234,50\xa0€"
    assert speech("en").money({"cents": 123450, "currency": "EUR"}) == "€1,234.50"
    assert GERMAN.moment("2026-07-01T22:30:00+00:00") == "2. Juli 2026, 00:30 Uhr"
    assert speech("en").day("2026-04-03") == "3 April 2026"


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_message_is_in_the_catalogue_of_words_and_none_is_left_over(language: str) -> None:
    catalogue = messages.read(language)
    known = {messages.key_of(m.id): m.string for m in catalogue if m.id}
    assert set(known) == {messages.key_of(m) for m in messages.extracted()}
    assert [key for key, text in known.items() if not text or (isinstance(text, tuple) and not all(text))] == []
    assert [str(e) for m in catalogue for e in m.check(catalogue)] == [], "placeholders are the same"
    written = messages.path_of(language).read_text(encoding="utf-8")
    assert written == messages.written(messages.updated(language)), "run python -m gateway.pages.messages"


def test_a_template_that_cannot_be_parsed_does_not_lose_its_words_in_silence(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "broken.html").write_text("{% trans %}Kept{% endtrans %}{% if %}", encoding="utf-8")
    with pytest.raises(TemplateSyntaxError):
        messages.extracted(tmp_path)


def test_every_template_can_be_compiled_in_both_languages() -> None:
    for language in ("de", "en"):
        for path in (ROOT / "templates").glob("*.html"):
            environment(language).get_template(path.name)


def test_pages_bring_no_colours_of_their_own() -> None:
    style = (ROOT / "static" / "amtsgang.css").read_text(encoding="utf-8")
    assert not re.findall(r"#[0-9a-f]{3,8}\b|\brgba?\(|\bhsla?\(|\boklch\(", style, re.IGNORECASE)


def test_templates_hold_nothing_that_the_content_security_policy_forbids() -> None:
    for path in (ROOT / "templates").glob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.findall(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", text), path.name
        assert "|safe" not in text.replace('|replace(\' aria-invalid="true"\', "")|safe', ""), path.name


def test_every_form_that_is_sent_carries_its_token() -> None:
    for path in (ROOT / "templates").glob("*.html"):
        forms = re.findall(r"<form[^>]*method=\"post\".*?</form>", path.read_text(encoding="utf-8"), re.DOTALL)
        assert all('name="csrf_token"' in form for form in forms), path.name


def test_every_state_kind_and_notice_of_the_contracts_has_its_words() -> None:
    assert set(words.CASE_STATES) == set(applications.CASE_STATES)
    assert set(words.PAYMENT_STATES) == set(payments.PAYMENT_STATES)
    assert set(words.SHARE_STATES) == set(payments.SHARE_STATES)
    assert set(words.NOTICES) == set(messaging.NOTICE_KINDS)
    assert set(words.BY_KIND) == set(Kind)


def test_every_slug_of_a_field_has_its_words() -> None:
    own = set(registry.SLUGS.values())
    for service in ("applications", "payments", "accounts"):
        for path in (ROOT.parent / "services" / service).glob("*.py"):
            own |= field_slugs(path)
    missing = own - set(words.FIELD_ERRORS) - {"type", "list"}
    assert missing == set(), "these are told as 'please check this answer' only"


def field_slugs(path: Path) -> set[str]:
    """Slugs in `fields={"name": ["slug"]}`, in `error="slug"` and in the `default_error_messages` of marshmallow fields."""
    found: list[ast.expr] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.keyword) and node.arg == "fields" and isinstance(node.value, ast.Dict):
            found += [e for value in node.value.values if isinstance(value, ast.List) for e in value.elts]
        elif isinstance(node, ast.keyword) and node.arg == "error":
            found.append(node.value)
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "default_error_messages":
            found += node.value.values if isinstance(node.value, ast.Dict) else []
    return {e.value for e in found if isinstance(e, ast.Constant) and isinstance(e.value, str)}


def test_files_of_the_design_are_kept_by_their_fingerprint_and_packed(client: Any) -> None:
    address = static.address("kern/kern.min.css")
    answer = client.simulate_get(address, headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Cache-Control"] == static.A_YEAR
    assert answer.headers["Content-Encoding"] == "gzip"
    assert client.simulate_get("/static/kern/kern.min.css").headers["Cache-Control"] == static.A_WHILE
    again = client.simulate_get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("path", ["../app.py", "..%2fapp.py", "kern/../../../package.json", "kern/", "kern", "/etc/passwd"])
def test_nothing_but_files_of_the_design_is_sent(client: Any, path: str) -> None:
    assert client.simulate_get(f"/static/{path}").status_code == 404


def test_a_page_shows_what_is_typed_as_text(client: Any, bus: FakeBus) -> None:
    page = client.simulate_get("/", params={"q": '"><script>alert(1)</script>'})
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert" in page.text


def page_of(client: Any, path: str, token: str = "", **typed: str) -> Any:
    """The page for whoever has this session; with `typed`, the answer to its form."""
    cookies = {COOKIE: token} if token else {}
    page = client.simulate_get(path, cookies=cookies, headers={"Accept-Language": "de"})
    if not typed:
        return page
    found = re.search('name="csrf_token" value="([^"]*)"', page.text)
    assert found
    cookies |= {name: cookie.value for name, cookie in page.cookies.items()}
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept-Language": "de"}
    return client.simulate_post(path, body=urlencode({"csrf_token": found[1], **typed}), headers=headers, cookies=cookies)


def test_the_filter_of_the_queue_offers_only_what_a_clerk_can_see(client: Any, bus: FakeBus) -> None:
    client.simulate_get("/staff", cookies={COOKIE: "clerk"}, params={"state": "awaiting_payment"})
    assert bus.made("applications", "list_cases")[-1].data["state"] == "open"
    shown = re.search('<select[^>]* id="state".*?</select>', page_of(client, "/staff", "clerk").text, re.DOTALL)
    assert shown
    offered = re.findall('<option value="([^"]*)"', shown[0])
    assert offered == ["", *(state for state in applications.CASE_STATES if state != "awaiting_payment"), "all"]


def test_the_queue_asks_for_what_stands_in_its_address(client: Any, bus: FakeBus) -> None:
    typed = {"state": "in_review", "assignee": "me", "overdue": "yes", "from": "1.9.2026", "order": "due"}
    client.simulate_get("/staff", cookies={COOKIE: "clerk"}, params=typed)
    asked = bus.made("applications", "list_cases")[-1].data
    assert {k: v for k, v in asked.items() if v is not None} == {
        "state": "in_review", "assignee": "me", "is_overdue": True, "ordered_from": "2026-09-01", "order": "due", "limit": 25,
    }  # fmt: skip


@pytest.mark.parametrize("typed", [{"number": "12"}, {"number": "Erika"}, {"until": "31.2.2026"}])
def test_what_the_queue_cannot_look_for_is_said_beside_its_field(client: Any, bus: FakeBus, typed: dict[str, str]) -> None:
    page = client.simulate_get("/staff", cookies={COOKIE: "clerk"}, params=typed)
    [(name, value)] = typed.items()
    assert f'id="{name}-error"' in page.text
    assert f'value="{value}"' in page.text


def test_who_knows_a_number_finds_the_case_in_every_state(client: Any, bus: FakeBus) -> None:
    client.simulate_get("/staff", cookies={COOKIE: "clerk"}, params={"number": "01926B2E"})
    asked = bus.made("applications", "list_cases")[-1].data
    assert (asked["number"], asked["state"]) == ("01926b2e", None)


def test_a_clerk_names_a_deputy_in_days_as_germans_write_them(client: Any, bus: FakeBus) -> None:
    [colleague] = sample("accounts", "list_colleagues")["colleagues"]
    typed = {"stands_in": colleague["account_id"], "first_day": "7.9.2026", "last_day": "18.9.2026", "do": "name", "key": "k"}
    assert page_of(client, "/staff/deputies", "clerk", **typed).status_code == 303
    asked = bus.made("applications", "name_deputy")[-1].data
    assert (asked["first_day"], asked["last_day"]) == ("2026-09-07", "2026-09-18")
    empty = page_of(client, "/staff/deputies", "clerk", do="name", key="k")
    assert empty.status_code == 422
    assert set(re.findall('<p class="kern-error" id="([a-z_]+)-error"', empty.text)) == {"stands_in", "first_day", "last_day"}


def case_at(office: str = SOEGEL, **more: Any) -> dict[str, Any]:
    return {**sample("applications", "get_case"), "office_id": office, **more}


def test_a_correction_is_asked_for_with_fields_and_a_message(client: Any, bus: FakeBus) -> None:
    case = case_at()
    bus.answer("applications", "get_case", case)
    path = f"/staff/cases/{case['case_id']}/correction"
    empty = page_of(client, path, "clerk", message="", do="ask")
    assert (empty.status_code, "message-error" in empty.text) == (422, True)
    sent = page_of(client, path, "clerk", fields="birth_date", message="Bitte prüfen.\r\nDanke.")
    assert sent.status_code == 303
    asked = bus.made("applications", "ask_for_correction")[-1].data
    assert (asked["fields"], asked["message"]) == (["birth_date"], "Bitte prüfen.\nDanke.")


def test_a_citizen_sees_exactly_the_fields_that_are_asked_for(client: Any, bus: FakeBus) -> None:
    asked = {"fields": ["birth_date"], "message": "Bitte prüfen.", "asked_at": "2026-09-01T11:00:00+00:00", "answered_at": None}
    case = {**sample("applications", "get_application"), "state": "awaiting_applicant", "corrections": [asked]}
    case["sections"] = sample("applications", "get_case")["sections"]
    bus.answer("applications", "get_application", case)
    path = f"/applications/{case['case_id']}/correction"
    page = client.simulate_get(path, cookies={COOKIE: "erika"})
    assert re.findall('name="(f[.-][a-z_]+|answer[a-z_.-]+)"', page.text) == re.findall('name="([^"]*birth_date)"', page.text)
    assert "Bitte prüfen." in page.text
    [name] = re.findall('name="([^"]*birth_date)"', page.text)
    assert page_of(client, path, "erika", **{name: "18.5.1990"}).status_code == 303
    assert bus.made("applications", "correct_application")[-1].data["answers"] == {"birth_date": "1990-05-18"}


def correction_at(bus: FakeBus, level: str) -> str:
    """The address of the page where a birth date is asked for once more, of a service of that trust level."""
    asked = {"fields": ["birth_date"], "message": "Bitte prüfen.", "asked_at": "2026-09-01T11:00:00+00:00", "answered_at": None}
    case = {**sample("applications", "get_application"), "state": "awaiting_applicant", "corrections": [asked], "level": level}
    bus.answer("applications", "get_application", {**case, "sections": sample("applications", "get_case")["sections"]})
    return f"/applications/{case['case_id']}/correction"


def test_the_level_that_a_correction_needs_is_reached_before_anything_is_typed(client: Any, bus: FakeBus) -> None:
    path = correction_at(bus, "high")
    page = client.simulate_get(path, cookies={COOKIE: "erika"})
    assert (page.status_code, page.headers["location"]) == (303, f"/step-up?level=high&next={quote(path, safe='')}")
    assert client.simulate_get(correction_at(bus, "low"), cookies={COOKIE: "erika"}).status_code == 200


def test_where_the_level_has_lapsed_while_typing_the_typed_stays(client: Any, bus: FakeBus) -> None:
    path = correction_at(bus, "low")
    bus.answer("applications", "correct_application", Forbidden("applications.level_needed", "More.", {"level": ["high"]}))
    [name] = re.findall('name="([^"]*birth_date)"', client.simulate_get(path, cookies={COOKIE: "erika"}).text)
    page = page_of(client, path, "erika", **{name: "18.5.1990"})
    assert page.status_code == 409
    assert 'value="18.5.1990"' in page.text
    assert "was Sie eingegeben haben, steht noch hier" in page.text


def test_an_address_is_asked_for_with_one_tick_and_corrected_as_one_question(client: Any, bus: FakeBus) -> None:
    sections = [dump(Section, section) for section in everything().sections]
    names = [f"home_{part}" for part in addresses.PARTS]
    case = case_at(sections=sections, answers={"home_country": "DE", "home_street": "Musterstraße"})
    bus.answer("applications", "get_case", case)
    path = f"/staff/cases/{case['case_id']}/correction"
    assert 'value="home_street"' not in client.simulate_get(path, cookies={COOKIE: "clerk"}).text
    assert page_of(client, path, "clerk", fields=" ".join(names), message="Wo?").status_code == 303
    assert bus.made("applications", "ask_for_correction")[-1].data["fields"] == names

    asked = {"fields": names, "message": "Wo?", "asked_at": "2026-09-01T11:00:00+00:00", "answered_at": None}
    bus.answer("applications", "get_case", {**case, "state": "awaiting_applicant", "corrections": [asked]})
    assert (
        client.simulate_get(f"/staff/cases/{case['case_id']}", cookies={COOKIE: "clerk"}).text.count("Ihre Anschrift</dt>") == 1
    )
    own = {**sample("applications", "get_application"), "state": "awaiting_applicant", "corrections": [asked]}
    bus.answer("applications", "get_application", {**own, "sections": sections, "answers": case["answers"]})
    page = client.simulate_get(f"/applications/{own['case_id']}/correction", cookies={COOKIE: "erika"}).text
    assert page.count("<legend") == 1
    hidden = re.findall(r'data-place="(home_[a-z_]+)"[^>]* hidden', page)
    assert hidden == ["home_foreign_address"], "only the lines for another country: the address is in Germany"


def test_where_nothing_is_asked_for_nothing_is_sent(client: Any, bus: FakeBus) -> None:
    case_id = sample("applications", "get_application")["case_id"]
    assert page_of(client, f"/applications/{case_id}/correction", "erika", x="y").status_code == 409
    assert bus.made("applications", "correct_application") == []


def test_the_first_of_two_people_gets_no_button_to_be_the_second(client: Any, bus: FakeBus) -> None:
    roles = [{"role": "approver", "office_id": SOEGEL}]
    bus.sign_in("approver", kind="staff", account_id="0198c5a1-7b1e-7c3d-9a55-1f2e3d4c5b99", roles=roles)
    case = case_at(state="awaiting_second", four_eyes=True)
    path = f"/staff/cases/{case['case_id']}"
    for proposed_by, is_there in ((case["account_id"], True), ("0198c5a1-7b1e-7c3d-9a55-1f2e3d4c5b99", False)):
        bus.answer("applications", "get_case", {**case, "proposed_by": proposed_by})
        page = client.simulate_get(path, cookies={COOKIE: "approver"})
        assert ('value="confirm"' in page.text) is is_there
    assert page_of(client, path, "approver", do="send_back", note="").status_code == 422
    assert page_of(client, path, "approver", do="confirm").status_code == 303
    assert bus.made("applications", "confirm_decision")[-1].data["confirms"] is True


def numbers(count: int) -> list[str]:
    return [f"01926b2e-5c3b-7a10-8e2f-{n:012x}" for n in range(count)]


def ticked(client: Any, count: int, **typed: str) -> Any:
    """Send the form of a batch with so many cases, each a field of its own."""
    page = client.simulate_get("/staff/batches", cookies={COOKIE: "clerk"})
    token = re.findall('name="csrf_token" value="([^"]*)"', page.text)[0]
    fields = [("csrf_token", token), *(("case_id", number) for number in numbers(count)), *typed.items()]
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept-Language": "de"}
    cookies = {COOKIE: "clerk", **{name: cookie.value for name, cookie in page.cookies.items()}}
    return client.simulate_post("/staff/batches", body=urlencode(fields), headers=headers, cookies=cookies)


def test_five_hundred_cases_are_looked_at_once_more_and_then_decided(client: Any, bus: FakeBus) -> None:
    looked_at = ticked(client, 500, do="choose")
    assert (looked_at.status_code, looked_at.text.count('name="case_id"')) == (200, 500)
    assert "500 Vorgänge sind ausgewählt." in looked_at.text
    assert bus.made("applications", "start_batch") == []
    started = ticked(client, 500, do="approve", key="k")
    assert started.status_code == 303
    [call] = bus.made("applications", "start_batch")
    assert (call.data["case_ids"], call.data["decision"], call.idempotency_key) == (numbers(500), "approve", "k")


def test_a_rejection_of_many_without_a_reason_keeps_what_was_ticked(client: Any, bus: FakeBus) -> None:
    answer = ticked(client, 3, do="reject", reason=" ", key="k")
    assert (answer.status_code, answer.text.count('name="case_id"')) == (422, 3)
    assert "reason-error" in answer.text


def test_the_page_of_a_batch_tells_what_came_of_each_case(client: Any, bus: FakeBus) -> None:
    slugs = ["done", None, "applications.wrong_state", "database.changed_meanwhile", "applications.no_case", "applications.other"]
    batch = sample("applications", "get_batch")
    items = [{"case_id": number, "outcome": slug} for number, slug in zip(numbers(6), slugs, strict=True)]
    bus.answer("applications", "get_batch", {**batch, "items": items})
    page = client.simulate_get(
        f"/staff/batches/{batch['batch_id']}", cookies={COOKIE: "clerk"}, headers={"Accept-Language": "de"}
    )
    assert "5 von 6 Vorgängen" in page.text
    assert "1 Vorgang ist entschieden." in page.text
    for said in ("wartet", "jemand anders war schneller", "keiner Ihrer Vorgänge", "in diesem Stand nicht möglich"):
        assert said in page.text
    assert "data-reload" in page.text
    bus.answer("applications", "get_batch", {**batch, "items": items[:1], "finished_at": batch["started_at"]})
    assert "data-reload" not in client.simulate_get(f"/staff/batches/{batch['batch_id']}", cookies={COOKIE: "clerk"}).text


def test_statistics_read_as_a_picture_a_table_and_a_file(client: Any, bus: FakeBus) -> None:
    page = client.simulate_get(
        "/staff/statistics", cookies={COOKIE: "clerk"}, params={"months": "3", "service": "dog-registration"}
    )
    asked = {name: value for name, value in bus.made("applications", "get_statistics")[-1].data.items() if value is not None}
    assert asked == {"months": 3, "service": "dog-registration"}
    [figures], months = sample("applications", "get_statistics")["figures"], sample("applications", "get_statistics")["months"]
    assert page.text.count("<rect class") == 4 * len(months)
    for number in (figures["received"], *(month["received"] for month in months), 2, 6):
        assert f">{number}</td>" in page.text
    file = client.simulate_get("/staff/statistics.csv", cookies={COOKIE: "clerk"}, params={"months": "nonsense"})
    assert bus.made("applications", "get_statistics")[-1].data["months"] == 12
    rows = file.content.decode("utf-8-sig").splitlines()
    assert rows[1].endswith(";40;35;2;3;1;2;5")


def test_where_no_month_has_enough_cases_there_is_no_picture_of_times(client: Any, bus: FakeBus) -> None:
    told = sample("applications", "get_statistics")
    months = [{**month, "median_days": None, "p90_days": None} for month in told["months"]]
    bus.answer("applications", "get_statistics", {**told, "months": months})
    page = client.simulate_get("/staff/statistics", cookies={COOKIE: "clerk"}).text
    assert (page.count("<svg role"), page.count("<rect class")) == (1, 2 * len(months))


@pytest.mark.parametrize("days", [5, None])
def test_how_long_it_takes_is_told_only_where_enough_is_known(client: Any, bus: FakeBus, days: int | None) -> None:
    answer = sample("applications", "get_waiting_time")
    bus.answer("applications", "get_waiting_time", {**answer, "p90_days": days, "median_days": days and 2})
    page = client.simulate_get("/soegel/business-registration", headers={"Accept-Language": "de"})
    assert ("neun von zehn innerhalb von 5 Tagen." in page.text) is (days is not None)


def test_an_approval_that_waits_for_the_second_says_so(client: Any, bus: FakeBus) -> None:
    case = case_at(state="awaiting_second")
    bus.answer("applications", "decide_case", case)
    answer = page_of(client, f"/staff/cases/{case['case_id']}", "clerk", do="approve")
    assert answer.headers["location"].endswith("?done=propose")


@pytest.mark.parametrize(("language", "said"), [("de", "nur bei Ablehnung nötig"), ("en", "needed for a rejection only")])
def test_the_reason_is_said_to_be_needed_for_a_rejection(client: Any, bus: FakeBus, language: str, said: str) -> None:
    case = {**sample("applications", "get_case"), "office_id": SOEGEL}
    bus.answer("applications", "get_case", case)
    cookies = {COOKIE: "clerk", LANGUAGE_COOKIE: language}
    page = client.simulate_get(f"/staff/cases/{case['case_id']}", cookies=cookies)
    assert f"- {said}</span>" in page.text


def test_what_was_typed_is_said_to_be_there_only_if_something_was(client: Any) -> None:
    still_here = "Alles, was Sie getippt haben, ist noch da."
    empty = page_of(client, "/sign-in", email=" ", password="", next="/home")
    assert (empty.status_code, still_here in empty.text) == (422, False)
    assert still_here in page_of(client, "/sign-in", email="erika@example.org", password="").text
    assert still_here in page_of(client, "/sign-in", email="", password="x").text


CLERK = {"role": "clerk", "office_id": "034545407/standesamt"}
OPERATOR = {"role": "operator", "office_id": "*"}


@pytest.mark.parametrize(
    ("roles", "goes_to"),
    [([OPERATOR], "/staff/operations"), ([CLERK], "/staff/"), ([CLERK, OPERATOR], "/staff/"), ([], "/staff/")],
)
def test_staff_begin_where_their_work_is(client: Any, bus: FakeBus, roles: list[dict[str, str]], goes_to: str) -> None:
    opened = sample("accounts", "sign_in")
    bus.answer("accounts", "sign_in", {**opened, "actor": {**opened["actor"], "kind": "staff", "roles": roles}})
    for wish in ("", "/staff"):
        answer = page_of(client, "/staff/sign-in", email="clerk@example.org", password="password", next=wish)
        assert (answer.status_code, answer.headers["Location"]) == (303, goes_to)


def test_who_is_signed_in_already_goes_to_their_own_start_page(client: Any) -> None:
    for token, goes_to in (("erika", "/home"), ("clerk", "/staff/"), ("operator", "/staff/operations")):
        assert page_of(client, "/staff/sign-in", token).headers["Location"] == goes_to


def test_what_not_everybody_has_is_asked_of_those_who_have_it() -> None:
    text = (ROOT / "templates" / "service_text.html").read_text(encoding="utf-8")
    assert '_("if you have it")' in text
    assert '_("optional")' not in text
    assert GERMAN.gettext("if you have it") == "wenn vorhanden"


def test_statistics_of_forms_read_as_a_line_each_then_as_picture_and_table_and_as_a_file(client: Any, bus: FakeBus) -> None:
    german = {"Accept-Language": "de"}
    page = client.simulate_get("/staff/statistics/forms", cookies={COOKIE: "clerk"}, headers=german)
    assert "2 Ihr Hund (9)" in page.text
    assert 'href="/staff/statistics/forms?office=034545407%2Fsteueramt&amp;service=dog-registration&amp;months=12"' in page.text
    page = client.simulate_get(
        "/staff/statistics/forms",
        cookies={COOKIE: "clerk"},
        headers=german,
        params={"service": "dog-registration", "months": "3"},
    )
    asked = {name: value for name, value in bus.made("applications", "get_form_statistics")[-1].data.items() if value is not None}
    assert asked == {"months": 3, "service": "dog-registration"}
    [form] = sample("applications", "get_form_statistics")["forms"]
    assert page.text.count("<rect class") == 2 * len(form["steps"])
    assert "Juli 2026" in page.text
    assert "40 Formulare wurden begonnen" in page.text
    file = client.simulate_get("/staff/statistics/forms.csv", cookies={COOKIE: "clerk"}, headers=german)
    rows = file.content.decode("utf-8-sig").splitlines()
    assert rows[2].endswith(";Juli 2026;2 Ihr Hund;36;27;9;25")
    assert rows[4].endswith(";4 Warenkorb;26;25;1;4")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Timeout("rpc.timeout", "No answer."), "Wie viele Meldungen ungelesen sind, ist gerade nicht bekannt"),
        ({"notices": [], "unread": 0, "more": False}, "Keine ungelesenen Meldungen"),
        ({"notices": [], "unread": 20, "more": False}, "20 ungelesene Meldungen"),
    ],
)
def test_what_the_mailbox_does_not_tell_in_time_is_not_known_rather_than_none(
    client: Any, bus: FakeBus, answer: Any, said: str
) -> None:
    bus.answer("messaging", "list_notices", answer)
    assert (
        f'href="/mailbox">{said}</a>'
        in client.simulate_get("/home", cookies={COOKIE: "erika"}, headers={"Accept-Language": "de"}).text
    )
