"""The `type` of every problem leads somewhere."""

import re
from pathlib import Path

import pytest

from gateway import api
from gateway.api.problems import MEANINGS
from tests.unit.gateway.conftest import PORTAL_URL

ROOT = Path(__file__).parents[3]
SLUG = re.compile(r'"(gateway\.[a-z_0-9]+)", f?"')


def test_every_slug_that_a_contract_announces_is_explained():
    announced = {slug for operation in api.OPERATIONS for slug in operation.failures}
    assert announced - set(MEANINGS) == set()


def test_every_slug_of_the_gateway_is_explained():
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "gateway").rglob("*.py"))
    found = set(SLUG.findall(re.sub(r"\(\s+", "(", re.sub(r",\s+", ", ", sources))))
    assert found == {slug for slug in MEANINGS if slug.startswith("gateway.")}


@pytest.mark.parametrize("slug", MEANINGS)
def test_an_explanation_is_plain_text(client, slug: str):
    answer = client.simulate_get(f"/problems/{slug}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert answer.text.startswith(f"{slug}\nHTTP {int(MEANINGS[slug][0])} ")


def test_the_type_of_a_problem_is_the_address_of_its_explanation(client):
    told = client.simulate_get("/api/v1/drafts").json
    assert client.simulate_get(told["type"].removeprefix(PORTAL_URL)).status_code == 200


def test_another_slug_is_not_found(client):
    assert client.simulate_get("/problems/gateway.nonsense").status_code == 404
