"""The page of a case: everything the office knows of it, in one place."""

import re
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest

from gateway.pages import answers
from gateway.pages.language import speech
from gateway.session import COOKIE
from services.contracts.errors import Failure, Invalid, Timeout, Unavailable
from tests.fakes.bus import FakeBus, sample

GERMAN = {"Accept-Language": "de"}
CASE = sample("applications", "get_case")
AT = "2026-09-01T10:07:00+00:00"
PAID = {"secured_at": AT, "collected_at": None, "given_back_at": None, "given_back_by": None}


def page_of(client: Any, bus: FakeBus, **changed: Any) -> str:
    bus.answer("applications", "get_case", {**CASE, **changed})
    return str(client.simulate_get(f"/staff/cases/{CASE['case_id']}", cookies={COOKIE: "clerk"}, headers=GERMAN).text)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"payment": PAID}, "durch Lastschriftmandat gesichert am 1. September 2026, 12:07 Uhr"),
        ({"payment": {**PAID, "collected_at": AT}}, "eingezogen am 1. September 2026, 12:07 Uhr"),
        ({"payment": PAID, "state": "rejected"}, "geht an die antragstellende Person zurück"),
        ({"payment": {**PAID, "given_back_at": AT, "given_back_by": "released"}, "state": "rejected"}, "nicht eingezogen"),
        ({"payment": {**PAID, "given_back_at": AT, "given_back_by": "refunded"}, "state": "rejected"}, "zurückgezahlt am"),
        ({"payment": None}, "gesichert, bevor der Vorgang einging"),
    ],
)
def test_the_page_of_a_case_says_where_the_fee_is(client: Any, bus: FakeBus, changed: dict[str, Any], said: str) -> None:
    assert said in page_of(client, bus, **changed)


def test_the_document_of_a_case_is_opened_from_its_page(client: Any, bus: FakeBus) -> None:
    address = f"/staff/cases/{CASE['case_id']}/document"
    assert address not in page_of(client, bus, document_id=None)
    assert address in page_of(client, bus, document_id=CASE["case_id"], state="completed")
    document = client.simulate_get(address, cookies={COOKIE: "clerk"})
    assert document.headers["content-type"] == "application/pdf"
    assert document.content.startswith(b"%PDF")


def test_beside_an_answer_stands_where_it_comes_from(client: Any, bus: FakeBus) -> None:
    asked = {"fields": ["given_names", "birth_date"], "message": "Bitte prüfen.", "asked_at": AT, "answered_at": AT}
    page = page_of(client, bus, taken=["given_names"], corrections=[])
    assert page.count("aus dem Konto übernommen") == 1
    assert "berichtigt am" not in page
    page = page_of(client, bus, taken=["given_names"], corrections=[{**asked, "changed": ["birth_date"]}])
    assert (page.count("aus dem Konto übernommen"), page.count("berichtigt am 1. September 2026</span>")) == (1, 1)
    page = page_of(client, bus, taken=[], corrections=[{**asked, "changed": None}])
    assert page.count("berichtigt am 1. September 2026</span>") == 2
    page = page_of(client, bus, taken=[], corrections=[{**asked, "answered_at": None, "changed": None}])
    assert "berichtigt am" not in page


def test_the_page_of_a_case_shows_what_a_correction_changed_before_and_after(client: Any, bus: FakeBus) -> None:
    asked = {"fields": ["birth_date"], "message": "Bitte prüfen.", "asked_at": AT, "answered_at": AT, "changed": ["birth_date"]}
    kept = {"before": {"birth_date": "1990-05-17"}, "after": {}}
    page = page_of(client, bus, corrections=[{**asked, **kept}])
    assert "Von der antragstellenden Person geändert am 1. September 2026" in page
    assert re.search(r'data-side="Vorher">17. Mai 1990</td>\s*<td[^>]*data-side="Nachher">–</td>', page)
    assert "data-side" not in page_of(client, bus, corrections=[{**asked, "before": None, "after": None}])


def test_a_correction_that_brought_nothing_is_told_as_that(client: Any, bus: FakeBus) -> None:
    files = sample("applications", "list_case_files")
    [file], [place] = files["files"], files["attachments"]
    asked: dict[str, Any] = {
        **ASKED,
        "fields": [f"attachments.{place['name']}"],
        "answered_at": AT,
        "changed": [],
        "before": {},
        "after": {},
    }
    case = {"attachments": [place], "corrections": [asked]}
    page = page_of(client, bus, **case)
    assert "ohne Änderung zurückgeschickt am 1. September 2026" in page
    assert f"Ohne neue Datei: {place['label']['de']}" in page
    bus.answer("applications", "list_case_files", {**files, "files": [{**file, "correction": 1}]})
    page = page_of(client, bus, **case)
    assert "ohne Änderung zurückgeschickt" not in page
    assert "Ohne neue Datei" not in page


