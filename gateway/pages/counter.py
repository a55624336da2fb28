"""The counter of an identity officer: a code that is shown, a person compared with a document, an account made on the spot."""

import asyncio
import base64
from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from falcon.asgi import Request, Response

from gateway import visit
from gateway.body import Form
from gateway.pages import answers, identity_words
from gateway.pages.form_page import FormPage, Labels, key_of, told, values
from gateway.pages.language import N_, Speech
from gateway.pages.rendering import reading, render, see_other
from gateway.visit import Visit
from services.chassis import ids
from services.contracts.accounts.profile import IDENTITY
from services.contracts.actors import Actor, staff
from services.contracts.errors import Failure, Forbidden, Invalid, NotFound

OFFICERS = staff("identity_officer")
DOCUMENT = ("kind", "issuing_authority", "valid_until")
DOCUMENT_LABELS = {
    "document.kind": N_("Kind of document"),
    "document.issuing_authority": N_("Issuing authority"),
    "document.valid_until": N_("Valid until"),
    "is_compared": N_("Compared"),
}


class Counter(FormPage):
    """The officer's start page: takes a code, typed or scanned, and leads to everything else."""

    allow: ClassVar[Any] = OFFICERS
    survives_outage: ClassVar[bool] = False

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """`?code=` comes from the QR code that the citizen shows."""
        it, talk = visit.of(req), reading(req)
        typed = values(form, "code", "office_id")
        if form is None:
            typed["code"] = (req.get_param("code") or "")[:40]
        offices = await own_offices(it, talk)
        waiting = await asyncio.gather(
            *(it.ask("accounts", "list_pending_checks", office_id=office["value"]) for office in offices)
        )
        labels = {"code": ("code", talk.gettext("Code of the citizen")), "office_id": ("office_id", talk.gettext("Office"))}
        await render(
            req,
            resp,
            "counter.html",
            form=typed,
            offices=offices,
            waiting=sum(len(found["checks"]) for found in waiting),
            **told(talk, failure, labels),
        )

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """Show who the code belongs to."""
        it = visit.of(req)
        try:
            visitor = await it.ask("accounts", "look_at_visit_code", office_id=office_of(form), code=form.get("code"))
        except NotFound as failure:
            raise Invalid(failure.slug, failure.text, fields={"code": ["visit_code"]}) from None
        fresh = [("code", form.get("code")), ("office_id", office_of(form))]
        fresh += [(f"values.{name}", identity_words.as_typed(name, value)) for name, value in visitor["values"].items()]
        await show_check(req, resp, Form(fresh), None, visitor)


class Check(FormPage):
    """What the officer sees of the person who showed a code."""

    allow: ClassVar[Any] = OFFICERS
    survives_outage: ClassVar[bool] = False

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """Without a code there is nothing to check."""
        if form is None:
            see_other(resp, "/staff/counter")
            return
        await show_check(req, resp, form, failure, None)

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """Record it; with two officers it waits for the second."""
        try:
            done = await visit.of(req).ask(
                "accounts",
                "record_check",
                idempotency_key=form.get("key") or ids.new_id(),
                code=form.get("code"),
                values=seen(form),
                **compared(form),
            )
        except NotFound as failure:
            raise Invalid(failure.slug, failure.text, fields={"code": ["visit_code"]}) from None
        see_other(resp, f"/staff/counter?done=identity_{done['state']}")


class NewAccount(FormPage):
    """An account for somebody who has none, made at the counter."""

    allow: ClassVar[Any] = OFFICERS
    survives_outage: ClassVar[bool] = False

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """Everything as the document shows it."""
        talk = reading(req)
        form = form or Form()
        labels = {**check_labels(talk), "email": ("email", talk.gettext("E-mail address"))}
        await render(
            req,
            resp,
            "counter_account.html",
            email=form.get("email"),
            offices=await own_offices(visit.of(req), talk),
            **fields(talk, form),
            **told(talk, aligned(failure), labels),
        )

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """Then its letter is printed, at once or when a second officer has confirmed."""
        done = await visit.of(req).ask(
            "accounts",
            "open_counter_account",
            idempotency_key=form.get("key") or ids.new_id(),
            values=seen(form),
            email=form.get("email").strip() or None,
            language=form.get("language_of_account") or "de",
            **compared(form),
        )
        if done["state"] == "verified":
            see_other(resp, f"/staff/counter/people/{done['account_id']}/letter?office={office_of(form)}&done=account_opened")
        else:
            see_other(resp, "/staff/counter?done=identity_recorded")


