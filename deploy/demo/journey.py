"""The errand: a bakery in Sögel with a dog, a kiosk in Lingen that is rejected, a birth certificate by post."""

import hashlib
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.demo import answers
from deploy.demo.mailbox import link_token
from deploy.demo.portal import Person, wait_for
from deploy.demo.telling import Story, euros
from deploy.samples import SAMPLE_SIGN_INS
from deploy.trouble import Trouble

Record = dict[str, Any]

SOEGEL = "soegel"
LINGEN = "lingen"
PASSWORD = "a bakery in Soegel 2026"  # noqa: S105 - of an account that the demo makes for itself
NOT_FOUND = 404
PAGE = 200


@dataclass
class Journey:
    """The people who take part, and the story they tell."""

    url: str
    mail: str
    """Where the sandbox shows the mails it has caught."""
    folder: Path
    story: Story

    def __post_init__(self) -> None:
        self.citizen = Person(self.url)
        self.visitor = Person(self.url)

    def play(self) -> tuple[str, Path]:
        """The whole errand; gives the id of the business registration and the path of its document."""
        self.story.heading("Erika Musterfrau opens an account")
        self.register()
        self.story.heading("She fills in two forms for Sögel and puts them into the cart")
        self.look_for_services()
        self.fill_in("business-registration", answers.BAKERY, first=answers.IN_A_HURRY)
        self.fill_in("dog-registration", answers.DOG)
        self.story.heading("She orders both and pays by SEPA direct debit")
        order = self.check_out()
        cases = {case["service"]: case["case_id"] for case in order["cases"]}
        self.story.heading("The offices of Sögel decide")
        clerk, other = self.clerk(SOEGEL), self.clerk(LINGEN)
        for case_id in cases.values():
            self.find_in_queue(clerk, "clerk, Sögel", case_id)
            self.is_hidden_from(other, case_id)
            self.approve(clerk, "clerk, Sögel", case_id)
        self.story.heading("The documents arrive")
        self.receive(cases["dog-registration"])
        path = self.receive(cases["business-registration"])
        self.story.heading("A kiosk in Lingen is rejected, and the money comes back by itself")
        self.be_rejected(other)
        self.story.heading("A birth certificate comes by post")
        self.order_certificate(other)
        return cases["business-registration"], path

    def register(self) -> None:
        """A fresh account, whose address is confirmed by the link in the mail, and a session."""
        email = f"erika.musterfrau.{secrets.token_hex(5)}@example.org"
        self.citizen.post(
            "/accounts", email=email, password=PASSWORD, given_names="Erika", family_name="Musterfrau", language="de"
        )
        self.story.tell("citizen", f"registered as {email}; there is no account before the address is confirmed")
        token = wait_for("the mail that asks to confirm the address", lambda: link_token(self.mail, email))
        self.story.tell("citizen", "opened the link in the mail, which the sandbox's mail server has caught")
        person = self.citizen.confirm(token, PASSWORD)["person"]
        self.story.tell("citizen", f"confirmed it and is signed in, greeted as {person['given_names']} {person['family_name']}")

    def look_for_services(self) -> None:
        """What Sögel offers, and for how much."""
        soegel = self.citizen.get(f"/municipalities/{SOEGEL}")
        lingen = self.citizen.get(f"/municipalities/{LINGEN}")
        self.soegel, self.lingen = soegel["ars"], lingen["ars"]
        self.offices = {o["office_id"]: f"{o['name']['de']}, {m['name']}" for m in (soegel, lingen) for o in m["offices"]}
        services = self.citizen.get(f"/municipalities/{SOEGEL}/services")["services"]
        self.story.tell("citizen", f"found {len(services)} services in {soegel['name']}:")
        for service in services:
            fee = self.citizen.get(f"/municipalities/{SOEGEL}/services/{service['service']}")["fee"]
            example = ", example figure" if fee["is_example"] else ""
            self.story.tell("", f"  {service['name']['en']}, {euros(fee['base'])} ({fee['legal_basis']}{example})")

    def fill_in(self, service: str, whole: Record, first: Record | None = None) -> None:
        """A draft, with its mistakes shown and mended, into the cart."""
        draft = self.citizen.post("/drafts", service=service, ars=self.soegel, answers=first or whole)
        if first:
            if not draft["errors"]:
                raise Trouble(f"the draft of {service} should have mistakes, but the portal found none.")
            for field, slugs in draft["errors"].items():
                self.story.tell("citizen", f"sees beside {field}: {', '.join(slugs)}")
            draft = self.citizen.put(f"/drafts/{draft['draft_id']}", answers=whole)
            self.story.tell("citizen", "mended the form; nothing typed was lost")
        if draft["errors"]:
            raise Trouble(f"the draft of {service} still has mistakes: {draft['errors']}.")
        self.citizen.put(f"/cart/items/{draft['draft_id']}")
        self.story.tell("citizen", f"put {service} into the cart, {euros(draft['fee'])}")

    def check_out(self) -> Record:
        """One order for the whole cart, even if the button is pressed twice, and its payment."""
        cart = self.citizen.get("/cart")
        self.story.tell("citizen", f"reviews the cart: {len(cart['items'])} applications, {euros(cart['total'])}")
        click = {"json": {"expected_total_cents": cart["total"]["cents"]}, "headers": {"Idempotency-Key": secrets.token_hex(16)}}
        order: Record = self.citizen.send("POST", "/orders", **click).json()
        self.story.tell("citizen", f"ordered: {order['order_id']}")
        if self.citizen.send("POST", "/orders", **click).json()["order_id"] != order["order_id"]:
            raise Trouble("a double click made two orders.")
        self.story.tell("citizen", "pressed the button twice: still one order")
        payment = self.citizen.post(f"/orders/{order['order_id']}/payment", mandate=answers.MANDATE)
        self.tell_payment(payment)
        return order

    def tell_payment(self, payment: Record) -> None:
        """The mandate as the citizen sees it."""
        self.story.tell(
            "citizen",
            f"payment {payment['state']}: {euros(payment['total'])} from {payment['masked_iban']}, "
            f"mandate {payment['mandate_reference']}",
        )

    def notice(self, kind: str, **about: str) -> None:
        """Wait for a notice in the mailbox, and read it."""

        def look() -> Record | None:
            notices = self.citizen.get("/notices", limit=PAGE)["notices"]
            return next((n for n in notices if n["kind"] == kind and about.items() <= n.items()), None)

        notice = wait_for(f"the notice {kind}", look)
        self.citizen.post(f"/notices/{notice['notice_id']}/read")
        amount = f", {euros(notice['amount'])}" if notice["amount"] else ""
        self.story.tell("citizen", f"read in the mailbox: {kind}{amount}")

    def receive(self, case_id: str) -> Path:
        """The document of a case: in the mailbox, on the disk, and found genuine by anybody."""

        def look() -> Record | None:
            documents: list[Record] = self.citizen.get("/documents", case_id=case_id)["documents"]
            return documents[0] if documents else None

        document = wait_for("the document", look)
        self.notice("document_issued", case_id=case_id)
        content = self.citizen.download(f"/documents/{document['document_id']}/content")
        fingerprint = hashlib.sha256(content).hexdigest()
        if not content.startswith(b"%PDF-") or fingerprint != document["sha256"]:
            raise Trouble("what came is not the PDF that the portal announced.")
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{case_id}.pdf"
        path.write_bytes(content)
        self.story.tell("citizen", f"downloaded “{document['title']['en']}”, {len(content)} bytes")
        found = self.visitor.get(f"/verifications/{document['verification_code']}")
        page = self.visitor.page(f"/verify/{document['verification_code']}")
        if found["sha256"] != fingerprint or found["municipality"] not in page:
            raise Trouble("the verification address speaks of another document.")
        self.story.tell("anybody", f"checked it at /verify/{document['verification_code']}: genuine, {found['municipality']}")
        self.ends_as(case_id, "completed")
        return path

    def ends_as(self, case_id: str, state: str) -> Record:
        """Wait until the citizen sees the case in this state."""

        def look() -> Record | None:
            case: Record = self.citizen.get(f"/applications/{case_id}")
            return case if case["state"] == state else None

        case = wait_for(f"the state {state}", look)
        self.story.tell("citizen", "sees the course: " + " → ".join(step["state"] for step in case["history"]))
        return case

    def submit(self, service: str, ars: str, form: Record) -> tuple[str, str]:
        """One application at once, without draft and cart, as other programs do it; gives order and case."""
        submitted = self.citizen.post(
            "/applications", applications=[{"service": service, "ars": ars, "answers": form}], mandate=answers.MANDATE
        )
        self.story.tell("citizen", f"applied in Lingen: {service}, {euros(submitted['order']['total'])}")
        self.tell_payment(submitted["payment"])
        return submitted["order_id"], submitted["order"]["cases"][0]["case_id"]

    def clerk(self, place: str) -> Person:
        """A sample clerk, signed in."""
        clerk = Person(self.url)
        email, password = next((e, p) for _, e, p in SAMPLE_SIGN_INS if e.startswith(f"clerk.{place}@"))
        clerk.sign_in(email, password)
        return clerk

    def find_in_queue(self, clerk: Person, who: str, case_id: str) -> None:
        """Wait until the case is in the queue of the clerk's offices."""

        def look() -> Record | None:
            before: Record = {}
            while True:
                page = clerk.get("/cases", state="submitted", limit=PAGE, **before)
                found = next((case for case in page["cases"] if case["case_id"] == case_id), None)
                if found or not page["more"]:
                    return found
                before = {"before": page["cases"][-1]["case_id"]}

        case = wait_for("the case in the office's queue", look)
        self.story.tell(who, f"sees {case['service']} in the queue: {self.offices[case['office_id']]}")

    def is_hidden_from(self, other: Person, case_id: str) -> None:
        """A clerk of another office does not learn that the case exists."""
        status = other.refused(f"/cases/{case_id}")
        if status != NOT_FOUND:
            raise Trouble(f"a clerk of another office got {status} for a case that does not concern them, not 404.")
        self.story.tell("clerk, Lingen", "asks for the same case: 404")

    def approve(self, clerk: Person, who: str, case_id: str) -> None:
        """Read it, then approve it."""
        case = clerk.post(f"/cases/{case_id}/review")
        self.story.tell(who, f"opens it: {len(case['answers'])} answers")
        clerk.post(f"/cases/{case_id}/decision", decision="approve")
        self.story.tell(who, f"approved {case['service']}")

    def be_rejected(self, clerk: Person) -> None:
        """A paid application is rejected; the portal gives the money back without being asked."""
        order_id, case_id = self.submit("business-registration", self.lingen, answers.KIOSK)
        self.find_in_queue(clerk, "clerk, Lingen", case_id)
        clerk.post(f"/cases/{case_id}/review")
        reason = "Für den Standort fehlt die Erlaubnis der Grundstückseigentümerin."
        clerk.post(f"/cases/{case_id}/decision", decision="reject", reason=reason)
        self.story.tell("clerk, Lingen", f"rejected it: {reason}")
        if self.ends_as(case_id, "rejected")["reason"] != reason:
            raise Trouble("the citizen cannot read why the application was rejected.")

        def look() -> str | None:
            shares = self.citizen.get(f"/orders/{order_id}/payment")["shares"]
            return next((s["state"] for s in shares if s["case_id"] == case_id and s["state"] in ("released", "refunded")), None)

        self.story.tell("citizen", f"sees the fee {wait_for('the refund', look)}")
        self.notice("payment_refunded", case_id=case_id)

    def order_certificate(self, clerk: Person) -> None:
        """The registry office writes and seals by hand, and says when it has posted the certificate."""
        _, case_id = self.submit("birth-certificate", self.lingen, answers.CERTIFICATE)
        self.find_in_queue(clerk, "clerk, Lingen", case_id)
        self.approve(clerk, "clerk, Lingen", case_id)
        clerk.post(f"/cases/{case_id}/dispatch")
        self.story.tell("clerk, Lingen", "sent it by post")
        self.ends_as(case_id, "completed")
        self.notice("application_completed", case_id=case_id)
