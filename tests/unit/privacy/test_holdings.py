"""No table is forgotten: each is listed with its purpose or left out with a reason, and the documentation says the same."""

import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from services.contracts.registry import SERVICES

RECORD = Path(__file__).parents[3] / "docs" / "data-protection.md"
SECRET = re.compile(r"password_hash|secret|token|(code|subject|browser)_hash")


def model(service: str) -> Any:
    return import_module(f"services.{service}.model").Entity.metadata


def holdings(service: str) -> Any:
    return import_module(f"services.{service}.holdings")


@pytest.mark.parametrize("service", SERVICES)
def test_every_table_is_exported_or_left_out_with_a_reason(service):
    listed = [holding.table.name for holding in holdings(service).HOLDINGS]
    assert len(set(listed)) == len(listed)
    assert set(listed) | set(holdings(service).LEFT_OUT) == set(model(service).tables)
    assert not set(listed) & set(holdings(service).LEFT_OUT)
    assert all(holdings(service).LEFT_OUT.values())


@pytest.mark.parametrize("service", SERVICES)
def test_a_table_that_names_an_account_is_not_left_out_for_having_no_person(service):
    for name, reason in holdings(service).LEFT_OUT.items():
        columns = {column.name for column in model(service).tables[name].columns}
        assert not ("account_id" in columns and "no person" in reason), name


@pytest.mark.parametrize("service", SERVICES)
def test_the_export_gives_out_no_secret_and_hides_nothing_else(service):
    for holding in holdings(service).HOLDINGS:
        assert set(holding.hidden) <= {column.name for column in holding.table.columns}
        assert not [name for name in holding.shown if SECRET.search(name)]
        assert holding.purpose
        assert holding.kept


@pytest.mark.parametrize("service", SERVICES)
def test_the_record_of_processing_has_every_table_as_the_code_says_it(service):
    text = RECORD.read_text(encoding="utf-8")
    for holding in holdings(service).HOLDINGS:
        assert f"| {service} | `{holding.table.name}` | {holding.purpose} | {holding.kept} |" in text
