"""The form of a service on pages, without scripts: its way, what is asked for, repeated entries, and that nothing is lost."""

import json
import re
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from falcon.testing import Result

from gateway.pages import answers, form_views, prefilling
from gateway.pages.language import speech
from gateway.session import COOKIE
from services.applications import catalogue, forms
from services.contracts import conditions
from services.contracts import forms as contract
from services.contracts.errors import Unavailable
from services.contracts.registry import dump
from tests.answers import fill
from tests.fakes.bus import FakeBus
from tests.fakes.drafts import DRAFT_ID, FakeDrafts
from tests.fakes.form import everything
from tests.unit.gateway.conftest import TestClient

PAGE = f"/drafts/{DRAFT_ID}"
YOU = {"family_name": "Musterfrau", "birth_date": "1990-05-17", "nationality": "DE", "kinds": ["file"]}


class Visitor:
    """A browser without scripts."""

    def __init__(self, client: TestClient) -> None:
        self.client, self.cookies = client, {COOKIE: "erika"}

    def opens(self, step: str = "", **query: str) -> Result:
        page = self.client.simulate_get(PAGE, query_string=urlencode({"step": step, **query}), cookies=self.cookies)
        return self._sees(page)

    def sends(self, do: str, *typed: tuple[str, str], step: str = "") -> Result:
        """What is typed into the page that was seen last."""
        pairs = [*self.hidden, *((answers.PREFIX + name, value) for name, value in typed), ("do", do)]
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
        page = self.client.simulate_post(PAGE, body=urlencode(pairs), headers=headers, cookies=self.cookies)
        return page if do == "keep" else self._sees(page)

    def _sees(self, page: Result) -> Result:
        self.cookies |= {name: cookie.value for name, cookie in page.cookies.items()}
        if page.text:
            found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
            self.hidden = [(name, unescape(value)) for name, value in found]
        return page


@pytest.fixture
def drafts(bus: FakeBus) -> FakeDrafts:
    return FakeDrafts(bus, everything())


@pytest.fixture
def erika(app: Any, drafts: FakeDrafts) -> Visitor:
    return Visitor(TestClient(app, headers={"Accept-Language": "de"}))


def leads_to(answer: Result) -> str:
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"].partition("?step=")[2]


def test_the_way_shows_the_steps_that_are_asked_for(erika: Visitor, drafts: FakeDrafts):
    page = erika.opens()
    assert "Schritt 1 von 4: Sie" in page.text
    assert "Beihilfe" not in page.text
    drafts.answers = {**YOU, "children": [{"child_name": "Max", "lives_here": False}]}
    page = erika.opens()
    assert "Schritt 3 von 5: Beihilfe" in page.text, "taken up where something is open"
    assert page.text.count("Erledigt") == 2


def test_a_step_is_left_once_it_is_complete(erika: Visitor, drafts: FakeDrafts):
    erika.opens("you")
    answer = erika.sends(
        "next", ("family_name", "M3sterfrau"), ("birth_date", "17.5.1990"), ("nationality", ""), ("kinds", "file")
    )
    assert answer.status_code == 422
    assert 'href="#f-family_name"' in answer.text
    assert 'id="f-nationality-error"' in answer.text
    assert 'value="M3sterfrau"' in answer.text
    assert drafts.answers["birth_date"] == "1990-05-17"
    answer = erika.sends("next", ("family_name", "Muster"), ("birth_date", "17.5.1990"), ("nationality", "DE"), ("kinds", "file"))
    assert leads_to(answer) == "children"


