"""The pages in which editors write services: what a form shows is what it saves, mistakes in words, and nothing typed is lost."""

import ast
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import lxml.html
import pytest
import yaml
from falcon.testing import Result
from sqlalchemy.orm import Session

from gateway.body import Form
from gateway.pages import rendering
from gateway.pages.directory import told_apart
from gateway.pages.editing import conditions, inputs, mistakes, parts, places, source
from gateway.pages.editing.inputs import Ask
from gateway.pages.language import COOKIE as LANGUAGE_COOKIE
from gateway.pages.language import speech
from gateway.session import COOKIE
from services.applications import catalogue, editions
from services.applications.catalogue import checking, reading
from services.applications.model import FeeRule, Offer
from services.contracts import registry
from services.contracts.attachments import KINDS
from services.contracts.forms import FIELD_TYPES
from tests.fakes.bus import FakeBus
from tests.fakes.editing import editors_catalogue
from tests.unit.gateway.conftest import TestClient

COUNTY, SOEGEL, LINGEN = "03454", "034545407", "034540032"
DOG = f"/staff/editing/{COUNTY}/services/dog-registration"
COPY = f"{DOG}/working-copy"
FIELD = f"{COPY}/steps/1/fields/1"
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
GERMAN = speech("de")


class Editor:
    """Somebody with a browser: opens pages, types into their main form and presses a button."""

    def __init__(self, app: Any, token: str) -> None:
        self.client = TestClient(app, headers={"Accept-Language": "en"})
        self.cookies = {COOKIE: token, LANGUAGE_COOKIE: "en"}
        self.path = ""
        self.page: Any = None

    def opens(self, path: str, status: int = 200) -> str:
        """The page's text without its markup."""
        address, _, query = path.partition("?")
        answer = self.client.simulate_get(address, query_string=query, cookies=self.cookies)
        assert answer.status_code == status, answer.text
        self.path = path
        return self.read(answer)

    def read(self, answer: Result) -> str:
        self.page = lxml.html.fromstring(answer.text) if answer.text else None
        return " ".join(self.page.text_content().split()) if self.page is not None else ""

    def presses(self, do: str, path: str = "", **typed: str) -> Result:
        """Send the main form as a browser would; names of fields with `__` for a full stop."""
        form = self.page.get_element_by_id("page-form", None)
        hidden = {field.get("name"): field.get("value") for field in self.page.iter("input") if field.get("type") == "hidden"}
        pairs = (
            [(name, text.removeprefix("\n")) for name, text in form.form_values()] if form is not None else list(hidden.items())
        )
        named = {name.replace("__", "."): value for name, value in typed.items()}
        pairs = [*(pair for pair in pairs if pair[0] not in named), *named.items(), ("do", do)]
        address = path or (form.get("action") if form is not None else None) or self.path.partition("?")[0]
        return self.client.simulate_post(address, body=urlencode(pairs), headers=FORM, cookies=self.cookies)

    def value(self, name: str) -> str:
        """What stands in an input."""
        field = self.page.get_element_by_id("page-form").fields[name]
        return str(field or "").removeprefix("\n")


@pytest.fixture
def session(bus: FakeBus) -> Iterator[Session]:
    editor = "0198c5a1-0000-7c3d-9a55-1f2e3d4c5b6c"
    for token, ars in (("county", COUNTY), ("town", SOEGEL)):
        bus.sign_in(token, kind="staff", account_id=editor, roles=[{"role": "editor", "office_id": f"{ars}/*"}])
    bus.sign_in(
        "both",
        kind="staff",
        account_id=editor,
        roles=[{"role": "editor", "office_id": f"{SOEGEL}/*"}, {"role": "editor", "office_id": f"{LINGEN}/*"}],
    )
    bus.sign_in("office", kind="staff", account_id=editor, roles=[{"role": "editor", "office_id": f"{SOEGEL}/standesamt"}])
    with editors_catalogue(bus) as open_session:
        yield open_session


@pytest.fixture
def county(app: Any, session: Session) -> Editor:
    return Editor(app, "county")


@pytest.fixture
def town(app: Any, session: Session) -> Editor:
    return Editor(app, "town")


@pytest.fixture
def at_work(county: Editor) -> Editor:
    """With a working copy of the dog's registration."""
    county.opens(DOG)
    assert leads_to(county.presses("begin")) == f"{COPY}?done=copy_begun"
    return county


