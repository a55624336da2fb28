"""Editors: whose services they may change, what a working copy keeps, and when it may be published."""

from datetime import date
from typing import Any

import pytest

from services.applications import casework, catalogue, comparing, drafting, editing, editions, ordering
from services.applications.model import FeeRule, Offer, WorkingCopy
from services.contracts import editing as contract
from services.contracts import registry
from services.contracts.actors import Actor, Role
from services.contracts.errors import Conflict, Failure, Invalid, NotFound
from tests.unit.applications.portal import BIRTH, DOG, EMSLAND, LINGEN, SOEGEL, answers, citizen, publish

COUNTY = Actor("staff", "01890a5d-ac96-774b-bcce-b302099a8057", roles=(Role("editor", f"{EMSLAND}/*"),))
TOWN = Actor("staff", "01890a5d-ac96-774b-bcce-b302099a8058", roles=(Role("editor", f"{SOEGEL}/*"),))
BEGINNING: dict[str, Any] = {"copied_from": None, "number": None, "takes_shipped": False, "source": None}


def begin(session, actor=COUNTY, ars=EMSLAND, service=DOG, **given):
    return editing.start_working_copy(session, actor, ars=ars, service=service, **{**BEGINNING, **given})


def save(session, copy, source, actor=COUNTY, ars=EMSLAND):
    return editing.save_working_copy(session, actor, ars=ars, service=copy["service"], version=copy["version"], source=source)


def out(session, copy, actor=COUNTY, ars=EMSLAND, note="Neuer Name"):
    return editing.publish_service(session, actor, ars=ars, service=copy["service"], version=copy["version"], note=note)


def renamed(copy, name="Hund bei der Steuer anmelden"):
    return copy["source"].replace("name: {de: Hund anmelden,", f"name: {{de: {name},", 1)


def refused(slug, function, *args, **kwargs):
    with pytest.raises(Failure) as failure:
        function(*args, **kwargs)
    assert failure.value.slug == slug
    return failure.value


def test_a_county_changes_what_came_with_the_portal_for_the_whole_network(session):
    copy = begin(session)
    assert (copy["based_on"], copy["mistakes"], copy["source"]) == (1, [], catalogue.source(DOG))
    told = out(session, save(session, copy, renamed(copy)))
    assert (told["number"], told["ars"], told["note"]) == (2, EMSLAND, "Neuer Name")
    assert editions.current(session)[DOG].service.name["de"] == "Hund bei der Steuer anmelden"
    refused("applications.no_working_copy", editing.get_working_copy, session, COUNTY, ars=EMSLAND, service=DOG)


def test_a_town_may_copy_and_then_change_what_it_has_copied(session):
    refused("applications.not_editable", begin, session, TOWN, SOEGEL)
    copy = begin(session, TOWN, SOEGEL, "katze-anmelden", copied_from=DOG)
    assert (copy["based_on"], copy["mistakes"], copy["described"]["service"]) == (None, [], "katze-anmelden")
    assert out(session, copy, TOWN, SOEGEL)["number"] == 1
    again = begin(session, TOWN, SOEGEL, "katze-anmelden")
    out(session, save(session, again, renamed(again, "Katze"), TOWN, SOEGEL), TOWN, SOEGEL)
    refused("applications.not_editable", begin, session, COUNTY, EMSLAND, "katze-anmelden")
    assert editions.current(session)["katze-anmelden"].service.name["de"] == "Katze"


@pytest.mark.parametrize("ars", [LINGEN, "03454"])
def test_nobody_edits_in_the_name_of_others(session, ars):
    for act in (editing.list_edited_services,):
        refused("accounts.no_municipality", act, session, TOWN, ars=ars)
    refused("accounts.no_municipality", begin, session, TOWN, ars)


def test_a_working_copy_is_of_one_municipality_and_there_once(session):
    begin(session, TOWN, SOEGEL, "katze-anmelden", copied_from=DOG)
    refused("applications.working_copy_exists", begin, session, COUNTY, EMSLAND, "katze-anmelden", copied_from=DOG)
    refused("applications.no_working_copy", editing.get_working_copy, session, COUNTY, ars=EMSLAND, service="katze-anmelden")
    refused("applications.service_exists", begin, session, TOWN, SOEGEL, BIRTH, copied_from=DOG)


