"""Operations on the mailbox."""

from gateway.api.operation import Operation
from services.contracts.actors import CITIZEN

OPERATIONS = (
    Operation("GET", "/notices", "messaging", "list_notices", "Notices in the mailbox, newest first", CITIZEN),
    Operation("POST", "/notices/{notice_id}/read", "messaging", "read_notice", "Mark a notice as read", CITIZEN),
)
