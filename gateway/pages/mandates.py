"""Mandates of a citizen: those they gave, those they hold, and those that wait for an answer."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, ClassVar

from falcon.asgi import Request, Response

from gateway import visit
from gateway.body import Form
from gateway.pages import words
from gateway.pages.answers import GERMAN_DATE, as_typed
from gateway.pages.directory import Directory, directory
from gateway.pages.form_page import FormPage, key_of, told, values
from gateway.pages.language import Speech
from gateway.pages.rendering import reading, render, see_other
from services.chassis import clock, ids
from services.contracts.accounts.mandates import SIDES
from services.contracts.actors import CITIZEN
from services.contracts.errors import Failure, Invalid

HOME = "/mandates"
USUAL = timedelta(days=365)


def spoken(talk: Speech, names: Directory, mandate: Mapping[str, Any]) -> dict[str, Any]:
    """A mandate in words."""
    state = words.MANDATE_STATES[mandate["state"]]
    is_all = mandate["services"] == ["*"]
    return {
        **mandate,
        "other": mandate["other_name"] or mandate["other_email"],
        "state_badge": {"label": talk.gettext(state.label), "tone": state.tone, "symbol": state.symbol},
        "scope": talk.gettext("all services") if is_all else ", ".join(names.service(slug) for slug in mandate["services"]),
        "valid_until": talk.day(date.fromisoformat(str(mandate["valid_until"]))),
    }


class Mandates:
    """All of one's own."""

    allow: ClassVar[Any] = CITIZEN

    async def on_get(self, req: Request, resp: Response) -> None:
        """What waits for an answer first."""
        it, talk = visit.of(req), reading(req)
        found = await it.ask("accounts", "list_mandates")
        names = await directory(it, talk)
        mandates = [spoken(talk, names, mandate) for mandate in found["mandates"]]
        open_ = [m for m in mandates if m["state"] in ("asked", "active")]
        await render(
            req,
            resp,
            "mandates.html",
            waiting=[m for m in open_ if "accept" in m["steps"]],
            given=[m for m in open_ if m["side"] == "grantor" and "accept" not in m["steps"]],
            held=[m for m in open_ if m["side"] == "helper" and "accept" not in m["steps"]],
            ended=[m for m in mandates if m not in open_],
        )


class Ask(FormPage):
    """Propose a mandate: ask somebody to let one act for them, or let somebody act for oneself."""

    allow: ClassVar[Any] = CITIZEN

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """`?side=grantor` gives one, anything else asks for one."""
        it, talk = visit.of(req), reading(req)
        _ = talk.gettext
        typed: dict[str, Any] = values(form, "side", "email", "valid_until", "scope", "allows_prefill")
        typed["services"] = form.all("services") if form else []
        if form is None:
            typed["side"] = req.get_param("side") or ""
            typed["valid_until"] = as_typed("date", (clock.in_germany(clock.now()).date() + USUAL).isoformat())
        if typed["side"] not in SIDES:
            typed["side"] = "helper"
        services = await it.house.catalogue.services()
        labels = {
            "email": ("email", _("E-mail address of the other person")),
            "scope": ("scope", _("For which services")),
            "services": ("scope", _("For which services")),
            "valid_until": ("valid_until", _("Last day")),
        }
        options = [{"value": s["service"], "label": talk.local(s["name"])} for s in services]
        await render(
            req, resp, "mandate_form.html", form=typed, key=key_of(form), services=options, **told(talk, failure, labels)
        )

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """The same answer whether or not the address has an account."""
        typed = values(form, "side", "email", "scope", "valid_until")
        chosen = ["*"] if typed["scope"] == "all" else form.all("services")
        day = _day(typed["valid_until"])
        wrong: dict[str, list[str]] = {}
        if not typed["email"].strip():
            wrong["email"] = ["required"]
        if not chosen:
            wrong["scope"] = ["scope"]
        if day is None:
            wrong["valid_until"] = ["date"]
        if wrong:
            raise Invalid("invalid", "Some fields are empty.", fields=wrong)
        made = await visit.of(req).ask(
            "accounts",
            "ask_for_mandate",
            idempotency_key=form.get("key") or ids.new_id(),
            side="grantor" if typed["side"] == "grantor" else "helper",
            email=typed["email"].strip(),
            services=chosen,
            valid_until=day,
            allows_prefill=form.get("allows_prefill") == "yes",
        )
        see_other(resp, f"{HOME}/{made['mandate_id']}?done=mandate_asked")


def _day(typed: str) -> str | None:
    """A day as it is typed in Germany, for the contract."""
    match = GERMAN_DATE.fullmatch(typed)
    if match is None:
        return None
    day, month, year = (int(part) for part in match.groups())
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


class Mandate(FormPage):
    """One mandate: what it means, and what can be done with it."""

    allow: ClassVar[Any] = CITIZEN
    survives_outage: ClassVar[bool] = False

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """Raises not_found for somebody else's."""
        it, talk = visit.of(req), reading(req)
        _ = talk.gettext
        found = await it.ask("accounts", "get_mandate", mandate_id=params["mandate_id"])
        mandate = spoken(talk, await directory(it, talk), found)
        facts = [
            (_("Gives the mandate"), _("You") if found["side"] == "grantor" else mandate["other"]),
            (_("Acts under it"), _("You") if found["side"] == "helper" else mandate["other"]),
            (_("For which services"), mandate["scope"]),
            (_("Last day"), mandate["valid_until"]),
            (_("Own data filled in"), _("allowed") if found["allows_prefill"] else _("not allowed")),
            (_("Asked"), talk.moment(found["asked_at"])),
        ]
        if found["state"] == "asked":
            facts.append((_("Can be accepted until"), talk.moment(found["answer_until"])))
        if found["began_at"]:
            facts.append((_("Began"), talk.moment(found["began_at"])))
        if found["ended_at"]:
            facts.append((_("Ended"), talk.moment(found["ended_at"])))
        is_acting = it.actor.behalf is not None
        await render(req, resp, "mandate.html", mandate=mandate, facts=facts, is_acting=is_acting, **told(talk, failure, {}))

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """`do` is `accept`, `decline`, `withdraw` or `revoke`."""
        it, do = visit.of(req), form.get("do")
        if do == "accept":
            await it.ask(
                "accounts", "accept_mandate", mandate_id=params["mandate_id"], allows_prefill=form.get("allows_prefill") == "yes"
            )
        elif do in ("decline", "withdraw", "revoke"):
            await it.ask("accounts", f"{do}_mandate", mandate_id=params["mandate_id"])
        else:
            raise Invalid("invalid", "There is no such step.")
        see_other(resp, f"{HOME}/{params['mandate_id']}?done=mandate_{do}" if do != "decline" else f"{HOME}?done=mandate_decline")
