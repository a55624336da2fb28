"""The methods the chassis answers in every service, by the names of `services.contracts.operations`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from services.chassis.audit_reading import list_entries
from services.chassis.call import Call
from services.chassis.dependencies import transactions_of
from services.chassis.holdings import export_page
from services.chassis.status import status
from services.contracts.actors import CITIZEN, SIGNED_IN, staff


@dataclass(frozen=True)
class Provided:
    """Who may ask, and what answers with the container of the service and the call."""

    allow: frozenset[str]
    answer: Callable[[Any, Call], dict[str, Any]]


def _status(container: Any, _call: Call) -> dict[str, Any]:
    return status(container)


def _audit_entries(container: Any, call: Call) -> dict[str, Any]:
    with transactions_of(container).reading() as session:
        return list_entries(session, call.actor, **call.data)


def _records(container: Any, call: Call) -> dict[str, Any]:
    holdings = import_module(f"services.{container.service_name}.holdings").HOLDINGS
    with transactions_of(container).reading() as session:
        return export_page(session, call.actor, holdings, **call.data)


METHODS: Mapping[str, Provided] = {
    "get_status": Provided(staff("operator"), _status),
    "list_audit_entries": Provided(SIGNED_IN, _audit_entries),
    "export_records": Provided(CITIZEN, _records),
}
