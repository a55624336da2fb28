"""One request as the gateway sees it: who asks, what was typed, and the way to the services on their behalf."""

from collections.abc import Mapping
from typing import Any, cast

from falcon.asgi import Request

from gateway.body import Form
from gateway.house import House
from services.chassis import tracing
from services.contracts.actors import Actor
from services.contracts.errors import NotFound
from services.contracts.wire import DEFAULT_DEADLINE


class Visit:
    """Lives as `req.context.visit` from the first middleware to the last; `of(req)` finds it."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.actor = Actor()
        self.person: dict[str, Any] | None = None
        self.party_name: str | None = None
        """Name of the organisation or person acted for; None for oneself."""
        self.has_lost_party = False
        """Whether this session acted for somebody and may no longer; until its person chooses anew, it changes nothing."""
        self.session_id: str | None = None
        self.token: str | None = None
        self.needs_second_factor = False
        """Whether this is staff that has no role before it has set up a second factor."""
        self.is_session_unknown = False
        """True where there is a session token but accounts could not be asked; only public pages get that far."""
        self.site: Mapping[str, Any] | None = None
        """The member of the network whose own host name this is; there nobody is signed in."""
        self.is_elsewhere = False
        """Whether the host is another than PORTAL_URL's, so that links to the portal have to name it."""
        self.client: dict[str, Any] = {}
        """The client as accounts is told of it."""
        self.visitor: str | None = None
        self.is_visitor_new = False
        self.form = Form()
        self.resource: object = None
        self.params: dict[str, Any] = {}
        """What answers this request, and what its address names: an error page draws the same page again."""

    @property
    def is_signed_in(self) -> bool:
        """Whether somebody is signed in."""
        return self.session_id is not None

    async def ask(
        self, service: str, method: str, /, *, deadline: float = DEFAULT_DEADLINE, idempotency_key: str | None = None, **data: Any
    ) -> dict[str, Any]:
        """Call an RPC as the one who asks. Raises the Failure of the service, `unavailable` or `timeout`."""
        return await self.house.bus.call(
            service, method, self.actor, deadline=deadline, idempotency_key=idempotency_key, trace=tracing.current(), **data
        )


def of(req: Request) -> Visit:
    """The visit of this request."""
    return cast("Visit", req.context.visit)


def nothing_here() -> NotFound:
    """The answer for an address that names nothing this person may know of."""
    return NotFound("gateway.not_found", "There is nothing at this address.")
