"""Operations of operators: the state of every service."""

from typing import Any

from marshmallow import fields

from gateway import status
from gateway.api.operation import Operation
from gateway.visit import Visit
from services.contracts.actors import staff
from services.contracts.errors import Failure
from services.contracts.operations import Status
from services.contracts.registry import Nothing, Reply


class ServiceState(Reply):
    """A service and, where it answered, its status."""

    service = fields.String(required=True)
    is_available = fields.Boolean(required=True)
    status = fields.Nested(Status, allow_none=True, required=True)


class ServiceStates(Reply):
    """The state of every service, as of now."""

    services = fields.List(fields.Nested(ServiceState), required=True)


async def get_status(visit: Visit, key: str | None = None) -> dict[str, Any]:
    """Ask every service at once. Raises forbidden for anyone but operators."""
    found = await status.of_services(visit)
    return {"services": [_state(service, told) for service, told in found.items()]}


def _state(service: str, told: status.Answer) -> dict[str, Any]:
    if isinstance(told, Failure):
        return {"service": service, "is_available": False, "status": None}
    return {"service": service, "is_available": True, "status": told}


OPERATIONS = (
    Operation(
        "GET", "/operations/scanner", "applications", "get_scanner_state", "The virus scanner and what waits for it",
        staff("operator"),
    ),
    Operation(
        "GET", "/operations/status", "operations", "get_status", "The state of every service", staff("operator"),
        handler=get_status, request_schema=Nothing, reply_schema=ServiceStates,
    ),
)  # fmt: skip