def leads_to(answer: Result) -> str:
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def entries() -> Iterator[tuple[str, dict[str, Any], tuple[Ask, ...]]]:
    """Every part of every service with what is asked of it."""
    for name in catalogue.services():
        values = source.read(catalogue.source(name))
        yield name, values, tuple(parts.asks(parts.ABOUT))
        for step in values.get("sections", []):
            yield name, step, tuple(parts.asks(parts.STEP))
            yield from ((name, field, tuple(parts.asks(parts.FIELD))) for field in step["fields"])
        yield from ((name, place, tuple(parts.asks(parts.ATTACHMENT))) for place in values.get("attachments", []))
        yield from ((name, fee, tuple(parts.asks(parts.FEE))) for fee in values.get("fees", []))


def test_what_a_form_shows_means_what_the_service_says() -> None:
    for name, entry, asks in entries():
        for ask in asks:
            if ask.key in entry:
                texts = {key.removeprefix(ask.key): text for key, text in inputs.shown(ask, entry).items()}
                told = entry[ask.key]
                if isinstance(told, dict):
                    told = {key: text.rstrip() if isinstance(text, str) else text for key, text in told.items()}
                assert inputs.KINDS[ask.kind].meant(texts) == (told if told is not False or ask.kind == "flag" else None), (
                    name,
                    ask,
                )
        form = Form([pair for ask in asks for pair in inputs.shown(ask, entry).items()])
        assert inputs.changes(asks, form, entry) == {}, f"{name}: what nobody has touched is not changed"


def test_every_key_of_the_catalogue_is_in_a_form() -> None:
    seldom = {"when", "sections", "fields", "attachments", "service", "fees"}
    for _, entry, asks in entries():
        assert set(entry) - {ask.key for ask in asks} <= seldom
    orders = [set(keys) for keys in parts.ORDER.values()]
    for groups, order in zip((parts.ABOUT, parts.STEP, parts.FIELD, parts.ATTACHMENT, parts.FEE), orders, strict=True):
        assert {ask.key for ask in parts.asks(groups)} <= order
    assert set(FIELD_TYPES) < set(parts.TYPES)


def test_conditions_in_rows_mean_what_the_service_says() -> None:
    in_rows = 0
    for name in catalogue.services():
        values = source.read(catalogue.source(name))
        for place, field in source.places(values):
            there = conditions.known(values, place)
            rows, text = conditions.as_shown(field.get("when"), there)
            pairs = [
                (f"when.{n}.{part}", getattr(row, part))
                for n, row in enumerate(rows or [])
                for part in ("field", "test", "value")
            ]
            form = Form(pairs if rows is not None else [("when", text)])
            assert conditions.meant(form, there) == plain(field.get("when")), (name, field["name"])
            in_rows += rows is not None and bool(field.get("when"))
            assert all(row.field in there for row in rows or [] if row.field), "a condition names what stands before it"
    assert in_rows > 100


def plain(value: Any) -> Any:
    """A condition with a single answer as one answer, and days as texts."""
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return plain(value[0]) if len(value) == 1 and not isinstance(value[0], dict) else [plain(part) for part in value]
    return value.isoformat() if hasattr(value, "isoformat") else value


@pytest.mark.parametrize(
    ("rows", "when"),
    [
        ([("sex", "is", "weiblich")], {"sex": "female"}),
        ([("sex", "is", "Female, male")], {"sex": ["female", "male"]}),
        ([("is_own", "is", "Ja")], {"is_own": True}),
        ([("copies", "at_least", "2"), ("copies", "at_most", "5")], {"copies": {"at_least": 2, "at_most": 5}}),
        ([("price", "at_least", "12,50")], {"price": {"at_least": 1250}}),
        ([("born", "at_most", "27.3.1985")], {"born": {"at_most": "1985-03-27"}}),
        ([("born", "at_most", "today-18y")], {"born": {"at_most": "today-18y"}}),
        ([("born", "not_answered", "")], {"born": {"answered": False}}),
        ([("sex", "is", "male"), ("sex", "is", "female")], {"all": [{"sex": "male"}, {"sex": "female"}]}),
        ([("", "is", "x"), ("", "is", "")], None),
    ],
)
def test_a_condition_is_typed_as_one_would_say_it(rows: list[tuple[str, str, str]], when: Any) -> None:
    there: dict[str, dict[str, Any]] = {
        "sex": {"type": "choice", "choices": [{"value": "female", "label": {"de": "weiblich", "en": "female"}}]},
        "is_own": {"type": "yes_no"}, "copies": {"type": "integer"}, "price": {"type": "amount"}, "born": {"type": "date"},
    }  # fmt: skip
    pairs = [
        (f"when.{n}.{part}", text)
        for n, row in enumerate(rows)
        for part, text in zip(("field", "test", "value"), row, strict=True)
    ]
    assert conditions.meant(Form(pairs), there) == when