def test_a_clerk_is_offered_the_places_for_files_that_the_answers_open(client: Any, bus: FakeBus) -> None:
    [place] = sample("applications", "list_case_files")["attachments"]
    field = {**QUESTIONS[0]["fields"][1], "name": "has_paper"}
    places = [{**place, "name": str(has), "when": {"has_paper": has}} for has in (True, False)]
    sections = [{**QUESTIONS[0], "fields": [field]}]
    bus.answer("applications", "get_case", {**CASE, "sections": sections, "attachments": places, "answers": {"has_paper": False}})
    address = f"/staff/cases/{CASE['case_id']}/correction"
    page = client.simulate_get(address, cookies={COOKIE: "clerk"}, headers=GERMAN).text
    assert re.findall(r'value="attachments\.(\w+)"', page) == ["False"]


def test_entries_before_and_after_a_correction_are_told_one_below_the_other(client: Any, bus: FakeBus) -> None:
    kept = {
        "changed": ["children"],
        "before": {"children": [{"child_name": "Kim"}]},
        "after": {"children": [{"child_name": "Kai"}]},
    }
    page = page_of(client, bus, **FORM, corrections=[{**ASKED, "answered_at": AT, **kept}])
    assert re.search(r'data-side="Vorher">[^<]*Kim</td>\s*<td[^>]*data-side="Nachher">[^<]*Kai</td>', page)


def section(page: str, name: str) -> str:
    found = re.search(rf'<section[^>]*aria-labelledby="{name}">.*?</section>', page, re.DOTALL)
    assert found
    return found[0]


def test_the_page_of_a_case_says_what_the_citizen_was_told_and_whether_a_mail_went_out(client: Any, bus: FakeBus) -> None:
    said = section(page_of(client, bus), "messages")
    assert "Ihr Antrag liegt beim Amt" in said
    assert "E-Mail verschickt am 1. September 2026, 12:07 Uhr" in said
    assert "im Postfach, ohne E-Mail" in said
    assert "die E-Mail dazu wartet noch auf den Versand" in said
    assert "nicht zugestellt" not in said
    lost = {"kind": "application_rejected", "at": AT, "mail": {"state": "failed", "sent_at": None}}
    bus.answer("applications", "list_case_notices", {"notices": [lost]})
    said = section(page_of(client, bus), "messages")
    assert "konnte nicht zugestellt werden" in said
    assert "kern-badge--warning" in said


def test_the_page_of_a_case_of_which_nothing_was_told_says_so(client: Any, bus: FakeBus) -> None:
    bus.answer("applications", "list_case_notices", {"notices": []})
    assert "noch nichts zu diesem Vorgang mitgeteilt" in section(page_of(client, bus), "messages")


@pytest.mark.parametrize("failure", [Unavailable("rpc.no_such_service", "Away."), Timeout("rpc.timeout", "No answer.")])
def test_while_the_mailbox_is_away_the_rest_of_the_page_is_there(client: Any, bus: FakeBus, failure: Failure) -> None:
    bus.answer("applications", "list_case_notices", failure)
    page = page_of(client, bus)
    assert "gerade nicht angezeigt werden" in section(page, "messages")
    assert section(page, "answers")
    assert "Vermerk speichern" in section(page, "notes")


CHILDREN = {
    **CASE["sections"][0],
    "name": "children",
    "title": {"de": "Kinder", "en": "Children"},
    "repeated": {"least": 1, "most": 3, "entry": {"de": "Kind", "en": "Child"}},
    "fields": [
        {**CASE["sections"][0]["fields"][0], "name": "child_name"},
        {**CASE["sections"][0]["fields"][0], "name": "school", "when": {"child_name": "Max"}},
    ],
}
ASKED = {"fields": ["children"], "message": "Wie heißen die Kinder?", "asked_at": AT, "answered_at": None}
FORM = {"sections": [*CASE["sections"], CHILDREN], "answers": {**CASE["answers"], "children": [{"child_name": "Max"}]}}


