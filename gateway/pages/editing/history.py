"""For editors: a service with its versions, and what is between two of them."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import yaml
from falcon.asgi import Request, Response

from gateway import visit
from gateway.body import Form
from gateway.pages.answers import NO, YES
from gateway.pages.editing import places
from gateway.pages.editing.copies import ask, crumbs, home, is_number, names
from gateway.pages.editing.inputs import LANGUAGES
from gateway.pages.editing.listing import who
from gateway.pages.editing.mistakes import words
from gateway.pages.form_page import FormPage, key_of, told
from gateway.pages.language import N_, Speech
from gateway.pages.rendering import reading, render, see_other
from gateway.pages.staff_areas import EDITORS
from gateway.visit import Visit, nothing_here
from services.contracts.errors import Failure, Invalid, NotFound

COPY, SHIPPED = "copy", "shipped"
"""In place of a number: the working copy, and the text that came with the portal."""
KINDS = {"added": N_("added"), "removed": N_("removed"), "changed": N_("changed"), "moved": N_("moved")}


class Service(FormPage):
    """The versions of a service, and where work on it begins."""

    allow: ClassVar[Any] = EDITORS
    survives_outage: ClassVar[bool] = False

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """The newest first."""
        it, talk, ars = visit.of(req), reading(req), params["ars"]
        found = await ask(it, "list_editions", ars, service=params["service"])
        called = await names(it)
        service, editions = found["service"], found["editions"]
        labels = {"service": ("content", talk.gettext("Service"))}
        await render(
            req,
            resp,
            "editing_service.html",
            ars=ars,
            service={**service, **who(talk, service, called)},
            against_law=[
                (places.spoken(talk, {}, [key])[0], words(talk, [slug])) for key, slug in service["against_law"].items()
            ],
            copy_of=_called(talk, called, service["working_copy"]),
            editions=[{**one, "by": _called(talk, called, one), "key": key_of(None)} for one in editions],
            choices=_choices(talk, found),
            base=home(ars, service["service"]),
            key=key_of(form),
            crumbs=crumbs(req, ars),
            **told(talk, failure, labels),
        )

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """`do` is `begin` (with what counts now), `begin` and a number, or `take` (the text that came with the portal)."""
        do, _, number = form.get("do").partition(" ")
        content: dict[str, Any] = {**params, **({"takes_shipped": True} if do == "take" else {})}
        if do not in ("begin", "take") or (number and not is_number(number)):
            raise Invalid("invalid", "There is no such step.")
        if number:
            content["number"] = int(number)
        await visit.of(req).ask("applications", "start_working_copy", idempotency_key=key_of(form), **content)
        see_other(resp, f"{home(**params)}/working-copy?done=copy_begun")


class VersionFile:
    """The text of a version, as a file."""

    allow: ClassVar[Any] = EDITORS

    async def on_get(self, req: Request, resp: Response, ars: str, service: str, number: str) -> None:
        """Raises not_found where the text is not kept."""
        found = await edition(visit.of(req), ars, service, number)
        if not found["source"]:
            raise nothing_here()
        give(resp, f"{service}-{number}.yaml", found["source"])


class Comparison:
    """Two versions, or one and what is in the making, side by side."""

    allow: ClassVar[Any] = EDITORS

    async def on_get(self, req: Request, resp: Response, ars: str, service: str) -> None:
        """`?before=` is a number, `?after=` a number, `copy` or `shipped`."""
        it, talk = visit.of(req), reading(req)
        found = await ask(it, "list_editions", ars, service=service)
        before, after = _wished(req, found)
        groups = await compared(it, talk, ars, service, before, after) if before and after else []
        await render(
            req,
            resp,
            "editing_comparison.html",
            service=found["service"],
            groups=groups,
            choices=_choices(talk, found),
            before=before,
            after=after,
            crumbs=crumbs(req, ars, (talk.local(found["service"]["name"]), home(ars, service))),
        )


async def edition(it: Visit, ars: str, service: str, number: str) -> dict[str, Any]:
    """A version whole; not found also for what is no number."""
    if not is_number(number):
        raise nothing_here()
    return await ask(it, "get_edition", ars, service=service, number=int(number))


def give(resp: Response, filename: str, text: str) -> None:
    """A service file to be kept."""
    resp.content_type = "application/yaml; charset=utf-8"
    resp.downloadable_as = filename
    resp.text = text


async def compared(it: Visit, talk: Speech, ars: str, service: str, before: str, after: str) -> list[dict[str, Any]] | None:
    """The differences in words, by step; None while there are mistakes in the working copy, which then is no service yet."""
    which: dict[str, Any] = {"service": service, "before": int(before), "with_shipped": after == SHIPPED}
    if is_number(after):
        which["after"] = int(after)
    old, new = await asyncio.gather(_described(it, ars, service, before), _described(it, ars, service, after))
    if after == COPY and not new:
        return None
    found = await ask(it, "compare_editions", ars, **which)
    _ = talk.gettext
    step = _("Step")
    groups: dict[str, list[dict[str, Any]]] = {}
    for change in found["changes"]:
        way = change["place"].split(".")
        where = places.spoken(talk, old if change["kind"] == "removed" else new, way)
        if way[0] == "sections" and len(way) > 1:
            group, rest = f"{step}: {where[0]}", where[1:]
        else:
            group, rest = _("The service"), where
        kind = KINDS[change["kind"]]
        told_of = {"before": value(talk, change["before"]), "after": value(talk, change["after"])}
        row = {"where": " › ".join(rest) or _("The step"), "kind": _(kind), **told_of}
        groups.setdefault(group, []).append(row)
    return [{"title": title, "rows": rows} for title, rows in groups.items()]


def value(talk: Speech, told_of: Any) -> str:
    """A value as one reads it, line by line."""
    if told_of in (None, "", [], {}):
        return ""
    if isinstance(told_of, bool):
        return talk.gettext(YES if told_of else NO)
    if isinstance(told_of, Mapping):
        return _mapping(talk, told_of)
    if isinstance(told_of, list):
        return "\n".join(value(talk, each) for each in told_of)
    return str(told_of)


def _mapping(talk: Speech, told_of: Mapping[str, Any]) -> str:
    """A text in both languages, a step with its questions or a question with its answers; YAML for anything else."""
    if set(told_of) <= set(LANGUAGES):
        return "\n".join(f"{talk.gettext(LANGUAGES[key])}: {text}" for key, text in told_of.items())
    if told_of.get("title") or told_of.get("label"):
        inner = told_of.get("fields_") or told_of.get("fields") or told_of.get("choices") or []
        return "\n".join([places.title(talk, told_of), *(f"– {places.title(talk, each)}" for each in inner)])
    return str(yaml.safe_dump(dict(told_of), allow_unicode=True, sort_keys=False, default_flow_style=None, width=60)).rstrip("\n")


async def _described(it: Visit, ars: str, service: str, which: str) -> Mapping[str, Any]:
    """A version as it reads; empty for what cannot be read, and for what came with the portal."""
    try:
        if which == COPY:
            return (await ask(it, "get_working_copy", ars, service=service))["described"] or {}
        return (await edition(it, ars, service, which))["described"] if is_number(which) else {}
    except NotFound:
        return {}


def _wished(req: Request, found: Mapping[str, Any]) -> tuple[str, str]:
    """What to compare: as asked for, else what counts now with what is in the making, else with the version before.

    Raises not_found for what is asked for and not there.
    """
    numbers = [str(one["number"]) for one in found["editions"]]
    others = [*numbers, *([COPY] if found["service"]["working_copy"] else []), SHIPPED]
    before, after = req.get_param("before") or "", req.get_param("after") or ""
    if before in numbers and after in others:
        return before, after
    if before or after:
        raise nothing_here()
    if found["service"]["working_copy"] and numbers:
        return numbers[0], COPY
    return (numbers[1], numbers[0]) if len(numbers) > 1 else ("", "")


def _choices(talk: Speech, found: Mapping[str, Any]) -> dict[str, Sequence[dict[str, str]]]:
    """What can be compared with what."""
    _ = talk.gettext
    version = _("Version")
    numbers = [
        {"value": str(one["number"]), "label": f"{version} {one['number']}, {talk.day(one['published_at'])}"}
        for one in found["editions"]
    ]
    others = [{"value": COPY, "label": _("Working copy")}] if found["service"]["working_copy"] else []
    if found["service"]["has_newer_shipped"]:
        others.append({"value": SHIPPED, "label": _("Text that came with the portal")})
    return {"before": numbers, "after": [*others, *numbers]}


def _called(talk: Speech, called: Mapping[str, str], it: Mapping[str, Any] | None) -> str:
    if it is None:
        return ""
    ars = it["ars"]
    return called.get(ars, ars) if ars else talk.gettext("came with the portal")
