"""Types answers into a form of the portal as a person does, step by step, whatever kind of field each is."""

from typing import Any

from playwright.sync_api import Page

from gateway.pages.answers import as_typed, key_of


def fill_in(page: Page, sections: list[dict[str, Any]], answered: dict[str, Any]) -> None:
    """Answers by the names of the contract, from the step on the page to the one where everything is read once more.

    Where no script runs, the questions that follow from an answer come with the next page.
    """
    steps = {key_of(number, section): section for number, section in enumerate(sections)}
    for _ in range(2 * len(sections) + 1):
        here = step(page)
        if here == "review":
            return
        if name := steps[here].get("repeated") and steps[here]["name"]:
            for number, entry in enumerate(answered.get(name, [])):
                if page.locator(f"#entry-{number}").count() == 0:
                    page.locator('button[value="add"]').click()
                _type_all(page, steps[here], entry, f"{name}.{number}.")
        else:
            _type_all(page, steps[here], answered, "")
        go_on(page)
    raise AssertionError(f"the form stays at {step(page)}: {page.locator('main').inner_text()}")


def _type_all(page: Page, section: dict[str, Any], answered: dict[str, Any], prefix: str) -> None:
    for field in section["fields"]:
        place = prefix + field["name"]
        if field["name"] in answered and page.locator(f'[data-place="{place}"]').is_visible():
            type_one(page, place, as_typed(field["type"], answered[field["name"]]))


def step(page: Page) -> str:
    """The key of the step on the page."""
    return page.locator("#page-form input[name=step]").input_value()


def go_on(page: Page) -> None:
    """To the next step."""
    page.get_by_role("button", name="Weiter", exact=True).click()


def type_one(page: Page, name: str, typed: str | list[str]) -> None:
    """One answer, as text, choice out of a list, radio button, or what is ticked."""
    found = page.locator(f'[name="answers.{name}"]:not([type=hidden])')
    kind = found.first.evaluate("field => field.tagName === 'SELECT' ? 'select' : field.type")
    if kind == "select":
        found.select_option(typed)
    elif kind in ("radio", "checkbox"):
        for one in [typed] if isinstance(typed, str) else typed:
            page.locator(f'[name="answers.{name}"][value="{one}"]').check()
    else:
        found.fill(str(typed))


def value(page: Page, name: str) -> str:
    """What stands in a text field."""
    return page.locator(f'[name="answers.{name}"]').input_value()
