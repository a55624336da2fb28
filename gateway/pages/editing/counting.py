"""Questions that fees count and a working copy does not ask any more, by what they and the municipalities are called."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gateway.pages.editing import places
from gateway.pages.editing.copies import Copy, ask, names
from gateway.pages.language import Speech
from gateway.visit import Visit
from services.contracts.errors import NotFound

SLUG = "counted_by_fee"


async def by_name(it: Visit, talk: Speech, copy: Copy, found: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The mistakes, with names in place of keys where a fee counts what is gone; asks for nothing without such a one."""
    if not any(_is_counted(slug) for mistake in found for slug in mistake["slugs"]):
        return list(found)
    called, labels = await names(it), await _labels(it, talk, copy)
    return [{**mistake, "slugs": [_named(slug, called, labels) for slug in mistake["slugs"]]} for mistake in found]


async def _labels(it: Visit, talk: Speech, copy: Copy) -> dict[str, str]:
    """What questions and steps are called in the version that the working copy follows."""
    if not copy.told["based_on"]:
        return {}
    try:
        version = await ask(it, "get_edition", copy.ars, service=copy.service, number=copy.told["based_on"])
    except NotFound:
        return {}
    return {entry["name"]: places.title(talk, entry) for entry in _entries(version["described"]["sections"]) if entry["name"]}


def _entries(sections: Iterable[Mapping[str, Any]]) -> Iterable[Mapping[str, Any]]:
    for section in sections:
        yield section
        yield from section.get("fields") or section.get("fields_") or ()


def _is_counted(slug: str) -> bool:
    return slug.startswith(f"{SLUG}:")


def _named(slug: str, called: Mapping[str, str], labels: Mapping[str, str]) -> str:
    if not _is_counted(slug):
        return slug
    _, ars, name = slug.split(":", 2)
    return f"{SLUG}:{called.get(ars, ars)}: {labels.get(name, name)}"
