"""What a law fixes for a service nobody publishes away or charges for; the paragraph is in the answer."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from services.applications import administering, catalogue, correcting, deciding, editing, editions, law, network
from services.applications.model import Offer
from services.contracts.actors import Actor, Role
from services.contracts.errors import Conflict, Invalid
from tests.unit.applications import portal
from tests.unit.applications.portal import BUSINESS, CERTIFICATE, EMSLAND, NOW, SOEGEL, citizen, clerk, pay, submit
from tests.unit.applications.test_editing import COUNTY, begin, out, save

ENQUIRY, PAPER = "register-enquiry", f"{CERTIFICATE}-paper"
ADMINISTRATOR = Actor("staff", "0198c5a1-7b1e-7c3d-9a55-1f2e3d4c5b99", roles=(Role("administrator", f"{SOEGEL}/*"),))
CLERK = clerk(f"{SOEGEL}/standesamt")
FREE = ["free_by_law:§ 18 Abs. 3 BMG"]
WITHOUT_ANSWER = re.compile(r"^neutral_answer:\n(?:  .*\n)+", re.MULTILINE)


def fee(cents, **more):
    at = {
        "valid_from": NOW.date() + timedelta(days=1),
        "legal_basis": "Satzung",
        "each_further_cents": None,
        "pieces_field": None,
    }
    return {**at, "base_cents": cents, **more}


def changed(session, service, old, new, **given):
    """A working copy in which one text is replaced."""
    copy = begin(session, service=service, **given)
    source = old.sub(new, copy["source"]) if isinstance(old, re.Pattern) else copy["source"].replace(old, new, 1)
    assert source != copy["source"]
    return save(session, copy, source)


@pytest.mark.parametrize("service", catalogue.services().values(), ids=lambda service: service.service)
def test_what_comes_with_the_portal_says_what_the_law_does(service):
    assert law.breaches(service) == {}


def test_every_service_of_the_table_is_in_the_catalogue_with_its_leika_key():
    for rule in law.rules():
        named = {catalogue.services()[service].leika_key for service in rule.services}
        assert rule.leika_keys <= named
        assert rule.legal_basis.startswith("§")


@pytest.mark.parametrize(
    ("service", "old", "new", "key", "basis"),
    [
        (ENQUIRY, WITHOUT_ANSWER, "", "neutral_answer", "§ 51 Abs. 2 Satz 3 BMG"),
        ("register-enquiry-extended", WITHOUT_ANSWER, "", "neutral_answer", "§ 51 Abs. 2 Satz 3 BMG"),
        (CERTIFICATE, "level: high", "level: substantial", "level", "§ 4 Abs. 1 BMeldDigiV"),
        (CERTIFICATE, "verified_identity: true", "verified_identity: false", "verified_identity", "§ 4 Abs. 1 BMeldDigiV"),
        (CERTIFICATE, "base_cents: 0", "base_cents: 5000", "fees", "§ 18 Abs. 3 BMG"),
        ("residence-change", "level: high", "level: substantial", "level", "§ 4 Abs. 1 und § 9 BMeldDigiV"),
        ("information-block", "base_cents: 0", "base_cents: 100", "fees", "§ 51 Abs. 1 Satz 1 BMG"),
        (BUSINESS, "deadline: {days: 3,", "deadline: {days: 4,", "deadline", "§ 15 Abs. 1 GewO"),
        (BUSINESS, "deadline: {days: 3,", "deadline: {working_days: 3,", "deadline", "§ 15 Abs. 1 GewO"),
    ],
)
def test_a_text_that_says_less_is_told_with_the_paragraph_and_does_not_get_out(session, service, old, new, key, basis):
    copy = changed(session, service, old, new)
    assert [(mistake["place"], mistake["slugs"]) for mistake in copy["mistakes"]] == [(key, [f"fixed_by_law:{basis}"])]
    with pytest.raises(Invalid) as refused:
        out(session, copy)
    assert refused.value.fields == {key: [f"fixed_by_law:{basis}"]}
    assert editions.current(session)[service].number == 1


@pytest.mark.parametrize(
    ("service", "old", "new"),
    [
        (BUSINESS, "deadline: {days: 3,", "deadline: {days: 2,"),
        ("transmission-block", "level: substantial", "level: high"),
        (PAPER, "base_cents: 750", "base_cents: 800"),
    ],
)
def test_the_control_what_says_more_or_is_not_fixed_is_published(session, service, old, new):
    assert out(session, changed(session, service, old, new))["number"] == 2


def test_a_copy_under_another_name_is_the_same_service(session):
    copy = changed(session, "adressauskunft", WITHOUT_ANSWER, "", copied_from=ENQUIRY)
    with pytest.raises(Invalid) as refused:
        out(session, copy)
    assert "neutral_answer" in refused.value.fields


def older(session, service, **less):
    """A version as it could be published before the law was written down: what a text of today may not leave out."""
    editions.publish(session, replace(catalogue.services()[service], **less), "", ars=EMSLAND)
    session.flush()
    editions._known.clear()


def test_an_enquiry_published_before_the_rule_is_refused_like_any_other(session):
    older(session, ENQUIRY, neutral_answer=None)
    offering(session, ENQUIRY, 1100)
    order = submit(session, citizen(), (ENQUIRY, SOEGEL))
    pay(session, order)
    case_id = order["cases"][0]["case_id"]
    with pytest.raises(Conflict, match="must not be known"):
        correcting.ask_for_correction(session, CLERK, case_id=case_id, fields_=["family_name"], message="Wen genau?")
    told = deciding.decide_case(session, CLERK, case_id=case_id, decision="reject", reason="Es besteht eine Auskunftssperre.")
    assert (told["state"], told["neutral_answer"]) == ("withheld", catalogue.services()[ENQUIRY].neutral_answer)


def test_what_was_published_before_the_rule_asks_for_the_level_and_the_identity(session):
    older(session, CERTIFICATE, level="low", verified_identity=False)
    older(session, BUSINESS, deadline=None)
    counts = editions.current(session)
    assert (counts[CERTIFICATE].service.level, counts[CERTIFICATE].service.verified_identity) == ("high", True)
    deadline = counts[BUSINESS].service.deadline
    assert deadline is not None
    assert (deadline["count"], deadline["unit"]) == (3, "days")


def test_loading_and_the_editor_hear_which_versions_say_less_than_the_law(session):
    older(session, ENQUIRY, neutral_answer=None)
    offering(session, PAPER, 750)
    assert network.against_law(session) == [f"{ENQUIRY}, version 2: neutral_answer, § 51 Abs. 2 Satz 3 BMG"]
    services = editing.list_edited_services(session, COUNTY, ars=EMSLAND)["services"]
    assert {one["service"]: one["against_law"] for one in services if one["against_law"]} == {
        ENQUIRY: {"neutral_answer": "fixed_by_law:§ 51 Abs. 2 Satz 3 BMG"}
    }


def offering(session, service, base):
    folder = portal.network()
    folder["members"][0]["offers"] += [portal.offer(service, "standesamt", base)]
    network.load(session, folder)
    return session


def test_no_folder_charges_for_what_is_free(session):
    with pytest.raises(Invalid, match="by law") as refused:
        offering(session, CERTIFICATE, 5000)
    assert refused.value.fields == {"fee.base_cents": FREE}
    assert session.get(Offer, (CERTIFICATE, SOEGEL)) is None


@pytest.mark.parametrize("wrong", [fee(5000), fee(0, each_further_cents=100, pieces_field="copies")], ids=["base", "further"])
def test_no_administrator_does_either(session, wrong):
    offering(session, CERTIFICATE, 0)
    key = {"service": CERTIFICATE, "ars": SOEGEL}
    with pytest.raises(Invalid) as refused:
        administering.set_fee(session, ADMINISTRATOR, **key, version=1, fee=wrong)
    assert refused.value.fields["fee.base_cents"] == FREE
    with pytest.raises(Invalid) as refused:
        administering.offer_service(
            session, ADMINISTRATOR, service="information-block", ars=SOEGEL, office_id=f"{SOEGEL}/standesamt", fee=fee(1)
        )
    assert refused.value.fields["fee.base_cents"] == ["free_by_law:§ 51 Abs. 1 Satz 1 BMG"]
    assert administering.set_fee(session, ADMINISTRATOR, **key, version=1, fee=fee(0))


def test_the_control_a_paper_certificate_may_cost_something(session):
    offering(session, PAPER, 750)
    assert administering.set_fee(session, ADMINISTRATOR, service=PAPER, ars=SOEGEL, version=1, fee=fee(5000))


def test_what_is_charged_for_does_not_become_electronic(session):
    """The law frees the electronic certificate: a town that takes a fee for the one on paper has to end that first."""
    offering(session, PAPER, 750)
    source = catalogue.source(CERTIFICATE).replace(f"service: {CERTIFICATE}", f"service: {PAPER}", 1)
    copy = save(session, begin(session, service=PAPER), source)
    with pytest.raises(Invalid) as refused:
        editing.publish_service(session, COUNTY, ars=EMSLAND, service=PAPER, version=copy["version"], note="Elektronisch")
    assert refused.value.fields == {"fees": [f"{FREE[0]} ({SOEGEL})"]}
