"""schemathesis questions the whole API as two citizens and as staff of every kind that has operations, and finds nothing."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from deploy.samples import SAMPLE_PASSWORD
from deploy.stack import Stack
from gateway.api import OPERATIONS
from gateway.api.examples import MANDATE
from tests.integration.gateway.conftest import Client
from tests.integration.gateway.test_api import submit, until
from tests.patience import PATIENCE_SECONDS

CONFIGURATION = Path(__file__).parent / "schemathesis.toml"
SEED = 2026
CASES = 8
"""Of each operation in each phase; about two minutes in all."""
STAFF = tuple(f"{name}@example.org" for name in ("clerk.soegel", "administrator.soegel", "identity.soegel", "operator"))


def identity(email: str) -> dict[str, Any]:
    """A sign-in as the Web Fuzzing Commons describe it."""
    token = {"extractFrom": "body", "extractSelector": "/token", "sendIn": "header", "sendName": "Authorization"}
    return {
        "name": email,
        "loginEndpointAuth": {
            "endpoint": "/api/v1/sessions",
            "verb": "POST",
            "contentType": "application/json",
            "payloadRaw": json.dumps({"email": email, "password": SAMPLE_PASSWORD}),
            "token": {**token, "sendTemplate": "Bearer {token}"},
        },
    }


def question(folder: Path, description: str, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIGURATION), "run", description]
    bounds = [
        "--seed",
        str(SEED),
        "--max-examples",
        str(CASES),
        "--continue-on-failure",
        "--no-color",
        "--output-sanitize",
        "false",
    ]
    return subprocess.run([*command, *bounds, *options], cwd=folder, capture_output=True, text=True, check=False)


def found_in(told: str) -> str:
    """What failed, out of all that was told."""
    return (told.partition(" FAILURES ")[2] or told[-8000:])[:8000]


@pytest.fixture
def citizen(new_citizen: Callable[..., Client], staff: Callable[[str], Client]) -> Client:
    """Somebody with a draft, a paid order, a document and notices, so that there is something to find."""
    erika, clerk = new_citizen(), staff("clerk.soegel")
    erika.post("/drafts", {"service": "birth-certificate", "ars": "034545407"})
    submit(erika, "business-registration", MANDATE)
    case_id = submit(erika, "dog-registration")["order"]["cases"][0]["case_id"]
    assert clerk.post(f"/cases/{case_id}/decision", {"decision": "approve"}).status_code == 200
    until(lambda: erika.get("/documents").json()["documents"])
    return erika


@pytest.mark.slow
def test_the_whole_api_is_as_it_is_described(portal: Stack, citizen: Client, new_citizen: Callable[..., Client], tmp_path: Path):
    emails = (citizen.email, new_citizen("Max", "Mustermann").email, *STAFF)
    identities = tmp_path / "identities.json"
    identities.write_text(json.dumps({"auth": [identity(email) for email in emails]}), encoding="utf-8")
    done = question(tmp_path, f"{portal.url}api/v1/openapi.json", "--auth-wfc", str(identities))
    assert done.returncode == 0, found_in(done.stdout) + done.stderr[-2000:]
    assert re.search(rf"Tested: {len(OPERATIONS)}\b", done.stdout), done.stdout[-3000:]
    generated = re.search(r"(\d+) generated", done.stdout)
    assert generated
    assert int(generated[1]) > 15 * len(OPERATIONS)


def test_it_would_notice_an_answer_that_is_not_as_described(portal: Stack, tmp_path: Path):
    described = requests.get(f"{portal.url}api/v1/openapi.json", timeout=PATIENCE_SECONDS).json()
    described["components"]["schemas"]["Municipalities"]["required"].append("coat_of_arms")
    doctored = tmp_path / "openapi.json"
    doctored.write_text(json.dumps(described), encoding="utf-8")
    options = ("--url", portal.url, "--include-operation-id", "list_municipalities")
    done = question(tmp_path, str(doctored), *options)
    assert done.returncode == 1
    assert "coat_of_arms" in done.stdout
