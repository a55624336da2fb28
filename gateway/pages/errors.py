"""The page of a failure: what happened, what to do next, and everything that was typed."""

from falcon.asgi import Request, Response

from gateway import visit
from gateway.body import Form
from gateway.csrf import FIELD
from gateway.errors import here
from gateway.pages import words
from gateway.pages.answers import PREFIX
from gateway.pages.form_page import FormPage
from gateway.pages.language import Speech
from gateway.pages.rendering import NOT_TYPED, fill, reading, sign_in_needed, told
from services.contracts.errors import Failure, Kind, Unauthenticated

COMES_AGAIN = (Kind.UNAVAILABLE, Kind.TIMEOUT)
NOT_SHOWN = NOT_TYPED | {"password", "new_password", "token", "credential"}


async def render_failure(req: Request, resp: Response, failure: Failure) -> None:
    """Status and Retry-After are set already. Asks no service for anything that is not remembered."""
    it = visit.of(req)
    if req.method == "POST" and it.form.pairs and can_be_sent_again(req, failure):
        if sign_in_needed(req):
            failure = Unauthenticated("gateway.not_signed_in", "Please sign in first.")
        await _with_what_was_typed(req, resp, it.form, failure)
        return
    again = here(req) if req.method == "GET" and failure.kind in COMES_AGAIN else ""
    fill(req, resp, "problem.html", network(req), trouble=told(reading(req), failure), again=again)


def can_be_sent_again(req: Request, failure: Failure) -> bool:
    """Whether sending the same form once more can help: never for a form that came from another website."""
    if failure.slug == "gateway.party_changed":
        return True
    if failure.slug == "gateway.csrf":
        return req.get_header("Sec-Fetch-Site") == "same-origin" or req.get_header("Origin") is not None
    return failure.kind in (*COMES_AGAIN, Kind.UNAUTHENTICATED)


async def _with_what_was_typed(req: Request, resp: Response, form: Form, failure: Failure) -> None:
    it = visit.of(req)
    if isinstance(it.resource, FormPage) and it.resource.survives_outage:
        try:
            await it.resource.show(req, resp, form, failure, **it.params)
        except Failure:
            pass
        else:
            return
    talk = reading(req)
    fill(
        req,
        resp,
        "resend.html",
        network(req),
        trouble=told(talk, failure),
        action=here(req),
        kept=[(name, value) for name, value in form.pairs if name not in (FIELD, "language")],
        shown=typed(talk, form),
    )


def network(req: Request) -> str:
    """The name of the network as far as it is remembered."""
    return visit.of(req).house.catalogue.remembered_network()


def typed(talk: Speech, form: Form) -> list[tuple[str, str]]:
    """What was typed, readable; secrets and what the page itself put there are left out."""
    return [
        (talk.gettext(words.TYPED_LABELS.get(name, "")) or name.removeprefix(PREFIX).replace("_", " "), value)
        for name, value in form.pairs
        if value.strip() and name not in NOT_SHOWN
    ]