def slugs_in(module: Any) -> Iterator[str]:
    """What the module calls mistakes: in lists of one, yielded, raised, or named as the error of a schema."""
    for node in ast.walk(ast.parse(Path(module.__file__).read_text(encoding="utf-8"))):
        told: list[Any] = []
        if isinstance(node, ast.List) and len(node.elts) == 1:
            told = node.elts
        elif isinstance(node, ast.Yield) and node.value is not None:
            told = node.value.elts[-1:] if isinstance(node.value, ast.Tuple) else [node.value]
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "ValidationError":
            told = node.args[:1]
        elif isinstance(node, ast.keyword) and node.arg == "error":
            told = [node.value]
        for each in told:
            each = each.elts[-1] if isinstance(each, ast.Tuple) and each.elts else each  # noqa: PLW2901
            start = each.values[0] if isinstance(each, ast.JoinedStr) else each
            if isinstance(start, ast.Constant) and isinstance(start.value, str):
                yield start.value.partition(":")[0]


def test_every_mistake_that_can_be_found_has_its_words() -> None:
    found = {*slugs_in(checking), *slugs_in(reading), *registry.SLUGS.values(), "unknown_template", "counted_by_fee"}
    assert {"nothing_required", "no_earlier_field", "anchor", "service_name", "template_and_ending"} <= found
    assert found - mistakes.MISTAKES.keys() - KINDS.keys() == set()


def test_an_editor_of_one_municipality_goes_on_to_it_and_one_of_several_chooses(app: Any, county: Editor) -> None:
    assert leads_to(county.client.simulate_get("/staff/editing", cookies=county.cookies)) == f"/staff/editing/{COUNTY}"
    both = Editor(app, "both")
    assert "In the name of which municipality?" in both.opens("/staff/editing")
    assert "Your role is for single offices only" in Editor(app, "office").opens("/staff/editing")
    both.opens(f"/staff/editing/{COUNTY}", status=404)


def test_services_are_found_by_name_and_key(county: Editor) -> None:
    assert "30 of 30 services" in county.opens(f"/staff/editing/{COUNTY}")
    text = county.opens(f"/staff/editing/{COUNTY}?q=HUND+anm")
    assert "1 of 30 services" in text
    assert "dog-registration" in text
    assert "No service has this in its name" in county.opens(f"/staff/editing/{COUNTY}?q=katze")


def test_a_version_that_says_less_than_a_law_that_came_later_is_told(county: Editor, session: Session) -> None:
    enquiry = f"/staff/editing/{COUNTY}/services/register-enquiry"
    assert "says less than the law" not in county.opens(enquiry)
    editions.publish(session, replace(catalogue.services()["register-enquiry"], neutral_answer=None), "")
    session.commit()
    editions._known.clear()
    text = county.opens(enquiry)
    assert "What counts now says less than the law" in text
    assert "§ 51 Abs. 2 Satz 3 BMG" in text
    assert county.opens(f"/staff/editing/{COUNTY}").count("says less than the law") == 1