def test_further_questions_are_asked_before_one_goes_on(erika: Visitor, drafts: FakeDrafts):
    """Where no script runs, the questions that follow from an answer come with the next page."""
    erika.opens("you")
    typed = (("family_name", "Muster"), ("birth_date", "17.5.1990"), ("nationality", "FR"), ("kinds", "file"), ("kinds", "paper"))
    assert leads_to(erika.sends("next", *typed)) == "you&further"
    page = erika.opens("you", further="")
    assert "weitere Fragen" in page.text
    assert [tag for tag in re.findall(r'data-place="copies"[^>]*>', page.text) if "disabled" not in tag]
    assert 'id="f-copies-error"' not in page.text
    answer = erika.sends("next", *typed, ("residence_title", "Blaue Karte"), ("copies", "3"))
    assert leads_to(answer) == "children"
    assert drafts.answers["copies"] == 3


def test_what_is_not_on_the_page_stays_as_it_is(erika: Visitor, drafts: FakeDrafts):
    drafts.answers = {**YOU, "kinds": ["paper"], "copies": 2, "children": [{"child_name": "Max"}], "remark": "später"}
    erika.opens("you")
    erika.sends("later", ("family_name", ""), ("birth_date", "gestern"))
    assert drafts.answers == {
        "birth_date": "gestern", "nationality": "DE", "copies": 2, "children": [{"child_name": "Max"}], "remark": "später",
    }  # fmt: skip


def test_entries_are_added_and_removed(erika: Visitor, drafts: FakeDrafts):
    drafts.answers = dict(YOU)
    assert "keinen Eintrag" in erika.opens("children").text
    assert leads_to(erika.sends("add")) == "children#entry-0"
    erika.opens("children")
    assert leads_to(erika.sends("add", ("children.0.child_name", "Max"), ("children.0.lives_here", "no"))) == "children#entry-1"
    page = erika.opens("children")
    assert "Kind 2" in page.text
    erika.sends("remove:0", ("children.0.child_name", "Max"), ("children.1.child_name", "Ida"), ("children.1.lives_here", "yes"))
    assert drafts.answers["children"] == [{"child_name": "Ida", "lives_here": True}]
    for _ in range(5):
        erika.opens("children")
        erika.sends("add")
    assert len(drafts.answers["children"]) == 3
    assert "hinzufügen" not in erika.opens("children").text


def test_a_mistake_in_an_entry_stands_beside_its_field(erika: Visitor, drafts: FakeDrafts):
    drafts.answers = {**YOU, "children": [{}]}
    erika.opens("children")
    answer = erika.sends("next", ("children.0.child_name", "R2D2"), ("children.0.lives_here", "no"))
    assert answer.status_code == 422
    assert 'href="#f-children-0-child_name"' in answer.text
    assert "Kind 1, Name des Kindes" in answer.text


def test_one_goes_back_and_elsewhere_with_everything_kept(erika: Visitor, drafts: FakeDrafts):
    drafts.answers = dict(YOU)
    erika.opens("4")
    assert leads_to(erika.sends("go:you", ("remark", "noch nicht fertig"), ("email", "kaputt"))) == "you"
    assert (drafts.answers["remark"], drafts.answers["email"]) == ("noch nicht fertig", "kaputt")
    erika.opens("children")
    assert leads_to(erika.sends("back")) == "you"


def test_everything_is_read_once_more_before_it_goes_into_the_cart(erika: Visitor, drafts: FakeDrafts):
    drafts.answers = {**YOU, "copies": 7, "agreed": True, "country": "FR", "children": []}
    page = erika.opens()
    assert "Angaben prüfen" in page.text
    assert "Frankreich" in page.text
    assert "7" not in re.findall(r'<dd class="kern-description-list-item__value">(.*?)</dd>', page.text), "not asked for"
    assert f'href="{PAGE}?step=you"' in page.text
    assert erika.sends("cart").headers["Location"] == "/cart?done=in_cart"
    assert drafts.is_in_cart


def test_what_is_missing_in_the_end_leads_to_its_step(erika: Visitor, drafts: FakeDrafts):
    drafts.answers = {**YOU, "children": [{"child_name": "Max"}]}
    page = erika.opens("review")
    assert 'href="?step=children#f-children-0-lives_here"' in page.text
    assert "<title>Fehler" not in page.text
    answer = erika.sends("cart")
    assert answer.status_code == 422
    assert "<title>Fehler" in answer.text
    assert 'href="?step=4#f-agreed"' in answer.text


