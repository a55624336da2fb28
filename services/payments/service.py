"""The payments service on the bus."""

from datetime import timedelta
from typing import Any

from services.chassis import Call, Database, Event, every, rpc, subscribe
from services.chassis.settings import Settings
from services.contracts.actors import CITIZEN
from services.payments import collecting, erasing, opening, paying, refunding
from services.payments.providers.bank import HttpBank


class Payments:
    """What it costs, how it is paid, and what is given back."""

    name = "payments"
    db = Database()
    settings = Settings.dependency()

    @rpc(allow=CITIZEN)
    def start_payment(self, call: Call) -> dict[str, Any]:
        """Pay an order by direct debit."""
        return self.db.once(call, paying.start_payment)

    @rpc(allow=CITIZEN)
    def get_payment(self, call: Call) -> dict[str, Any]:
        """The payment of one's own order."""
        with self.db.reading() as session:
            return paying.get_payment(session, call.actor, **call.data)

    @subscribe("order.placed")
    def on_order_placed(self, event: Event) -> None:
        """An order that costs something gets its payment."""
        with event.transaction() as session:
            opening.open_payment(session, **event.data)

    @subscribe("application.rejected")
    def on_application_rejected(self, event: Event) -> None:
        """What a rejected case has cost is given back."""
        with event.transaction() as session:
            refunding.give_back(session, case_id=event.data["case_id"])

    @subscribe("application.withdrawn")
    def on_application_withdrawn(self, event: Event) -> None:
        """What a withdrawn case has cost is given back."""
        with event.transaction() as session:
            refunding.give_back(session, case_id=event.data["case_id"])

    @subscribe("account.erasure_requested")
    def on_account_erasure_requested(self, event: Event) -> None:
        """What was never paid goes; what was paid stays in the books."""
        with event.transaction() as session:
            erasing.erase(session, **event.data)

    @every(seconds=3600)
    def end_retention(self) -> None:
        """Forget payers and payments whose time is over, and what came in for erased accounts."""
        with self.db.transaction() as session:
            erasing.look_again(session)
        for end in (erasing.blank_mandates, erasing.end_retention):
            self.db.in_batches(end, erasing.BATCH)

    @every(seconds=2)
    def collect(self) -> None:
        """Hand the bank what is due."""
        collecting.collect_due(self.db, HttpBank(self.settings.bank_url), timedelta(seconds=self.settings.collect_after))

    @every(seconds=2)
    def transfer_refunds(self) -> None:
        """Pay back what is owed."""
        refunding.transfer_due(self.db, HttpBank(self.settings.bank_url))
