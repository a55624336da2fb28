"""Organisations of a citizen: the list, what one says of itself, its members, invitations, and the ways out of it."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from falcon.asgi import Request, Response

from gateway import visit
from gateway.body import Form
from gateway.pages import words
from gateway.pages.form_page import FormPage, key_of, told, values
from gateway.pages.language import Speech
from gateway.pages.rendering import reading, render, see_other
from services.chassis import ids
from services.contracts.accounts.organisations import ROLES
from services.contracts.actors import CITIZEN
from services.contracts.errors import Failure, Invalid
from services.contracts.legal_forms import LEGAL_FORMS

FIELDS = (
    "name", "legal_form", "register_court", "register_number", "street", "house_number", "postal_code", "town", "email",
)  # fmt: skip
HOME = "/organisations"


def role_name(talk: Speech, role: str) -> str:
    """What a member is, in a word."""
    return talk.gettext(words.PARTY_ROLES[role].label)


def role_meaning(talk: Speech, role: str) -> str:
    """What it allows."""
    return talk.gettext(words.PARTY_ROLES[role].meaning)


def roles(talk: Speech, given: list[str]) -> list[dict[str, str]]:
    """Roles to choose from, each with what it allows."""
    return [{"value": role, "label": f"{role_name(talk, role)}: {role_meaning(talk, role)}"} for role in given]


def register_entry(talk: Speech, organisation: Mapping[str, Any]) -> str:
    """Court and number in one line."""
    if not organisation["register_number"]:
        return talk.gettext("not entered in a register")
    return f"Amtsgericht {organisation['register_court']}, {organisation['register_number']}"


class Organisations:
    """Where one belongs, and where one is invited to."""

    allow: ClassVar[Any] = CITIZEN

    async def on_get(self, req: Request, resp: Response) -> None:
        """By name."""
        talk = reading(req)
        found = await visit.of(req).ask("accounts", "list_organisations")
        shown = [{**o, "role_name": role_name(talk, o["role"])} for o in found["organisations"]]
        waiting = [{**i, "role_name": role_name(talk, i["role"])} for i in found["invitations"]]
        await render(req, resp, "organisations.html", organisations=shown, invitations=waiting)


class _Description(FormPage):
    """The form with what an organisation says of itself."""

    allow: ClassVar[Any] = CITIZEN
    is_new: ClassVar[bool]

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """Empty for a new one, else as it stands."""
        talk = reading(req)
        _ = talk.gettext
        typed: dict[str, Any] = values(form, *FIELDS)
        if form is None and not self.is_new:
            found = await visit.of(req).ask("accounts", "get_organisation", organisation_id=params["organisation_id"])
            typed = {name: found[name] or "" for name in FIELDS}
        labels = {
            "name": ("name", _("Name of the organisation")),
            "legal_form": ("legal_form", _("Legal form")),
            "register_court": ("register_court", _("Register court")),
            "register_number": ("register_number", _("Register number")),
            "street": ("street", _("Street")),
            "house_number": ("house_number", _("House number")),
            "postal_code": ("postal_code", _("Postal code")),
            "town": ("town", _("Town or village")),
            "email": ("email", _("E-mail address for notices")),
        }
        forms = [{"value": slug, "label": form_.name} for slug, form_ in LEGAL_FORMS.items()]
        await render(
            req, resp, "organisation_form.html", form=typed, key=key_of(form), forms=forms, is_new=self.is_new,
            organisation_id=params.get("organisation_id", ""), **told(talk, failure, labels),
        )  # fmt: skip

    @staticmethod
    def typed(form: Form) -> dict[str, Any]:
        """What was typed, as the contract wants it. Raises invalid where something is empty that must not be."""
        told = {name: re.sub(r"\s+", " ", form.get(name)).strip() for name in FIELDS}
        optional = ("register_court", "register_number")
        empty = {name: ["required"] for name, value in told.items() if not value and name not in optional}
        if empty:
            raise Invalid("invalid", "Some fields are empty.", fields=empty)
        return {name: value or None if name in optional else value for name, value in told.items()}


class Found(_Description):
    """A new organisation."""

    is_new = True

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """With the person as its owner."""
        key = form.get("key") or ids.new_id()
        made = await visit.of(req).ask("accounts", "found_organisation", idempotency_key=key, **self.typed(form))
        see_other(resp, f"{HOME}/{made['organisation_id']}?done=founded")


class Change(_Description):
    """Other words about one."""

    is_new = False

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """Raises not_found where one does not belong."""
        await visit.of(req).ask("accounts", "change_organisation", organisation_id=params["organisation_id"], **self.typed(form))
        see_other(resp, f"{HOME}/{params['organisation_id']}?done=changed")


class Organisation(FormPage):
    """An organisation with its members; those who manage them do it here."""

    allow: ClassVar[Any] = CITIZEN
    survives_outage: ClassVar[bool] = False

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """Raises not_found where one does not belong."""
        it, talk = visit.of(req), reading(req)
        _ = talk.gettext
        found = await it.ask("accounts", "get_organisation", organisation_id=params["organisation_id"])
        members = [
            {
                **m,
                "name": f"{m['given_names']} {m['family_name']}",
                "role_name": role_name(talk, m["role"]),
                "is_me": m["account_id"] == it.actor.account_id,
            }
            for m in found["members"]
        ]
        facts = [
            (_("Legal form"), LEGAL_FORMS[found["legal_form"]].name),
            (_("Register"), register_entry(talk, found)),
            (_("Address"), f"{found['street']} {found['house_number']}, {found['postal_code']} {found['town']}"),
            (_("E-mail address for notices"), found["email"]),
            (_("Your role"), f"{role_name(talk, found['role'])}: {role_meaning(talk, found['role'])}"),
        ]
        await render(
            req,
            resp,
            "organisation.html",
            organisation=found,
            members=members,
            invitations=[{**i, "role_name": role_name(talk, i["role"])} for i in found["invitations"]],
            facts=facts,
            roles=[{"value": role, "label": role_name(talk, role)} for role in found["gives_roles"]],
            is_current=it.actor.behalf is not None and it.actor.behalf.grant_id == found["grant_id"],
            **told(talk, failure, {}),
        )

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """`do` is `role`, `remove` or `withdraw`."""
        it, do = visit.of(req), form.get("do")
        if do == "role":
            await it.ask(
                "accounts",
                "change_member",
                organisation_id=params["organisation_id"],
                account_id=form.get("account_id"),
                role=form.get("role"),
            )
        elif do == "remove":
            await it.ask(
                "accounts", "remove_member", organisation_id=params["organisation_id"], account_id=form.get("account_id")
            )
        elif do == "withdraw":
            await it.ask("accounts", "withdraw_member_invitation", invitation_id=form.get("invitation_id"))
        else:
            raise Invalid("invalid", "There is no such step.")
        see_other(resp, f"{HOME}/{params['organisation_id']}?done=member_{do}")


class Invite(FormPage):
    """Invite somebody by e-mail."""

    allow: ClassVar[Any] = CITIZEN
    survives_outage: ClassVar[bool] = False

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """Raises not_found where one does not belong."""
        talk = reading(req)
        found = await visit.of(req).ask("accounts", "get_organisation", organisation_id=params["organisation_id"])
        labels = {"email": ("email", talk.gettext("E-mail address")), "role": ("role", talk.gettext("Role"))}
        typed = values(form, "email", "role")
        options = roles(talk, found["gives_roles"])
        await render(
            req, resp, "organisation_invite.html", organisation=found, form=typed, key=key_of(form), roles=options,
            **told(talk, failure, labels),
        )  # fmt: skip

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """The same happens whether or not the address has an account."""
        typed = {name: value.strip() for name, value in values(form, "email", "role").items()}
        empty = {name: ["required" if name == "email" else "choice"] for name, value in typed.items() if not value}
        if empty or typed["role"] not in ROLES:
            raise Invalid("invalid", "Some fields are empty.", fields=empty or {"role": ["choice"]})
        await visit.of(req).ask(
            "accounts",
            "invite_member",
            idempotency_key=form.get("key") or ids.new_id(),
            organisation_id=params["organisation_id"],
            email=typed["email"],
            role=typed["role"],
        )
        see_other(resp, f"{HOME}/{params['organisation_id']}?done=invited")


class _Exit(FormPage):
    """A step that cannot be taken back, asked about once more."""

    allow: ClassVar[Any] = CITIZEN
    survives_outage: ClassVar[bool] = False
    step: ClassVar[str]

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """Raises not_found where one does not belong."""
        it, talk = visit.of(req), reading(req)
        found = await it.ask("accounts", "get_organisation", organisation_id=params["organisation_id"])
        others = [
            {"value": m["account_id"], "label": f"{m['given_names']} {m['family_name']}, {m['email']}"}
            for m in found["members"]
            if m["account_id"] != it.actor.account_id
        ]
        labels = {"account_id": ("account_id", talk.gettext("New owner"))}
        typed = values(form, "account_id")
        await render(
            req, resp, "organisation_exit.html", organisation=found, step=self.step, others=others, form=typed,
            **told(talk, failure, labels),
        )  # fmt: skip


class Leave(_Exit):
    """Be a member no longer."""

    step = "leave"

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """Raises conflict for the last owner."""
        await visit.of(req).ask("accounts", "leave_organisation", organisation_id=params["organisation_id"])
        see_other(resp, f"{HOME}?done=left")


class HandOver(_Exit):
    """Make another member the owner in one's own place."""

    step = "hand_over"

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """Raises invalid without a choice."""
        account_id = form.get("account_id")
        if not account_id:
            raise Invalid("invalid", "Nobody is chosen.", fields={"account_id": ["choice"]})
        await visit.of(req).ask(
            "accounts", "hand_over_organisation", organisation_id=params["organisation_id"], account_id=account_id
        )
        see_other(resp, f"{HOME}/{params['organisation_id']}?done=handed_over")