def test_a_step_is_drawn_with_what_was_typed_while_the_services_are_away(erika: Visitor, drafts: FakeDrafts, bus: FakeBus):
    drafts.answers = {**YOU, "children": [{"child_name": "Max", "lives_here": False}]}
    erika.opens("allowance")
    bus.answer("applications", "get_draft", Unavailable("rpc.broker_away", "Please try again."))
    answer = erika.sends("next", ("amount", "12,5O"), ("iban", "DE89"))
    assert answer.status_code == 503
    assert 'value="12,5O"' in answer.text
    assert "Schritt 3 von 5: Beihilfe" in answer.text, "the page knows the way"


def test_a_page_that_was_meddled_with_is_drawn_all_the_same(erika: Visitor, bus: FakeBus):
    erika.opens("you")
    for context in ("", "[]", "{", '{"answers": [], "done": 1}', '{"answers": {"children": 7}, "done": [1]}'):
        erika.hidden = [(name, context if name == "context" else value) for name, value in erika.hidden]
        assert erika.sends("next", ("family_name", "")).status_code == 422


def test_what_was_typed_survives_the_end_of_the_session(erika: Visitor, drafts: FakeDrafts, bus: FakeBus):
    erika.opens("you")
    hidden = erika.hidden
    bus.sign_out("erika")
    answer = erika.sends("next", ("family_name", "Ungesichert"))
    assert answer.status_code == 403
    assert 'value="Ungesichert"' in answer.text
    bus.sign_in("erika", kind="citizen", account_id=DRAFT_ID)
    erika.hidden = hidden
    erika.sends("later", ("family_name", "Ungesichert"))
    assert drafts.answers["family_name"] == "Ungesichert"


def test_a_profile_is_taken_over_into_a_step(erika: Visitor, drafts: FakeDrafts, bus: FakeBus):
    drafts.answers = {"remark": "bleibt"}
    page = erika.opens("you")
    if 'value="take"' in page.text:
        assert leads_to(erika.sends("take", ("birth_date", "1.2.1990"))).startswith("you&taken")
        assert drafts.answers["birth_date"] == "1990-02-01"
    assert drafts.answers["remark"] == "bleibt"


@pytest.mark.parametrize("slug", sorted(slug for slug, service in catalogue.services().items() if service.sections))
@pytest.mark.parametrize("language", ["de", "en"])
def test_every_service_of_the_catalogue_is_drawn_and_read_back(slug: str, language: str):
    """What a citizen's browser sends of the pages is what they answered."""
    sections = [dump(contract.Section, section) for section in catalogue.services()[slug].sections]
    answered, talk = fill(sections), speech(language)
    typed = answers.typed_from(sections, answered)
    steps = conditions.steps(sections, answered, answers.today())
    sent: list[tuple[str, str]] = []
    for step in steps:
        view = form_views.step_view(talk, step, typed, {})
        if view.entry_label:
            sent.append((answers.ENTRIES + view.name, str(len(view.entries))))
        for field in (field for entry in view.entries for field in entry.fields if field.is_shown):
            assert field.label.strip()
            assert json.loads(field.rules)["words"]["required"]
            assert field.widget not in ("select", "radios", "ticks") or field.options
            sent += [(field.input_name, value) for value in field.ticked or [field.value]]
    read = answers.read(sections, answers_form(sent))
    service = catalogue.services()[slug]
    assert forms.complete(service, read) == forms.complete(service, answered)
    assert answers.groups(talk, sections, answers.asked(sections, read))


def answers_form(pairs: list[tuple[str, str]]) -> Any:
    from gateway.body import Form

    return Form(pairs)


