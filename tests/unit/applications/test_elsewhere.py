"""Services that one applies for elsewhere, as the law demands: explained and linked, never ordered."""

from datetime import date
from urllib.parse import urlsplit

import pytest

from services.applications import catalogue, drafting, network, offering, ordering
from services.applications.catalogue import CatalogueError
from services.applications.catalogue.reading import FOLDER
from services.contracts import applications as contract
from services.contracts.errors import NotFound
from services.contracts.registry import dump
from tests.unit.applications import portal
from tests.unit.applications.portal import SOEGEL, citizen

ELSEWHERE = {"certificate-of-good-conduct": "§ 30c", "central-trade-register-extract": "§ 150e"}
"""With the provision that lets one apply at the register authority online."""
GOOD = "certificate-of-good-conduct.yaml"
FORM = "[{title: {de: A, en: A}, fields: [{name: a, type: text, required: true, label: {de: A, en: A}}]}]"


@pytest.fixture(autouse=True)
def _offered(session):
    folder = portal.network()
    fee = {"base_cents": 1300, "legal_basis": "JVKostG", "is_example": False, "valid_from": date(2026, 1, 1)}
    folder["members"][0]["offers"] += [{"service": slug, "office": "gewerbeamt", "fee": fee} for slug in ELSEWHERE]
    network.load(session, folder)
    session.flush()


@pytest.mark.parametrize("service", ELSEWHERE)
def test_it_is_explained_and_leads_to_the_register_authority(session, service):
    told = dump(contract.Service, offering.get_service(session, citizen(), service=service, ars=SOEGEL))
    assert urlsplit(told["link"])[:2] == ("https", "www.fuehrungszeugnis.bund.de")
    assert (told["ending"], told["sections"]) == ("link", [])
    assert told["preparation"]
    assert any(ELSEWHERE[service] in law for law in told["legal_basis"])
    assert told["fee"]["base"]["cents"] == 1300, "JVKostG KV 1130 and 1132"


@pytest.mark.parametrize("service", ELSEWHERE)
def test_the_portal_takes_no_order_for_it(session, service):
    with pytest.raises(NotFound, match=r"applications\.not_offered"):
        drafting.start_draft(session, citizen(), service=service, ars=SOEGEL, answers={})
    with pytest.raises(NotFound, match=r"applications\.not_offered"):
        ordering.submit_applications(session, citizen(), applications=[{"service": service, "ars": SOEGEL, "answers": {}}])


def test_what_is_ordered_here_has_no_link():
    here = {slug for slug, service in catalogue.services().items() if service.sections}
    assert here == {slug for slug, service in catalogue.services().items() if service.link is None}
    assert here.isdisjoint(ELSEWHERE)


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        ("ending: link", "ending: post", "link: link_and_ending"),
        ("link: https://", "link: http://", "link: link"),
        ("link: https://www.fuehrungszeugnis.bund.de/\n", "", "link: link_and_ending"),
        ("level: low", f"level: low\nsections: {FORM}", "sections: form_and_ending"),
    ],
)
def test_a_link_and_a_form_exclude_each_other(tmp_path, old, new, mistake):
    text = (FOLDER / GOOD).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / GOOD).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CatalogueError, match=mistake):
        catalogue.read(tmp_path)