def test_a_question_is_changed_compared_and_published(at_work: Editor, session: Session) -> None:
    at_work.opens(FIELD)
    assert at_work.value("label.de") == "Name des Hundes"
    answer = at_work.presses("save", label__de="Rufname", help__de="Wie Sie ihn rufen.", help__en="What you call it.")
    assert leads_to(answer) == f"{FIELD}?done=copy_saved"
    text = at_work.opens(f"{COPY}/publication")
    assert "The dog" in text
    assert "Question › German (changed) Name des Hundes Rufname" in text
    assert "Explanation (added) – German: Wie Sie ihn rufen. English: What you call it." in text
    assert at_work.presses("", note="").status_code == 422
    assert leads_to(at_work.presses("", note="Rufname statt Name")) == f"{DOG}?done=service_published"
    text = at_work.opens(f"{DOG}?done=service_published")
    assert "Version 2 counts now" in text
    assert "Landkreis Emsland Rufname statt Name" in text
    session.info.pop("catalogue", None)
    assert editions.current(session)["dog-registration"].service.sections[0]["fields_"][0]["label"]["de"] == "Rufname"
    text = at_work.opens(f"{DOG}/comparison?before=1&after=2")
    assert "Name des Hundes Rufname" in text
    at_work.opens(DOG)
    assert leads_to(at_work.presses("begin 1"))
    assert at_work.opens(FIELD)
    assert at_work.value("label.de") == "Name des Hundes"


def test_a_form_that_nobody_has_touched_saves_nothing(at_work: Editor, bus: FakeBus) -> None:
    for page in ("about", "steps/1", "steps/3", "steps/1/fields/3", "steps/2/fields/4", "steps/3/fields/2", "attachments/1"):
        at_work.opens(f"{COPY}/{page}")
        assert leads_to(at_work.presses("save")).endswith("?done=copy_saved")
    assert bus.made("applications", "save_working_copy") == []


def test_mistakes_stand_beside_their_input_in_the_summary_and_on_the_page_of_the_copy(at_work: Editor) -> None:
    at_work.opens(FIELD)
    assert leads_to(at_work.presses("save", name="Mein Hund", type="choice"))
    text = at_work.opens(FIELD)
    assert "Please use small letters, digits and _" in text
    assert at_work.page.get_element_by_id("i-name").get("aria-invalid") == "true"
    assert at_work.page.get_element_by_id("errors").xpath(".//a/@href") == ["#i-name"]
    assert "The dog › Name of the dog › Short name: Please use" in at_work.opens(COPY)
    assert at_work.page.get_element_by_id("mistakes").xpath(".//a/@href") == [FIELD]
    text = at_work.opens(f"{COPY}/text")
    assert "sections.0.fields.0.name" in text
    assert "There is a preview as soon as this is put right" in at_work.opens(f"{COPY}/preview")
    assert "is to be put right" in at_work.opens(f"{COPY}/publication")
    assert "put right first" in at_work.opens(f"{DOG}/comparison")


def test_what_is_missing_is_told_beside_the_inputs_it_is_missing_in_and_with_its_lines(at_work: Editor) -> None:
    at_work.opens(f"{COPY}/steps/1")
    leads_to(at_work.presses("save", repeated="yes", name="dogs"))
    at_work.opens(f"{COPY}/steps/1")
    links = at_work.page.get_element_by_id("errors").xpath(".//a/@href")
    assert links == ["#i-repeated-entry-de", "#i-repeated-entry-en"]
    assert at_work.page.get_element_by_id("i-repeated-entry-en").get("aria-invalid") == "true"
    at_work.opens(f"{COPY}/steps/1/fields/3")
    leads_to(at_work.presses("save", choices="male = männlich | male\nfemale\nother = anders\n"))
    text = at_work.opens(f"{COPY}/steps/1/fields/3")
    assert "Line 2, 3: This is missing." in text


def test_services_of_one_name_are_told_apart_by_their_keys(town: Editor) -> None:
    assert told_apart({"dog": "Hund", "cat": "Katze", "dog-2": "Hund"}) == {
        "dog": "Hund (dog)",
        "cat": "Katze",
        "dog-2": "Hund (dog-2)",
    }
    town.opens(f"/staff/editing/{SOEGEL}/new")
    town.presses("save", copied_from="dog-registration", service="second-dog")
    town.opens(f"/staff/editing/{SOEGEL}/services/second-dog/working-copy/publication")
    leads_to(town.presses("publish", note="Noch einmal"))
    text = town.opens(f"/staff/editing/{SOEGEL}/new")
    assert "Register a dog (second-dog)" in text
    assert "Register a dog (dog-registration)" in text


