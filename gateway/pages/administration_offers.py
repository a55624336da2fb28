"""For administrators: which services of the catalogue the municipality offers, by which office, and at what fee from when on."""

import asyncio
import re
from datetime import date
from typing import Any, ClassVar

from falcon.asgi import Request, Response

from gateway import visit
from gateway.body import Form
from gateway.pages.administration import ROOT, crumbs, offices_of
from gateway.pages.answers import as_typed, iso_date
from gateway.pages.directory import told_apart
from gateway.pages.form_page import FormPage, key_of, told
from gateway.pages.language import Speech
from gateway.pages.rendering import reading, render, see_other
from gateway.pages.staff_areas import ADMINISTRATORS
from gateway.visit import Visit, nothing_here
from services.chassis.clock import in_germany, now
from services.contracts.errors import Failure, Invalid
from services.contracts.values import LANGUAGES

AMOUNT = re.compile(r"\s*(\d{1,7})(?:[,.](\d{2}))?\s*(?:€|EUR)?\s*", re.IGNORECASE)
FEE = ("valid_from", "base", "each_further", "pieces_field", "legal_basis")
TEXT = ("text_de", "text_en")
TYPED = (*FEE, *TEXT, "office_id", "version")
STALE = ("applications.changed_meanwhile", "applications.offered_already", "applications.not_offered")
OF_CONTRACT = {"base_cents": "base", "each_further_cents": "each_further", "text.de": "text_de", "text.en": "text_en"}


class Offers:
    """The whole catalogue, with what the municipality makes of it."""

    allow: ClassVar[Any] = ADMINISTRATORS

    async def on_get(self, req: Request, resp: Response, ars: str) -> None:
        """By name, what is offered first."""
        it, talk = visit.of(req), reading(req)
        place, found = await asyncio.gather(offices_of(it, ars), it.ask("applications", "list_administered_offers", ars=ars))
        names = {office["office_id"]: office["name"] for office in place["offices"]}
        called = told_apart({offer["service"]: talk.local(offer["name"]) for offer in found["offers"]})
        offers = [
            {
                **offer,
                "name": called[offer["service"]],
                "office": talk.local(names.get(offer["office_id"])) or offer["office_id"],
                "fee": _fee_today(offer),
            }
            for offer in found["offers"]
        ]
        offers.sort(key=lambda offer: (not offer["is_offered"], offer["name"].casefold()))
        shown = {"municipality": place["municipality"], "offers": offers}
        await render(req, resp, "administration_offers.html", crumbs=crumbs(req, place["municipality"]), **shown)


class Offer(FormPage):
    """One service of the catalogue at a municipality."""

    allow: ClassVar[Any] = ADMINISTRATORS
    survives_outage: ClassVar[bool] = False

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """The present state, and what was typed."""
        it, talk, ars = visit.of(req), reading(req), params["ars"]
        place, offer = await asyncio.gather(offices_of(it, ars), _offer(it, **params))
        present = _typed_from(offer, ars)
        typed = {name: form.get(name) if form and name in form else present[name] for name in TYPED}
        if failure is not None and failure.slug in STALE:
            # Whoever saves now has seen what the other one did.
            typed["version"] = present["version"]
        today = in_germany(now()).date()
        await render(
            req,
            resp,
            "administration_offer.html",
            municipality=place["municipality"],
            offer=offer,
            fees=[_shown(fee, today) for fee in offer["fees"]],
            fee_today=_fee_today(offer),
            offices=_offices(talk, place, offer),
            numbers=[{"value": field["name"], "label": talk.local(field["label"])} for field in offer["number_fields"]],
            form=typed,
            key=key_of(form),
            crumbs=crumbs(req, place["municipality"], (talk.gettext("Offers and fees"), f"{ROOT}/{ars}/offers")),
            **told(talk, _renamed(failure), _labels(talk)),
        )

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """`do` is `offer`, `again` (at the fees there are), `move`, `fee`, `text`, `withdraw`, or `drop` and the day of a fee."""
        it, do = visit.of(req), form.get("do")
        which: dict[str, Any] = {"ars": params["ars"], "service": params["service"]}
        version: dict[str, Any] = {"version": _version(form)}
        if do in ("offer", "again"):
            fee = _fee(form) if do == "offer" else None
            given: dict[str, Any] = {**which, "office_id": form.get("office_id"), "fee": fee}
            await it.ask("applications", "offer_service", idempotency_key=key_of(form), **given)
        elif do == "move":
            await it.ask("applications", "move_offer", **which, **version, office_id=form.get("office_id"))
        elif do == "fee":
            await it.ask("applications", "set_fee", **which, **version, fee=_fee(form))
        elif do == "text":
            await it.ask("applications", "set_offer_text", **which, **version, text=_text(form))
        elif do == "withdraw":
            await it.ask("applications", "withdraw_offer", **which, **version)
        elif do.startswith("drop "):
            await it.ask("applications", "drop_fee", **which, **version, valid_from=do.removeprefix("drop "))
        else:
            raise Invalid("invalid", "There is no such step.")
        it.house.catalogue.ask_again()
        done = "offer" if do == "again" else do.partition(" ")[0]
        see_other(resp, f"{ROOT}/{params['ars']}/offers/{params['service']}?done=offer_{done}")


