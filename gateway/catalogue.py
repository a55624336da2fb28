"""The catalogue and the municipalities, remembered for half a minute: public pages open even while the services are away."""

import asyncio
from collections.abc import Mapping
from time import monotonic
from typing import Any

from gateway.house import Bus
from gateway.visit import nothing_here
from services.chassis import tracing
from services.contracts.actors import Actor
from services.contracts.errors import Invalid, Timeout, Unavailable
from services.contracts.wire import DEFAULT_DEADLINE

FRESH_SECONDS = 30.0
HOLD_OFF_SECONDS = 5.0
"""After a failed question the old answer is given this long without asking again."""
IMPATIENT_DEADLINE = 1.0
"""Seconds to wait for news where there is an old answer to give."""
MOST_ANSWERS = 2000

Key = tuple[str, str, tuple[tuple[str, Any], ...]]


class Catalogue:
    """Answers of `accounts` and `applications` that are the same for everybody. Replies are shared: never change one."""

    def __init__(self, bus: Bus) -> None:
        self.bus = bus
        self._answers: dict[Key, tuple[float, Mapping[str, Any]]] = {}
        self._asking: dict[Key, asyncio.Task[Mapping[str, Any]]] = {}

    async def municipalities(self) -> Mapping[str, Any]:
        """`{network, notice, municipalities: [summary]}`, county first."""
        return await self._get("accounts", "list_municipalities")

    def remembered_network(self) -> str:
        """The name of the network as far as it is known without asking; empty before the first answer."""
        return str(self._remembered().get("network", ""))

    def remembered_notice(self) -> Mapping[str, str] | None:
        """What visitors of the network must know first, as far as it is known without asking."""
        return self._remembered().get("notice")

    def _remembered(self) -> Mapping[str, Any]:
        _, known = self._answers.get(("accounts", "list_municipalities", ()), (0.0, {}))
        return known

    async def municipality(self, key: str) -> Mapping[str, Any]:
        """One municipality by slug or ARS, with offices and legal texts. Raises not_found."""
        return await self._get("accounts", "get_municipality", key=key)

    async def services(self, ars: str | None = None) -> list[Mapping[str, Any]]:
        """Summaries of all services, or of those one municipality offers."""
        return list((await self._get("applications", "list_services", ars=ars))["services"])

    async def service(self, service: str, ars: str, version: int | None = None) -> Mapping[str, Any]:
        """A service as one municipality offers it, as it is now or in the version of a draft. Raises not_found."""
        return await self._get("applications", "get_service", service=service, ars=ars, version=version)

    async def situations(self) -> Mapping[str, Any]:
        """The federal catalogue: `{subjects: [subject with its life situations]}`."""
        return await self._get("applications", "list_situations")

    async def situation(self, situation: str) -> Mapping[str, Any]:
        """A life situation with its services. Raises not_found."""
        return await self._get("applications", "get_situation", situation=situation)

    async def listing(self, listing: str) -> Mapping[str, Any]:
        """A service of the federal catalogue. Raises not_found."""
        return await self._get("applications", "get_listing", listing=listing)

    async def waiting_time(self, service: str, ars: str) -> Mapping[str, Any]:
        """How long the office has taken lately. Raises not_found where the service is not offered."""
        return await self._get("applications", "get_waiting_time", service=service, ars=ars)

    def ask_again(self) -> None:
        """An administrator has changed something: no answer is fresh any more, though all are still there for an outage."""
        self._answers = {key: (0.0, known) for key, (_, known) in self._answers.items()}

    async def _get(self, provider: str, method: str, **question: Any) -> Mapping[str, Any]:
        key: Key = (provider, method, tuple(sorted(question.items())))
        until, known = self._answers.get(key, (0.0, None))
        if known is not None and monotonic() < until:
            return known
        # Whoever asks while the question is under way shares its answer.
        asking = self._asking.get(key)
        if asking is None:
            asking = asyncio.create_task(self._ask(key, impatient=known is not None))
            self._asking[key] = asking
            asking.add_done_callback(lambda done: self._asked(key, done))
        try:
            return await asyncio.shield(asking)
        except (Unavailable, Timeout):
            if known is None:
                raise
            self._answers[key] = (monotonic() + HOLD_OFF_SECONDS, known)
            return known

    async def _ask(self, key: Key, *, impatient: bool) -> Mapping[str, Any]:
        provider, method, question = key
        deadline = IMPATIENT_DEADLINE if impatient else DEFAULT_DEADLINE
        try:
            reply = await self.bus.call(provider, method, Actor(), deadline=deadline, trace=tracing.current(), **dict(question))
        except Invalid:
            # What cannot be the key of anything names nothing.
            raise nothing_here() from None
        if len(self._answers) >= MOST_ANSWERS:
            self._answers.clear()
        self._answers[key] = (monotonic() + FRESH_SECONDS, reply)
        return reply

    def _asked(self, key: Key, done: asyncio.Task[Mapping[str, Any]]) -> None:
        self._asking.pop(key, None)
        # Taken note of also where whoever asked has gone away meanwhile.
        _ = done.cancelled() or done.exception()