def test_what_hangs_on_a_question_that_is_gone_is_told_with_its_name(at_work: Editor) -> None:
    at_work.opens(f"{COPY}/steps/2/fields/2")
    leads_to(at_work.presses("save", when__0__field="dog_sex", when__0__test="is", when__0__value="weiblich"))
    text = at_work.opens(f"{COPY}/steps/1?remove=sections.0.fields.2")
    assert "Really remove “Sex of the dog”?" in text
    assert leads_to(at_work.presses("remove sections.0.fields.2")) == f"{COPY}/steps/1?done=copy_removed#fields"
    told = "Keeping › Where did you get the dog? › Condition › dog_sex: No question before this one has the short name “dog_sex”."
    assert told in at_work.opens(COPY)
    assert "No question before this one" in at_work.opens(f"{COPY}/steps/2/fields/2")
    assert at_work.page.get_element_by_id("errors").xpath(".//a/@href") == ["#i-when"]


def test_a_question_that_a_fee_counts_is_told_by_its_name_before_anything_is_published(county: Editor, session: Session) -> None:
    birth = f"/staff/editing/{COUNTY}/services/birth-certificate"
    fee = {"base_cents": 1500, "each_further_cents": 750, "pieces_field": "copies", "legal_basis": "AllGO", "is_example": False}
    offer = Offer(service="birth-certificate", ars=SOEGEL, office_id=f"{SOEGEL}/standesamt")
    offer.fees.append(FeeRule(valid_from=date(2026, 1, 1), **fee))
    session.add(offer)
    session.commit()
    county.opens(birth)
    leads_to(county.presses("begin"))
    county.opens(f"{birth}/working-copy/text")
    text = county.value("source").replace("name: copies", "name: number").replace("pieces_field: copies", "pieces_field: number")
    leads_to(county.presses("save", source=text))
    told = "A fee counts what is not asked any more"
    for page in ("", "/text", "/publication"):
        text = county.opens(f"{birth}/working-copy{page}")
        assert told in text
        assert ": Number of copies" in text
        assert SOEGEL not in text
    assert county.page.get_element_by_id("page-form", None) is None, "no note is asked for"
    county.opens(f"{birth}/working-copy/preview")


def test_steps_and_questions_are_added_and_moved(at_work: Editor) -> None:
    at_work.opens(f"{COPY}/steps/new")
    assert at_work.presses("save").status_code == 422
    assert (
        leads_to(at_work.presses("save", title__de="Noch etwas", title__en="One more thing")) == f"{COPY}/steps/5?done=copy_saved"
    )
    assert "There is no question yet" in at_work.opens(f"{COPY}/steps/5")
    at_work.opens(f"{COPY}/steps/5/fields/new")
    typed = {
        "label.de": "Farbe der Leine", "label.en": "Colour of the lead", "name": "lead", "type": "choice", "required": "yes",
        "choices": "red = rot | red\nno = keine | none", "when.0.field": "dog_sex", "when.0.test": "is", "when.0.value": "female",
    }  # fmt: skip
    answer = at_work.presses("save", **{name.replace(".", "__"): text for name, text in typed.items()})
    assert leads_to(answer) == f"{COPY}/steps/5/fields/1?done=copy_saved"
    text = at_work.opens(COPY)
    assert "is to be put right" not in text
    assert leads_to(at_work.presses("up sections.4")) == f"{COPY}?done=copy_moved"
    field = yaml.safe_load(at_work.client.simulate_get(f"{COPY}/text/file", cookies=at_work.cookies).text)["sections"][3][
        "fields"
    ][0]
    assert field["choices"] == [
        {"value": "red", "label": {"de": "rot", "en": "red"}},
        {"value": "no", "label": {"de": "keine", "en": "none"}},
    ]
    assert field["when"] == {"dog_sex": "female"}
    at_work.opens(f"{COPY}/attachments/new")
    assert leads_to(at_work.presses("save", label__de="Foto", label__en="Photo", name="photo", kinds="jpeg"))


def test_of_two_the_second_sees_what_the_first_did_and_keeps_what_was_typed(at_work: Editor, app: Any) -> None:
    other = Editor(app, "county")
    at_work.opens(FIELD)
    other.opens(FIELD)
    leads_to(other.presses("save", label__de="Rufname", label__en="Call name"))
    answer = at_work.presses("save", label__de="Hundename")
    assert answer.status_code == 409
    text = at_work.read(answer)
    assert "Somebody was faster" in text
    assert "What it says now Question (German) Rufname" in text
    assert at_work.value("label.de") == "Hundename"
    assert leads_to(at_work.presses("save"))
    at_work.opens(FIELD)
    assert (at_work.value("label.de"), at_work.value("label.en")) == ("Hundename", "Name of the dog")