@pytest.mark.parametrize("service", sorted(catalogue.services()))
def test_a_version_read_back_from_the_database_differs_in_nothing(session, service):
    begin(session, service=service)
    session.flush()
    editions.numbered(session, service, 1)
    told = editing.compare_editions(session, COUNTY, ars=EMSLAND, service=service, before=1, after=None, with_shipped=False)
    assert told["changes"] == []


def test_mistakes_are_kept_with_their_lines_and_do_not_get_out(session):
    copy = begin(session)
    wrong = save(session, copy, copy["source"].replace("level: low", "level: lowest", 1))
    [mistake] = wrong["mistakes"]
    assert (mistake["place"], mistake["slugs"], wrong["described"]) == ("level", ["choice"], None)
    assert wrong["source"].splitlines()[mistake["line"] - 1] == "level: lowest"
    assert editing.get_working_copy(session, COUNTY, ars=EMSLAND, service=DOG)["source"] == wrong["source"]
    assert refused("invalid", out, session, wrong).fields == {"level": ["choice"]}
    assert editions.current(session)[DOG].number == 1


@pytest.mark.parametrize(
    ("source", "slug"),
    [
        ("", "empty"),
        ("a: [1", "yaml:"),
        ("a: &x [1]\nb: *x", "anchor"),
        ("a: !!python/object/apply:os.system ['true']", "tag"),
        ("a: " + "[" * 5000, "too_deep"),
        ("a: 1\na: 2", "key_twice"),
        ("service: other\x00", "yaml:"),
        ("- 1\n- 2", "no_service"),
        ("just words", "no_service"),
        ("sections: [5]", "type"),
        (f"? {'9' * 5000}\n: a", "too_large"),
        ("? [a]\n: 1", "yaml:"),
        ("service: [1]", "text"),
    ],
)
def test_any_text_is_taken_and_told_what_is_wrong(session, source, slug):
    told = save(session, begin(session), source)
    assert any(each.startswith(slug) for mistake in told["mistakes"] for each in mistake["slugs"]), told["mistakes"]
    assert registry.check(contract.WorkingCopy, registry.dump(contract.WorkingCopy, told)) == {}


def test_a_mistake_of_a_whole_entry_has_its_place(session):
    told = save(session, begin(session), "sections: [5]")
    assert "sections.0" in [mistake["place"] for mistake in told["mistakes"]]


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        ("name: {de: Hund anmelden,", 'name: {de: "  ",', ("name.de", ["required"])),
        ("name: {de: Hund anmelden,", 'name: {de: "",', ("name.de", ["required"])),
        ("name: {de: Hund anmelden,", 'name: {de: "Hund\\u202E anmelden",', ("name.de", ["invisible_character"])),
        ("name: {de: Hund anmelden,", "name: {de: Hund\u200b anmelden,", ("name.de", ["invisible_character"])),
    ],
)
def test_a_text_shows_what_it_says_and_says_something(session, old, new, mistake):
    copy = begin(session)
    assert old in copy["source"]
    told = save(session, copy, copy["source"].replace(old, new, 1).replace("level: low", "level: lowest"))
    assert [(each["place"], each["slugs"]) for each in told["mistakes"]] == [("level", ["choice"]), mistake]
    assert told["source"].splitlines()[told["mistakes"][1]["line"] - 1].startswith("name:")


@pytest.mark.parametrize(
    "link",
    [
        "https://kreis@evil.example",
        "https://kreis:pw@evil.example/",
        'https://evil.example/"onclick=alert(1)',
        "https://evil.example/'a",
        "https://evil.example/a b",
    ],
)
def test_a_link_leads_where_it_says(session, link):
    copy = begin(session, service="certificate-of-good-conduct")
    [line] = [line for line in copy["source"].splitlines() if line.startswith("link:")]
    quoted = link.replace('"', '\\"')
    told = save(session, copy, copy["source"].replace(line, f'link: "{quoted}"'))
    assert [each["place"] for each in told["mistakes"]] == ["link"]
    assert save(session, told, copy["source"].replace(line, "link: https://kreis.example/@amt?a=b#c"))["mistakes"] == []


