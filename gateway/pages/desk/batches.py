"""One decision for many cases: chosen in the queue, looked at once more, then worked off while a page shows how far it is."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, ClassVar

from falcon.asgi import Request, Response

from gateway import visit
from gateway.body import Form
from gateway.pages import words
from gateway.pages.form_page import FormPage, key_of, told, values
from gateway.pages.language import N_, Speech
from gateway.pages.rendering import reading, render, see_other
from services.contracts.actors import staff
from services.contracts.errors import Conflict, Failure, Invalid, NotFound
from services.contracts.values import UUID

OUTCOMES: dict[str | None, tuple[str, str]] = {
    None: (N_("waits"), "info"),
    "done": (N_("decided"), "success"),
    "applications.no_case": (N_("not one of your cases"), "danger"),
    "applications.wrong_state": (N_("not possible in its present state"), "warning"),
    "database.changed_meanwhile": (N_("somebody else was quicker"), "warning"),
}


class NewBatch(FormPage):
    """The cases that were ticked, and the decision to be taken."""

    allow: ClassVar[Any] = staff("clerk")

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """Where nothing is ticked, it leads back to the queue."""
        labels = {"reason": ("reason", reading(req).gettext("Reason of a rejection"))}
        await render(
            req,
            resp,
            "batch_new.html",
            case_ids=chosen(form) if form else [],
            form=values(form, "reason"),
            key=key_of(form),
            **told(reading(req), failure, labels),
        )

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """`do` is `choose` when it comes from the queue, then `approve` or `reject`."""
        it, case_ids, do = visit.of(req), chosen(form), form.get("do")
        if do == "choose" or not case_ids:
            await self.show(req, resp, form, None, **params)
            return
        reason = form.get("reason").replace("\r\n", "\n").strip() if do == "reject" else None
        if do == "reject" and not reason:
            raise Invalid("invalid", "The reason is missing.", fields={"reason": ["reason_required"]})
        batch = await it.ask(
            "applications", "start_batch", idempotency_key=form.get("key"), case_ids=case_ids, decision=do, reason=reason
        )
        see_other(resp, f"/staff/batches/{batch['batch_id']}")


class Batch:
    """How far a batch is, and what came of each case; loading it again shows more."""

    allow: ClassVar[Any] = staff("clerk")

    async def on_get(self, req: Request, resp: Response, batch_id: str) -> None:
        """Raises not_found for another's batch."""
        talk = reading(req)
        batch = await visit.of(req).ask("applications", "get_batch", batch_id=batch_id)
        counts = Counter(item["outcome"] for item in batch["items"])
        await render(
            req,
            resp,
            "batch.html",
            batch=batch,
            items=[{**item, **outcome(talk, item["outcome"])} for item in batch["items"]],
            total=len(batch["items"]),
            finished=len(batch["items"]) - counts[None],
            decided=counts["done"],
        )


def chosen(form: Form) -> list[str]:
    """The numbers of the ticked cases, once each; what is no number was not ticked here."""
    return [number for number in dict.fromkeys(form.all("case_id")) if UUID.fullmatch(number)]


def outcome(talk: Speech, slug: str | None) -> Mapping[str, str]:
    """The badge of a result; what has no words of its own is told as the page of the case would."""
    if slug in OUTCOMES:
        label, tone = OUTCOMES[slug]
        return {"label": talk.gettext(label), "tone": tone}
    kind = NotFound if slug is not None and slug.endswith(".no_case") else Conflict
    return {"label": talk.gettext(words.trouble(kind(slug or "", "")).title), "tone": "danger"}
