"""One piece of work in a service: an instance of its class with its dependencies, as nameko makes them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from nameko.containers import WorkerContext


@contextmanager
def instance(container: Any, entrypoint: Any) -> Iterator[Any]:
    """The service with its dependencies in place.

    nameko's own `spawn_worker` logs the text of every error, which may hold personal data, and costs twice the time.
    """
    service = container.service_cls()
    context = WorkerContext(container, service, entrypoint)
    for provider in container.dependencies:
        setattr(service, provider.attr_name, provider.get_dependency(context))
    for provider in container.dependencies:
        provider.worker_setup(context)
    try:
        yield service
    finally:
        for provider in container.dependencies:
            provider.worker_teardown(context)
