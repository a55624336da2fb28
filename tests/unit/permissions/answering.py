"""The services' own RPC servers without a broker: they check, decode, work on an empty database, and answer."""

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from time import time
from types import SimpleNamespace
from typing import Any

from nameko.extensions import DependencyProvider
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from services.chassis import audit, tables, testing
from services.chassis.database import Transactions
from services.chassis.dependencies import CurrentSettings, Database
from services.chassis.rpc_server import Rpc, RpcServer
from services.chassis.settings import Settings
from services.contracts import registry, wire
from services.contracts.actors import Actor
from services.contracts.errors import Failure, Forbidden, NotFound, Unauthenticated, Unavailable

DOOR = {"actors.not_signed_in", "actors.not_allowed"}
"""How the chassis refuses somebody whom the method does not name."""


class Nowhere:
    """What a service would reach outside of itself: nothing can be reached."""

    def __getattr__(self, name: str) -> Any:
        def away(*_: Any, **__: Any) -> Any:
            raise Unavailable("rpc.no_such_service", "Please try again in a moment.")

        return away


class Given(DependencyProvider):  # type: ignore[misc]
    """A dependency that is simply there."""

    def __init__(self, name: str, value: Any) -> None:
        self.attr_name, self.value = name, value

    def get_dependency(self, _context: Any) -> Any:
        return self.value


def kind_of(name: str) -> type[Any]:
    """The class of a service."""
    module = import_module(f"services.{name}.service")
    return next(kind for _, kind in inspect.getmembers(module, inspect.isclass) if vars(kind).get("name") == name)


def rpcs_of(kind: type[Any]) -> Iterator[tuple[str, Rpc]]:
    """Its methods that answer requests, each with its entrypoint."""
    for method, function in inspect.getmembers(kind, inspect.isfunction):
        for entrypoint in getattr(function, "nameko_entrypoints", ()):
            if isinstance(entrypoint, Rpc):
                yield method, entrypoint


class Service:
    """One service that answers what it is asked, as its process would."""

    def __init__(self, name: str, folder: Path, **outside: Any) -> None:
        """`outside` gives what a dependency of that name is, instead of nothing that can be reached."""
        self.name = name
        self.kind = kind_of(name)
        self.settings = Settings(
            service=name, amqp_uri="amqp://nowhere.invalid", database_url="sqlite://", var_dir=folder,
            portal_url="http://portal.example", secret_key="only-for-tests-only-for-tests-only",
        )  # fmt: skip
        self.engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
        import_module(f"services.{name}.model").Entity.metadata.create_all(self.engine)
        tables.METADATA.create_all(self.engine)
        with self.engine.begin() as connection:
            audit.create(connection)
        self.transactions = Transactions(name, self.engine, self.settings, testing.key_ring())
        self.server = RpcServer()
        self.server.service = name
        self.server.entrypoints = dict(rpcs_of(self.kind))
        self.server.container = SimpleNamespace(
            service_name=name, service_cls=self.kind, dependencies=list(self._dependencies(outside)), config={}
        )

    def _dependencies(self, outside: dict[str, Any]) -> Iterator[DependencyProvider]:
        for attribute, provider in inspect.getmembers(self.kind, lambda found: isinstance(found, DependencyProvider)):
            if isinstance(provider, Database):
                found = Database()
                found.attr_name, found.transactions = attribute, self.transactions
                yield found
            elif isinstance(provider, CurrentSettings):
                yield Given(attribute, self.settings)
            else:
                yield Given(attribute, outside.get(attribute, Nowhere()))

    def ask(self, method: str, actor: Actor, key: str = "key", **data: Any) -> dict[str, Any]:
        """The answer. Raises the failure of the service, or whatever went wrong in it."""
        headers = wire.RequestHeaders(actor, time() + 60, 0, key).as_table({})
        return self.server._work(method, headers, wire.encode_request(data), time())

    def admits(self, method: str, actor: Actor, **data: Any) -> bool:
        """Whether the method lets this actor in; what comes of it there is another question."""
        try:
            self.ask(method, actor, **data)
        except (Forbidden, Unauthenticated) as refused:
            return refused.slug not in DOOR
        except NotFound as missing:
            return missing.slug != "rpc.unknown_method"
        except Exception:  # noqa: BLE001 - on an empty database and without the other services, much goes wrong behind the door
            return True
        return True

    def close(self) -> None:
        self.engine.dispose()


@contextmanager
def service(name: str, folder: Path, **outside: Any) -> Iterator[Service]:
    """One service for the length of a block."""
    found = Service(name, folder, **outside)
    try:
        yield found
    finally:
        found.close()


def methods(name: str) -> list[str]:
    """Every RPC in the contract of a service."""
    return sorted(registry.methods(name))


__all__ = ["DOOR", "Failure", "Nowhere", "Service", "methods", "service"]
