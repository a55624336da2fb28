"""Forms: what each type of field takes, in which words it refuses, and every letter of DIN 91379."""

import unicodedata
from datetime import UTC, date, datetime, timedelta

import pycountry
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.applications import catalogue, forms
from services.applications.catalogue import Service
from services.chassis import clock
from services.contracts import din91379
from services.contracts.errors import Invalid
from services.contracts.forms import FIELD_TYPES
from tests.unit.applications.portal import NOW, answers

TODAY = date(2026, 9, 1)


def form(**field):
    """A service whose form has one field `it`."""
    whole = {"name": "it", "required": True, "least": None, "most": None, "choices": [], "is_past": False, **field}
    if whole["type"] in ("choice", "choices") and not whole["choices"]:
        whole["choices"] = [{"value": "a"}]
    text = {"de": "", "en": ""}
    sections = [{"title": text, "fields_": [whole]}]
    return Service("one", "0" * 14, text, text, text, [], "low", "post", "", 10, sections)


def read(value, **field):
    with clock.fixed(NOW):
        return forms.complete(form(**field), {"it": value})["it"]


def refused(value, **field):
    with clock.fixed(NOW), pytest.raises(Invalid) as failure:
        forms.complete(form(**field), {"it": value})
    assert list(failure.value.fields) == ["it"]
    (slug,) = failure.value.fields["it"]
    return slug


def test_every_type_of_field_of_the_contract_can_be_read():
    assert set(forms.FIELDS) == set(FIELD_TYPES)


@pytest.mark.parametrize("kind", FIELD_TYPES)
@pytest.mark.parametrize("empty", ["", "   ", None])
def test_empty_is_missing_where_it_is_required_and_nothing_where_it_is_not(kind, empty):
    assert refused(empty, type=kind) == "required"
    assert forms.complete(form(type=kind, required=False), {"it": empty}) == {}


@pytest.mark.parametrize("kind", FIELD_TYPES)
@pytest.mark.parametrize("odd", [[], {}, ["x"], {"x": 1}, 1.5])
def test_odd_things_are_refused_in_words(kind, odd):
    slug = {"long_text": "text", "name": "text", "choices": "choice", "country": "choice", "nationality": "choice"}.get(
        kind, kind
    )
    assert refused(odd, type=kind) == ("required" if kind == "choices" and odd == [] else slug)


@given(st.text(), st.sampled_from(FIELD_TYPES))
def test_any_text_is_read_or_refused_with_one_slug(text, kind):
    service = form(type=kind)
    with clock.fixed(NOW):
        wrong = forms.errors(service, {"it": text})
        if wrong:
            assert list(wrong) == ["it"]
            assert len(wrong["it"]) == 1
            assert " " not in wrong["it"][0]
        else:
            final = forms.complete(service, {"it": text})
            assert forms.complete(service, final) == final


@pytest.mark.parametrize("letter", din91379.letters())
def test_every_letter_of_din_91379_may_stand_in_a_name_and_in_a_text(letter):
    composed = unicodedata.normalize("NFC", letter)
    decomposed = unicodedata.normalize("NFD", letter)
    for kind in ("name", "text", "long_text"):
        assert read(letter, type=kind) == composed
        assert read(decomposed, type=kind) == composed


@pytest.mark.parametrize("name", ["D’Artagnan", "Müller-Lüdenscheidt", "von der Leyen", "Øæþ", "M̂aïa", "N. N.", "Erika"])
def test_names_are_taken_as_they_are(name):
    assert read(name, type="name") == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize("name", ["R2D2", "Erika<script>", "Эрика", "😀", "-", "Erika\nMusterfrau", "a@b"])
def test_what_is_no_name_is_refused(name):
    assert refused(name, type="name") == "name_letters"


def test_a_line_has_no_second_line_and_a_text_may():
    assert refused("eins\nzwei", type="text") == "text"
    assert read("eins\r\nzwei\rdrei", type="long_text") == "eins\nzwei\ndrei"


@pytest.mark.parametrize("text", ["😀", "Пекарня", "\u202eabc", "\ufeff", "漢字"])
def test_texts_keep_to_letters_an_office_can_process(text):
    assert refused(f"Backstube {text}", type="text") == "text"


@pytest.mark.parametrize("text", ["Brot & Brötchen (täglich 6–12 Uhr), 50 €", "„Gut“ – §14 Abs. 1", "a/b\\c #1 100% <b>"])
def test_texts_may_hold_the_signs_people_use(text):
    assert read(text, type="text") == text


