"""For administrators: the staff of a municipality, invitations, roles, suspension; and the page on which the invited begin."""

import asyncio
from typing import Any, ClassVar

from falcon.asgi import Request, Response

from gateway import visit
from gateway.body import Form
from gateway.pages import words
from gateway.pages.administration import NETWORK, ROOT, crumbs, is_operator, offices_of
from gateway.pages.form_page import FormPage, key_of, told, values
from gateway.pages.language import Speech
from gateway.pages.rendering import reading, render, see_other
from gateway.pages.staff_areas import ADMINISTRATORS
from gateway.visit import Visit, nothing_here
from services.contracts.accounts.administration import SUSPENSION_REASONS
from services.contracts.actors import ANYONE
from services.contracts.errors import Conflict, Failure, Invalid

OF_OFFICES = ("clerk", "approver", "treasurer", "identity_officer")
OF_MUNICIPALITY = (*OF_OFFICES, "editor")
"""Services are written in the name of a municipality."""


class Staff:
    """Who works for a municipality, or has a role there."""

    allow: ClassVar[Any] = ADMINISTRATORS

    async def on_get(self, req: Request, resp: Response, ars: str) -> None:
        """By name."""
        it, talk = visit.of(req), reading(req)
        place, found = await asyncio.gather(_place(it, ars), it.ask("accounts", "list_staff", ars=_key(ars)))
        staff = [{**member, "role_names": role_names(talk, member["roles"])} for member in found["staff"]]
        shown = {"municipality": place["municipality"], "place_key": ars, "staff": staff, "states": _states(talk)}
        await render(req, resp, "administration_staff.html", crumbs=crumbs(req, place["municipality"]), **shown)


class Invite(FormPage):
    """Somebody new."""

    allow: ClassVar[Any] = ADMINISTRATORS
    survives_outage: ClassVar[bool] = False

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """What was typed and ticked stays."""
        it, talk, ars = visit.of(req), reading(req), params["ars"]
        place = await _place(it, ars)
        await render(
            req,
            resp,
            "administration_invite.html",
            municipality=place["municipality"],
            form=values(form, "given_names", "family_name", "email"),
            key=key_of(form),
            places=places(it, talk, place, form.all("role") if form else []),
            crumbs=_crumbs(req, place, ars),
            **told(talk, failure, _labels(talk)),
        )

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """The invited gets a mail with a link."""
        it, ars = visit.of(req), params["ars"]
        typed = values(form, "given_names", "family_name", "email")
        try:
            member = await it.ask(
                "accounts",
                "invite_staff",
                idempotency_key=key_of(form),
                ars=_key(ars),
                email=typed["email"].strip(),
                given_names=typed["given_names"],
                family_name=typed["family_name"],
                language="de",
                roles=_roles(form.all("role")),
            )
        except Conflict as failure:
            if failure.slug != "accounts.email_taken":
                raise
            raise Invalid(failure.slug, failure.text, fields={"email": ["staff_email_taken"]}) from None
        see_other(resp, f"{ROOT}/{ars}/staff/{member['account_id']}?done=staff_invited")


class Member(FormPage):
    """One of the staff."""

    allow: ClassVar[Any] = ADMINISTRATORS
    survives_outage: ClassVar[bool] = False

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """After a conflict what was typed stays, and saving again is meant."""
        it, talk, ars = visit.of(req), reading(req), params["ars"]
        place, member = await asyncio.gather(_place(it, ars), _member(it, params["account_id"]))
        is_stale = failure is not None and failure.slug == "accounts.changed_meanwhile"
        present = {**{name: str(member[name]) for name in ("given_names", "family_name", "version")}, "reason": ""}
        typed = {name: form.get(name) if form and name in form else present[name] for name in present}
        if is_stale:
            # Whoever saves now has seen what the other one did.
            typed["version"] = present["version"]
        held = form.all("role") if form and "shows_roles" in form else [_value(role) for role in member["roles"]]
        shown = places(it, talk, place, held)
        here = {option["value"] for group in shown for option in group["options"]}
        _ = talk.gettext
        await render(
            req,
            resp,
            "administration_member.html",
            municipality=place["municipality"],
            member=member,
            form=typed,
            present=_present(talk, place, member) if is_stale else [],
            places=shown,
            elsewhere=role_names(talk, [role for role in member["roles"] if _value(role) not in here]),
            is_oneself=member["account_id"] == it.actor.account_id,
            is_ours=is_operator(it) or member["ars"] == _key(ars),
            state=_states(talk)[member["state"]],
            reasons=[{"value": key, "label": talk.gettext(words.SUSPENSION_REASONS[key])} for key in SUSPENSION_REASONS],
            crumbs=_crumbs(req, place, ars),
            **told(talk, failure, {**_labels(talk), "reason": ("reason", _("Reason"))}),
        )

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """`do` is `name`, `roles`, `suspend`, `reinstate` or `invite`."""
        it, do = visit.of(req), form.get("do")
        whom: dict[str, Any] = {"account_id": params["account_id"], "version": _version(form)}
        if do == "name":
            named: dict[str, Any] = values(form, "given_names", "family_name")
            await it.ask("accounts", "change_staff", **whom, **named)
        elif do == "roles":
            await self._assign(it, form, whom, **params)
        elif do == "suspend":
            if form.get("reason") not in SUSPENSION_REASONS:
                raise Invalid("invalid", "The reason is missing.", fields={"reason": ["choice"]})
            await it.ask("accounts", "suspend_staff", **whom, reason=form.get("reason"))
        elif do == "reinstate":
            await it.ask("accounts", "reinstate_staff", **whom)
        elif do == "invite":
            await it.ask("accounts", "renew_invitation", **whom)
        else:
            raise Invalid("invalid", "There is no such step.")
        see_other(resp, f"{ROOT}/{params['ars']}/staff/{params['account_id']}?done=staff_{do}")

    async def _assign(self, it: Visit, form: Form, whom: dict[str, Any], **params: str) -> None:
        """Roles this page does not show stay as they are; the version says whether anything changed meanwhile."""
        place, member = await asyncio.gather(_place(it, params["ars"]), _member(it, params["account_id"]))
        shown = {value for _, values in _grid(it, place, [_value(role) for role in member["roles"]]) for value in values}
        kept = [role for role in member["roles"] if _value(role) not in shown]
        await it.ask("accounts", "assign_roles", **whom, roles=[*kept, *_roles(form.all("role"))])