def test_what_is_taken_over_from_the_account_is_named_and_what_was_typed_is_not(
    erika: Visitor, drafts: FakeDrafts, monkeypatch: pytest.MonkeyPatch
):
    async def known(*_: Any) -> dict[str, Any]:
        return {
            "family_name": prefilling.Known("family_name", "Familienname", "Musterfrau", "Musterfrau", "geprüft"),
            "birth_date": prefilling.Known("birth_date", "Geburtsdatum", "17.05.1990", "17. Mai 1990", "geprüft"),
        }

    monkeypatch.setattr(prefilling, "known", known)
    erika.opens("you")
    erika.sends("take", ("family_name", "Muster"), ("birth_date", ""))
    assert (drafts.answers["family_name"], drafts.taken) == ("Muster", ["birth_date"])


def test_a_newer_version_is_told_and_taken_only_when_asked_for(erika: Visitor, drafts: FakeDrafts, bus: FakeBus):
    assert "neuere Fassung" not in erika.opens("1").text
    drafts.newest += 1
    assert "neuere Fassung" in erika.opens("1").text
    assert leads_to(erika.sends("back", ("family_name", "Musterfrau"))) == "you"
    assert {call.data["version"] for call in bus.made("applications", "get_service")} <= {drafts.offer["version"], None}


def renewing(bus: FakeBus, drafts: FakeDrafts, *lost: str) -> None:
    """The next version has no place for these."""

    def renew(_actor: Any, **_: Any) -> dict[str, Any]:
        drafts.answers = {name: value for name, value in drafts.answers.items() if name not in lost}
        return {**drafts.view(), "lost": list(lost)}

    bus.answer("applications", "renew_draft", renew)


def test_what_is_typed_is_kept_when_the_new_form_is_taken(erika: Visitor, drafts: FakeDrafts, bus: FakeBus):
    drafts.newest += 1
    renewing(bus, drafts)
    erika.opens("1")
    assert leads_to(erika.sends("renew", ("family_name", "Musterfrau"))) == "review&done=renewed"
    assert drafts.answers["family_name"] == "Musterfrau"


def test_what_the_new_form_has_no_place_for_is_shown_once_more_with_its_answer(erika: Visitor, drafts: FakeDrafts, bus: FakeBus):
    drafts.newest += 1
    drafts.answers = {"family_name": "<b>Musterfrau", "children": [{"child_name": "Emil"}]}
    renewing(bus, drafts, "family_name", "children.0.child_name", "nobody.0.knows", "unknown")
    erika.opens("review")
    page = erika.sends("renew").text
    assert "<li>Familienname: &lt;b&gt;Musterfrau</li>" in page
    assert ": Emil</li>" in page
    assert "<b>Musterfrau" not in page


def test_a_page_of_an_older_version_keeps_what_the_renewed_draft_asks_for(erika: Visitor, drafts: FakeDrafts):
    def opens_an_older_one() -> None:
        erika.opens("1")
        erika.hidden = [(name, "7" if name == "version" else value) for name, value in erika.hidden]

    opens_an_older_one()
    answer = erika.sends("next", ("family_name", "Musterfrau"))
    assert answer.headers["Location"] == f"{PAGE}?done=renewed_elsewhere"
    assert drafts.answers["family_name"] == "Musterfrau"
    opens_an_older_one()
    assert erika.sends("keep", ("family_name", "Muster")).status_code == 204
    assert drafts.answers["family_name"] == "Muster"


def test_a_page_without_a_version_shows_the_one_that_counts(erika: Visitor, bus: FakeBus):
    erika.opens("1")
    erika.hidden = [(name, value) for name, value in erika.hidden if name != "version"]
    assert erika.sends("next", ("family_name", "Musterfrau")).status_code in (303, 422)
    assert bus.made("applications", "get_service")[-1].data["version"] is None


@pytest.fixture
def telephone(erika: Visitor) -> Visitor:
    """Erika's other device."""
    return Visitor(erika.client)


