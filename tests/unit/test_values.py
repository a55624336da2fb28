"""Values of the contract that marshmallow alone would read more generously."""

import pytest
from marshmallow import ValidationError

from services.contracts import values
from services.contracts.errors import Invalid
from services.contracts.payments import Mandate
from services.contracts.registry import load

MANDATE = {"holder": "Erika Musterfrau", "iban": "DE89370400440532013000"}


@pytest.mark.parametrize("agrees", [True, False])
def test_an_agreement_is_true_or_false(agrees: bool) -> None:
    assert load(Mandate, {**MANDATE, "agrees": agrees})["agrees"] is agrees


@pytest.mark.parametrize("agrees", ["true", "off", 1, 0, "", []])
def test_nothing_that_looks_like_it_counts_as_an_agreement(agrees: object) -> None:
    with pytest.raises(Invalid) as refused:
        load(Mandate, {**MANDATE, "agrees": agrees})
    assert refused.value.fields == {"agrees": ["yes_no"]}


@pytest.mark.parametrize("text", ["x" * 6, "x" + " " * 5, " " * 6])
def test_blanks_count_for_the_length_of_a_text_as_its_description_says(text: str) -> None:
    with pytest.raises(ValidationError) as refused:
        values.Text(most=5, least=0).deserialize(text)
    assert refused.value.messages == ["too_long"]


def test_a_text_is_measured_as_it_is_composed() -> None:
    assert values.Text(most=2).deserialize("u\u0308 ") == "ü"
