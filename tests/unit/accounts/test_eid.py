import re
from base64 import b64encode
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from lxml import etree
from sqlalchemy import select

from deploy import eid as local
from deploy.sandbox.identity import PERSONS, Provider, RequestRefused
from services.accounts import eid, factors, profiles, sessions
from services.accounts.model import Account, EidRequest, ElectronicIdentity
from services.accounts.providers.saml import SamlProvider
from services.accounts.providers.saml_files import EidSettingsError
from services.accounts.providers.saml_names import SAML, SAMLP
from services.chassis import audit, clock
from services.chassis.settings import Settings
from services.contracts.actors import Actor
from services.contracts.errors import Conflict, Forbidden, NotFound

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
PORTAL, SANDBOX = "https://portal.example.org", "http://127.0.0.1:8080"
BROWSER = "b" * 64
ERIKA, MAX = PERSONS["erika"], PERSONS["max"]


@pytest.fixture(scope="module")
def var(tmp_path_factory):
    """Key pairs and metadata as a local portal has them, and those of a stranger."""
    folder = tmp_path_factory.mktemp("var")
    local.set_up(folder, SANDBOX)
    local.set_up(folder / "stranger", SANDBOX)
    return folder


@pytest.fixture
def portal(var):
    return SamlProvider(var / "eid", PORTAL)


@pytest.fixture
def provider(var):
    return Provider.from_folders(f"{SANDBOX}/eid", var / "sandbox" / "eid", var / "eid")


@pytest.fixture
def stranger(var):
    return Provider.from_folders(f"{SANDBOX}/eid", var / "stranger" / "sandbox" / "eid", var / "eid")


@pytest.fixture(autouse=True)
def _noon(session, var):
    secret = "insecure-key-for-tests-and-nothing-else"
    session.info["settings"] = Settings("accounts", "", "", Path(), PORTAL, secret, eid_dir=str(var / "eid"))
    with clock.fixed(NOON):
        yield


def person(session, name="erika", number=1):
    account = Account(
        id=f"01890000-0000-7000-8000-{number:012x}",
        kind="citizen",
        email=f"{name}@example.org",
        email_key=f"{name}@example.org",
        password_hash="x",
        given_names="Erika",
        family_name="Musterfrau",
        language="de",
        registered_at=NOON,
    )
    session.add(account)
    session.flush()
    return account


@pytest.fixture
def erika(session):
    return person(session)


def acting(account):
    return Actor(kind="citizen", account_id=account.id)


def asked(provider, portal, request_id="_request"):
    return provider.asked(urlsplit(portal.address(request_id, level="substantial")).query)


def encoded(answer):
    return b64encode(answer).decode()


def answer_to(session, provider, portal, actor, purpose, values=ERIKA, level="high", browser=BROWSER):
    """Begin at the portal, be identified at the provider, bring the answer back; the ticket."""
    begun = eid.begin_eid(session, actor, portal, purpose=purpose, browser=browser)
    answer = provider.answer(provider.asked(urlsplit(begun["address"]).query), values, level, now=clock.now())
    return eid.take_eid_answer(session, portal, answer=encoded(answer))["ticket"]


def finish(session, actor, ticket, token=None, browser=BROWSER):
    return eid.finish_eid(session, actor, ticket=ticket, browser=browser, token=token, client={})


def link(session, provider, portal, account, values=ERIKA, level="high"):
    token = sessions.open_session(session, account)["token"]
    ticket = answer_to(session, provider, portal, acting(account), "link", values, level)
    return token, finish(session, acting(account), ticket, token)


# The way there


def test_a_request_is_signed_by_the_portal_and_says_where_the_answer_goes(provider, portal):
    found = asked(provider, portal)
    assert (found.id, found.consumer, found.portal) == ("_request", f"{PORTAL}/eid/acs", f"{PORTAL}/eid/metadata")


def test_a_changed_request_is_noticed(provider, portal):
    query = urlsplit(portal.address("_request", level="substantial")).query
    with pytest.raises(RequestRefused):
        provider.asked(query.replace("SAMLRequest=", "SAMLRequest=A", 1))


def test_the_request_asks_for_the_level_and_the_attributes_as_bundid_names_them(portal):
    import zlib
    from base64 import b64decode

    query = parse_qs(urlsplit(portal.address("_request", level="high")).query)
    request = zlib.decompress(b64decode(query["SAMLRequest"][0]), -zlib.MAX_WBITS).decode()
    assert ">STORK-QAA-Level-4<" in request
    assert 'Comparison="minimum"' in request
    assert 'Name="urn:oid:1.3.6.1.4.1.25484.494450.3" RequiredAttribute="true"' in request
    assert "<classic-ui:OrganizationDisplayName>Amtsgang<" in request