def test_two_devices_in_the_same_step_keep_what_both_have_typed(erika: Visitor, telephone: Visitor, drafts: FakeDrafts):
    """Each page shows all of the step; what its own device has not touched is not written back."""
    erika.opens("you"), telephone.opens("you")
    assert telephone.sends("keep", ("birth_date", "17.5.1990"), ("family_name", "")).status_code == 204
    assert erika.sends("keep", ("family_name", "Muster"), ("birth_date", "")).status_code == 204
    assert drafts.answers == {"family_name": "Muster", "birth_date": "1990-05-17"}


def test_what_another_device_saves_at_the_same_moment_stays(erika: Visitor, drafts: FakeDrafts, bus: FakeBus):
    """It comes after the page has read the draft, and before it writes."""
    drafts.answers = dict(YOU)
    erika.opens("4")

    def look(_actor: Any, **_: Any) -> dict[str, Any]:
        found = drafts.view()
        drafts.answers = {**drafts.answers, "family_name": "Neumann"}
        return found

    bus.answer("applications", "get_draft", look)
    assert erika.sends("keep", ("remark", "vom Schreibtisch")).status_code == 204
    assert (drafts.answers["family_name"], drafts.answers["remark"]) == ("Neumann", "vom Schreibtisch")


def test_what_both_devices_have_changed_is_shown_from_both(erika: Visitor, telephone: Visitor, drafts: FakeDrafts):
    drafts.answers = dict(YOU)
    erika.opens("you"), telephone.opens("you")
    assert telephone.sends("keep", ("family_name", "Neumann"), ("birth_date", "2.1.1990")).status_code == 204
    assert erika.sends("keep", ("family_name", "Altmann"), ("birth_date", "17.05.1990")).status_code == 409
    assert drafts.answers["family_name"] == "Neumann"
    page = erika.sends("next", ("family_name", "Altmann"), ("birth_date", "17.05.1990"))
    assert page.status_code == 409
    assert 'value="Altmann"' in page.text
    assert 'value="02.01.1990"' in page.text, "what was not typed here is as it was saved there"
    assert page.text.count("Inzwischen wurde hier auf einem anderen Gerät „Neumann“ gespeichert") == 2
    assert 'id="f-birth_date-error"' not in page.text
    typed = (("family_name", "Altmann"), ("birth_date", "02.01.1990"), ("nationality", "DE"), ("kinds", "file"))
    assert leads_to(erika.sends("next", *typed)) == "children", "it was seen"
    assert (drafts.answers["family_name"], drafts.answers["birth_date"]) == ("Altmann", "1990-01-02")


def test_what_both_have_changed_keeps_nothing_else_from_being_saved(erika: Visitor, telephone: Visitor, drafts: FakeDrafts):
    drafts.answers = dict(YOU)
    erika.opens("you"), telephone.opens("you")
    telephone.sends("keep", ("family_name", "Neumann"), ("kinds", "file"))
    typed = (("family_name", "Altmann"), ("birth_date", "2.1.1990"), ("nationality", "AT"), ("kinds", "file"))
    page = erika.sends("keep", *typed)
    assert page.status_code == 409
    assert page.text.count("Inzwischen wurde hier auf einem anderen Gerät") == 2, "above and at the field, nowhere else"
    assert drafts.answers == {**YOU, "family_name": "Neumann", "birth_date": "1990-01-02", "nationality": "AT"}


def children(*names: str) -> list[tuple[str, str]]:
    """The step as a browser sends it."""
    told = [(("child_name", name), ("lives_here", "no")) for name in names]
    return [(f"children.{number}.{field}", value) for number, entry in enumerate(told) for field, value in entry]


def test_nobody_is_lost_where_entries_have_moved_up(erika: Visitor, telephone: Visitor, drafts: FakeDrafts):
    everybody = [{"child_name": name, "lives_here": False} for name in ("Anna", "Ben", "Cem")]
    for do, names, found in (
        ("next", ("Anna", "Benno", "Cem"), ("Benno", "Cem")),
        ("remove:2", ("Anna", "Ben", "Cem"), ("Ben",)),
    ):
        drafts.answers = {**YOU, "children": everybody}
        erika.opens("children"), telephone.opens("children")
        telephone.sends("remove:0", *children("Anna", "Ben", "Cem"))
        assert erika.sends(do, *children(*names)).status_code == 303
        assert tuple(child["child_name"] for child in drafts.answers["children"]) == found