def test_a_question_that_was_moved_or_removed_meanwhile_is_found_again_or_becomes_a_new_one(at_work: Editor, app: Any) -> None:
    other = Editor(app, "county")
    at_work.opens(FIELD)
    other.opens(f"{COPY}/steps/1")
    leads_to(other.presses("down sections.0.fields.0"))
    at_work.read(at_work.presses("save", label__de="Hundename"))
    assert at_work.page.get_element_by_id("page-form").get("action") == f"{COPY}/steps/1/fields/2"
    other.opens(f"{COPY}/steps/1?remove=sections.0.fields.1")
    leads_to(other.presses("remove sections.0.fields.1"))
    at_work.read(at_work.presses("save"))
    assert at_work.page.get_element_by_id("page-form").get("action") == f"{COPY}/steps/1/fields/new"
    assert (at_work.value("label.de"), at_work.value("position")) == ("Hundename", "1"), "it stands where it stood"
    assert leads_to(at_work.presses("save")) == f"{COPY}/steps/1/fields/2?done=copy_saved"
    at_work.opens(f"{COPY}/steps/1/fields/2")
    assert at_work.value("label.de") == "Hundename"


def test_the_last_question_that_was_removed_meanwhile_loses_nothing_that_was_typed(at_work: Editor, app: Any) -> None:
    other = Editor(app, "county")
    last = len(fields_of(at_work, 0))
    at_work.opens(f"{COPY}/steps/1/fields/{last}")
    other.opens(f"{COPY}/steps/1?remove=sections.0.fields.{last - 1}")
    leads_to(other.presses(f"remove sections.0.fields.{last - 1}"))
    answer = at_work.presses("save", label__de="Noch da")
    assert answer.status_code == 409
    at_work.read(answer)
    assert (at_work.value("label.de"), at_work.value("position")) == ("Noch da", "")
    assert leads_to(at_work.presses("save")) == f"{COPY}/steps/1/fields/{last}?done=copy_saved"
    at_work.opens(f"{COPY}/steps/1/fields/{last}")
    stale = at_work.presses("save", path=f"{COPY}/steps/1/fields/99")
    assert stale.status_code == 404, "what never was there is not found"


def test_proposed_fees_are_added_changed_and_taken_out_in_a_form(at_work: Editor) -> None:
    before = copied(at_work).get("fees") or []
    page = f"{COPY}/fees/{len(before) + 1}"
    at_work.opens(f"{COPY}/fees/new")
    assert at_work.presses("save").status_code == 422, "a fee begins on a day"
    typed = {"valid_from": "1.1.2031", "base_cents": "12,50", "legal_basis": "§ 1 Satzung"}
    assert leads_to(at_work.presses("save", **typed)) == f"{page}?done=copy_saved"
    assert copied(at_work)["fees"][-1] == {"valid_from": date(2031, 1, 1), "base_cents": 1250, "legal_basis": "§ 1 Satzung"}
    assert "Fee from 01.01.2031" in at_work.opens(COPY)
    at_work.opens(page)
    assert (at_work.value("valid_from"), at_work.value("base_cents")) == ("01.01.2031", "12,50")
    leads_to(at_work.presses("save", base_cents="viel", each_further_cents="5"))
    text = at_work.opens(page)
    assert "Please write an amount in euros" in text
    assert at_work.value("base_cents") == "viel", "mistakes are saved, too"
    leads_to(at_work.presses("save", base_cents="10", each_further_cents=""))
    assert "to be put right" not in at_work.opens(COPY)
    at_work.opens(f"{COPY}?remove=fees.{len(before)}")
    leads_to(at_work.presses(f"remove fees.{len(before)}", path=COPY))
    assert (copied(at_work).get("fees") or []) == before


def test_a_new_question_stands_where_one_wants_it(at_work: Editor) -> None:
    at_work.opens(f"{COPY}/steps/1/fields/new")
    named = {"label__de": "Zuerst?", "label__en": "First?", "name": "first", "type": "yes_no"}
    assert leads_to(at_work.presses("save", position="0", **named)) == f"{COPY}/steps/1/fields/1?done=copy_saved"
    assert [field["name"] for field in fields_of(at_work, 0)][:2] == ["first", "dog_name"]


