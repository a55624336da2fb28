"""For editors: publishing a working copy, after a look at what changes."""

from typing import Any

from falcon.asgi import Request, Response

from gateway import visit
from gateway.body import Form
from gateway.pages.editing import mistakes
from gateway.pages.editing.copies import CHANGED, ask, copy_crumbs, copy_of, home, version_of
from gateway.pages.editing.counting import by_name
from gateway.pages.editing.gone import CopyPage
from gateway.pages.editing.history import COPY, compared
from gateway.pages.form_page import key_of, told, values
from gateway.pages.language import Speech
from gateway.pages.rendering import reading, render, see_other
from services.contracts.errors import Failure


class Publish(CopyPage):
    """What changes, what happens then, and a note on it for those who come after."""

    async def show(
        self, req: Request, resp: Response, form: Form | None = None, failure: Failure | None = None, **params: str
    ) -> None:
        """Mistakes are to be put right first."""
        it, talk = visit.of(req), reading(req)
        copy = await copy_of(it, **params)
        found = await ask(it, "list_editions", params["ars"], service=params["service"])
        current = found["service"]["current"]
        groups = None
        if current and copy.told["described"]:
            groups = await compared(it, talk, params["ars"], params["service"], str(current["number"]), COPY)
        is_stale = failure is not None and failure.slug == CHANGED
        await render(
            req,
            resp,
            "editing_publish.html",
            copy=copy,
            current=current,
            groups=groups,
            mistakes=mistakes.told(talk, await by_name(it, talk, copy, copy.told["mistakes"]), copy.values, copy.base),
            form=values(form, "note"),
            version=copy.told["version"] if form is None or is_stale else version_of(form),
            key=key_of(form),
            crumbs=copy_crumbs(req, copy),
            **told(talk, _of_the_note(failure), {"note": ("note", talk.gettext("What has changed"))}),
        )

    async def submit(self, req: Request, resp: Response, form: Form, **params: str) -> None:
        """Raises conflict where the text is another than the one that was looked at, or a newer version was published."""
        it = visit.of(req)
        content: dict[str, Any] = {**params, "version": version_of(form), "note": form.get("note")}
        await it.ask("applications", "publish_service", idempotency_key=key_of(form), **content)
        it.house.catalogue.ask_again()
        see_other(resp, f"{home(**params)}?done=service_published")

    def typed(self, talk: Speech, form: Form) -> list[tuple[str, str]]:
        """The note."""
        return [(talk.gettext("What has changed"), form.get("note"))]


def _of_the_note(failure: Failure | None) -> Failure | None:
    """The failure, unless it is about the text: what is wrong in that stands on the page already, asked for afresh."""
    return None if failure is not None and failure.fields and "note" not in failure.fields else failure