def test_both_devices_add_somebody(erika: Visitor, telephone: Visitor, drafts: FakeDrafts):
    drafts.answers = {**YOU, "children": [{"child_name": "Anna", "lives_here": False}]}
    for device in (erika, telephone):
        device.opens("children")
    for device in (erika, telephone):
        device.sends("add", *children("Anna"))
        device.opens("children")
    for device, name in ((erika, "Ben"), (telephone, "Cem")):
        assert device.sends("next", *children("Anna", name)).status_code == 303
    assert [child["child_name"] for child in drafts.answers["children"]] == ["Anna", "Ben", "Cem"]


def test_what_was_typed_wrong_and_is_typed_again_is_nobody_elses(erika: Visitor, drafts: FakeDrafts):
    erika.opens("you")
    for typed in ("M3ster", "M4ster", "M5ster"):
        assert erika.sends("next", ("family_name", typed), ("birth_date", "gestern")).status_code == 422
    assert erika.sends("keep", ("family_name", ""), ("birth_date", "gestern")).status_code == 204
    assert drafts.answers == {"birth_date": "gestern"}


def test_a_try_that_was_too_long_to_be_kept_and_got_lost_stands_in_nobodys_way(erika: Visitor, drafts: FakeDrafts):
    erika.opens("4")
    erika.hidden.append(("before", urlencode({"answers.remark": "x" * 5001})))
    assert erika.sends("keep", ("remark", "kurz")).status_code == 204
    assert drafts.answers["remark"] == "kurz"


def test_entries_changed_on_both_devices_are_shown_from_both(erika: Visitor, telephone: Visitor, drafts: FakeDrafts):
    drafts.answers = {
        **YOU,
        "children": [{"child_name": "Anna", "lives_here": False}, {"child_name": "Ben", "lives_here": False}],
    }
    mine = (("children.0.child_name", "Hanna"), ("children.1.child_name", "Ben"))
    erika.opens("children"), telephone.opens("children")
    telephone.sends("remove:0", ("children.0.child_name", "Anna"), ("children.1.child_name", "Ben"))
    page = erika.sends("next", *mine)
    assert page.status_code == 409
    assert 'value="Hanna"' in page.text
    assert 'value="Ben"' in page.text, "who was touched by nobody stays on the page"
    assert ": Ben“ gespeichert" in page.text
    assert drafts.answers["children"] == [{"child_name": "Ben"}]
    erika.sends("next", *mine)
    assert [child["child_name"] for child in drafts.answers["children"]] == ["Hanna", "Ben"]
    erika.opens("children")
    erika.sends("remove:0", *mine)

    erika.opens("children"), telephone.opens("children")
    telephone.sends("remove:0", ("children.0.child_name", "Ben"))
    page = erika.sends("next", ("children.0.child_name", "Benjamin"))
    assert page.status_code == 409
    assert 'value="Benjamin"' in page.text
    assert "auf einem anderen Gerät geleert" in page.text
    erika.sends("keep", ("children.0.child_name", "Benjamin"))
    assert drafts.answers["children"][0]["child_name"] == "Benjamin"


def test_a_page_that_does_not_tell_what_it_began_with_is_saved_all_the_same(erika: Visitor, drafts: FakeDrafts):
    drafts.answers = dict(YOU)
    erika.opens("you")
    for told in ([], [("before", "answers.family_name=%ff&entries.children=x")]):
        erika.hidden = [*((name, value) for name, value in erika.hidden if name != "before"), *told]
        assert erika.sends("keep", ("family_name", "Muster"), ("birth_date", "17.05.1990")).status_code in (204, 409)
    assert drafts.answers["family_name"] == "Muster"