def test_texts_have_a_length():
    assert read("x" * 15, type="text", least=15, most=15) == "x" * 15
    assert refused("x" * 14, type="text", least=15, most=15) == "too_short"
    assert refused("x" * 16, type="text", least=15, most=15) == "too_long"
    assert refused("x" * 201, type="text") == "too_long"
    assert refused("x" * 101, type="name") == "too_long"


@given(st.dates(date(1800, 1, 1), date(2199, 12, 31)))
def test_days_are_read_in_both_spellings(day):
    assert read(day.isoformat(), type="date") == day.isoformat()
    assert read(f"{day.day}.{day.month}.{day.year}", type="date") == day.isoformat()


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        *((text, "date") for text in ("01/02/2025", "heute", "20250101", "31.2.")),
        *((text, "no_such_year") for text in ("1799-12-31", "31.2.1799", "2200-01-01", "0001-01-01", "1.1.2999")),
        *((text, "short_year") for text in ("01.01.20", "1/2/5", " 1. 1. 985")),
    ],
)
def test_what_is_no_day_is_refused(text, slug):
    assert refused(text, type="date") == slug


@pytest.mark.parametrize(
    "text", ["2025-02-29", "31.11.2025", "31.02.1990", " 0.1.2020 ", "1.13.2020", "31/2/1990", "31. 2. 1990"]
)
def test_a_day_that_the_calendar_does_not_have_is_told_as_such(text):
    assert refused(text, type="date") == "no_such_day"


def test_some_days_cannot_lie_in_the_future():
    assert read(TODAY.isoformat(), type="date", is_past=True) == TODAY.isoformat()
    assert refused((TODAY + timedelta(days=1)).isoformat(), type="date", is_past=True) == "date_in_future"
    assert read((TODAY + timedelta(days=1)).isoformat(), type="date") == "2026-09-02"


def test_today_is_the_day_in_germany():
    with clock.fixed(datetime(2026, 8, 31, 22, 30, tzinfo=UTC)):
        assert forms.today() == TODAY


@given(st.integers())
def test_whole_numbers_are_bounded(number):
    field = {"type": "integer", "least": 1, "most": 10}
    if 1 <= number <= 10:
        assert read(number, **field) == read(f" {number} ", **field) == number
    else:
        assert refused(number, **field) == ("too_small" if number < 1 else "too_large")


@pytest.mark.parametrize("text", ["zwei", "1.0", "1,5", "1e3", "٣", True, "1_000"])
def test_what_is_no_whole_number_is_refused(text):
    assert refused(text, type="integer") == "integer"


@pytest.mark.parametrize(
    ("said", "meant"), [(True, True), (False, False), ("yes", True), ("No", False), ("on", True), ("false", False)]
)
def test_yes_and_no(said, meant):
    assert read(said, type="yes_no") is meant


def test_maybe_is_neither_yes_nor_no():
    assert refused("maybe", type="yes_no") == "yes_no"


def test_only_the_offered_choices_count():
    choices = [{"value": "female"}, {"value": "male"}]
    assert read("male", type="choice", choices=choices) == "male"
    assert refused("other", type="choice", choices=choices) == "choice"


@pytest.mark.parametrize("number", ["05952 12345", "+49 (0) 40 66969-210", "0591/9144-0"])
def test_phone_numbers(number):
    assert read(number, type="phone") == number


@pytest.mark.parametrize("number", ["12", "call me", "+-()", "0" * 31, "05952 12345 ext 7"])
def test_what_is_no_phone_number_is_refused(number):
    assert refused(number, type="phone") == "phone"


@pytest.mark.parametrize(
    "address", ["erika", "erika@", "@example.org", "a b@example.org", "x" * 250 + "@example.org", "😀@example.org"]
)
def test_what_is_no_e_mail_address_is_refused(address):
    assert refused(address, type="email") == "email"


def test_an_e_mail_address_is_trimmed():
    assert read(" erika@example.org ", type="email") == "erika@example.org"


@pytest.mark.parametrize("code", ["4975", "497511", "D-49751", "４９７５１", 49751, "00000", "00999", "01000", "99999"])
def test_what_is_no_postal_code_is_refused(code):
    assert refused(code, type="postal_code") == "postal_code"