class Pending:
    """Checks that wait for a second officer, of all one's own offices."""

    allow: ClassVar[Any] = OFFICERS

    async def on_get(self, req: Request, resp: Response) -> None:
        """Nothing personal stands in the list."""
        it, talk = visit.of(req), reading(req)
        offices = await own_offices(it, talk)
        found = await asyncio.gather(
            *(it.ask("accounts", "list_pending_checks", office_id=office["value"]) for office in offices)
        )
        checks = [
            {**described(talk, check), "office": office["label"]}
            for office, listed in zip(offices, found, strict=True)
            for check in listed["checks"]
        ]
        await render(req, resp, "counter_pending.html", checks=checks)


class PendingCheck(FormPage):
    """A check, as the second officer looks at it."""

    allow: ClassVar[Any] = OFFICERS
    survives_outage: ClassVar[bool] = False

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """Raises not_found for a check of another office."""
        it, talk = visit.of(req), reading(req)
        check = await it.ask("accounts", "get_pending_check", check_id=params["check_id"])
        pairs = [
            (identity_words.label(talk, name), identity_words.spoken(talk, name, check["values"][name]))
            for name in IDENTITY
            if check["values"].get(name)
        ]
        document = [
            (
                identity_words.said(talk, DOCUMENT_LABELS, "document.kind"),
                identity_words.said(talk, identity_words.DOCUMENT_KINDS, check["document_kind"]),
            ),
            (identity_words.said(talk, DOCUMENT_LABELS, "document.issuing_authority"), check["issuing_authority"]),
            (identity_words.said(talk, DOCUMENT_LABELS, "document.valid_until"), talk.day(check["document_valid_until"])),
        ]
        await render(
            req,
            resp,
            "counter_confirm.html",
            check=described(talk, check),
            office=await identity_words.office_name(it, talk, check["office_id"]),
            pairs=pairs,
            document=document,
            corrected=[identity_words.label(talk, name) for name in check["corrected"]],
            reasons=identity_words.options(talk, identity_words.DECLINE_REASONS),
            **told(talk, failure, {"reason": ("reason", talk.gettext("Reason"))}),
        )

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """`do` is `confirm` or `decline`, which needs a reason."""
        it, check_id = visit.of(req), params["check_id"]
        if form.get("do") == "decline":
            if not form.get("reason"):
                raise Invalid("invalid", "A reason is needed.", fields={"reason": ["choice"]})
            await it.ask("accounts", "decline_check", check_id=check_id, reason=form.get("reason"))
            see_other(resp, "/staff/counter/pending?done=identity_declined")
            return
        check = await it.ask("accounts", "get_pending_check", check_id=check_id)
        done = await it.ask("accounts", "confirm_check", check_id=check_id)
        if check["way"] == "account":
            see_other(
                resp, f"/staff/counter/people/{done['account_id']}/letter?office={check['office_id']}&done=identity_verified"
            )
        else:
            see_other(resp, "/staff/counter?done=identity_verified")


