"""publiccode.yml has what the standard (0.4) makes mandatory."""

from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def publiccode():
    return yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))


def test_every_mandatory_key_is_there(publiccode):
    assert {"publiccodeYmlVersion", "name", "url", "platforms", "developmentStatus", "softwareType", "description", "legal",
            "maintenance", "localisation"} <= publiccode.keys()  # fmt: skip
    assert publiccode["developmentStatus"] in ("concept", "development", "beta", "stable", "obsolete")
    assert publiccode["maintenance"]["type"] == "community"
    assert publiccode["maintenance"]["contacts"]


def test_it_is_described_in_every_language_of_the_portal_within_the_lengths_of_the_standard(publiccode):
    assert set(publiccode["description"]) == set(publiccode["localisation"]["availableLanguages"]) == {"de", "en"}
    for text in publiccode["description"].values():
        assert len(text["shortDescription"]) <= 150
        assert 150 <= len(text["longDescription"]) <= 10_000
        assert all(len(feature) <= 100 for feature in text["features"])


def test_the_licence_is_the_one_in_the_repository(publiccode):
    assert publiccode["legal"]["license"] == "EUPL-1.2"
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2")