@pytest.mark.parametrize("code", ["01001", "09999", "10115", "49751", "99998"])
def test_a_german_postal_code_is_taken(code):
    assert read(code, type="postal_code") == code


@pytest.mark.parametrize(
    ("said", "cents"),
    [("12,50", 1250), ("1.234,50", 123450), ("12.50", 1250), ("12,5", 1250), ("12", 1200), ("1.234", 123400), ("12,50 €", 1250),
     (" 0,99 EUR ", 99), (1250, 1250), ("1.234.567", 123456700)],
)  # fmt: skip
def test_an_amount_is_typed_in_euros_and_kept_in_cents(said, cents):
    assert read(said, type="amount") == cents


@pytest.mark.parametrize("text", ["1,234.50", "12,505", "1.23.4", "-1", "12 €uro", "1.2345", "zwölf", -1, "1 000"])
def test_what_is_no_amount_is_refused(text):
    assert refused(text, type="amount") == "amount"


def test_an_amount_is_bounded_in_cents():
    assert read("10,00", type="amount", least=1000, most=1000) == 1000
    assert refused("9,99", type="amount", least=1000) == "amount_too_small"
    assert refused("10,01", type="amount", most=1000) == "amount_too_large"
    for text in ("10.000.000.000", "10000000000", "999.999.999.999,99", "999999999999"):
        assert refused(text, type="amount") == "amount_too_large", "the same with dots and without"
    assert read("9.999.999.999,99", type="amount") == read("9999999999,99", type="amount") == 10**12 - 1


@pytest.mark.parametrize("text", ["DE89 3704 0044 0532 0130 00", "de89370400440532013000", "GB33BUKB20201555555555"])
def test_an_account_is_named_by_its_iban(text):
    assert read(text, type="iban") == text.replace(" ", "").upper()


@pytest.mark.parametrize("text", ["DE89 3704 0044 0532 0130 01", "DE8937040044053201300", "XX00", "\uff24\uff25", "5012345678"])
def test_what_is_no_iban_is_refused(text):
    assert refused(text, type="iban") == "iban"


def test_countries_are_those_of_the_standard_and_nationalities_know_who_has_none():
    standard = {country.alpha_2 for country in pycountry.countries}
    assert all(read(code, type=kind) == code for code in standard for kind in ("country", "nationality"))
    assert read("XXA", type="nationality") == "XXA"
    assert refused("XXA", type="country") == "choice"
    assert refused("DD", type="country") == "choice"


def test_several_are_ticked_out_of_a_list():
    choices = [{"value": value} for value in ("a", "b", "c")]
    assert read(["c", "a", "a"], type="choices", choices=choices) == ["a", "c"]
    assert read("b", type="choices", choices=choices) == ["b"]
    assert refused(["a", "d"], type="choices", choices=choices) == "choice"
    assert refused(["a"], type="choices", choices=choices, least=2) == "too_few_choices"
    assert refused(["a", "b", "c"], type="choices", choices=choices, most=2) == "too_many_choices"


def test_consent_is_given_or_not():
    assert read("on", type="consent") is True
    assert refused(False, type="consent") == "consent"


def test_a_text_may_have_a_form_of_its_own():
    plate = {"type": "text", "pattern": "[A-Z]{1,3}-[A-Z]{1,2} [0-9]{1,4}"}
    assert read("EL-AB 123", **plate) == "EL-AB 123"
    assert refused("EL AB 123", **plate) == "pattern"


@pytest.mark.parametrize(
    ("bounds", "day", "slug"),
    [
        ({"earliest": "today"}, "2026-08-31", "date_in_past"),
        ({"earliest": "today"}, "2026-09-01", ""),
        ({"latest": "today"}, "2026-09-02", "date_in_future"),
        ({"latest": "today-18y"}, "2008-09-02", "date_too_late"),
        ({"latest": "today-18y"}, "2008-09-01", ""),
        ({"earliest": "today-14d"}, "2026-08-17", "date_too_early"),
        ({"earliest": "today-14d"}, "2026-08-18", ""),
        ({"latest": "today+6m"}, "2027-03-02", "date_too_late"),
        ({"earliest": "2020-02-29", "latest": "2020-02-29"}, "2020-02-29", ""),
    ],
)
def test_a_day_lies_between_its_bounds(bounds, day, slug):
    if slug:
        assert refused(day, type="date", **bounds) == slug
    else:
        assert read(day, type="date", **bounds) == day


