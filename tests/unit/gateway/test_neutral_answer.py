"""The clerk’s page of a case whose refusal must not show why, and of one whose applicant was identified."""

from typing import Any

import pytest

from gateway.pages.language import COOKIE as LANGUAGE_COOKIE
from gateway.session import COOKIE
from services.applications import catalogue
from tests.fakes.bus import FakeBus, sample
from tests.unit.gateway.conftest import SOEGEL

ANSWER_AT = "2026-12-28T09:00:00+00:00"
ENQUIRY = catalogue.services()["register-enquiry"]


def page_of_case(client: Any, bus: FakeBus, language: str, **more: Any) -> str:
    case = {**sample("applications", "get_case"), "state": "submitted", "office_id": SOEGEL, **more}
    bus.answer("applications", "get_case", case)
    cookies = {COOKIE: "clerk", LANGUAGE_COOKIE: language}
    return str(client.simulate_get(f"/staff/cases/{case['case_id']}", cookies=cookies).text)


@pytest.mark.parametrize("language", ["de", "en"])
def test_nobody_can_write_a_reason_where_the_answer_is_neutral(client: Any, bus: FakeBus, language: str) -> None:
    page = page_of_case(client, bus, language, neutral_answer=ENQUIRY.neutral_answer, office_hint=ENQUIRY.office_hint)
    assert ENQUIRY.neutral_answer is not None
    assert ENQUIRY.office_hint is not None
    assert ENQUIRY.neutral_answer[language] in page
    assert ENQUIRY.office_hint[language] in page
    assert 'id="reason"' not in page


def test_a_refusal_that_waits_for_its_day_can_be_taken_back(client: Any, bus: FakeBus) -> None:
    assert 'value="reopen"' in page_of_case(
        client, bus, "de", neutral_answer=ENQUIRY.neutral_answer, state="withheld", answer_at=ANSWER_AT
    )
    assert 'value="reopen"' not in page_of_case(client, bus, "de", neutral_answer=ENQUIRY.neutral_answer, state="rejected")


def test_the_clerk_reads_the_day_of_the_answer_and_the_citizen_how_long_it_takes(client: Any, bus: FakeBus) -> None:
    page = page_of_case(client, bus, "de", neutral_answer=ENQUIRY.neutral_answer, state="withheld", answer_at=ANSWER_AT)
    assert "liest das am 28. Dezember 2026" in page
    case = {**sample("applications", "get_application"), "state": "submitted"}
    for more, said in (({"is_neutral": True}, "kann vier Wochen und länger dauern"), ({}, "Er wird bald bearbeitet")):
        bus.answer("applications", "get_application", {**case, **more})
        cookies = {COOKIE: "erika", LANGUAGE_COOKIE: "de"}
        assert said in str(client.simulate_get(f"/applications/{case['case_id']}", cookies=cookies).text)


def test_where_nothing_can_be_ticked_there_is_no_button_for_it(client: Any, bus: FakeBus) -> None:
    listed = sample("applications", "list_cases")
    for state, is_there in (("withheld", False), ("submitted", True)):
        bus.answer("applications", "list_cases", {**listed, "cases": [{**case, "state": state} for case in listed["cases"]]})
        page = str(client.simulate_get("/staff", cookies={COOKIE: "clerk", LANGUAGE_COOKIE: "en"}).text)
        assert ("Decide what is ticked" in page) is is_there


def test_elsewhere_the_clerk_writes_why(client: Any, bus: FakeBus) -> None:
    page = page_of_case(client, bus, "de")
    assert 'id="reason" name="reason"' in page


def test_the_clerk_reads_who_was_identified_and_how(client: Any, bus: FakeBus) -> None:
    known = {"given_names": "Erika Maria", "family_name": "Musterfrau", "birth_date": "1964-08-12"}
    identity = {**known, "level": "high", "source": "eid", "by": "BundID"}
    page = page_of_case(client, bus, "de", identity=identity)
    assert "Erika Maria Musterfrau, geboren am 12. August 1964; Vertrauensniveau hoch" in page
    assert "Bei der Bestellung ausgewiesen" not in page_of_case(client, bus, "de")
