"""The gateway as one ASGI application, put together from its collaborators."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import falcon.asgi
from falcon.asgi import Request, Response

from gateway import api, pages
from gateway.access import Access, Address
from gateway.bus import Bus as RabbitBus
from gateway.catalogue import Catalogue
from gateway.errors import Errors, with_head
from gateway.hosts import Hosts
from gateway.house import Bus, House
from gateway.lifespan import Lifespan
from gateway.probes import Probes
from gateway.security import Security
from gateway.session import Session
from services.chassis import tracing
from services.chassis.settings import Settings
from services.contracts import wire

Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Portal(falcon.asgi.App[Request, Response]):
    """A Falcon application whose every request runs within a trace of its own."""

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:  # type: ignore[override]
        """Adopt the caller's trace, or begin one."""
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        # ASGI promises pairs to iterate over, once.
        scope["headers"] = [tuple(pair) for pair in scope.get("headers", ())]
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        known = {
            wire.TRACEPARENT: headers.get("traceparent", ""),
            wire.CORRELATION_ID: headers.get("x-correlation-id", ""),
        }
        with tracing.adopt(known):
            await super().__call__(scope, receive, send)


class Options:
    """Middleware: OPTIONS tells that HEAD works where GET does."""

    async def process_response(self, req: Request, resp: Response, resource: Any, req_succeeded: bool) -> None:
        """Falcon's own answer knows nothing of HEAD."""
        allow = resp.get_header("Allow")
        if req.method == "OPTIONS" and allow:
            resp.set_header("Allow", ", ".join(with_head(allow)))


def create_app(bus: Bus, settings: Settings) -> Portal:
    """The gateway over a bus: pages, API, and what holds for both. Tests give a fake bus."""
    house = House(bus, settings, Catalogue(bus))
    app = Portal(middleware=[Access(), Security(house), Options(), Session(house), Address(), Hosts(house)])
    app.req_options.strip_url_path_trailing_slash = True
    app.resp_options.secure_cookies_by_default = house.is_https
    Errors(house).install(app)
    for path, resource in [*api.routes(house), *pages.routes()]:
        if not getattr(resource, "allow", None):
            raise TypeError(f"{path}: every resource says with `allow` who may use it")
        app.add_route(path, resource)
    return app


def create_from_environment() -> Probes:
    """The gateway as a worker runs it; the broker may come later."""
    settings = Settings.from_environment("gateway")
    bus = RabbitBus(settings.amqp_uri)
    app = create_app(bus, settings)
    app.add_middleware(Lifespan(bus))
    return Probes(app, bus, settings.http_port)
