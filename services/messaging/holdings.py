"""What messaging holds of a person, table by table; see `services.chassis.holdings`."""

from services.chassis.holdings import Holding, table_of
from services.messaging.model import Mail, Notice

HOLDINGS = (
    Holding(
        table_of(Notice),
        lambda account_id: Notice.account_id == account_id,
        "tells what happened",
        "until the account is erased",
    ),
    Holding(
        table_of(Mail),
        lambda account_id: Mail.account_id == account_id,
        "that an e-mail called to the mailbox; without its address",
        "until the account is erased",
    ),
)

LEFT_OUT: dict[str, str] = {}
