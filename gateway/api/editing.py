"""Operations of editors: services in the making, their versions, and what is between two of them."""

from http import HTTPStatus

from gateway.api.operation import Operation
from services.contracts.actors import staff

EDITORS = staff("editor")
SERVICES = "/editing/{ars}/services"
SERVICE = f"{SERVICES}/{{service}}"
COPY = f"{SERVICE}/working-copy"

OPERATIONS = (
    Operation(
        "GET", SERVICES, "applications", "list_edited_services", "Every service, and those a municipality is writing", EDITORS,
    ),
    Operation("GET", f"{SERVICE}/versions", "applications", "list_editions", "The versions of a service", EDITORS),
    Operation("GET", f"{SERVICE}/versions/{{number}}", "applications", "get_edition", "A version, as it was written", EDITORS),
    Operation(
        "GET", f"{SERVICE}/changes", "applications", "compare_editions", "What changes from a version to another", EDITORS,
    ),
    Operation(
        "POST", COPY, "applications", "start_working_copy", "Begin to change a service, or to write one", EDITORS,
        HTTPStatus.CREATED, location=COPY,
    ),
    Operation("GET", COPY, "applications", "get_working_copy", "A service in the making, with its mistakes", EDITORS),
    Operation("PUT", COPY, "applications", "save_working_copy", "Keep the text of a service in the making", EDITORS),
    Operation("POST", f"{COPY}/discard", "applications", "discard_working_copy", "Throw a working copy away", EDITORS),
    Operation("POST", f"{COPY}/trial", "applications", "try_answers", "See what a working copy makes of answers", EDITORS),
    Operation("POST", f"{COPY}/publication", "applications", "publish_service", "Publish it as the next version", EDITORS),
)  # fmt: skip