def test_a_new_short_name_reaches_everything_that_uses_the_old_one(at_work: Editor) -> None:
    sex, colour = (f"{COPY}/steps/1/fields/{number}" for number in (3, 5))
    at_work.opens(colour)
    leads_to(at_work.presses("save", when__0__field="dog_sex", when__0__test="is", when__0__value="male"))
    at_work.opens(sex)
    assert leads_to(at_work.presses("save", name="sex_of_dog")) == f"{sex}?done=copy_renamed"
    assert "have the new one" in at_work.opens(f"{sex}?done=copy_renamed")
    assert fields_of(at_work, 0)[4]["when"] == {"sex_of_dog": "male"}
    assert "to be put right" not in at_work.opens(COPY)
    at_work.opens(sex)
    taken = at_work.presses("save", name="dog_name")
    assert taken.status_code == 422
    text = at_work.read(taken)
    assert "This short name is used elsewhere" in text
    assert "Colour" in text.partition("This short name is used elsewhere")[2][:150], "where it is used"
    assert at_work.value("name") == "dog_name", "nothing typed is lost"
    at_work.opens(colour)
    leads_to(at_work.presses("save", when__0__field=""))
    at_work.opens(sex)
    assert leads_to(at_work.presses("save", name="dog_sex")) == f"{sex}?done=copy_saved", "nothing else uses it"


def copied(at_work: Editor) -> dict[str, Any]:
    """What the working copy says."""
    return source.read(at_work.client.simulate_get(f"{COPY}/text/file", cookies=at_work.cookies).text)