async def _offer(it: Visit, **params: str) -> dict[str, Any]:
    try:
        return await it.ask("applications", "get_administered_offer", ars=params["ars"], service=params["service"])
    except Invalid:
        raise nothing_here() from None


def _fee(form: Form) -> dict[str, Any]:
    """The fee of the contract. Raises invalid for an amount that is none."""
    wrong = {name: ["amount"] for name in ("base", "each_further") if form.get(name).strip() and _cents(form.get(name)) is None}
    for name in ("valid_from", "base", "legal_basis"):
        if not form.get(name).strip():
            wrong[name] = ["required"]
    if wrong:
        raise Invalid("invalid", "Some fields need another look.", fields=wrong)
    return {
        "valid_from": iso_date(form.get("valid_from")),
        "base_cents": _cents(form.get("base")),
        "each_further_cents": _cents(form.get("each_further")),
        "pieces_field": form.get("pieces_field") or None,
        "legal_basis": form.get("legal_basis"),
    }


def _cents(typed: str) -> int | None:
    """Euros as people write them: 15, 15,00 or 15.00 €."""
    match = AMOUNT.fullmatch(typed)
    return int(match[1]) * 100 + int(match[2] or 0) if match else None


def _version(form: Form) -> int:
    text = form.get("version")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004 - as much as a version can be


def _text(form: Form) -> dict[str, str] | None:
    """The municipality's own words; None where nothing is typed. Raises invalid for one language without the other."""
    typed = {language: form.get(f"text_{language}").strip() for language in LANGUAGES}
    if not any(typed.values()):
        return None
    if wrong := {f"text_{language}": ["both_languages"] for language, text in typed.items() if not text}:
        raise Invalid("invalid", "The other language is missing.", fields=wrong)
    return typed


def _typed_from(offer: dict[str, Any], ars: str) -> dict[str, str]:
    """The forms as they begin: the office there is, a new fee by the law of the last one, at first what is proposed."""
    text = offer.get("text") or {}
    return {
        **dict.fromkeys(FEE, ""),
        "office_id": offer["office_id"] or "",
        "legal_basis": offer["fees"][-1]["legal_basis"] if offer["fees"] else "",
        **{f"text_{language}": text.get(language, "") for language in LANGUAGES},
        "version": str(offer["version"] or ""),
        **({} if offer["is_offered"] else _proposed(offer, ars)),
    }


def _proposed(offer: dict[str, Any], ars: str) -> dict[str, str]:
    """Office and fee as the text of the service proposes them to those who take it over; the fee from today at the earliest.

    What was offered once has its own fees.
    """
    proposed = offer.get("proposed") or {}
    found = {"office_id": f"{ars}/{proposed['office']}"} if proposed.get("office") else {}
    if not offer["fees"] and (fee := proposed.get("fee")):
        begins = max(fee["valid_from"], in_germany(now()).date().isoformat())
        found |= {
            "valid_from": as_typed("date", begins),
            "base": as_typed("amount", fee["base_cents"]),
            "each_further": as_typed("amount", fee["each_further_cents"]),
            "pieces_field": fee["pieces_field"] or "",
            "legal_basis": fee["legal_basis"],
        }
    return found


def _offices(talk: Speech, place: dict[str, Any], offer: dict[str, Any]) -> list[dict[str, str]]:
    return [
        {"value": office["office_id"], "label": talk.local(office["name"])}
        for office in place["offices"]
        if not office["is_withdrawn"] or office["office_id"] == offer["office_id"]
    ]


def _fee_today(offer: dict[str, Any]) -> dict[str, Any] | None:
    today = in_germany(now()).date().isoformat()
    return next((fee for fee in reversed(offer["fees"]) if fee["valid_from"] <= today), None)


def _shown(fee: dict[str, Any], today: date) -> dict[str, Any]:
    begins = date.fromisoformat(fee["valid_from"])
    return {**fee, "is_to_come": begins > today, "day": as_typed("date", fee["valid_from"])}


def _renamed(failure: Failure | None) -> Failure | None:
    """The failure with its fields by their names in the form."""
    if failure is None or not failure.fields:
        return failure
    fields = {name.removeprefix("fee."): slugs for name, slugs in failure.fields.items()}
    return Invalid(failure.slug, failure.text, fields={OF_CONTRACT.get(name, name): slugs for name, slugs in fields.items()})


def _labels(talk: Speech) -> dict[str, tuple[str, str]]:
    _ = talk.gettext
    return {
        "office_id": ("office_id", _("Office that decides")),
        "fee": ("again", _("Fees")),
        "valid_from": ("valid_from", _("Valid from")),
        "base": ("base", _("Fee in euros")),
        "each_further": ("each_further", _("Each further piece in euros")),
        "pieces_field": ("pieces_field", _("Field that counts the pieces")),
        "legal_basis": ("legal_basis", _("Legal basis")),
        "text_de": ("text_de", _("Note in German")),
        "text_en": ("text_en", _("Note in English")),
    }
