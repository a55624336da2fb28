"""One's own account through the JSON API of a running portal: second step, levels, acting for somebody, export and erasure."""

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pyotp
import pytest

from deploy.samples import SAMPLE_PASSWORD
from services.chassis import clock
from tests.integration.gateway.conftest import Client
from tests.integration.gateway.test_api import SOEGEL, answers, submit, until

STEP_SECONDS = 30
ORGANISATION = {
    "name": "Muster GmbH", "legal_form": "gmbh", "register_court": "Osnabrück", "register_number": "HRB 123456",
    "street": "Musterstraße", "house_number": "1a", "postal_code": "49751", "town": "Sögel", "email": "post@example.org",
}  # fmt: skip


@pytest.fixture
def erika(new_citizen: Callable[..., Client]) -> Client:
    return new_citizen()


def code(secret: str, step: int) -> str:
    """No code counts twice; one step of slack leaves three that do."""
    return pyotp.TOTP(secret).at(int(clock.now().timestamp()) + step * STEP_SECONDS)


def session_of(client: Client) -> dict[str, Any]:
    return dict(client.get("/sessions/current").json())


def test_the_second_step_of_a_sign_in_and_the_way_back_up(erika: Client, anyone: Client):
    begun = erika.post("/accounts/current/security/apps", {"password": SAMPLE_PASSWORD})
    secret = begun.json()["secret"]
    app = begun.headers["Location"].removeprefix("/api/v1")
    added = erika.put(app, {"code": code(secret, -1), "name": "Telefon"})
    assert (added.status_code, len(added.json()["recovery_codes"])) == (200, 10)
    assert session_of(erika)["actor"]["session_level"] == "substantial"

    half = anyone.post("/sessions", {"email": erika.email, "password": SAMPLE_PASSWORD}).json()
    assert (half["token"], half["second_factor"]["kinds"]) == (None, ["totp"])
    challenge = half["second_factor"]["challenge"]
    wrong = anyone.post("/sessions/second-factor", {"challenge": challenge, "code": "000000"})
    assert (wrong.status_code, wrong.json()["slug"]) == (422, "accounts.wrong_code")
    opened = anyone.post("/sessions/second-factor", {"challenge": challenge, "code": code(secret, 0)})
    assert (opened.status_code, opened.headers["Location"]) == (201, "/api/v1/sessions/current")
    anyone.http.headers["Authorization"] = f"Bearer {opened.json()['token']}"
    assert session_of(anyone)["actor"]["session_level"] == "substantial"

    assert anyone.post("/sessions/current/step-up").json()["kinds"] == ["totp"]
    lifted = anyone.put("/sessions/current/level", {"code": added.json()["recovery_codes"][0]})
    assert lifted.json() == {"session_level": "substantial"}


def test_a_service_above_the_level_says_which_one_it_asks_for(erika: Client):
    application = {"service": "transmission-block", "ars": SOEGEL, "answers": answers(erika, "transmission-block")}
    refused = erika.post("/applications", {"applications": [application]})
    assert (refused.status_code, refused.json()["slug"]) == (403, "applications.level_needed")
    assert refused.json()["fields"] == {"level": ["substantial"]}
    draft = erika.post("/drafts", application).json()
    assert erika.put(f"/cart/items/{draft['draft_id']}").status_code == 403


def test_acting_for_an_organisation_until_it_is_no_more(erika: Client):
    founded = erika.post("/organisations", ORGANISATION)
    assert founded.status_code == 201, founded.text
    [grant] = [p["grant_id"] for p in erika.get("/parties").json()["parties"]]
    assert erika.put("/sessions/current/party", {"grant_id": grant}).status_code == 200
    now = session_of(erika)
    assert (now["actor"]["behalf"]["grant_id"], now["party_name"]) == (grant, "Muster GmbH")
    assert erika.get("/sessions/current/party/prefill").json() == {"values": {"email": "post@example.org"}}
    draft = erika.post("/drafts", {"service": "dog-registration", "ars": SOEGEL}).json()
    export = erika.post("/accounts/current/export", {"password": SAMPLE_PASSWORD})
    assert (export.status_code, export.json()["slug"]) == (403, "accounts.acting_for_another")
    assert erika.put("/sessions/current/party", {"grant_id": None}).status_code == 200
    assert erika.get(f"/drafts/{draft['draft_id']}").status_code == 404

    erika.put("/sessions/current/party", {"grant_id": grant})
    assert erika.delete(founded.headers["Location"].removeprefix("/api/v1")).status_code == 204
    lost = erika.post("/drafts", {"service": "dog-registration", "ars": SOEGEL})
    assert (lost.status_code, lost.json()["slug"]) == (409, "gateway.party_lost")
    erika.put("/sessions/current/party", {"grant_id": None})
    assert erika.post("/drafts", {"service": "dog-registration", "ars": SOEGEL}).status_code == 201


def test_who_looked_is_told_with_the_office_and_without_the_name(erika: Client, staff: Callable[[str], Client]):
    case_id = submit(erika, "dog-registration")["order"]["cases"][0]["case_id"]
    clerk = staff("clerk.soegel")
    until(lambda: clerk.get(f"/cases/{case_id}").status_code == 200)
    told = until(
        lambda: [e for e in erika.get("/audit-log", of="myself").json()["entries"] if e["action"] == "case.viewed"], seconds=30
    )
    assert {(e["service"], e["actor_id"], e["reason"]) for e in told} == {("applications", None, "casework")}
    assert all(e["office_id"].startswith(f"{SOEGEL}/") for e in told)
    first = erika.get("/audit-log", of="myself", limit=1).json()
    assert first["next"]
    second = erika.get("/audit-log", of="myself", limit=1, before=first["next"]).json()
    assert first["entries"] != second["entries"]
    assert erika.get("/audit-log", of="offices").status_code == 403


def test_everything_is_taken_along_and_then_gone(erika: Client, anyone: Client):
    erika.post("/drafts", {"service": "dog-registration", "ars": SOEGEL, "answers": {"dog_name": "Bello"}})
    wrong = erika.post("/accounts/current/export", {"password": "falsch"})
    assert (wrong.status_code, wrong.json()["slug"]) == (422, "accounts.wrong_password")
    export = erika.post("/accounts/current/export", {"password": SAMPLE_PASSWORD})
    assert (export.status_code, export.headers["Content-Type"]) == (200, "application/zip")
    with ZipFile(BytesIO(export.content)) as file:
        records = json.loads(file.read("applications.json"))["records"]
    assert [r["values"]["answers"] for r in records if r["table"] == "drafts"] == [{"dog_name": "Bello"}]

    assert erika.get("/accounts/current/erasure").json()["open_cases"] == 0
    started = erika.post("/accounts/current/erasure", {"password": SAMPLE_PASSWORD})
    assert started.status_code == 202, started.text
    assert erika.get("/drafts").status_code == 401
    receipt = started.headers["Location"].removeprefix("/api/v1")
    until(lambda: anyone.get(receipt).json()["state"] == "complete")
    assert anyone.get("/erasures/somebody-elses").status_code == 404
