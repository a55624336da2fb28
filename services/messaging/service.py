"""The service `messaging` on the bus."""

from typing import Any

from services.chassis import Call, Database, Event, Peers, every, rpc, subscribe
from services.chassis.settings import Settings
from services.contracts.actors import CITIZEN, SERVICE
from services.messaging import erasing, mailbox, mailing, noticing
from services.messaging.providers.mail import SmtpPost


class Messaging:
    """What is said: notices in the mailbox, and e-mail without content.

    Every event it hears becomes a notice of the same name, but for the mails that accounts asks for.
    """

    name = "messaging"
    db = Database()
    peers = Peers()
    settings = Settings.dependency()

    @rpc(allow=CITIZEN)
    def list_notices(self, call: Call) -> dict[str, Any]:
        """One's own mailbox."""
        with self.db.reading() as session:
            return mailbox.list_notices(session, call.actor, **call.data)

    @rpc(allow=CITIZEN)
    def read_notice(self, call: Call) -> dict[str, Any]:
        """One notice, which is read from now on."""
        with self.db.transaction() as session:
            return mailbox.read_notice(session, call.actor, **call.data)

    @rpc(allow=SERVICE)
    def list_case_notices(self, call: Call) -> dict[str, Any]:
        """What the applicant was told of a case. Whose office it is, only applications knows, and asks for it."""
        with self.db.reading() as session:
            return mailbox.list_case_notices(session, **call.data)

    @subscribe("account.registered")
    def on_account_registered(self, event: Event) -> None:
        self._note(event, "account_registered")

    @subscribe("account.security_changed")
    def on_account_security_changed(self, event: Event) -> None:
        self._note(event, "account_security_changed")

    @subscribe("device.added")
    def on_device_added(self, event: Event) -> None:
        self._note(event, "device_added")

    @subscribe("order.placed")
    def on_order_placed(self, event: Event) -> None:
        self._note(event, "order_placed")

    @subscribe("payment.secured")
    def on_payment_secured(self, event: Event) -> None:
        self._note(event, "payment_secured")

    @subscribe("application.submitted")
    def on_application_submitted(self, event: Event) -> None:
        self._note(event, "application_submitted")

    @subscribe("application.approved")
    def on_application_approved(self, event: Event) -> None:
        self._note(event, "application_approved")

    @subscribe("application.rejected")
    def on_application_rejected(self, event: Event) -> None:
        self._note(event, "application_rejected")

    @subscribe("application.correction_asked")
    def on_application_correction_asked(self, event: Event) -> None:
        self._note(event, "application_correction_asked")

    @subscribe("application.withdrawn")
    def on_application_withdrawn(self, event: Event) -> None:
        self._note(event, "application_withdrawn")

    @subscribe("application.handed_over")
    def on_application_handed_over(self, event: Event) -> None:
        self._note(event, "application_handed_over")

    @subscribe("application.completed")
    def on_application_completed(self, event: Event) -> None:
        self._note(event, "application_completed")

    @subscribe("document.issued")
    def on_document_issued(self, event: Event) -> None:
        self._note(event, "document_issued")

    @subscribe("payment.refunded")
    def on_payment_refunded(self, event: Event) -> None:
        self._note(event, "payment_refunded")

    @subscribe("identity.verified")
    def on_identity_verified(self, event: Event) -> None:
        self._note(event, "identity_verified")

    @subscribe("identity.renewed")
    def on_identity_renewed(self, event: Event) -> None:
        self._note(event, "identity_renewed")

    @subscribe("identity.revoked")
    def on_identity_revoked(self, event: Event) -> None:
        self._note(event, "identity_revoked")

    @subscribe("identity.expired")
    def on_identity_expired(self, event: Event) -> None:
        self._note(event, "identity_expired")

    @subscribe("identity.expiry_announced")
    def on_identity_expiry_announced(self, event: Event) -> None:
        self._note(event, "identity_expiry_announced")

    @subscribe("draft.expiring")
    def on_draft_expiring(self, event: Event) -> None:
        self._note(event, "draft_expiring")

    @subscribe("mandate.asked")
    def on_mandate_asked(self, event: Event) -> None:
        self._note(event, "mandate_asked")

    @subscribe("mandate.granted")
    def on_mandate_granted(self, event: Event) -> None:
        self._note(event, "mandate_granted")

    @subscribe("mandate.declined")
    def on_mandate_declined(self, event: Event) -> None:
        self._note(event, "mandate_declined")

    @subscribe("mandate.revoked")
    def on_mandate_revoked(self, event: Event) -> None:
        self._note(event, "mandate_revoked")

    @subscribe("membership.offered")
    def on_membership_offered(self, event: Event) -> None:
        self._note(event, "membership_offered")

    @subscribe("membership.changed")
    def on_membership_changed(self, event: Event) -> None:
        self._note(event, "membership_changed")

    @subscribe("membership.ended")
    def on_membership_ended(self, event: Event) -> None:
        self._note(event, "membership_ended")

    @subscribe("account.erasure_requested")
    def on_account_erasure_requested(self, event: Event) -> None:
        """The mailbox goes whole."""
        with event.transaction() as session:
            erasing.erase(session, **event.data)

    @every(seconds=3600)
    def look_again(self) -> None:
        """What came in for erased accounts goes too."""
        with self.db.transaction() as session:
            erasing.look_again(session)

    @subscribe("mail.requested")
    def on_mail_requested(self, event: Event) -> None:
        """Not a notice: a mail with a link, or to an address that is no account's."""
        with event.transaction() as session:
            mailing.queue_requested(session, mail_id=event.data["mail_id"])

    @every(seconds=2)
    def send_mails(self) -> None:
        """E-mails that are due; a mail server that is away holds up nothing else."""
        post = SmtpPost(self.settings.smtp_url)
        mailing.send_due(self.db.reading, self.db.transaction, self.peers.call, post, self.settings.portal_url)

    @staticmethod
    def _note(event: Event, kind: str) -> None:
        with event.transaction() as session:
            noticing.note(session, kind=kind, at=event.time, data=event.data)