def test_the_metadata_name_the_certificate_and_the_one_address_for_answers(portal, var):
    told = portal.metadata().decode()
    body = "".join((var / "eid" / "portal.crt").read_text().strip().splitlines()[1:-1])
    assert body in told
    assert f'Location="{PORTAL}/eid/acs"' in told
    assert 'WantAssertionsSigned="true"' in told
    assert "PRIVATE" not in told


def test_a_folder_that_lacks_something_is_named(tmp_path):
    with pytest.raises(EidSettingsError, match=str(tmp_path)):
        SamlProvider(tmp_path, PORTAL).address("_request", level="high")


# The answer


def test_a_genuine_answer_says_who_it_is(provider, portal):
    request_id, identity = portal.read(encoded(provider.answer(asked(provider, portal), PERSONS["zoe"], "high", now=NOON)))
    assert request_id == "_request"
    assert identity.level == "high"
    assert identity.values == PERSONS["zoe"]


@pytest.mark.parametrize(
    "otherwise",
    [
        {"is_signed": False},
        {"audience": "https://another.example.org/eid/metadata"},
        {"recipient": "https://another.example.org/eid/acs"},
        {"issuer": "https://another.example.org/eid"},
        {"now": NOON - timedelta(minutes=7)},
        {"now": NOON + timedelta(minutes=2)},
        {"until": NOON - timedelta(minutes=1)},
        {"now": NOON - timedelta(minutes=30), "until": NOON + timedelta(hours=1)},
    ],
    ids=["unsigned", "audience", "recipient", "issuer", "expired", "not yet", "until", "identified long ago"],
)
def test_an_answer_that_is_not_for_this_portal_and_this_moment_is_refused(provider, portal, otherwise):
    answer = provider.answer(asked(provider, portal), ERIKA, "high", **{"now": NOON, **otherwise})
    with pytest.raises(Forbidden):
        portal.read(encoded(answer))


@pytest.mark.parametrize("seconds", [-50, 50])
def test_clocks_may_be_a_minute_apart(provider, portal, seconds):
    answer = provider.answer(asked(provider, portal), ERIKA, "high", now=NOON + timedelta(seconds=seconds))
    assert portal.read(encoded(answer))


def test_an_answer_signed_by_a_stranger_is_refused(stranger, provider, portal):
    with pytest.raises(Forbidden):
        portal.read(encoded(stranger.answer(asked(provider, portal), ERIKA, "high", now=NOON)))


def test_a_changed_attribute_is_refused(provider, portal):
    answer = provider.answer(asked(provider, portal), ERIKA, "substantial", now=NOON)
    for old, new in [(b"Musterfrau", b"Mustermann"), (b"STORK-QAA-Level-3", b"STORK-QAA-Level-4"), (b"_request", b"_another")]:
        with pytest.raises(Forbidden):
            portal.read(encoded(answer.replace(old, new)))


def wrapped(answer, shape):
    """XML signature wrapping: a forged assertion where it is read, the signed one somewhere else (Somorovsky et al., 2012)."""
    root = etree.fromstring(answer)
    signed = root.find(f"{SAML}Assertion")
    forged = deepcopy(signed)
    for value in forged.iter(f"{SAML}AttributeValue"):
        if value.text == "Musterfrau":
            value.text = "Mustermann"
    if shape == "before":
        signed.addprevious(forged)
    elif shape == "after":
        signed.addnext(forged)
    elif shape == "new id, signed one inside":
        forged.set("ID", "_forged")
        root.replace(signed, forged)
        etree.SubElement(forged, f"{SAML}Advice").append(signed)
    elif shape == "signed one inside the signature of the forged":
        forged.set("ID", "_forged")
        root.replace(signed, forged)
        signature = forged.find("{http://www.w3.org/2000/09/xmldsig#}Signature")
        etree.SubElement(signature, "{http://www.w3.org/2000/09/xmldsig#}Object").append(signed)
    elif shape == "same id, signed one in extensions":
        root.replace(signed, forged)
        etree.SubElement(root, f"{SAMLP}Extensions").append(signed)
    elif shape == "signed one in extensions, forged unsigned":
        forged.set("ID", "_forged")
        forged.remove(forged.find("{http://www.w3.org/2000/09/xmldsig#}Signature"))
        root.replace(signed, forged)
        etree.SubElement(root, f"{SAMLP}Extensions").append(signed)
    return etree.tostring(root)


