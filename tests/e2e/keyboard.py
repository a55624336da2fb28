"""Types answers into a form of the portal as a person does, whatever kind of field each is."""

from typing import Any

from playwright.sync_api import Page

from gateway.pages.answers import as_typed


def fill_in(page: Page, sections: list[dict[str, Any]], answered: dict[str, Any]) -> None:
    """Answers by the names of the contract."""
    for section in sections:
        for field in section["fields"]:
            if field["name"] in answered:
                type_one(page, field["name"], as_typed(field["type"], answered[field["name"]]))


def type_one(page: Page, name: str, typed: str) -> None:
    """One answer, as text, choice out of a list or radio button."""
    found = page.locator(f'[name="answers.{name}"]')
    kind = found.first.evaluate("field => field.tagName === 'SELECT' ? 'select' : field.type")
    if kind == "select":
        found.select_option(typed)
    elif kind == "radio":
        page.locator(f'[name="answers.{name}"][value="{typed}"]').check()
    else:
        found.fill(typed)


def value(page: Page, name: str) -> str:
    """What stands in a text field."""
    return page.locator(f'[name="answers.{name}"]').input_value()