class Dissolve(_Exit):
    """End the organisation's account."""

    step = "dissolve"

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """Raises conflict while offices work on its applications."""
        await visit.of(req).ask("accounts", "dissolve_organisation", organisation_id=params["organisation_id"])
        see_other(resp, f"{HOME}?done=dissolved")


class Invitation(FormPage):
    """An invitation to oneself."""

    allow: ClassVar[Any] = CITIZEN
    survives_outage: ClassVar[bool] = False

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """Raises not_found for somebody else's."""
        talk = reading(req)
        found = await visit.of(req).ask("accounts", "get_member_invitation", invitation_id=params["invitation_id"])
        role = words.PARTY_ROLES[found["role"]]
        await render(
            req, resp, "organisation_invitation.html", invitation=found, role_name=talk.gettext(role.label),
            role_meaning=talk.gettext(role.meaning), **told(talk, failure, {}),
        )  # fmt: skip

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """`do` is `accept` or `decline`."""
        accepts = form.get("do") == "accept"
        found = await visit.of(req).ask(
            "accounts", "answer_member_invitation", invitation_id=params["invitation_id"], accepts=accepts
        )
        see_other(resp, f"{HOME}/{found['organisation_id']}?done=joined" if accepts else f"{HOME}?done=invitation_declined")