class Find(FormPage):
    """Looks somebody up, for a reason that is recorded."""

    allow: ClassVar[Any] = OFFICERS
    survives_outage: ClassVar[bool] = False

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """One question; nobody is listed without it."""
        await self._page(req, resp, form, failure, None)

    async def _page(
        self, req: Request, resp: Response, form: Form | None, failure: Failure | None, people: list[dict[str, Any]] | None
    ) -> None:
        talk = reading(req)
        labels = {
            "reason": ("reason", talk.gettext("Reason")),
            "email": ("email", talk.gettext("E-mail address")),
            "family_name": ("family_name", talk.gettext("Family name")),
            "birth_date": ("birth_date", talk.gettext("Date of birth")),
        }
        await render(
            req,
            resp,
            "counter_find.html",
            form=values(form, "office_id", "reason", "email", "family_name", "birth_date"),
            offices=await own_offices(visit.of(req), talk),
            reasons=identity_words.options(talk, identity_words.LOOKUP_REASONS),
            revocations=identity_words.options(talk, identity_words.REVOCATION_REASONS),
            people=people,
            **told(talk, failure, labels),
        )

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """Show who was found, with what can be done."""
        typed: dict[str, Any] = values(form, "reason", "email", "family_name", "birth_date")
        try:
            found = await visit.of(req).ask("accounts", "find_person", office_id=office_of(form), **typed)
        except NotFound as failure:
            if failure.slug != "accounts.nobody_found":
                raise
            await self._page(req, resp, form, None, [])
            return
        talk = reading(req)
        await self._page(req, resp, form, None, [person(talk, one) for one in found["people"]])


class Revoke:
    """Takes a verified identity back."""

    allow: ClassVar[Any] = OFFICERS

    async def on_post(self, req: Request, resp: Response, account_id: str) -> None:
        """Raises conflict where nothing was verified in person, forbidden for oneself."""
        it = visit.of(req)
        if not it.form.get("reason"):
            raise Invalid("invalid", "A reason is needed.", fields={"reason": ["choice"]})
        asked: dict[str, Any] = {"office_id": office_of(it.form), "account_id": account_id, "reason": it.form.get("reason")}
        await it.ask("accounts", "revoke_identity", **asked)
        see_other(resp, "/staff/counter?done=identity_revoked")


class LostFactors(FormPage):
    """Lets somebody in again who lost every second factor."""

    allow: ClassVar[Any] = OFFICERS
    survives_outage: ClassVar[bool] = False

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """The document must show what the account has verified, which the officer has just looked up."""
        talk = reading(req)
        form = form or Form([("office_id", req.get_param("office") or "")])
        await render(
            req,
            resp,
            "counter_factors.html",
            offices=await own_offices(visit.of(req), talk),
            **fields(talk, form),
            **told(talk, aligned(failure), check_labels(talk)),
        )

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """The person sets up a new second factor at the next sign-in."""
        done = await visit.of(req).ask(
            "accounts",
            "remove_lost_factors",
            idempotency_key=form.get("key") or ids.new_id(),
            account_id=params["account_id"],
            **compared(form),
        )
        said = "factors_removed" if done["state"] == "verified" else "identity_recorded"
        see_other(resp, f"/staff/counter?done={said}")


class Letter:
    """Prints the activation letter of an account that was made here."""

    allow: ClassVar[Any] = OFFICERS

    async def on_get(self, req: Request, resp: Response, account_id: str) -> None:
        """A page with one button, so that going back prints nothing."""
        office_id = req.get_param("office") or ""
        await render(req, resp, "counter_letter.html", office_id=office_id, account_id=account_id)

    async def on_post(self, req: Request, resp: Response, account_id: str) -> None:
        """The PDF; every earlier letter is void."""
        it = visit.of(req)
        letter = await it.ask("accounts", "print_activation_letter", office_id=office_of(it.form), account_id=account_id)
        resp.content_type = "application/pdf"
        resp.downloadable_as = letter["filename"]
        resp.set_header("Cache-Control", "no-store")
        resp.data = base64.b64decode(letter["content_base64"])


async def own_offices(it: Visit, talk: Speech) -> list[dict[str, str]]:
    """The offices at whose counter the officer works, as choices."""
    scopes = it.actor.offices("identity_officer")
    everyone = await it.house.catalogue.municipalities() if scopes else {"municipalities": []}
    found = []
    for municipality in everyone["municipalities"]:
        if any(scope == "*" or scope.startswith(f"{municipality['ars']}/") for scope in scopes):
            place = await it.house.catalogue.municipality(municipality["ars"])
            found += [
                {"value": office["office_id"], "label": f"{talk.local(office['name'])}, {municipality['name']}"}
                for office in place["offices"]
                if _works_in(it.actor, office["office_id"])
            ]
    return found


