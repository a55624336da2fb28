"""Mails that accounts asks for."""

from typing import Any

from services.accounts import mails
from services.accounts.entrypoints.base import Base
from services.chassis import Call, every, rpc
from services.contracts.actors import SERVICE


class Mails(Base):
    """What messaging sends for accounts."""

    @rpc(allow=SERVICE)
    def get_mail(self, call: Call) -> dict[str, Any]:
        """What a mail is made of."""
        with self.db.reading() as session:
            return mails.get_mail(session, **call.data)

    @every(seconds=600)
    def discard_old_mails(self) -> None:
        """Mails and links whose time is over."""
        with self.db.transaction() as session:
            mails.discard_old(session)