def fields_of(at_work: Editor, step: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = copied(at_work)["sections"][step]["fields"]
    return found


@pytest.mark.parametrize(
    ("page", "typed"),
    [
        ("about", {"name__de": "Mein Hund ist da"}),
        ("steps/1/fields/1", {"label__de": "Mein Hund ist da"}),
        ("text", {"source": "name: Mein Hund ist da"}),
        ("publication", {"note": "Mein Hund ist da"}),
    ],
)
def test_what_was_typed_into_a_copy_that_is_gone_stays_on_the_page(
    at_work: Editor, app: Any, page: str, typed: dict[str, str]
) -> None:
    at_work.opens(f"{COPY}/about")
    leads_to(at_work.presses("save", name__de="Hund melden"))
    at_work.opens(f"{COPY}/{page}")
    other = Editor(app, "county")
    other.opens(COPY)
    leads_to(other.presses("discard"))
    answer = at_work.presses("save", path=f"{COPY}/{page}", **typed)
    assert answer.status_code == 404
    text = at_work.read(answer)
    assert "The working copy is gone" in text
    assert "Mein Hund ist da" in text
    assert leads_to(at_work.presses("begin", path=DOG)) == f"{COPY}?done=copy_begun"


def test_a_text_that_cannot_be_read_by_parts_is_saved_with_its_mistakes_and_changed_as_a_whole(at_work: Editor) -> None:
    at_work.opens(f"{COPY}/text")
    text = at_work.value("source")
    assert leads_to(at_work.presses("save", source=text.replace("level: low", "level: &x low")))
    assert "Anchors (&) and references (*) are not allowed" in at_work.opens(f"{COPY}/text")
    assert "Only the whole text can be changed" in at_work.opens(COPY)
    for page in ("about", "steps/1", "steps/1/fields/1", "attachments/new"):
        assert leads_to(at_work.client.simulate_get(f"{COPY}/{page}", cookies=at_work.cookies)) == f"{COPY}/text"
    at_work.opens(f"{COPY}/text")
    assert leads_to(at_work.presses("save", source=text.replace("\n", "\r\n")))
    assert (
        at_work.client.simulate_get(f"{COPY}/text/file", cookies=at_work.cookies).text
        == text
        == catalogue.source("dog-registration")
    )


def test_a_town_copies_what_it_may_not_change(town: Editor, session: Session) -> None:
    home = f"/staff/editing/{SOEGEL}"
    text = town.opens(f"{home}/services/dog-registration")
    assert "you cannot change it" in text
    answer = town.presses("begin")
    assert answer.status_code == 409
    assert "This service belongs to others" in town.read(answer)
    town.opens(f"{home}/new?from=dog-registration")
    assert town.value("copied_from") == "dog-registration"
    assert "There is a service with this key already" in town.read(town.presses("", service="birth-certificate"))
    assert leads_to(town.presses("", service="Katze-Anmelden")) == f"{home}/services/katze-anmelden/working-copy?done=copy_begun"
    assert "A new service, not published yet." in town.opens(f"{home}/services/katze-anmelden/working-copy")
    town.opens(f"{home}/services/katze-anmelden/working-copy/about")
    assert leads_to(town.presses("save", name__de="Katze anmelden", name__en="Register a cat", keywords="Katze\nKater"))
    town.opens(f"{home}/services/katze-anmelden/working-copy/publication")
    assert leads_to(town.presses("", note="Katzen auch"))
    session.info.pop("catalogue", None)
    assert editions.current(session)["katze-anmelden"].service.keywords == ["Katze", "Kater"]


def test_a_new_service_begins_with_one_thing(town: Editor) -> None:
    town.opens(f"/staff/editing/{SOEGEL}/new")
    assert "choose either a service to copy or a file" in town.read(town.presses("", service="neu"))
    assert "Please fill this in." in town.read(town.presses("", copied_from="dog-registration", service=""))


def test_the_preview_asks_as_the_form_does_checks_and_keeps_nothing(at_work: Editor, bus: FakeBus) -> None:
    assert "What we will ask you" in at_work.opens(f"{COPY}/preview")
    at_work.opens(f"{COPY}/preview?step=1")
    text = at_work.read(at_work.presses("next", answers__dog_name="Bello"))
    assert "Step 2 of" in text
    text = at_work.read(at_work.presses("check", answers__dogs_in_household="viele"))
    assert "Please write a whole number" in text
    assert "Name of the dog: Please" not in text, "the answers of the step before have come along"
    assert "Breed: Please fill this in." in text
    text = at_work.read(at_work.presses("go:review"))
    assert "Bello" in text
    changing = {"save_working_copy", "start_draft", "save_draft", "publish_service"}
    assert not changing & {call.method for call in bus.calls}


def test_a_version_is_shown_and_given_out_and_what_is_none_is_not_found(county: Editor) -> None:
    assert "Preview of version 1" in county.opens(f"{DOG}/versions/1?step=1")
    file = county.client.simulate_get(f"{DOG}/versions/1/text", cookies=county.cookies)
    assert file.text == catalogue.source("dog-registration")
    for path in ("versions/2", "versions/x", "versions/0", "versions/9/text", "working-copy", "working-copy/about"):
        county.opens(f"{DOG}/{path}", status=404)
    county.opens(f"/staff/editing/{COUNTY}/services/NO", status=404)


@pytest.mark.parametrize("query", ["before=1&after=99", "before=x&after=1", "before=1", "after=copy", "before=1&after=copy"])
def test_a_comparison_with_what_is_not_there_is_not_found(county: Editor, query: str) -> None:
    county.opens(f"{DOG}/comparison?{query}", status=404)


def test_what_is_discarded_is_gone_and_what_is_published_stays(at_work: Editor) -> None:
    at_work.opens(COPY)
    assert leads_to(at_work.presses("discard")) == f"{DOG}?done=copy_discarded"
    assert "Change the service" in at_work.opens(DOG)


def test_places_are_told_by_what_steps_and_questions_are_called() -> None:
    values = source.read(catalogue.source("resident-parking-permit"))
    step = values["sections"][0]
    for way in (
        ["sections", "0", "fields", "0", "label", "de"],
        ["sections", *step["title"]["de"].split("."), "fields", "0", "label", "de"],
    ):
        told = places.spoken(GERMAN, values, way)
        assert told == [step["title"]["de"], step["fields"][0]["label"]["de"], "Frage", "Deutsch"]
    assert places.spoken(GERMAN, values, ["unheard", "of"]) == ["unheard", "of"]


def test_what_a_law_fixes_is_told_with_its_paragraph() -> None:
    talk = speech("de")
    [told] = rendering.field_errors(talk, {"fee.base_cents": ["free_by_law:§ 18 Abs. 3 BMG"]}, {})
    assert told["text"] == "Das kostet nach dem Gesetz nichts: § 18 Abs. 3 BMG. Bitte schreiben Sie 0."
    assert "§ 51 Abs. 2 Satz 3 BMG" in mistakes.words(talk, ["fixed_by_law:§ 51 Abs. 2 Satz 3 BMG"])