@pytest.mark.parametrize("sign", ["\0", "\ud800"])
def test_a_text_that_no_database_keeps_is_refused_at_the_door(sign):
    given = {"ars": EMSLAND, "service": DOG, "version": 1, "source": f"service: {sign}"}
    assert registry.check(contract.SaveWorkingCopy, given) == {"source": ["text"]}


def test_another_name_or_template_is_a_mistake(session):
    copy = begin(session)
    told = save(session, copy, copy["source"].replace("service: dog-registration", "service: cat"))
    assert told["mistakes"][0]["slugs"] == ["service_name:dog-registration"]
    told = save(session, told, copy["source"].replace("template: dog-confirmation", "template: cat-confirmation"))
    assert told["mistakes"][0]["slugs"] == ["unknown_template:cat-confirmation"]
    assert told["source"].splitlines()[told["mistakes"][0]["line"] - 1] == "template: cat-confirmation"


def test_two_editors_at_once_one_wins_and_the_other_is_told(session):
    copy = begin(session)
    save(session, copy, renamed(copy))
    refused("applications.changed_meanwhile", save, session, copy, renamed(copy, "Anders"))
    refused("applications.changed_meanwhile", out, session, copy)


def test_what_was_published_meanwhile_is_not_overwritten(session):
    copy = begin(session)
    publish(session, DOG, level="high")
    changed = save(session, copy, renamed(copy))
    refused("applications.newer_published", out, session, changed)
    there = editing.get_working_copy(session, COUNTY, ars=EMSLAND, service=DOG)
    assert (there["source"], there["based_on"], there["current"]) == (changed["source"], 1, 2)


def test_a_text_that_has_taken_in_what_was_published_is_published_over_it(session):
    copy = begin(session)
    publish(session, DOG, level="high")
    which = {"ars": EMSLAND, "service": DOG, "version": copy["version"], "source": renamed(copy)}
    for number in (1, 3):
        with pytest.raises(Conflict, match="newer_published"):
            editing.save_working_copy(session, COUNTY, **which, based_on=number)
    followed = editing.save_working_copy(session, COUNTY, **which, based_on=2)
    assert (followed["based_on"], followed["version"]) == (2, copy["version"] + 1)
    assert out(session, followed)["number"] == 3


def test_a_comment_alone_is_no_new_version(session):
    copy = begin(session)
    refused("applications.nothing_changed", out, session, save(session, copy, "# so\n" + copy["source"]))


def test_a_fee_does_not_lose_what_it_counts(session):
    copy = begin(session, service=BIRTH)
    without = copy["source"].replace("name: copies", "name: number_of_copies")
    without = without.replace("pieces_field: copies", "pieces_field: number_of_copies")
    told = save(session, copy, without)
    counted = [f"counted_by_fee:{LINGEN}:copies", f"counted_by_fee:{SOEGEL}:copies"]
    assert [(each["place"], each["slugs"]) for each in told["mistakes"]] == [("sections", [slug]) for slug in counted]
    assert told["source"].splitlines()[told["mistakes"][0]["line"] - 1] == "sections:"
    assert told["described"] is not None, "it can still be previewed and compared"
    wrong = refused("invalid", out, session, told)
    assert wrong.fields == {"sections": [f"counted_by_fee:{LINGEN}:copies", f"counted_by_fee:{SOEGEL}:copies"]}


def test_a_fee_that_is_over_needs_no_question_any_more(session):
    for ars in (LINGEN, SOEGEL):
        rule = FeeRule(valid_from=date(2026, 8, 1), base_cents=1500, legal_basis="AllGO", is_example=False)
        offer = session.get_one(Offer, (BIRTH, ars))
        offer.fees.append(rule)
    copy = begin(session, service=BIRTH)
    without = copy["source"].replace("name: copies", "name: number_of_copies")
    told = save(session, copy, without.replace("pieces_field: copies", "pieces_field: number_of_copies"))
    assert out(session, told)["number"] == 2


