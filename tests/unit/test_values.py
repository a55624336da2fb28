"""Values of the contract that marshmallow alone would read more generously."""

import pytest

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