@pytest.mark.parametrize(
    "shape",
    [
        "before",
        "after",
        "new id, signed one inside",
        "signed one inside the signature of the forged",
        "same id, signed one in extensions",
        "signed one in extensions, forged unsigned",
    ],
)
def test_a_wrapped_signature_gives_nobody_another_name(provider, portal, shape):
    answer = wrapped(provider.answer(asked(provider, portal), ERIKA, "high", now=NOON), shape)
    with pytest.raises(Forbidden):
        portal.read(encoded(answer))


def test_a_comment_cuts_no_value_short(provider, portal):
    answer = provider.answer(asked(provider, portal), {**ERIKA, "family_name": "Muster-Beispiel"}, "high", now=NOON)
    with pytest.raises(Forbidden):
        portal.read(encoded(answer.replace(b"Muster-Beispiel", b"Muster<!-- -->-Beispiel")))


@pytest.mark.parametrize(
    "before",
    [
        b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        b'<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        b'<!DOCTYPE r SYSTEM "http://192.0.2.1/evil.dtd">',
        b"<?xml-stylesheet href='x'?>",
    ],
)
def test_entities_and_instructions_are_refused(provider, portal, before):
    answer = provider.answer(asked(provider, portal), ERIKA, "high", now=NOON)
    outside = before.startswith(b"<!DOCTYPE")
    changed = before + answer if outside else answer.replace(b"<saml:Issuer>", before + b"<saml:Issuer>", 1)
    with pytest.raises(Forbidden):
        portal.read(encoded(changed))


@pytest.mark.parametrize("answer", ["", "A", "no base64!", encoded(b"<a/>"), encoded(b"<a"), "A" * 300_000])
def test_what_is_no_answer_is_refused(portal, answer):
    with pytest.raises(Forbidden):
        portal.read(answer)


def test_a_person_without_the_name_of_the_provider_is_refused(provider, portal):
    values = {name: value for name, value in ERIKA.items() if name != "birth_date"}
    with pytest.raises(Forbidden):
        portal.read(encoded(provider.answer(asked(provider, portal), {**values, "birth_date": ""}, "high", now=NOON)))


def test_an_answer_says_that_it_failed(provider, portal):
    answer = provider.answer(asked(provider, portal), ERIKA, "high", now=NOON)
    with pytest.raises(Forbidden):
        portal.read(encoded(answer.replace(b"status:Success", b"status:Responder")))


# What follows


def test_linking_verifies_the_identity_and_lifts_the_session_to_high(session, provider, portal, erika):
    token, finished = link(session, provider, portal, erika)
    assert finished["session_level"] == "high"
    actor = sessions.resolve_session(session, token=token)[0]["actor"]
    assert (actor["session_level"], actor["level"]) == ("high", "high")
    known = {value["name"]: value for value in profiles.profile_of(session, erika)["known"]}
    assert known["birth_date"]["value"] == "1990-05-17"
    assert known["family_name"]["level"] == "high"
    assert [row.action for row in session.execute(select(audit.LOG.c.action))][-1] == "account.eid_linked"


def test_high_lasts_five_minutes_without_use_then_falls_to_substantial(session, provider, portal, erika):
    token, _ = link(session, provider, portal, erika)
    with clock.fixed(NOON + timedelta(minutes=5)):
        actor = sessions.resolve_session(session, token=token)[0]["actor"]
        assert (actor["session_level"], actor["level"]) == ("substantial", "substantial")


def test_a_linked_identity_signs_in(session, provider, portal, erika):
    link(session, provider, portal, erika)
    finished = finish(session, Actor(), answer_to(session, provider, portal, Actor(), "sign_in"))
    assert finished["opened"]["actor"]["account_id"] == erika.id
    assert finished["opened"]["actor"]["session_level"] == "high"


def test_an_identity_that_is_not_linked_opens_nothing(session, provider, portal):
    with pytest.raises(NotFound):
        finish(session, Actor(), answer_to(session, provider, portal, Actor(), "sign_in"))


def test_one_identity_is_linked_with_one_account(session, provider, portal, erika):
    link(session, provider, portal, erika)
    with pytest.raises(Conflict) as failure:
        link(session, provider, portal, person(session, "second", 2))
    assert failure.value.slug == "accounts.eid_taken"


def test_an_account_has_one_identity(session, provider, portal, erika):
    link(session, provider, portal, erika)
    with pytest.raises(Conflict) as failure:
        link(session, provider, portal, erika, MAX)
    assert failure.value.slug == "accounts.eid_other"