def test_of_two_who_begin_at_once_the_second_is_told(session, monkeypatch):
    begin(session)
    session.expunge(session.get_one(WorkingCopy, DOG))
    monkeypatch.setattr(session, "get", lambda *_args, **_kwargs: None)
    refused("applications.working_copy_exists", begin, session)


def test_history_comparison_and_the_way_back(session):
    copy = begin(session)
    out(session, save(session, copy, renamed(copy)))
    told = editing.list_editions(session, COUNTY, ars=EMSLAND, service=DOG)
    assert [(e["number"], e["ars"], e["has_source"]) for e in told["editions"]] == [(2, EMSLAND, True), (1, None, True)]
    assert editing.get_edition(session, COUNTY, ars=EMSLAND, service=DOG, number=1)["source"] == catalogue.source(DOG)
    [change] = editing.compare_editions(session, COUNTY, ars=EMSLAND, service=DOG, before=1, after=2, with_shipped=False)[
        "changes"
    ]
    assert change == {"kind": "changed", "place": "name.de", "before": "Hund anmelden", "after": "Hund bei der Steuer anmelden"}
    back = begin(session, number=1)
    assert back["based_on"] == 2
    assert out(session, back, note="Zurück")["number"] == 3
    assert editions.current(session)[DOG].service.name["de"] == "Hund anmelden"


def test_a_newer_text_that_came_with_the_portal_is_offered(session, monkeypatch):
    copy = begin(session)
    out(session, save(session, copy, renamed(copy)))

    def offered():
        services = editing.list_edited_services(session, COUNTY, ars=EMSLAND)["services"]
        return next(each for each in services if each["service"] == DOG)["has_newer_shipped"]

    assert not offered()
    newer = catalogue.source(DOG).replace("level: low", "level: high", 1)
    monkeypatch.setattr(catalogue, "services", lambda: {DOG: catalogue.read_text(newer, DOG)})
    monkeypatch.setattr(catalogue, "source", lambda _slug: newer)
    assert offered()
    assert {"kind": "changed", "place": "level", "before": "low", "after": "high"} in editing.compare_editions(
        session, COUNTY, ars=EMSLAND, service=DOG, before=2, after=None, with_shipped=True
    )["changes"]
    assert begin(session, takes_shipped=True)["source"] == newer


def test_a_comparison_tells_what_was_changed_and_nothing_else(session):
    for slug in catalogue.services():
        copy = begin(session, service=slug)
        compared = editing.compare_editions(session, COUNTY, ars=EMSLAND, service=slug, before=1, after=None, with_shipped=False)
        assert compared["changes"] == [], slug
        editing.discard_working_copy(session, COUNTY, ars=EMSLAND, service=slug, version=copy["version"])


def test_answers_are_tried_without_being_kept(session):
    copy = begin(session)
    assert editing.try_answers(session, COUNTY, ars=EMSLAND, service=DOG, answers=answers(DOG)) == {"errors": {}}
    save(session, copy, copy["source"].replace("name: dog_name", "name: called", 1))
    told = editing.try_answers(session, COUNTY, ars=EMSLAND, service=DOG, answers={"dog_name": "Bello"})
    assert told == {"errors": {"dog_name": ["unknown_field"]}}


def test_a_working_copy_is_discarded(session):
    copy = begin(session)
    told = editing.discard_working_copy(session, COUNTY, ars=EMSLAND, service=DOG, version=copy["version"])
    assert told["service"]["working_copy"] is None
    assert len(told["editions"]) == 1
    new = begin(session, TOWN, SOEGEL, "katze", copied_from=DOG)
    told = editing.discard_working_copy(session, TOWN, ars=SOEGEL, service="katze", version=new["version"])
    assert told["editions"] == []
    refused("applications.no_service", editing.list_editions, session, TOWN, ars=SOEGEL, service="katze")


