"""The applications service on the bus."""

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from services.applications import (
    administering,
    assigning,
    batching,
    casework,
    correcting,
    deciding,
    deputising,
    drafting,
    editions,
    erasing,
    expiring,
    identities,
    naming,
    neutral,
    offering,
    ordering,
    paying,
    progress,
    queue,
    search,
    statistics,
    waiting,
)
from services.applications.directory import browsing
from services.applications.editing_entrypoints import EditingEntrypoints
from services.applications.editions import Published
from services.applications.file_entrypoints import FileEntrypoints
from services.applications.identities import Identity
from services.chassis import Call, Event, Peers, every, rpc, subscribe
from services.contracts.actors import ANYONE, CITIZEN, SERVICE, Behalf, staff
from services.contracts.documents import RenderCopy
from services.contracts.errors import Forbidden, NotFound, Timeout, Unavailable
from services.contracts.levels import LEVELS
from services.contracts.messaging import CaseNotices
from services.contracts.registry import dump, load

Answer = dict[str, Any]
CASE_READERS = staff(*casework.READERS)
ADMINISTRATORS = staff("administrator", "operator")


class Applications(FileEntrypoints, EditingEntrypoints):
    """What one can apply for, what one has applied for, and what the offices make of it."""

    name = "applications"
    peers = Peers()

    @rpc(allow=ANYONE)
    def list_services(self, call: Call) -> Answer:
        """The catalogue."""
        with self.db.reading() as session:
            return offering.list_services(session, call.actor, **call.data)

    @rpc(allow=ANYONE)
    def get_service(self, call: Call) -> Answer:
        """A service at a municipality."""
        with self.db.reading() as session:
            return offering.get_service(session, call.actor, **call.data)

    @rpc(allow=ANYONE)
    def list_situations(self, call: Call) -> Answer:
        """The federal catalogue by subject and life situation."""
        with self.db.reading() as session:
            return browsing.list_situations(session, call.actor)

    @rpc(allow=ANYONE)
    def get_situation(self, call: Call) -> Answer:
        """The services of a life situation."""
        with self.db.reading() as session:
            return browsing.get_situation(session, call.actor, **call.data)

    @rpc(allow=ANYONE)
    def get_listing(self, call: Call) -> Answer:
        """A service of the federal catalogue."""
        with self.db.reading() as session:
            return browsing.get_listing(session, call.actor, **call.data)

    @rpc(allow=ANYONE)
    def search_services(self, call: Call) -> Answer:
        """What somebody looks for."""
        with self.db.reading() as session:
            return search.search_services(session, call.actor, **call.data)

    @rpc(allow=CITIZEN)
    def start_draft(self, call: Call) -> Answer:
        """Begin a form."""
        return self.db.once(call, partial(drafting.start_draft, profile=self._profile(call)))

    @rpc(allow=CITIZEN)
    def save_draft(self, call: Call) -> Answer:
        """Keep what has been typed."""
        profile = self._profile(call)
        with self.db.transaction() as session:
            saved = drafting.save_draft(session, call.actor, profile=profile, **call.data)
            published = editions.numbered(session, saved["service"], saved["version"])
        return self._held(call, saved, published)

    @rpc(allow=CITIZEN)
    def renew_draft(self, call: Call) -> Answer:
        """The newest version of the form."""
        with self.db.transaction() as session:
            return drafting.renew_draft(session, call.actor, **call.data)

    @rpc(allow=CITIZEN)
    def get_draft(self, call: Call) -> Answer:
        """A form in progress."""
        with self.db.reading() as session:
            found = drafting.get_draft(session, call.actor, **call.data)
            published = editions.numbered(session, found["service"], found["version"])
        return self._held(call, found, published)

    @rpc(allow=CITIZEN)
    def list_drafts(self, call: Call) -> Answer:
        """All forms in progress."""
        with self.db.reading() as session:
            return drafting.list_drafts(session, call.actor)

    @rpc(allow=CITIZEN)
    def discard_draft(self, call: Call) -> Answer:
        """Delete a form in progress."""
        with self.db.transaction() as session:
            return drafting.discard_draft(session, call.actor, **call.data)

    @rpc(allow=CITIZEN)
    def add_to_cart(self, call: Call) -> Answer:
        """Put a complete form into the cart."""
        identity = self._identity(call)
        with self.db.transaction() as session:
            return drafting.add_to_cart(session, call.actor, identity=identity, **call.data)

    @rpc(allow=CITIZEN)
    def remove_from_cart(self, call: Call) -> Answer:
        """Take a form out of the cart."""
        with self.db.transaction() as session:
            return drafting.remove_from_cart(session, call.actor, **call.data)

    @rpc(allow=CITIZEN)
    def get_cart(self, call: Call) -> Answer:
        """What is ready to be ordered."""
        with self.db.reading() as session:
            return drafting.get_cart(session, call.actor)

    @rpc(allow=CITIZEN)
    def place_order(self, call: Call) -> Answer:
        """Order what is in the cart."""
        confirmed, behalf = self._confirmed(call)
        return self.db.once(confirmed, partial(ordering.place_order, behalf=behalf, identity=self._identity(call)))

    @rpc(allow=CITIZEN)
    def submit_applications(self, call: Call) -> Answer:
        """Order at once, without a cart."""
        confirmed, behalf = self._confirmed(call)
        return self.db.once(confirmed, partial(ordering.submit_applications, behalf=behalf, identity=self._identity(call)))

    @rpc(allow=CITIZEN)
    def get_order(self, call: Call) -> Answer:
        """One's own order."""
        with self.db.reading() as session:
            return ordering.get_order(session, call.actor, **call.data)

    @rpc(allow=CITIZEN)
    def list_orders(self, call: Call) -> Answer:
        """One's own orders."""
        with self.db.reading() as session:
            return ordering.list_orders(session, call.actor, **call.data)

    @rpc(allow=CITIZEN)
    def list_applications(self, call: Call) -> Answer:
        """One's own cases."""
        with self.db.reading() as session:
            return casework.list_applications(session, call.actor, **call.data)

    @rpc(allow=CITIZEN)
    def get_application(self, call: Call) -> Answer:
        """One's own case."""
        with self.db.reading() as session:
            return casework.get_application(session, call.actor, **call.data)

    @rpc(allow=CITIZEN)
    def get_application_copy(self, call: Call) -> Answer:
        """What one sent, as PDF."""
        with self.db.reading() as session:
            found = casework.get_sent(session, call.actor, **call.data)
        office = self.peers.call("accounts", "get_office", office_id=found["office_id"])
        wire = dump(RenderCopy, {**found["sent"], "office": office})
        printed = self.peers.call("documents", "render_copy", **wire)
        return {**printed, "media_type": "application/pdf"}

    @rpc(allow=CASE_READERS)
    def list_cases(self, call: Call) -> Answer:
        """The queue of the clerk's offices."""
        with self.db.reading() as session:
            return queue.list_cases(session, call.actor, **call.data)

    @rpc(allow=CASE_READERS)
    def search_cases(self, call: Call) -> Answer:
        """The cases of a person. It writes: that somebody looked for one."""
        with self.db.transaction() as session:
            return naming.search_cases(session, call.actor, **call.data)

    @rpc(allow=CASE_READERS)
    def get_case(self, call: Call) -> Answer:
        """A case of the clerk's offices. It writes: that they saw it."""
        with self.db.transaction() as session:
            return casework.get_case(session, call.actor, **call.data)

    @rpc(allow=CASE_READERS)
    def get_case_document(self, call: Call) -> Answer:
        """What came of a case, as PDF. It writes: that they opened it."""
        with self.db.transaction() as session:
            document_id = casework.open_document(session, call.actor, **call.data)
        return self.peers.call("documents", "get_document_content", document_id=document_id)

    @rpc(allow=CASE_READERS)
    def list_case_notices(self, call: Call) -> Answer:
        """What the applicant was told. It writes: that they read it."""
        with self.db.transaction() as session:
            order_id = casework.open_notices(session, call.actor, **call.data)
        found = self.peers.call("messaging", "list_case_notices", case_id=call.data["case_id"], order_id=order_id)
        return load(CaseNotices, found)

    @rpc(allow=CITIZEN)
    def correct_application(self, call: Call) -> Answer:
        """Answer what the office asked for."""
        with self.db.transaction() as session:
            return correcting.correct_application(session, call.actor, **call.data)

    @rpc(allow=CITIZEN)
    def withdraw_application(self, call: Call) -> Answer:
        """Take an application back."""
        with self.db.transaction() as session:
            return deciding.withdraw_application(session, call.actor, **call.data)

    @rpc(allow=CASE_READERS)
    def add_note(self, call: Call) -> Answer:
        """A note for the office."""
        return self.db.once(call, deciding.add_note)

    @rpc(allow=staff("clerk"))
    def ask_for_correction(self, call: Call) -> Answer:
        """Ask the citizen to look at some answers again."""
        with self.db.transaction() as session:
            return correcting.ask_for_correction(session, call.actor, **call.data)

    @rpc(allow=staff("approver"))
    def confirm_decision(self, call: Call) -> Answer:
        """The second pair of eyes."""
        with self.db.transaction() as session:
            return deciding.confirm_decision(session, call.actor, **call.data)

    @rpc(allow=staff("clerk"))
    def hand_over_case(self, call: Call) -> Answer:
        """Give a case to another office."""
        if office_id := call.data.get("office_id"):
            administering.require_office(call.data, self._open_offices(office_id.partition("/")[0]))
        with self.db.transaction() as session:
            return deciding.hand_over_case(session, call.actor, **call.data)

    @rpc(allow=staff("clerk"))
    def assign_case(self, call: Call) -> Answer:
        """Whose case it is; who may have it, accounts knows."""
        with self.db.reading() as session:
            office_id = casework.of_clerk(session, call.actor, call.data["case_id"]).office_id
        clerks = self._clerks(call, office_id=office_id)
        with self.db.transaction() as session:
            return assigning.assign_case(session, call.actor, clerks=clerks, **call.data)

    @rpc(allow=staff("clerk"))
    def start_batch(self, call: Call) -> Answer:
        """One decision for many cases."""
        return self.db.once(call, batching.start_batch)

    @rpc(allow=staff("clerk"))
    def get_batch(self, call: Call) -> Answer:
        """How far it is."""
        with self.db.reading() as session:
            return batching.get_batch(session, call.actor, **call.data)

    @every(seconds=0.5)
    def work_batches(self) -> None:
        """Decide cases of batches, each in a transaction of its own."""
        batching.work(self.db.reading, self.db.transaction)

    @rpc(allow=ANYONE)
    def get_waiting_time(self, call: Call) -> Answer:
        """How long a service has taken lately."""
        with self.db.reading() as session:
            return waiting.get_waiting_time(session, call.actor, **call.data)

    @rpc(allow=staff("clerk", "approver", "administrator"))
    def get_statistics(self, call: Call) -> Answer:
        """What came in, what was decided, and how long it took."""
        with self.db.reading() as session:
            return statistics.get_statistics(session, call.actor, **call.data)

    @rpc(allow=staff("clerk", "approver", "administrator"))
    def get_form_statistics(self, call: Call) -> Answer:
        """How far people came in the forms."""
        with self.db.reading() as session:
            return progress.get_form_statistics(session, call.actor, **call.data)

    @rpc(allow=staff("clerk"))
    def name_deputy(self, call: Call) -> Answer:
        """A colleague for the time of an absence."""
        colleagues = self._clerks(call)
        return self.db.once(call, partial(deputising.name_deputy, colleagues=colleagues))

    @rpc(allow=staff("clerk"))
    def end_deputy(self, call: Call) -> Answer:
        """Back again."""
        with self.db.transaction() as session:
            return deputising.end_deputy(session, call.actor, **call.data)

    @rpc(allow=staff("clerk"))
    def list_deputies(self, call: Call) -> Answer:
        """Who stands in for whom."""
        with self.db.reading() as session:
            return deputising.list_deputies(session, call.actor)

    @rpc(allow=staff("clerk"))
    def review_case(self, call: Call) -> Answer:
        """Begin to work on a case."""
        with self.db.transaction() as session:
            return deciding.review_case(session, call.actor, **call.data)

    @rpc(allow=staff("clerk"))
    def decide_case(self, call: Call) -> Answer:
        """Approve or reject a case."""
        with self.db.transaction() as session:
            return deciding.decide_case(session, call.actor, **call.data)

    @rpc(allow=staff("clerk"))
    def mark_sent(self, call: Call) -> Answer:
        """Posted."""
        with self.db.transaction() as session:
            return deciding.mark_sent(session, call.actor, **call.data)

    @rpc(allow=SERVICE)
    def get_case_for_document(self, call: Call) -> Answer:
        """What a document is written from."""
        with self.db.reading() as session:
            return casework.get_case_for_document(session, call.actor, **call.data)

    @rpc(allow=ADMINISTRATORS)
    def list_administered_offers(self, call: Call) -> Answer:
        """The offers of a municipality."""
        with self.db.reading() as session:
            return administering.list_administered_offers(session, call.actor, **call.data)

    @rpc(allow=ADMINISTRATORS)
    def get_administered_offer(self, call: Call) -> Answer:
        """One service at a municipality."""
        with self.db.reading() as session:
            return administering.get_administered_offer(session, call.actor, **call.data)

    @rpc(allow=ADMINISTRATORS)
    def offer_service(self, call: Call) -> Answer:
        """A new offer."""
        self._check_office(call)
        return self.db.once(call, administering.offer_service)

    @rpc(allow=ADMINISTRATORS)
    def move_offer(self, call: Call) -> Answer:
        """Another office."""
        self._check_office(call)
        with self.db.transaction() as session:
            return administering.move_offer(session, call.actor, **call.data)

    @rpc(allow=ADMINISTRATORS)
    def set_fee(self, call: Call) -> Answer:
        """A fee to come."""
        with self.db.transaction() as session:
            return administering.set_fee(session, call.actor, **call.data)

    @rpc(allow=ADMINISTRATORS)
    def drop_fee(self, call: Call) -> Answer:
        """A fee to come is taken back."""
        with self.db.transaction() as session:
            return administering.drop_fee(session, call.actor, **call.data)

    @rpc(allow=ADMINISTRATORS)
    def withdraw_offer(self, call: Call) -> Answer:
        """Offered no longer."""
        with self.db.transaction() as session:
            return administering.withdraw_offer(session, call.actor, **call.data)

    @rpc(allow=staff("administrator", "operator", "editor"))
    def set_offer_text(self, call: Call) -> Answer:
        """The municipality's own words."""
        with self.db.transaction() as session:
            return administering.set_offer_text(session, call.actor, **call.data)

    @rpc(allow=SERVICE)
    def count_work_of_office(self, call: Call) -> Answer:
        """What an office still has to do."""
        with self.db.reading() as session:
            return administering.count_work_of_office(session, call.actor, **call.data)

    def _confirmed(self, call: Call) -> tuple[Call, dict[str, str] | None]:
        """The call with what accounts says of its grant right now, and the names that the case keeps of it.

        Raises forbidden where a membership or mandate has ended since the session was looked up.
        """
        actor = call.actor
        if actor.behalf is None:
            return call, None
        grant_id = actor.behalf.grant_id
        try:
            told = self.peers.call("accounts", "confirm_behalf", grant_id=grant_id, account_id=actor.person_id)
        except NotFound:
            raise Forbidden("actors.behalf_ended", "You may no longer act for this organisation or person.") from None
        behalf = Behalf(told["kind"], told["party_id"], grant_id, tuple(told["services"]), told["role"])
        kept = {name: told[name] for name in ("kind", "party_name", "register_entry", "person_name")}
        return replace(call, actor=replace(actor, behalf=behalf)), kept

    def _profile(self, call: Call) -> dict[str, str]:
        """What accounts knows of whom a form is for, where something is said to be taken over; nothing while it is away."""
        if not call.data["taken"]:
            return {}
        try:
            if call.actor.behalf is not None:
                told: dict[str, str] = self.peers.call("accounts", "get_prefill", as_actor=call.actor)["values"]
                return told
            known = self.peers.call("accounts", "get_profile", as_actor=call.actor)["values"]
        except (Unavailable, Timeout, Forbidden):
            return {}
        return {value["name"]: value["value"] for value in known}

    def _identity(self, call: Call) -> Identity | None:
        """Who the person is by what was verified; not asked for where their level says that nothing is."""
        if call.actor.level == LEVELS[0]:
            return None
        return self._verified(call)

    def _verified(self, call: Call) -> Identity | None:
        return identities.verified(self.peers.call("accounts", "get_profile", as_actor=call.actor))

    def _held(self, call: Call, draft: Answer, published: Published | None) -> Answer:
        """A draft with the answers that are not those of the verified identity, as far as its form wants that.

        Nothing is said while accounts is away, or where somebody acts for another: the cart looks again.
        """
        if published is None or not published.service.verified_identity or call.actor.behalf is not None:
            return draft
        try:
            identity = self._verified(call)
        except (Unavailable, Timeout, Forbidden):
            return draft
        others = identities.differing(published.service, draft["answers"], identity)
        return {**draft, "errors": {**others, **draft["errors"]}}

    def _clerks(self, call: Call, office_id: str | None = None) -> frozenset[str]:
        """The clerks of an office, or of all offices of the actor."""
        told = self.peers.call("accounts", "list_colleagues", as_actor=call.actor, office_id=office_id)
        return frozenset(c["account_id"] for c in told["colleagues"] if any(role["role"] == "clerk" for role in c["roles"]))

    def _check_office(self, call: Call) -> None:
        """Only an office that is open can get an offer; accounts knows which are."""
        administering.require_administered(call.actor, call.data["ars"])
        administering.require_office(call.data, self._open_offices(call.data["ars"]))

    def _open_offices(self, ars: str) -> set[str]:
        """Which offices are open in a municipality, accounts knows."""
        known = self.peers.call("accounts", "get_municipality", key=ars)
        return {office["office_id"] for office in known["offices"]}

    @rpc(allow=SERVICE)
    def count_open_cases(self, call: Call) -> Answer:
        """What keeps an account from being erased, an organisation from being dissolved."""
        with self.db.reading() as session:
            return erasing.count_open_cases(session, call.actor, **call.data)

    @subscribe("account.erasure_requested")
    def on_account_erasure_requested(self, event: Event) -> None:
        """Everything of the account goes, but what offices must keep."""
        with event.transaction() as session:
            erasing.erase(session, **event.data)

    @subscribe("payment.secured")
    def on_payment_secured(self, event: Event) -> None:
        """A paid order's cases enter their offices' queues."""
        with event.transaction() as session:
            ordering.submit_cases(session, **event.data)

    @subscribe("payment.collected")
    def on_payment_collected(self, event: Event) -> None:
        """Offices see when the fee was collected."""
        with event.transaction() as session:
            paying.note_collected(session, datetime.fromisoformat(event.time), **event.data)

    @subscribe("payment.refunded")
    def on_payment_refunded(self, event: Event) -> None:
        """Offices see when a fee went back."""
        with event.transaction() as session:
            paying.note_given_back(session, datetime.fromisoformat(event.time), **event.data)

    @subscribe("document.issued")
    def on_document_issued(self, event: Event) -> None:
        """A case with its document is done."""
        with event.transaction() as session:
            deciding.complete_case(session, **event.data)

    @every(seconds=3600)
    def announce_expiring_drafts(self) -> None:
        """Tell of drafts that are about to be deleted, in short transactions."""
        self.db.in_batches(expiring.announce_expiring_drafts, expiring.BATCH)

    @every(seconds=600)
    def release_answers(self) -> None:
        """Neutral refusals whose day has come, in short transactions."""
        self.db.in_batches(neutral.release, neutral.BATCH)

    @every(seconds=3600)
    def end_retention(self) -> None:
        """Delete cases that have been kept long enough, and what came in for erased accounts."""
        with self.db.transaction() as session:
            deputising.forget_past_deputies(session)
            batching.forget_old_batches(session)
            erasing.look_again(session)
        self.db.in_batches(erasing.end_retention, erasing.BATCH)

    @every(seconds=3600)
    def delete_expired_drafts(self) -> None:
        """Delete drafts nobody has touched for 30 days, in short transactions."""
        self.db.in_batches(expiring.delete_expired_drafts, expiring.BATCH)