def test_an_identity_verified_at_the_counter_is_not_replaced_by_that_of_somebody_else(session, provider, portal, erika):
    values = {"given_names": "Erika", "family_name": "Musterfrau", "birth_date": "1990-05-17"}
    how: dict[str, Any] = {"level": "substantial", "source": "counter", "by": "034545407/buergerbuero", "at": NOON}
    profiles.set_verified(session, erika.id, values, **how, valid_until=NOON + timedelta(days=700))
    with pytest.raises(Conflict) as failure:
        link(session, provider, portal, erika, MAX)
    assert failure.value.slug == "accounts.eid_mismatch"
    assert link(session, provider, portal, erika)[1]["session_level"] == "high"


def test_substantial_by_the_provider_is_substantial_here(session, provider, portal, erika):
    token, finished = link(session, provider, portal, erika, level="substantial")
    assert finished["session_level"] == "substantial"
    assert sessions.resolve_session(session, token=token)[0]["actor"]["level"] == "substantial"


def test_low_is_refused(session, provider, portal, erika):
    with pytest.raises(Forbidden):
        link(session, provider, portal, erika, level="low")


def test_unlinking_leaves_the_values_self_declared(session, provider, portal, erika):
    link(session, provider, portal, erika)
    eid.unlink_eid(session, acting(erika))
    assert erika.identity_level_at(NOON) == "low"
    assert session.scalars(select(ElectronicIdentity)).all() == []
    assert factors.get_security(session, acting(erika))["eid"] is None


def test_a_replayed_answer_is_refused(session, provider, portal, erika):
    begun = eid.begin_eid(session, acting(erika), portal, purpose="link", browser=BROWSER)
    answer = encoded(provider.answer(provider.asked(urlsplit(begun["address"]).query), ERIKA, "high", now=NOON))
    ticket = eid.take_eid_answer(session, portal, answer=answer)["ticket"]
    with pytest.raises(Forbidden):
        eid.take_eid_answer(session, portal, answer=answer)
    token = sessions.open_session(session, erika)["token"]
    finish(session, acting(erika), ticket, token)
    with pytest.raises(Forbidden):
        finish(session, acting(erika), ticket, token)
    with pytest.raises(Forbidden):
        eid.take_eid_answer(session, portal, answer=answer)


def test_an_answer_nobody_asked_for_is_refused(session, provider, portal):
    answer = provider.answer(asked(provider, portal, "_never"), ERIKA, "high", now=NOON)
    with pytest.raises(Forbidden):
        eid.take_eid_answer(session, portal, answer=encoded(answer))


def test_an_answer_that_takes_longer_than_a_quarter_of_an_hour_is_refused(session, provider, portal):
    begun = eid.begin_eid(session, Actor(), portal, purpose="sign_in", browser=BROWSER)
    with clock.fixed(NOON + timedelta(minutes=15)):
        answer = provider.answer(provider.asked(urlsplit(begun["address"]).query), ERIKA, "high", now=clock.now())
        with pytest.raises(Forbidden):
            eid.take_eid_answer(session, portal, answer=encoded(answer))
        eid.discard_unanswered(session)
        assert session.scalars(select(EidRequest)).all() == []


def test_the_ticket_is_good_in_the_browser_that_began_and_in_no_other(session, provider, portal, erika):
    link(session, provider, portal, erika)
    ticket = answer_to(session, provider, portal, Actor(), "sign_in")
    with pytest.raises(Forbidden):
        finish(session, Actor(), ticket, browser="c" * 64)


def test_the_ticket_of_one_person_links_nothing_with_another(session, provider, portal, erika):
    other = person(session, "second", 2)
    ticket = answer_to(session, provider, portal, acting(erika), "link")
    token = sessions.open_session(session, other)["token"]
    with pytest.raises(Forbidden):
        finish(session, acting(other), ticket, token)


def test_what_the_provider_said_is_not_readable_in_the_database(session, provider, portal, erika):
    link(session, provider, portal, erika)
    answer_to(session, provider, portal, Actor(), "sign_in")
    waiting = session.scalars(select(EidRequest)).one()
    linked = session.scalars(select(ElectronicIdentity)).one()
    assert not re.search("Musterfrau|1990", f"{waiting.sealed_identity} {linked.subject_hash}")


def test_nothing_can_lift_a_session_that_is_not_linked(session, portal, erika):
    with pytest.raises(NotFound):
        eid.begin_eid(session, acting(erika), portal, purpose="step_up", browser=BROWSER)


def test_without_a_provider_there_is_no_electronic_identity():
    with pytest.raises(NotFound):
        eid.provider(Settings("accounts", "", "", Path(), PORTAL, "x" * 32))
