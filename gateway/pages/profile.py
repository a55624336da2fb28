"""The profile: what the account knows of its holder, with the origin of every value."""

from collections.abc import Mapping
from typing import Any, ClassVar

from falcon.asgi import Request, Response

from gateway import visit
from gateway.body import Form
from gateway.pages import identity_words
from gateway.pages.form_page import FormPage, told
from gateway.pages.language import N_, Speech
from gateway.pages.rendering import reading, render, see_other
from gateway.visit import Visit
from services.contracts.accounts.profile import ADDRESS, CONTACT, IDENTITY, POSTAL_ADDRESS
from services.contracts.actors import CITIZEN
from services.contracts.errors import Failure

GROUPS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("identity", N_("Identity"), IDENTITY),
    ("address", N_("Address"), ADDRESS),
    ("postal", N_("Where post goes, if not there"), POSTAL_ADDRESS),
    ("contact", N_("Contact"), CONTACT),
)
REQUIRED = frozenset({"given_names", "family_name"})
TOKENS = {
    "given_names": "given-name",
    "family_name": "family-name",
    "birth_date": "bday",
    "postal_code": "postal-code",
    "town": "address-level2",
    "country": "country-name",
    "phone": "tel",
}
TOKENS |= {f"postal_{name}": f"shipping {token}" for name, token in TOKENS.items() if name in ADDRESS}
SHORT = frozenset({"birth_date", "house_number", "postal_code", "postal_house_number", "postal_postal_code"})


class Profile(FormPage):
    """Shown and changed on one page; verified identity values are shown, and changed by a new verification only."""

    allow: ClassVar[Any] = CITIZEN
    survives_outage: ClassVar[bool] = False

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """What is typed stays where something was wrong."""
        it, talk = visit.of(req), reading(req)
        profile = await it.ask("accounts", "get_profile")
        known = {value["name"]: value for value in profile["values"]}
        is_locked = any(value["is_locked"] for value in known.values())
        groups = [await _group(it, talk, group, known, form, is_locked=is_locked) for group in GROUPS]
        labels = {name: (name, identity_words.label(talk, name)) for _, _, names in GROUPS for name in names}
        await render(
            req,
            resp,
            "profile.html",
            groups=groups,
            email=known.get("email"),
            is_locked=is_locked,
            profile=profile,
            **told(talk, failure, labels),
        )

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """Saves what the page had inputs for; locked values have none."""
        given: dict[str, Any] = {name: form.get(name) for _, _, names in GROUPS for name in names if name in form}
        await visit.of(req).ask("accounts", "save_profile", **given)
        see_other(resp, "/account/profile?done=profile_saved")


async def _group(
    it: Visit,
    talk: Speech,
    group: tuple[str, str, tuple[str, ...]],
    known: Mapping[str, Mapping[str, Any]],
    form: Form | None,
    *,
    is_locked: bool,
) -> dict[str, Any]:
    key, title, names = group
    return {
        "key": key,
        "title": talk.gettext(title),
        "is_locked": is_locked and names is IDENTITY,
        "fields": [await _field(it, talk, name, known.get(name), form) for name in names],
    }


async def _field(it: Visit, talk: Speech, name: str, value: Mapping[str, Any] | None, form: Form | None) -> dict[str, Any]:
    stored = identity_words.as_typed(name, value["value"]) if value else ""
    hint = identity_words.HINTS.get(identity_words.plain(name))
    return {
        "name": name,
        "label": identity_words.label(talk, name),
        "hint": talk.gettext(hint) if hint else None,
        "value": form.get(name, stored) if form else stored,
        "spoken": identity_words.spoken(talk, name, value["value"]) if value else "",
        "origin": await identity_words.origin(it, talk, value) if value else "",
        "is_verified": bool(value and value["is_verified"]),
        "is_required": name in REQUIRED,
        "autocomplete": TOKENS.get(name),
        "width": "short" if name in SHORT else None,
    }
