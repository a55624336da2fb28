"""Who listens to what: the subscriptions of a service class, and of all services."""

import inspect
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from nameko.extensions import ENTRYPOINT_EXTENSIONS_ATTR

from services.chassis import topology
from services.contracts import registry


def of(service_class: type[Any]) -> tuple[topology.Subscription, ...]:
    """The subscriptions of one service, found by its `@subscribe`."""
    return tuple(
        topology.subscription(service_class.name, entrypoint.event)
        for _, function in inspect.getmembers(service_class, inspect.isfunction)
        for entrypoint in getattr(function, ENTRYPOINT_EXTENSIONS_ATTR, ())
        if hasattr(entrypoint, "event")
    )


def service_class(service: str) -> type[Any]:
    """The class of a service: the one in `services.<service>.service` that carries its name."""
    module = import_module(f"services.{service}.service")
    return next(found for _, found in inspect.getmembers(module, inspect.isclass) if getattr(found, "name", None) == service)


def service_classes() -> Iterator[type[Any]]:
    """The class of every service of the house."""
    return map(service_class, registry.SERVICES)


def topologies() -> dict[str, topology.Topology]:
    """What has to be on the broker, for every service of the house."""
    return {c.name: topology.of_service(c.name, of(c)) for c in service_classes()}
