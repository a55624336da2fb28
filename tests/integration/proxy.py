"""A TCP proxy between a client and the broker that can cut the line, restore it, and let it go silent without closing it."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

from tests.patience import PATIENCE_SECONDS


class Proxy:
    """Forwards bytes, in a thread with an event loop of its own."""

    def __init__(self, amqp_uri: str) -> None:
        self._target = urlsplit(amqp_uri)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._server: asyncio.Server | None = None
        self._pipes: set[asyncio.Task[None]] = set()
        self._flows = asyncio.Event()
        self.port = 0
        self.connections = 0

    @property
    def uri(self) -> str:
        """The broker's address by way of this proxy."""
        userinfo = self._target.netloc.rpartition("@")[0]
        return self._target._replace(netloc=f"{userinfo}@127.0.0.1:{self.port}").geturl()

    def restore(self) -> None:
        """Take connections, and forward."""
        self._run(self._restore())

    def cut(self) -> None:
        """Break every connection and take no more."""
        self._run(self._cut())

    def silence(self) -> None:
        """Forward nothing and close nothing, as when the network is gone; new connections get no answer either."""
        self._run(self._silence())

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE_SECONDS)

    async def _restore(self) -> None:
        self._flows.set()
        if self._server is None:
            self._server = await asyncio.start_server(self._connect, "127.0.0.1", self.port)
            self.port = self._server.sockets[0].getsockname()[1]

    async def _silence(self) -> None:
        self._flows.clear()

    async def _cut(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for pipe in self._pipes:
            pipe.cancel()
        await asyncio.gather(*self._pipes, return_exceptions=True)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        there, here = await asyncio.open_connection(self._target.hostname, self._target.port or 5672)
        for source, sink in ((reader, here), (there, writer)):
            pipe = asyncio.ensure_future(self._forward(source, sink))
            self._pipes.add(pipe)
            pipe.add_done_callback(self._pipes.discard)

    async def _forward(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            try:
                while piece := await source.read(65536):
                    await self._flows.wait()
                    sink.write(piece)
                    await sink.drain()
            finally:
                sink.close()


@contextmanager
def proxied(amqp_uri: str) -> Iterator[Proxy]:
    """A proxy that forwards; gone at the end of the block."""
    proxy = Proxy(amqp_uri)
    proxy._thread.start()
    proxy.restore()
    try:
        yield proxy
    finally:
        proxy.cut()
        proxy._loop.call_soon_threadsafe(proxy._loop.stop)
        proxy._thread.join(5)
        proxy._loop.close()
