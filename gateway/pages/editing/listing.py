"""For editors: for which municipality, which services there are, and beginning a new one."""

from typing import Any, ClassVar

from falcon.asgi import Request, Response

from gateway import visit
from gateway.body import Form
from gateway.pages.directory import told_apart
from gateway.pages.editing.copies import ROOT, ask, crumbs, home, municipalities, names
from gateway.pages.form_page import FormPage, key_of, told, values
from gateway.pages.language import Speech
from gateway.pages.rendering import reading, render, see_other
from gateway.pages.staff_areas import EDITORS
from services.contracts.errors import Failure, Invalid

MOST_QUERY = 100


class Start:
    """The municipalities whose editor one is; whoever has just one goes on to it."""

    allow: ClassVar[Any] = EDITORS

    async def on_get(self, req: Request, resp: Response) -> None:
        """Editors of single offices are told that texts belong to the municipality."""
        it = visit.of(req)
        mine = municipalities(it)
        if len(mine) == 1:
            see_other(resp, f"{ROOT}/{mine[0]}")
            return
        called = await names(it)
        await render(req, resp, "editing.html", municipalities=[{"ars": ars, "name": called.get(ars, ars)} for ars in mine])


class Services:
    """Every service, with what is in the making of it."""

    allow: ClassVar[Any] = EDITORS

    async def on_get(self, req: Request, resp: Response, ars: str) -> None:
        """`?q=` keeps those with this text in their name or key."""
        it, talk = visit.of(req), reading(req)
        found = (await ask(it, "list_edited_services", ars))["services"]
        q = (req.get_param("q") or "").strip()[:MOST_QUERY]
        services = [one for one in found if all(word in _searched(one) for word in q.casefold().split())]
        services.sort(key=lambda one: talk.local(one["name"]).casefold())
        called = await names(it)
        await render(
            req,
            resp,
            "editing_services.html",
            ars=ars,
            municipality=called.get(ars, ars),
            several=len(municipalities(it)) > 1,
            services=[{**one, "key": key_of(None), **who(talk, one, called)} for one in services],
            q=q,
            count=len(found),
        )


def who(talk: Speech, service: dict[str, Any], called: dict[str, str]) -> dict[str, str]:
    """Whose a service is, and who published what counts now, in words."""
    owner, current = service["owner"], service["current"]
    by = current["ars"] if current else None
    return {
        "owner_name": called.get(owner, owner) if owner else talk.gettext("the counties"),
        "by": called.get(by, by) if by else talk.gettext("came with the portal"),
    }


def _searched(service: dict[str, Any]) -> str:
    return " ".join((service["service"], service["name"]["de"], service["name"]["en"])).casefold()


class New(FormPage):
    """A new service of the municipality: a copy of another one (`?from=`), or a text of its own."""

    allow: ClassVar[Any] = EDITORS
    survives_outage: ClassVar[bool] = False

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """From whatever version counts now."""
        it, talk, ars = visit.of(req), reading(req), params["ars"]
        found = (await ask(it, "list_edited_services", ars))["services"]
        called = told_apart({one["service"]: talk.local(one["name"]) for one in found if one["current"]})
        options = [{"value": key, "label": name} for key, name in called.items()]
        typed = values(form, "service", "copied_from") if form else {"service": "", "copied_from": req.get_param("from") or ""}
        _ = talk.gettext
        labels = {
            "copied_from": ("copied_from", _("Service to copy")),
            "service": ("service", _("Key of the new service")),
            "file": ("file", _("Service file")),
        }
        await render(
            req,
            resp,
            "editing_new.html",
            ars=ars,
            municipality=(await names(it)).get(ars, ars),
            services=sorted(options, key=lambda one: one["label"].casefold()),
            form=typed,
            key=key_of(form),
            crumbs=crumbs(req, ars),
            **told(talk, failure, labels),
        )

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """Raises invalid with neither of the two, or both."""
        it, ars = visit.of(req), params["ars"]
        service, copied_from, file = form.get("service").strip().lower(), form.get("copied_from"), form.files.get("file")
        if not service:
            raise Invalid("invalid", "The key is missing.", fields={"service": ["required"]})
        if bool(copied_from) == bool(file):
            raise Invalid("invalid", "Either or.", fields={"copied_from": ["service_or_file"]})
        content: dict[str, Any] = {"copied_from": copied_from} if copied_from else {"source": read_file(form)}
        key = key_of(form)
        await it.ask("applications", "start_working_copy", idempotency_key=key, ars=ars, service=service, **content)
        see_other(resp, f"{home(ars, service)}/working-copy?done=copy_begun")


def read_file(form: Form, name: str = "file") -> str:
    """The text of a file that was sent. Raises invalid where it is none."""
    try:
        return form.files[name].content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise Invalid("invalid", "The file is no text.", fields={name: ["no_text_file"]}) from None