class Browser:
    """Without scripts: sends what stands in the inputs of the page, with what is typed over it."""

    def __init__(self, client: Any, path: str, who: str) -> None:
        self.client, self.path, self.cookies = client, path, {COOKIE: who}
        self.seen(client.simulate_get(path, cookies=self.cookies, headers=GERMAN))

    def seen(self, page: Any) -> Any:
        self.cookies |= {name: cookie.value for name, cookie in page.cookies.items()}
        if page.status_code != 303:
            inputs = re.findall(r"<input(?=[^>]*(?:hidden|text))[^>]*>", page.text)
            found = [(re.search(r'name="([^"]+)"', one), re.search(r'value="([^"]*)"', one)) for one in inputs]
            self.typed = {name[1]: unescape(value[1]) if value else "" for name, value in found if name}
        return page

    def sends(self, **typed: str) -> Any:
        body = urlencode(list({**self.typed, **{name.replace("__", "."): value for name, value in typed.items()}}.items()))
        headers = {**GERMAN, "Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
        return self.seen(self.client.simulate_post(self.path, body=body, headers=headers, cookies=self.cookies))


def test_entries_that_are_filled_in_several_times_are_asked_for_as_a_whole(client: Any, bus: FakeBus) -> None:
    bus.answer("applications", "get_case", {**CASE, **FORM})
    clerk = Browser(client, f"/staff/cases/{CASE['case_id']}/correction", "clerk")
    assert clerk.sends(fields="children", message="Wie heißen die Kinder?").status_code == 303
    assert bus.made("applications", "ask_for_correction")[-1].data["fields"] == ["children"]
    assert ": Kinder: alle Einträge" in page_of(client, bus, **FORM, corrections=[{**ASKED, "changed": None}])


def test_a_citizen_adds_and_removes_entries_before_the_correction_is_sent(client: Any, bus: FakeBus) -> None:
    application = {**sample("applications", "get_application"), **FORM, "state": "awaiting_applicant", "corrections": [ASKED]}
    bus.answer("applications", "get_application", application)
    erika = Browser(client, f"/applications/{application['case_id']}/correction", "erika")
    assert erika.typed["answers.children.0.child_name"] == "Max"
    assert "remove:children:0" in erika.sends(do="add:children", answers__children__0__child_name="Maxi").text
    assert erika.typed["answers.children.0.child_name"] == "Maxi"
    erika.sends(do="add:children", answers__children__1__child_name="Mona")
    assert erika.typed["entries.children"] == "3"
    page = erika.sends(do="remove:children:0", answers__children__2__child_name="Moritz")
    assert 'value="add:children"' in page.text
    assert bus.made("applications", "correct_application") == []
    assert erika.sends(do="send", answers__children__1__school="Grundschule").status_code == 303
    assert bus.made("applications", "correct_application")[-1].data["answers"] == {
        "children": [{"child_name": "Mona"}, {"child_name": "Moritz", "school": "Grundschule"}]
    }


def test_a_correction_that_was_refused_shows_what_was_typed_and_what_is_wrong(client: Any, bus: FakeBus) -> None:
    application = {**sample("applications", "get_application"), **FORM, "state": "awaiting_applicant", "corrections": [ASKED]}
    bus.answer("applications", "get_application", application)
    bus.answer("applications", "correct_application", Invalid("invalid", "", fields={"children.1.child_name": ["required"]}))
    erika = Browser(client, f"/applications/{application['case_id']}/correction", "erika")
    erika.sends(do="add:children")
    page = erika.sends(do="send", answers__children__0__child_name="Mona")
    assert page.status_code == 422
    assert erika.typed["answers.children.0.child_name"] == "Mona"
    assert 'id="f-children-1-child_name-error"' in page.text


def test_what_was_typed_for_a_correction_stays_to_be_read_when_the_office_has_gone_on(client: Any, bus: FakeBus) -> None:
    application = {**sample("applications", "get_application"), **FORM, "state": "awaiting_applicant", "corrections": [ASKED]}
    later = {**ASKED, "fields": ["birth_date"], "asked_at": "2026-10-01T11:00:00+00:00"}
    for now in ({"state": "in_review"}, {"corrections": [{**ASKED, "answered_at": AT}, later]}):
        bus.answer("applications", "get_application", application)
        erika = Browser(client, f"/applications/{application['case_id']}/correction", "erika")
        assert 'id="typed"' not in erika.sends(do="add:children", answers__children__0__child_name="Maxi").text
        bus.answer("applications", "get_application", {**application, **now})
        page = erika.sends(do="send", answers__children__1__child_name="Mona <3", answers__children__1__school="Waldschule")
        assert page.status_code == 409
        told = page.text.partition('id="typed"')[2]
        assert all(f">{answer}<" in told for answer in ("Maxi", "Mona &lt;3", "Waldschule"))
        assert bus.made("applications", "correct_application") == []


QUESTIONS = [
    {
        **CASE["sections"][0],
        "fields": [
            {
                **CASE["sections"][0]["fields"][0],
                "name": "kinds",
                "type": "choices",
                "label": {"de": "Auf welchem Weg", "en": "By which way"},
                "choices": [
                    {"value": "by_post", "label": {"de": "mit der Post", "en": "by post"}},
                    {"value": "as_file", "label": {"de": "als Datei", "en": "as a file"}},
                ],
            },
            {
                **CASE["sections"][0]["fields"][0],
                "name": "is_first",
                "type": "yes_no",
                "label": {"de": "Zum ersten Mal?", "en": "The first time?"},
            },
        ],
    }
]
CHOSEN = {"sections": QUESTIONS, "answers": {"kinds": ["by_post", "as_file"], "is_first": False}}


def test_what_was_ticked_reads_as_it_did_in_the_form_for_office_and_citizen(client: Any, bus: FakeBus) -> None:
    application = {**sample("applications", "get_application"), **CHOSEN}
    bus.answer("applications", "get_application", application)
    erika = client.simulate_get(f"/applications/{application['case_id']}", cookies={COOKIE: "erika"}, headers=GERMAN).text
    for page in (page_of(client, bus, **CHOSEN), erika):
        assert "mit der Post, als Datei" in page
        assert re.search(r"Zum ersten Mal\?</dt>\s*<dd[^>]*>Nein<", page)
        assert "by_post" not in page


def test_a_correction_shows_what_was_ticked_with_its_words(client: Any, bus: FakeBus) -> None:
    asked = {**ASKED, "fields": ["kinds", "is_first"]}
    application = {**sample("applications", "get_application"), **CHOSEN, "state": "awaiting_applicant", "corrections": [asked]}
    bus.answer("applications", "get_application", application)
    address = f"/applications/{application['case_id']}/correction"
    page = client.simulate_get(address, cookies={COOKIE: "erika"}, headers=GERMAN).text
    ticked = re.findall(r"<input(?=[^>]*checked)[^>]*value=\"([^\"]+)\"", page)
    assert ticked == ["by_post", "as_file", "no"]
    for label in ("mit der Post", "als Datei", "Nein"):
        assert re.search(rf"<label[^>]*>\s*{label}\s*</label>", page)


@pytest.mark.parametrize(("value", "said"), [(True, "Ja"), ("no", "Nein"), ("vielleicht", "vielleicht")])
def test_yes_and_no_of_a_client_of_the_api_read_the_same(value: Any, said: str) -> None:
    assert answers.spoken(speech("de"), QUESTIONS[0]["fields"][1], value) == said


def test_who_is_looked_for_by_name_stands_in_no_address(client: Any, bus: FakeBus) -> None:
    path = "/staff/cases/search"
    clerk = Browser(client, path, "clerk")
    assert bus.made("applications", "search_cases") == []
    assert 'id="name-error"' in clerk.sends(name=" ").text
    [case] = sample("applications", "search_cases")["cases"]
    page = clerk.sends(name=" Musterfrau ")
    assert bus.made("applications", "search_cases")[-1].data["name"] == "Musterfrau"
    assert f'href="/staff/cases/{case["case_id"]}"' in page.text
    assert "1 Vorgang gefunden" in page.text
    assert "Musterfrau" not in "".join(re.findall(r'(?:href|action)="([^"]*)"', page.text))
    bus.answer("applications", "search_cases", {"cases": [], "more": False})
    assert "Kein Vorgang gefunden" in clerk.sends(name="Niemand").text


@pytest.mark.parametrize(
    ("to", "target"),
    [
        ("034545407/standesamt", {"ars": "034545407", "office_id": "034545407/standesamt"}),
        ("034540032", {"ars": "034540032"}),
    ],
)
def test_a_case_is_handed_over_within_the_municipality_and_to_others(
    client: Any, bus: FakeBus, to: str, target: dict[str, str]
) -> None:
    address = f"/staff/cases/{CASE['case_id']}/hand-over"
    page = client.simulate_get(address, cookies={COOKIE: "clerk"}, headers=GERMAN)
    choices = dict(re.findall(r'<option value="([^"]+)"[^>]*>([^<]+)<', page.text))
    assert choices["034545407/standesamt"] == "Samtgemeinde Sögel: Standesamt"
    assert {"034545407", "034545407/gewerbeamt"}.isdisjoint(choices), "where it is already"
    assert "034540032" in choices
    token = re.findall(r'name="csrf_token" value="([^"]+)"', page.text)[-1]
    cookies = {COOKIE: "clerk", **{name: cookie.value for name, cookie in page.cookies.items()}}
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
    body = urlencode({"csrf_token": token, "to": to, "note": "Bitte übernehmen."})
    assert client.simulate_post(address, body=body, headers=headers, cookies=cookies).status_code == 303
    [call] = bus.made("applications", "hand_over_case")
    assert call.data == {"case_id": CASE["case_id"], "note": "Bitte übernehmen.", **target}
