"""One's own data: taking it along and having it erased."""

from typing import Any

from services.accounts import disuse, erasing, proving
from services.accounts.entrypoints.base import Base
from services.accounts.entrypoints.slow_work import offload
from services.accounts.factor_guard import needed
from services.chassis import Call, Event, every, rpc, subscribe
from services.contracts.actors import ANYONE, CITIZEN, staff
from services.contracts.errors import Conflict


class Privacy(Base):
    """Export and erasure, and the end of accounts that nobody uses."""

    @rpc(allow=CITIZEN)
    def confirm_password(self, call: Call) -> dict[str, Any]:
        """The password again, before everything is handed out."""
        proving.prove(self.db.transaction, offload, call.actor, **call.data)
        with self.db.transaction() as session:
            return erasing.note_export(session, call.actor)

    @rpc(allow=CITIZEN)
    def get_erasure_outlook(self, call: Call) -> dict[str, Any]:
        """What stands against an erasure now."""
        open_cases = self._open_cases(call.actor.person_id)
        with self.db.reading() as session:
            return {
                "open_cases": open_cases,
                "sole_owner_of": erasing.sole_owner_of(session, call.actor.person_id),
                "needs_second_factor": needed(session, call.actor) == "second_factor",
            }

    @rpc(allow=CITIZEN)
    def request_erasure(self, call: Call) -> dict[str, Any]:
        """The account is gone."""
        proving.prove(self.db.transaction, offload, call.actor, **call.data)
        if self._open_cases(call.actor.person_id):
            raise Conflict("accounts.open_cases", "An office is still working on an application of yours.")
        with self.db.transaction() as session:
            return erasing.request_erasure(session, call.actor)

    @rpc(allow=ANYONE)
    def get_erasure_receipt(self, call: Call) -> dict[str, Any]:
        """What became of an erasure; the token is the right to know."""
        with self.db.reading() as session:
            return erasing.get_erasure_receipt(session, **call.data)

    @rpc(allow=staff("operator"))
    def list_unfinished_erasures(self, call: Call) -> dict[str, Any]:
        """Erasures that wait for a service."""
        with self.db.reading() as session:
            return erasing.list_unfinished(session)

    @subscribe("applications.erased")
    def on_applications_erased(self, event: Event) -> None:
        """Drafts, orders and cases."""
        self._note_part(event, "applications")

    @subscribe("documents.erased")
    def on_documents_erased(self, event: Event) -> None:
        """Documents."""
        self._note_part(event, "documents")

    @subscribe("mailbox.erased")
    def on_mailbox_erased(self, event: Event) -> None:
        """Notices and mails."""
        self._note_part(event, "messaging")

    @subscribe("payments.erased")
    def on_payments_erased(self, event: Event) -> None:
        """Payments and mandates."""
        self._note_part(event, "payments")

    @every(seconds=3600)
    def ask_again_for_erasure(self) -> None:
        """Erasures that a service has not answered for a day."""
        with self.db.transaction() as session:
            erasing.ask_again(session)

    @every(seconds=3600)
    def end_disused_accounts(self) -> None:
        """Accounts that nobody uses: warned, then erased; not while an office still works on something of theirs."""
        self.db.in_batches(disuse.warn, disuse.BATCH)
        last = ""
        while True:
            with self.db.reading() as session:
                accounts = disuse.overdue(session, last)
            for account_id in accounts:
                self._end_disused(account_id)
            if len(accounts) < disuse.BATCH:
                return
            last = accounts[-1]

    def _end_disused(self, account_id: str) -> None:
        if self._open_cases(account_id):
            return
        with self.db.transaction() as session:
            disuse.end(session, account_id=account_id)

    def _open_cases(self, account_id: str) -> int:
        found = self.peers.call("applications", "count_open_cases", account_id=account_id)
        return int(found["open_cases"])

    @staticmethod
    def _note_part(event: Event, service: str) -> None:
        with event.transaction() as session:
            erasing.note_part(session, service, **event.data)