class Invitation(FormPage):
    """Whoever was invited sets their password."""

    allow: ClassVar[Any] = ANYONE
    survives_outage: ClassVar[bool] = False

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """Raises not_found for a link that is used, void or too old."""
        talk = reading(req)
        invited = await visit.of(req).ask("accounts", "get_invitation", token=params["token"])
        labels = {"password": ("password", talk.gettext("Password"))}
        await render(
            req, resp, "staff_invitation.html", invited=invited, form=values(form, "password"), **told(talk, failure, labels)
        )

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """Then they sign in with it."""
        if not form.get("password"):
            raise Invalid("invalid", "The password is missing.", fields={"password": ["required"]})
        await visit.of(req).ask("accounts", "accept_invitation", token=params["token"], password=form.get("password"))
        see_other(resp, "/staff/sign-in?done=invitation_accepted")


def places(it: Visit, talk: Speech, place: dict[str, Any], held: list[str]) -> list[dict[str, Any]]:
    """The roles that can be given, grouped by where."""
    names = {office["office_id"]: talk.local(office["name"]) for office in place["offices"]}
    whole = talk.gettext("All offices") if place["municipality"] else talk.gettext("The whole network")
    return [
        {
            "label": names.get(office_id, whole),
            "options": [
                {"value": value, "label": talk.gettext(words.ROLES[value.partition(" ")[0]]), "is_held": value in held}
                for value in values
            ],
        }
        for office_id, values in _grid(it, place, held)
    ]


def _grid(it: Visit, place: dict[str, Any], held: list[str]) -> list[tuple[str, list[str]]]:
    """Where roles can be given, and which, as they stand in the form. An administrator can only be made by an operator."""
    if place["municipality"] is None:
        return [("*", ["operator *"])]
    whole = f"{place['municipality']['ars']}/*"
    of_all = (*OF_MUNICIPALITY, "administrator") if is_operator(it) or f"administrator {whole}" in held else OF_MUNICIPALITY
    open_ones = [office["office_id"] for office in place["offices"] if not office["is_withdrawn"]]
    return [
        (whole, [f"{role} {whole}" for role in of_all]),
        *((office_id, [f"{role} {office_id}" for role in OF_OFFICES]) for office_id in open_ones),
    ]


def role_names(talk: Speech, roles: list[dict[str, str]]) -> list[str]:
    """What somebody is, once each."""
    held = dict.fromkeys(role["role"] for role in roles)
    return [talk.gettext(words.ROLES[role]) for role in held]


def _value(role: dict[str, str]) -> str:
    return f"{role['role']} {role['office_id']}"


def _roles(ticked: list[str]) -> list[dict[str, str]]:
    pairs = [value.partition(" ") for value in dict.fromkeys(ticked)]
    return [{"role": role, "office_id": office_id} for role, _, office_id in pairs]


def _key(ars: str) -> str | None:
    return None if ars == NETWORK else ars


async def _place(it: Visit, ars: str) -> dict[str, Any]:
    """The municipality with its offices; none for the network, which is the operators'."""
    if ars != NETWORK:
        return await offices_of(it, ars)
    if not is_operator(it):
        raise nothing_here()
    return {"municipality": None, "offices": []}


async def _member(it: Visit, account_id: str) -> dict[str, Any]:
    try:
        return await it.ask("accounts", "get_staff", account_id=account_id)
    except Invalid:
        raise nothing_here() from None


def _version(form: Form) -> int:
    text = form.get("version")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004 - as much as a version can be


def _present(talk: Speech, place: dict[str, Any], member: dict[str, Any]) -> list[tuple[str, str]]:
    """The name and every role as they are now, for whoever was second."""
    names = {office["office_id"]: talk.local(office["name"]) for office in place["offices"]}
    _ = talk.gettext
    roles = [f"{_(words.ROLES[role['role']])} ({names.get(role['office_id'], _('All offices'))})" for role in member["roles"]]
    return [(_("Name"), f"{member['given_names']} {member['family_name']}"), (_("Roles"), ", ".join(roles) or "–")]


def _states(talk: Speech) -> dict[str, dict[str, str]]:
    return {
        key: {"label": talk.gettext(label), "tone": tone, "symbol": tone} for key, (label, tone) in words.STAFF_STATES.items()
    }


def _crumbs(req: Request, place: dict[str, Any], ars: str) -> list[tuple[str, str]]:
    return crumbs(req, place["municipality"], (reading(req).gettext("Staff"), f"{ROOT}/{ars}/staff"))


def _labels(talk: Speech) -> dict[str, tuple[str, str]]:
    _ = talk.gettext
    return {
        "given_names": ("given_names", _("Given names")),
        "family_name": ("family_name", _("Family name")),
        "email": ("email", _("E-mail address")),
        "roles": ("roles", _("Roles")),
    }
