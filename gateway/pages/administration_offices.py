"""For administrators: opening, changing and withdrawing an office."""

from typing import Any, ClassVar

from falcon.asgi import Request, Response

from gateway import visit
from gateway.body import Form
from gateway.pages.administration import ROOT, crumbs, offices_of, slug_of
from gateway.pages.form_page import FormPage, key_of, told, values
from gateway.pages.language import Speech
from gateway.pages.rendering import reading, render, see_other
from gateway.pages.staff_areas import ADMINISTRATORS
from gateway.visit import nothing_here
from services.contracts.errors import Failure, Invalid

TYPED = ("slug", "name_de", "name_en", "address", "email", "phone", "opening_hours", "needs_two_officers", "version")
OF_CONTRACT = {"name.de": "name_de", "name.en": "name_en"}


class Office(FormPage):
    """One office; without a key in the address, a new one."""

    allow: ClassVar[Any] = ADMINISTRATORS
    survives_outage: ClassVar[bool] = False

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """What was typed stays after a conflict, beside the present state of the office."""
        it, talk = visit.of(req), reading(req)
        found = await offices_of(it, params["ars"])
        office = _one(found["offices"], params.get("slug"))
        is_stale = failure is not None and failure.slug == "accounts.changed_meanwhile"
        typed = values(form, *TYPED) if form and "address" in form else _typed_from(office)
        if is_stale and office:
            # Whoever saves now has seen what the other one did.
            typed["version"] = str(office["version"])
        await render(
            req,
            resp,
            "administration_office.html",
            municipality=found["municipality"],
            office=office,
            form=typed,
            key=key_of(form),
            present=_facts(talk, office) if is_stale and office else [],
            crumbs=crumbs(req, found["municipality"]),
            **told(talk, _renamed(failure), labels(talk)),
        )

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """`do` is `save` or `withdraw`."""
        it, ars, slug = visit.of(req), params["ars"], params.get("slug")
        if slug is None:
            content = {"ars": ars, "slug": form.get("slug").strip().lower(), **_content(form)}
            office = await it.ask("accounts", "open_office", idempotency_key=key_of(form), **content)
            done = "office_opened"
        else:
            version, office_id = _version(form), f"{ars}/{slug}"
            if form.get("do") == "withdraw":
                office = await it.ask("accounts", "withdraw_office", office_id=office_id, version=version)
                done = "office_withdrawn"
            else:
                office = await it.ask("accounts", "change_office", office_id=office_id, version=version, **_content(form))
                done = "office_changed"
        it.house.catalogue.ask_again()
        way = f"{ROOT}/{ars}" if done == "office_withdrawn" else f"{ROOT}/{ars}/offices/{slug_of(office)}"
        see_other(resp, f"{way}?done={done}")


def labels(talk: Speech) -> dict[str, tuple[str, str]]:
    """Every field with its label, in the order of the form."""
    _ = talk.gettext
    return {
        "slug": ("slug", _("Key of the office")),
        "name_de": ("name_de", _("Name in German")),
        "name_en": ("name_en", _("Name in English")),
        "address": ("address", _("Address")),
        "email": ("email", _("E-mail address")),
        "phone": ("phone", _("Phone")),
        "opening_hours": ("opening_hours", _("Opening hours")),
    }


def _one(offices: list[dict[str, Any]], slug: str | None) -> dict[str, Any] | None:
    if slug is None:
        return None
    found = next((office for office in offices if slug_of(office) == slug), None)
    if found is None:
        raise nothing_here()
    return found


def _version(form: Form) -> int:
    """The version the form was made from; a form without one is taken for stale."""
    text = form.get("version")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004 - as much as a version can be


def _content(form: Form) -> dict[str, Any]:
    return {
        "name": {"de": form.get("name_de"), "en": form.get("name_en")},
        **{name: form.get(name) for name in ("address", "email", "phone")},
        "opening_hours": _hours(form.get("opening_hours")),
        "needs_two_officers": form.get("needs_two_officers") == "yes",
    }


def _hours(text: str) -> list[dict[str, str]]:
    """One line for each: days, a colon, hours. Raises invalid for a line without a colon."""
    found = []
    for line in text.splitlines():
        if not line.strip():
            continue
        days, colon, hours = line.partition(":")
        if not colon or not hours.strip():
            raise Invalid("invalid", "A line has no hours.", fields={"opening_hours": ["hours_line"]})
        found.append({"days": days.strip(), "hours": hours.strip()})
    return found


def _typed_from(office: dict[str, Any] | None) -> dict[str, str]:
    if office is None:
        return dict.fromkeys(TYPED, "")
    return {
        "slug": slug_of(office),
        "name_de": office["name"]["de"],
        "name_en": office["name"]["en"],
        **{name: office[name] for name in ("address", "email", "phone")},
        "opening_hours": "\n".join(f"{line['days']}: {line['hours']}" for line in office["opening_hours"]),
        "needs_two_officers": "yes" if office["needs_two_officers"] else "",
        "version": str(office["version"]),
    }


def _facts(talk: Speech, office: dict[str, Any]) -> list[tuple[str, str]]:
    """What the office says now, for whoever was second."""
    typed, shown = _typed_from(office), labels(talk)
    return [(shown[name][1], typed[name]) for name in shown if name != "slug"]


def _renamed(failure: Failure | None) -> Failure | None:
    """The failure with its fields by their names in the form."""
    if failure is not None and failure.fields:
        fields = {
            "opening_hours" if name.startswith("opening_hours") else OF_CONTRACT.get(name, name): slugs
            for name, slugs in failure.fields.items()
        }
        return Invalid(failure.slug, failure.text, fields=fields)
    return failure