def test_a_dog_is_registered_once_it_is_kept():
    tomorrow = (TODAY + timedelta(days=1)).isoformat()
    dog = catalogue.services()["dog-registration"]
    with clock.fixed(NOW):
        assert forms.errors(dog, answers("dog-registration", kept_since=TODAY.isoformat())) == {}
        assert forms.errors(dog, answers("dog-registration", kept_since=tomorrow)) == {"kept_since": ["date_in_future"]}


def test_a_dog_is_kept_from_its_birth_on_and_its_chip_and_insurance_are_asked_for():
    dog = catalogue.services()["dog-registration"]

    def errors(**given):
        with clock.fixed(NOW):
            return forms.errors(dog, answers("dog-registration", **given))

    assert errors(dog_birth_date="2020-05-01", kept_since="2010-05-01") == {"kept_since": ["date_too_early"]}
    assert errors(dog_birth_date="2020-05-01", kept_since="2020-05-01") == {}
    assert errors(has_chip=None, is_insured=None) == {"has_chip": ["required"], "is_insured": ["required"]}
    assert errors(has_chip=True, chip_number=None, is_insured=True, insurer=None) == {
        "chip_number": ["required"], "insurer": ["required"],
    }  # fmt: skip
    assert errors(has_chip=False, chip_number=None, is_insured=False, insurer=None) == {}


@given(st.text(min_size=1))
def test_answers_to_unknown_questions_are_refused(name):
    assume(name != "it")
    assert forms.errors(form(type="yes_no", required=False), {name: True}) == {name: ["unknown_field"]}


@pytest.mark.parametrize("slug", sorted(slug for slug, service in catalogue.services().items() if service.sections))
def test_every_form_of_the_catalogue_can_be_filled_in(slug):
    service = catalogue.services()[slug]
    filled = answers(slug)
    with clock.fixed(NOW):
        assert forms.errors(service, filled) == {}
        missing = forms.errors(service, {})
    always = {
        field["name"]
        for section in service.sections
        if not section["when"] and not section["repeated"]
        for field in section["fields_"]
        if field["required"] and not field["when"]
    }
    assert always <= missing.keys()
    assert set(map(tuple, missing.values())) == {("required",)}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("EL AB 123", "EL-AB 123"),
        ("el-ab 123", "EL-AB 123"),
        ("El–Ab123", "EL-AB 123"),
        ("mö a 7h", "MÖ-A 7H"),
        ("B-X 1 E", "B-X 1E"),
    ],
)
def test_a_number_plate_is_kept_in_one_spelling(typed, kept):
    assert read(typed, type="text", pattern="[A-ZÄÖÜ]{1,3}-[A-Z]{1,2} [1-9][0-9]{0,3}[EH]?", spelling="plate") == kept


@pytest.mark.parametrize("typed", ["ELAB 123", "EL-AB", "123", "EL-AB 12345", "EL_AB 123"])
def test_what_is_no_number_plate_is_refused_in_any_spelling(typed):
    rules = {"pattern": "[A-ZÄÖÜ]{1,3}-[A-Z]{1,2} [1-9][0-9]{0,3}[EH]?", "spelling": "plate"}
    assert refused(typed, type="text", **rules) == "pattern"


def test_digits_may_stand_in_groups():
    rules = {"type": "text", "pattern": "[0-9]{15}", "most": 15, "spelling": "compact"}
    for typed in ("276 098 100 000 001", "276.098.100.000.001", "276098100-000001"):
        assert read(typed, **rules) == "276098100000001"
    assert refused("276 098 100 000 00", **rules) == "pattern"
    assert refused("276 098 100 000 001", **{**rules, "spelling": None}) == "too_long", "the control"


def test_the_forms_of_the_catalogue_take_what_people_write():
    told = {"number_plate": "el ab 123", "chip_number": "276 098 100 000 001", "tax_id": "12 345 678 901"}
    asked: dict[str, list[str]] = {name: [] for name in told}
    for service in catalogue.services().values():
        for field in service.fields():
            if field["name"] in told:
                asked[field["name"]].append(read(told[field["name"]], **{**field, "name": "it", "when": None}))
    assert {name: set(values) for name, values in asked.items()} == {
        "number_plate": {"EL-AB 123"}, "chip_number": {"276098100000001"}, "tax_id": {"12345678901"},
    }  # fmt: skip
