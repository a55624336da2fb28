"""The API described by itself: OpenAPI 3.1 from the table of operations, AsyncAPI 3.0 from the registry of events."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

import orjson
from falcon.asgi import Request, Response

from gateway.api.operation import PUBLIC
from services.contracts.actors import ANYONE


class Description:
    """A description that is made when it is first asked for, and kept. Programs of any website may read it."""

    allow = ANYONE
    is_same_for_everybody = True

    def __init__(self, describe: Callable[[], dict[str, Any]]) -> None:
        self.describe = describe

    @cached_property
    def text(self) -> bytes:
        """The description as JSON."""
        return orjson.dumps(self.describe())

    async def on_get(self, req: Request, resp: Response) -> None:
        """The whole description."""
        resp.content_type = "application/json"
        resp.set_header("Cache-Control", PUBLIC)
        resp.set_header("Access-Control-Allow-Origin", "*")
        resp.set_header("Cross-Origin-Resource-Policy", "cross-origin")
        resp.data = self.text
