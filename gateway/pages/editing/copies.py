"""What the pages of editing have in common: their addresses, who is an editor where, and a working copy with its values."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from falcon.asgi import Request

from gateway.body import Form
from gateway.pages.editing import source
from gateway.pages.rendering import reading
from gateway.visit import Visit, nothing_here
from services.contracts.errors import Conflict, Invalid

ROOT = "/staff/editing"
CHANGED = "applications.changed_meanwhile"
TEXT_ONLY = "gateway.text_only"


@dataclass(frozen=True)
class Copy:
    """A working copy. `values` are those of its text; None where it can only be changed as a whole."""

    ars: str
    service: str
    told: Mapping[str, Any]
    values: dict[str, Any] | None

    @property
    def base(self) -> str:
        """The address of its page; those of its parts lie below."""
        return f"{home(self.ars, self.service)}/working-copy"

    @property
    def text(self) -> str:
        """The text of the service file."""
        return str(self.told["source"])

    @property
    def name(self) -> Mapping[str, str]:
        """What the service is called there, as far as it is called anything."""
        name = self.values.get("name") if self.values else None
        found = {key: str(text) for key, text in name.items()} if isinstance(name, Mapping) else {}
        return {language: found.get(language) or self.service for language in ("de", "en")}


def home(ars: str, service: str) -> str:
    """The page of a service with its versions."""
    return f"{ROOT}/{ars}/services/{service}"


def municipalities(it: Visit) -> list[str]:
    """The keys of the municipalities whose editor one is."""
    scopes = [role.office_id.partition("/") for role in it.actor.roles if role.role == "editor"]
    return sorted({ars for ars, _, office in scopes if office == "*"})


async def ask(it: Visit, method: str, ars: str, **data: Any) -> dict[str, Any]:
    """Ask about services as an editor of a municipality; what cannot be the key of anything is not found."""
    try:
        return await it.ask("applications", method, ars=ars, **data)
    except Invalid:
        raise nothing_here() from None


async def copy_of(it: Visit, ars: str, service: str) -> Copy:
    """The working copy, asked for afresh."""
    told = await ask(it, "get_working_copy", ars, service=service)
    try:
        values = await asyncio.to_thread(source.read, str(told["source"]))
    except source.UnreadableError:
        values = None
    return Copy(ars, service, told, values)


async def save(it: Visit, copy: Copy, form: Form, text: str) -> None:
    """Save the text, unless somebody has saved another one since the form was made."""
    version: dict[str, Any] = {"version": version_of(form)}
    await it.ask("applications", "save_working_copy", ars=copy.ars, service=copy.service, source=text, **version)


def check_version(copy: Copy, form: Form) -> None:
    """Raises conflict where the text is another than that for which the form was made."""
    if copy.told["version"] != version_of(form):
        raise Conflict(CHANGED, "Somebody else has changed this meanwhile.")


def version_of(form: Form) -> int:
    """The version the form was made from; a form without one is taken for stale."""
    text = form.get("version")
    return int(text) if is_number(text) else 0


def is_number(text: str) -> bool:
    """Whether it counts something."""
    return text.isascii() and text.isdigit() and 0 < len(text) < 10  # noqa: PLR2004 - as much as a number can be


def text_only() -> Conflict:
    """The answer where a change by parts would have changed something else, too."""
    return Conflict(TEXT_ONLY, "This can only be changed in the whole text.")


async def names(it: Visit) -> dict[str, str]:
    """What municipalities are called, by key."""
    return {one["ars"]: one["name"] for one in (await it.house.catalogue.municipalities())["municipalities"]}


def crumbs(req: Request, ars: str, *further: tuple[str, str]) -> list[tuple[str, str]]:
    """The way back: the services, and what lies between."""
    return [(reading(req).gettext("Edit services"), f"{ROOT}/{ars}"), *further]


def copy_crumbs(req: Request, copy: Copy, *further: tuple[str, str]) -> list[tuple[str, str]]:
    """The way back from a page of a working copy."""
    talk = reading(req)
    service = (talk.local(copy.name), home(copy.ars, copy.service))
    return crumbs(req, copy.ars, service, (talk.gettext("Working copy"), copy.base), *further)