def _works_in(actor: Actor, office_id: str) -> bool:
    return actor.has_role("identity_officer", office_id)


def office_of(form: Form) -> str:
    """The office that was chosen. Raises forbidden where none was: then the officer has none."""
    office_id = form.get("office_id")
    if not office_id:
        raise Forbidden("accounts.not_this_office", "You do not verify identities in any office.")
    return office_id


def seen(form: Form) -> dict[str, str]:
    """The identity values as the document shows them."""
    return {name: form.get(f"values.{name}") for name in IDENTITY}


def compared(form: Form) -> dict[str, Any]:
    """Office, document and the officer's word, as the contract wants them."""
    document = {name: form.get(f"document.{name}").strip() for name in DOCUMENT}
    document["valid_until"] = _iso(document["valid_until"])
    return {"office_id": office_of(form), "document": document, "is_compared": form.get("is_compared") == "yes"}


def fields(talk: Speech, form: Form) -> dict[str, Any]:
    """What the templates of a check need to draw its inputs."""
    names = {name: identity_words.label(talk, name) for name in IDENTITY}
    return {
        "key": key_of(form),
        "office_id": form.get("office_id"),
        "inputs": [
            {
                "name": f"values.{name}",
                "label": label,
                "hint": talk.gettext(hint) if (hint := identity_words.HINTS.get(name)) else None,
                "value": form.get(f"values.{name}"),
                "required": name in ("given_names", "family_name", "birth_date"),
            }
            for name, label in names.items()
        ],
        "document": {name: form.get(f"document.{name}") for name in DOCUMENT},
        "kinds": identity_words.options(talk, identity_words.DOCUMENT_KINDS),
        "is_compared": form.get("is_compared") == "yes",
    }


async def show_check(
    req: Request, resp: Response, form: Form, failure: Failure | None, visitor: Mapping[str, Any] | None
) -> None:
    """The page of a check: the account's values to be compared and corrected, and what is seen of the document."""
    talk = reading(req)
    office = await identity_words.office_name(visit.of(req), talk, form.get("office_id"))
    await render(
        req,
        resp,
        "counter_check.html",
        code=form.get("code"),
        office=office,
        visitor=visitor,
        **fields(talk, form),
        **told(talk, aligned(failure), check_labels(talk)),
    )


def check_labels(talk: Speech) -> Labels:
    """Where an error of a check belongs."""
    inputs = {f"values.{name}": (f"values.{name}", identity_words.label(talk, name)) for name in IDENTITY}
    document = {name: (name, talk.gettext(label)) for name, label in DOCUMENT_LABELS.items()}
    return {"code": ("content", talk.gettext("Code of the citizen")), **inputs, **document}


def aligned(failure: Failure | None) -> Failure | None:
    """Errors of identity values under the names of their inputs, wherever the service found them."""
    if failure is None or not failure.fields:
        return failure
    found = {f"values.{name}" if name in IDENTITY else name: slugs for name, slugs in failure.fields.items()}
    return Invalid(failure.slug, failure.text, fields=found)


def described(talk: Speech, check: Mapping[str, Any]) -> dict[str, Any]:
    """A waiting check in words."""
    return {
        **check,
        "way_name": identity_words.said(talk, identity_words.WAYS, check["way"]),
        "document": identity_words.said(talk, identity_words.DOCUMENT_KINDS, check["document_kind"]),
    }


def person(talk: Speech, found: Mapping[str, Any]) -> dict[str, Any]:
    """Somebody who was looked up, in words."""
    pairs = [
        (identity_words.label(talk, name), identity_words.spoken(talk, name, found["values"][name]))
        for name in IDENTITY
        if found["values"].get(name)
    ]
    return {**found, "pairs": pairs, "name": f"{found['values'].get('given_names', '')} {found['values'].get('family_name', '')}"}


def _iso(typed: str) -> str:
    """A day as typed, in the form of the contract; what is no day goes on as it is, and comes back as an error."""
    match = answers.GERMAN_DATE.fullmatch(typed)
    if match is None:
        return typed
    day, month, year = (int(part) for part in match.groups())
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return typed