def test_the_list_says_what_an_editor_may_do(session):
    begin(session, TOWN, SOEGEL, "katze", copied_from=DOG)
    mine = {e["service"]: e for e in editing.list_edited_services(session, TOWN, ars=SOEGEL)["services"]}
    assert (mine["katze"]["may_change"], mine["katze"]["current"], mine[DOG]["may_change"]) == (True, None, False)
    theirs = {e["service"]: e for e in editing.list_edited_services(session, COUNTY, ars=EMSLAND)["services"]}
    assert "katze" not in theirs
    assert theirs[DOG]["may_change"]


def test_every_service_of_the_portal_can_be_begun_copied_and_published(session):
    for slug in catalogue.services():
        copy = begin(session, TOWN, SOEGEL, f"{slug}-soegel", copied_from=slug)
        assert copy["mistakes"] == [], slug
        assert out(session, copy, TOWN, SOEGEL)["number"] == 1


def test_a_published_field_is_asked_and_reaches_the_office(session):
    copy = begin(session)
    field = "      - {name: nickname, type: name, required: true, label: {de: Rufname, en: Nickname}}\n"
    source = copy["source"].replace("    fields:\n", "    fields:\n" + field, 1)
    out(session, save(session, copy, source))
    erika = citizen()
    draft = drafting.start_draft(session, erika, service=DOG, ars=SOEGEL, answers=answers(DOG))
    assert draft["errors"] == {"nickname": ["required"]}
    drafting.save_draft(session, erika, draft_id=draft["draft_id"], answers={**answers(DOG), "nickname": "Bello"})
    drafting.add_to_cart(session, erika, draft_id=draft["draft_id"])
    [case] = ordering.place_order(session, erika, expected_total_cents=0)["cases"]
    assert casework.get_application(session, erika, case_id=case["case_id"])["answers"]["nickname"] == "Bello"


OLD: dict[str, Any] = {
    "name": {"de": "A", "en": "A"},
    "sections": [
        {"title": {"de": "Eins"}, "fields": [{"name": "a", "choices": [{"value": "x"}]}, {"name": "b"}, {"name": "c"}]},
        {"title": {"de": "Zwei"}, "fields": [{"name": "d"}]},
    ],
    "keywords": ["x"],
    "deadline": None,
}


FEWER = {**OLD["sections"][0], "fields": [{"name": "c"}, {"name": "a", "choices": [{"value": "y"}]}]}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"name": {"de": "B", "en": "A"}}, [("changed", "name.de")]),
        ({"keywords": ["x", "y"]}, [("changed", "keywords")]),
        ({"keywords": []}, [("removed", "keywords")]),
        ({"deadline": {"days": 3}}, [("added", "deadline")]),
        ({"sections": OLD["sections"][::-1]}, [("moved", "sections")]),
        ({"sections": OLD["sections"][:1]}, [("removed", "sections.Zwei")]),
        (
            {
                "sections": [
                    {**OLD["sections"][0], "fields": [{"name": "c"}, {"name": "a", "choices": [{"value": "y"}]}]},
                    OLD["sections"][1],
                ]
            },
            [
                ("added", "sections.Eins.fields.a.choices.y"),
                ("removed", "sections.Eins.fields.a.choices.x"),
                ("removed", "sections.Eins.fields.b"),
                ("moved", "sections.Eins.fields"),
            ],
        ),
        ({"fields_of_work": "x"}, [("added", "fields_of_work")]),
        ({}, []),
    ],
)
def test_changes_are_told_by_names(changed, told):
    assert [(c["kind"], c["place"]) for c in comparing.changes(OLD, {**OLD, **changed})] == told


def test_what_cannot_be_read_cannot_be_compared(session):
    save(session, begin(session), "level: lowest")
    with pytest.raises(Invalid):
        editing.compare_editions(session, COUNTY, ars=EMSLAND, service=DOG, before=1, after=None, with_shipped=False)
    with pytest.raises(NotFound):
        editing.compare_editions(session, COUNTY, ars=EMSLAND, service=DOG, before=9, after=None, with_shipped=False)
    with pytest.raises(Conflict):
        begin(session)
