"""The sandbox over HTTP: what the services post to the bank, what tests ask, and a page each for people."""

from base64 import b64encode
from collections.abc import Callable
from typing import Any

import falcon
import falcon.asgi
from jinja2 import Environment, PackageLoader

from deploy.sandbox import bank, identity, mail
from deploy.sandbox.iso20022 import DEBITS, TRANSFERS, FileRefused
from deploy.sandbox.store import Store
from services.accounts.providers.saml_names import CLASSES

FILE_LIMIT = 20 * 1024 * 1024
LIST_LIMIT = 10_000
Request = falcon.asgi.Request
Response = falcon.asgi.Response


def create_app(store: Store, bank_path: str, provider: identity.Provider | None = None) -> "falcon.asgi.App[Any, Any]":
    """The whole sandbox; the bank answers under the path its clients were given, the provider of identities under /eid."""
    pages = Environment(loader=PackageLoader("deploy.sandbox"), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    pages.filters["euros"] = euros

    def booked(bookings: list[dict[str, Any]]) -> dict[str, Any]:
        return {"bookings": bookings, "sums": bank.sums(store)}

    app = falcon.asgi.App()
    app.req_options.strip_url_path_trailing_slash = True
    app.add_route("/", Page(pages, "start.html", lambda: {"bank_path": bank_path}))
    app.add_route(f"{bank_path}/direct-debits", Files(store, DEBITS))
    app.add_route(f"{bank_path}/credit-transfers", Files(store, TRANSFERS))
    app.add_route(f"{bank_path}/bookings", Listed(lambda req: booked(bank.bookings(store, *_span(req)))))
    app.add_route("/mail/messages", Listed(lambda req: {"messages": mail.messages(store, req.get_param("to"), *_span(req))}))
    app.add_route(bank_path, Page(pages, "bank.html", lambda: booked(bank.newest_bookings(store))))
    app.add_route("/mail", Page(pages, "mail.html", lambda: {"messages": mail.newest_messages(store)}))
    if provider is not None:
        app.add_route("/eid/identify", Identify(pages, provider))
    return app


def euros(cents: int) -> str:
    """An amount to read."""
    return f"{cents // 100}.{cents % 100:02d} EUR"


class Files:
    """Where payment files are posted."""

    def __init__(self, store: Store, kind: str) -> None:
        self.store = store
        self.kind = kind

    async def on_post(self, req: Request, resp: Response) -> None:
        """200 accepted, 422 refused for good, 409 for another file under a known message id."""
        content = await req.stream.read(FILE_LIMIT + 1)
        if len(content) > FILE_LIMIT:
            raise falcon.HTTPContentTooLarge
        try:
            resp.media = bank.take(self.store, self.kind, content)
        except FileRefused as refusal:
            resp.status = falcon.HTTP_422
            resp.media = {"status": "rejected", "reason": str(refusal)}
        except bank.OtherFile as other:
            resp.status = falcon.HTTP_409
            resp.media = {"status": "conflict", "reason": f"Another file was sent under message id {other}."}


class Listed:
    """A list as JSON."""

    def __init__(self, answer: Callable[[Request], dict[str, Any]]) -> None:
        self.answer = answer

    async def on_get(self, req: Request, resp: Response) -> None:
        """`after` is the last number already seen, `limit` the length."""
        resp.media = {"sandbox": True, **self.answer(req)}


class Page:
    """A page for people."""

    def __init__(self, pages: Environment, template: str, values: Callable[[], dict[str, Any]]) -> None:
        self.template = pages.get_template(template)
        self.values = values

    async def on_get(self, _req: Request, resp: Response) -> None:
        """The page as of now."""
        resp.content_type = falcon.MEDIA_HTML
        resp.set_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        resp.text = self.template.render(**self.values())


class Identify:
    """Where the portal sends a browser to have its person identified: somebody chooses a sample person and a level."""

    def __init__(self, pages: Environment, provider: identity.Provider) -> None:
        self.choose = pages.get_template("identify.html")
        self.back = pages.get_template("identified.html")
        self.provider = provider

    async def on_get(self, req: Request, resp: Response) -> None:
        """The request of the portal is in the query, signed."""
        self._page(resp, self.choose.render(query=self._checked(req.query_string)[0], persons=identity.PERSONS))

    async def on_post(self, req: Request, resp: Response) -> None:
        """The person is chosen; a form brings the answer to the portal."""
        form = await req.get_media()
        _, asked = self._checked(str(form.get("query")))
        values, level = identity.PERSONS.get(str(form.get("person"))), str(form.get("level"))
        if values is None or level not in CLASSES:
            raise falcon.HTTPBadRequest(title="No such person or level.")
        answer = b64encode(self.provider.answer(asked, values, level)).decode()
        self._page(resp, self.back.render(consumer=asked.consumer, answer=answer))

    def _checked(self, query: str) -> tuple[str, identity.Asked]:
        try:
            return query, self.provider.asked(query)
        except identity.RequestRefused as refusal:
            raise falcon.HTTPBadRequest(title=str(refusal)) from None

    def _page(self, resp: Response, text: str) -> None:
        resp.content_type = falcon.MEDIA_HTML
        resp.set_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        resp.text = text


def _span(req: Request) -> tuple[int, int]:
    after = req.get_param_as_int("after", min_value=0, default=0)
    return after, req.get_param_as_int("limit", min_value=1, max_value=LIST_LIMIT, default=1000)
