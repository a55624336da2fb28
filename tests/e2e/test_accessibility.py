"""Every page of every template is judged by axe-core, wide and at 320 px, in the light and in the dark, in both languages."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests
from playwright.sync_api import FilePayload, Page, expect

import gateway
from deploy.samples import SAMPLE_PASSWORD
from gateway import pages
from gateway.api.examples import ORGANISATION
from services.contracts.errors import Kind
from tests.e2e.client import Client
from tests.e2e.conftest import Visitor
from tests.e2e.portal import LINGEN, Portal, Session
from tests.e2e.test_outage import outage
from tests.patience import PATIENCE_SECONDS

ROOT = Path(gateway.__file__).parent
AXE = ROOT.parent / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NARROW = {"width": 320, "height": 640}
WIDE = {"width": 1280, "height": 900}
SHOW_GERMAN = {"legal.html", "editing_text.html", "editing_comparison.html", "editing_publish.html"}
"""Texts of law, and what editors write in both languages."""
EDITING = "/staff/editing/{ars}"
SERVICE = f"{EDITING}/services/{{service}}"
COPY = f"{SERVICE}/working-copy"
WRONG = f"{EDITING}/services/{{wrong}}/working-copy"


@dataclass
class Scene:
    """People and things for the pages to show."""

    portal: Portal
    citizen: Session
    clerk: Session
    operator: Session
    administrator: Session
    invited: str
    invited_by: str
    draft: str
    unpaid: str
    order: str
    application: str
    code: str
    notice: str
    case: str
    batch: str
    newcomer: Session
    officer: Session
    second_officer: Session
    check: str
    receipt: str
    confirmation: str
    member: Session
    organisation: str
    invitation: str
    mandate: str
    editor: Session
    edited: str


@pytest.fixture(scope="module")
def scene(portal: Portal) -> Scene:
    """A citizen with something of everything."""
    citizen = portal.newcomer()
    done = portal.completed_application(citizen)
    unpaid = portal.order(citizen, "birth-certificate", paid=False)["order_id"]
    waiting = portal.order(citizen, "dog-registration")["cases"][0]["case_id"]
    portal.draft(citizen, "birth-certificate", in_cart=True)
    administrator = portal.sign_in("administrator.soegel@example.org")
    person = {"ars": "034545407", "email": "einladung@soegel.example", "given_names": "Nele", "family_name": "Muster"}
    invited = administrator.post("/administration/staff", **person, roles=[])
    return Scene(
        portal=portal,
        citizen=citizen,
        clerk=portal.sign_in("clerk.soegel@example.org"),
        operator=portal.sign_in("operator@example.org"),
        administrator=administrator,
        invited=invited["account_id"],
        invited_by=portal.link_for(invited["email"], "staff/invitation/").rpartition("/")[2],
        draft=portal.draft(citizen, "dog-registration"),
        unpaid=unpaid,
        order=done["order_id"],
        application=done["case_id"],
        code=citizen.get(f"/documents/{done['document_id']}")["verification_code"],
        notice=citizen.get("/notices")["notices"][0]["notice_id"],
        case=waiting,
        batch=batch_of(portal, done["case_id"]),
        newcomer=portal.newcomer(),
        officer=portal.sign_in("identity.soegel@example.org"),
        second_officer=portal.sign_in("identity2.lingen@example.org"),
        check=waiting_check(portal),
        receipt=erased(portal),
        confirmation=confirmation(portal),
        **parties(portal, citizen),
        editor=portal.sign_in("editor.soegel@example.org"),
        edited=edited(portal),
    )


def edited(portal: Portal) -> str:
    """A service of the town that is being changed; another one, `<it>-wrong`, is in the making and full of mistakes."""
    editor, key = portal.sign_in("editor.soegel@example.org"), f"katze-{uuid4().hex[:6]}"

    def write(service: str, old: str, new: str, **begun_with: str) -> dict[str, Any]:
        copy = f"/editing/034545407/services/{service}/working-copy"
        begun = editor.post(copy, **begun_with)
        return editor.put(copy, version=begun["version"], source=begun["source"].replace(old, new))

    written = write(key, "Hund", "Katze", copied_from="dog-registration")
    home = f"/editing/034545407/services/{key}"
    editor.post(f"{home}/working-copy/publication", version=written["version"], note="Auch Katzen")
    write(key, "Katze", "Kater")
    write(f"{key}-wrong", "required: true", "required: often", copied_from="dog-registration")
    return key


def batch_of(portal: Portal, case_id: str) -> str:
    """A batch that tells of a case that was decided before."""
    clerk = portal.sign_in("clerk.soegel@example.org")
    started: str = clerk.post("/batches", case_ids=[case_id], decision="approve")["batch_id"]
    return started


def parties(portal: Portal, citizen: Session) -> dict[str, Any]:
    """An organisation, with its owner who acts for it; an invitation to it and a mandate that wait for the citizen."""
    owner = portal.newcomer()
    found = owner.post("/organisations", **ORGANISATION)
    home = f"/organisations/{found['organisation_id']}"
    joined = owner.post(f"{home}/invitations", email=citizen.email, role="owner")
    citizen.put(f"/member-invitations/{joined['invitation_id']}", accepts=True)
    owner.put("/sessions/current/party", grant_id=found["grant_id"])
    second = owner.post("/organisations", **ORGANISATION)["organisation_id"]
    invited = owner.post(f"/organisations/{second}/invitations", email=citizen.email, role="reader")
    asking = portal.newcomer()
    until = f"{datetime.now(UTC).date() + timedelta(days=100)}"
    wish = {"side": "helper", "services": ["dog-registration"], "valid_until": until, "allows_prefill": False}
    return {
        "member": owner,
        "organisation": found["organisation_id"],
        "invitation": invited["invitation_id"],
        "mandate": asking.post("/mandates", email=citizen.email, **wish)["mandate_id"],
    }


def confirmation(portal: Portal) -> str:
    """The token that confirms an address; opened in another browser than the one that registered."""
    email = f"muster-{uuid4().hex[:12]}@example.org"
    person = {"email": email, "password": SAMPLE_PASSWORD, "given_names": "Erika", "family_name": "Musterfrau"}
    headers = {"Idempotency-Key": uuid4().hex}
    asked = requests.post(f"{portal.url}api/v1/accounts", json=person, headers=headers, timeout=PATIENCE_SECONDS)
    assert asked.status_code == 202
    return portal.link_for(email, "register/confirmation").partition("token=")[2]


def erased(portal: Portal) -> str:
    """The token of the receipt of somebody who has just deleted their account."""
    leaving = Client(portal.url, as_=portal.newcomer())
    typed = {**leaving.hidden("/account/erase"), "agrees": "yes", "password": SAMPLE_PASSWORD}
    return leaving.post("/account/erase", **typed).headers["Location"].rpartition("/")[2]


def waiting_check(portal: Portal) -> str:
    """A check of identity in Lingen that waits for its second officer."""
    officer, citizen = portal.sign_in("identity.lingen@example.org"), portal.newcomer()
    done = officer.post(
        "/counter/checks",
        office_id=f"{LINGEN}/buergerbuero",
        code=citizen.post("/accounts/current/identity/code")["code"],
        document={"kind": "passport", "issuing_authority": "Stadt Lingen (Ems)", "valid_until": "2040-05-31"},
        values={"given_names": "Max", "family_name": "Mustermann", "birth_date": "1964-08-12"},
        is_compared=True,
    )
    check_id: str = done["check_id"]
    return check_id


@dataclass(frozen=True)
class Visit:
    """One page: the template and route it shows, who opens it, where, and what is done there before it is judged."""

    template: str
    route: str
    who: str = ""
    status: int = 200
    then: Callable[[Page], None] | None = None

    def path(self, scene: Scene) -> str:
        """The route with the things of the scene."""
        kinds = {
            "{draft_id}": scene.draft,
            "{check_id}": scene.check,
            "people/{account_id}": f"people/{scene.citizen.account_id}",
            "{batch_id}": scene.batch,
            "{order_id}/payment": f"{scene.unpaid}/payment",
            "{order_id}": scene.order,
            "{notice_id}": scene.notice,
            "{code}": scene.code,
            "staff/invitation/{token}": f"staff/invitation/{scene.invited_by}",
            "{token}": scene.receipt,
            "{confirmation}": scene.confirmation,
            "{organisation_id}": scene.organisation,
            "{invitation_id}": scene.invitation,
            "{mandate_id}": scene.mandate,
            "staff/cases/{case_id}": f"staff/cases/{scene.case}",
            "{case_id}": scene.application,
            "editing/{ars}/services/{service}": f"editing/034545407/services/{scene.edited}",
            "services/{wrong}": f"services/{scene.edited}-wrong",
            "{number}": "1",
            "{step}": "1",
            "{field}": "1",
            "{attachment}": "1",
            "{fee}": "1",
            "{ars}": "034545407",
            "{account_id}": scene.invited,
            "offers/{service}": "offers/birth-certificate",
            "{slug}": "standesamt",
            "{municipality}": "soegel",
            "{service}": "birth-certificate",
            "{situation}": "geburt",
            "{listing}": "10003",
        }
        path = self.route.removeprefix("/")
        for placeholder, value in kinds.items():
            path = path.replace(placeholder, value)
        return path


def leave_a_gap(page: Page) -> None:
    """From the review back to the first step, where an answer is taken out."""
    page.get_by_role("link", name="Ändern").first.click()
    page.get_by_label("Name des Hundes").fill("")
    page.get_by_role("button", name="Weiter", exact=True).click()


def press(name: str) -> Callable[[Page], None]:
    """Press a button, to see the page with what is wrong."""
    return lambda page: page.get_by_role("button", name=name).click()


VISITS = [
    Visit("start.html", "/"),
    Visit("start.html", "/?q=ems"),
    Visit("start.html", "/?q=Papenbrug"),
    Visit("start.html", "/?q=Atlantis"),
    Visit("municipality.html", "/{municipality}"),
    Visit("municipality.html", "/landkreis-emsland"),
    Visit("service.html", "/{municipality}/{service}"),
    Visit("search.html", "/search?q=Hund"),
    Visit("search.html", "/search"),
    Visit("search.html", "/{municipality}/search"),
    Visit("catalogue.html", "/catalogue"),
    Visit("catalogue.html", "/{municipality}/catalogue"),
    Visit("situation.html", "/catalogue/{situation}"),
    Visit("situation.html", "/{municipality}/catalogue/{situation}"),
    Visit("listing.html", "/catalogue/{situation}/{listing}"),
    Visit("listing.html", "/{municipality}/catalogue/{situation}/{listing}"),
    Visit("register.html", "/register"),
    Visit("register.html", "/register", then=press("Konto anlegen")),
    Visit("register_sent.html", "/register/sent"),
    Visit("register_confirmation.html", "/register/confirmation?token={confirmation}"),
    Visit("register_confirmation.html", "/register/confirmation?token={confirmation}", then=press("Bestätigen und anmelden")),
    Visit("link_over.html", "/register/confirmation", status=410),
    Visit("password_forgotten.html", "/password/forgotten"),
    Visit("password_forgotten.html", "/password/forgotten", then=press("E-Mail senden")),
    Visit("password_sent.html", "/password/sent"),
    Visit("password_reset.html", "/password/reset"),
    Visit("password.html", "/account/password", "citizen"),
    Visit("password.html", "/account/password", "citizen", then=press("Passwort ändern")),
    Visit("email.html", "/account/email", "citizen"),
    Visit("email.html", "/account/email", "citizen", then=press("Link senden")),
    Visit("email_confirmation.html", "/account/email/confirmation"),
    Visit("email_objection.html", "/account/email/objection"),
    Visit("sessions.html", "/account/sessions", "citizen"),
    Visit("sign_in.html", "/sign-in"),
    Visit("sign_in.html", "/staff/sign-in"),
    Visit("sign_in.html", "/sign-in/second-factor"),
    Visit("sign_in.html", "/eid/finish"),
    Visit("eid.html", "/eid"),
    Visit("eid.html", "/eid", "citizen"),
    Visit("eid.html", "/eid", "citizen", then=press("Weiter")),
    Visit("eid_unlink.html", "/eid/unlink", "citizen"),
    Visit("step_up.html", "/step-up", "citizen"),
    Visit("step_up.html", "/step-up?level=high", "citizen"),
    Visit("security.html", "/account/security", "citizen"),
    Visit("authenticator_app.html", "/account/security/app", "citizen"),
    Visit("authenticator_app.html", "/account/security/app", "citizen", then=press("Weiter")),
    Visit("passkey.html", "/account/security/passkey", "citizen"),
    Visit("passkey.html", "/account/security/passkey", "citizen", then=press("Weiter")),
    Visit("recovery_codes_renewal.html", "/account/security/recovery-codes", "citizen"),
    Visit("problem.html", "/account/security/factors/{factor_id}", "citizen", status=404),
    Visit("verify.html", "/verify"),
    Visit("verify.html", "/verify/0000-0000-0000-0000", status=404),
    Visit("verification.html", "/verify/{code}"),
    Visit("verification.html", "/verify/{code}", then=press("Vergleichen")),
    Visit("legal.html", "/accessibility"),
    Visit("legal.html", "/privacy"),
    Visit("legal.html", "/imprint"),
    Visit("legal.html", "/{municipality}/accessibility"),
    Visit("legal.html", "/{municipality}/privacy"),
    Visit("legal.html", "/{municipality}/imprint"),
    Visit("problem.html", "/nowhere", status=404),
    Visit("home.html", "/home", "citizen"),
    Visit("draft_review.html", "/drafts/{draft_id}", "citizen"),
    Visit("draft.html", "/drafts/{draft_id}", "citizen", then=leave_a_gap),
    Visit("draft_files.html", "/drafts/{draft_id}/files", "citizen"),
    Visit("cart.html", "/cart", "citizen"),
    Visit("checkout.html", "/checkout", "citizen"),
    Visit("payment.html", "/orders/{order_id}/payment", "citizen"),
    Visit("payment.html", "/orders/{order_id}/payment", "citizen", then=press("Jetzt bezahlen")),
    Visit("order.html", "/orders/{order_id}", "citizen"),
    Visit("applications.html", "/applications", "citizen"),
    Visit("application.html", "/applications/{case_id}", "citizen"),
    Visit("correction.html", "/applications/{case_id}/correction", "citizen"),
    Visit("withdrawal.html", "/applications/{case_id}/withdrawal", "citizen"),
    Visit("documents.html", "/documents", "citizen"),
    Visit("mailbox.html", "/mailbox", "citizen"),
    Visit("notice.html", "/mailbox/{notice_id}", "citizen"),
    Visit("profile.html", "/account/profile", "citizen"),
    Visit("identity.html", "/account/identity", "citizen"),
    Visit("identity.html", "/account/identity/code", "citizen"),
    Visit("activate.html", "/activate"),
    Visit("activate.html", "/activate", then=press("Weiter")),
    Visit("activation_confirm.html", "/activate/confirm"),
    Visit("data.html", "/account/data", "citizen"),
    Visit("access.html", "/account/access", "citizen"),
    Visit("export.html", "/account/export", "citizen"),
    Visit("export.html", "/account/export", "citizen", then=press("Herunterladen")),
    Visit("erase.html", "/account/erase", "citizen"),
    Visit("erase.html", "/account/erase", "newcomer"),
    Visit("erase.html", "/account/erase", "newcomer", then=press("Mein Konto endgültig löschen")),
    Visit("erasure_receipt.html", "/erasure/{token}"),
    Visit("home.html", "/home", "member"),
    Visit("acting.html", "/acting", "member"),
    Visit("organisations.html", "/organisations", "citizen"),
    Visit("organisation_form.html", "/organisations/new", "citizen"),
    Visit("organisation_form.html", "/organisations/new", "citizen", then=press("Organisation anlegen")),
    Visit("organisation_form.html", "/organisations/{organisation_id}/change", "citizen"),
    Visit("organisation.html", "/organisations/{organisation_id}", "citizen"),
    Visit("organisation_invite.html", "/organisations/{organisation_id}/invite", "citizen"),
    Visit("organisation_invite.html", "/organisations/{organisation_id}/invite", "citizen", then=press("Einladen")),
    Visit("organisation_exit.html", "/organisations/{organisation_id}/hand-over", "citizen"),
    Visit("organisation_exit.html", "/organisations/{organisation_id}/leave", "citizen"),
    Visit("organisation_exit.html", "/organisations/{organisation_id}/dissolve", "citizen"),
    Visit("organisation_invitation.html", "/organisations/invitations/{invitation_id}", "citizen"),
    Visit("mandates.html", "/mandates", "citizen"),
    Visit("mandate_form.html", "/mandates/new", "citizen"),
    Visit("mandate_form.html", "/mandates/new", "citizen", then=press("Um Vollmacht bitten")),
    Visit("mandate_form.html", "/mandates/new?side=grantor", "citizen"),
    Visit("mandate.html", "/mandates/{mandate_id}", "citizen"),
    Visit("queue.html", "/staff", "clerk"),
    Visit("queue.html", "/staff?number=12", "clerk"),
    Visit("case_search.html", "/staff/cases/search", "clerk"),
    Visit("batch_new.html", "/staff/batches", "clerk"),
    Visit("batch.html", "/staff/batches/{batch_id}", "clerk"),
    Visit("statistics.html", "/staff/statistics", "clerk"),
    Visit("form_statistics.html", "/staff/statistics/forms", "clerk"),
    Visit("deputies.html", "/staff/deputies", "clerk"),
    Visit("staff_start.html", "/staff", "operator"),
    Visit("case.html", "/staff/cases/{case_id}", "clerk"),
    Visit("case.html", "/staff/cases/{case_id}", "clerk", then=press("Ablehnen")),
    Visit("case_correction.html", "/staff/cases/{case_id}/correction", "clerk"),
    Visit("case_correction.html", "/staff/cases/{case_id}/correction", "clerk", then=press("Senden")),
    Visit("case_hand_over.html", "/staff/cases/{case_id}/hand-over", "clerk"),
    Visit("case_hand_over.html", "/staff/cases/{case_id}/hand-over", "clerk", then=press("Vorgang abgeben")),
    Visit("operations.html", "/staff/operations", "operator"),
    Visit("counter.html", "/staff/counter", "officer"),
    Visit("counter.html", "/staff/counter", "officer", then=press("Konto anzeigen")),
    Visit("counter.html", "/staff/counter/check", "officer"),
    Visit("counter_account.html", "/staff/counter/new", "officer"),
    Visit("counter_account.html", "/staff/counter/new", "officer", then=press("Konto anlegen")),
    Visit("counter_pending.html", "/staff/counter/pending", "second_officer"),
    Visit("counter_confirm.html", "/staff/counter/checks/{check_id}", "second_officer"),
    Visit("counter_confirm.html", "/staff/counter/checks/{check_id}", "second_officer", then=press("Nicht bestätigen")),
    Visit("counter_find.html", "/staff/counter/find", "officer"),
    Visit("counter_find.html", "/staff/counter/find", "officer", then=press("Suchen")),
    Visit("counter_factors.html", "/staff/counter/people/{account_id}/factors", "officer"),
    Visit("counter_factors.html", "/staff/counter/people/{account_id}/factors", "officer", then=press("Faktoren entfernen")),
    Visit("counter_letter.html", "/staff/counter/people/{account_id}/letter", "officer"),
    Visit("identity_report.html", "/staff/counter/report", "officer"),
    Visit("staff_invitation.html", "/staff/invitation/{token}"),
    Visit("staff_invitation.html", "/staff/invitation/{token}", then=press("Passwort festlegen")),
    Visit("administration.html", "/staff/administration", "operator"),
    Visit("administration_municipality.html", "/staff/administration/{ars}", "administrator"),
    Visit("administration_office.html", "/staff/administration/{ars}/offices/new", "administrator"),
    Visit("administration_office.html", "/staff/administration/{ars}/offices/new", "administrator", then=press("Amt eröffnen")),
    Visit("administration_office.html", "/staff/administration/{ars}/offices/{slug}", "administrator"),
    Visit("administration_staff.html", "/staff/administration/{ars}/staff", "administrator"),
    Visit("administration_invite.html", "/staff/administration/{ars}/staff/new", "administrator"),
    Visit("administration_member.html", "/staff/administration/{ars}/staff/{account_id}", "administrator"),
    Visit("administration_member.html", "/staff/administration/{ars}/staff/{account_id}", "administrator", then=press("Sperren")),
    Visit("administration_offers.html", "/staff/administration/{ars}/offers", "administrator"),
    Visit("administration_offer.html", "/staff/administration/{ars}/offers/{service}", "administrator"),
    Visit(
        "administration_offer.html",
        "/staff/administration/{ars}/offers/{service}",
        "administrator",
        then=press("Gebühr ankündigen"),
    ),
    Visit("administration_audit.html", "/staff/administration/audit", "operator"),
    Visit("editing_services.html", EDITING, "editor"),
    Visit("editing_services.html", "/staff/editing", "editor"),
    Visit("editing_new.html", f"{EDITING}/new", "editor"),
    Visit("editing_new.html", f"{EDITING}/new", "editor", then=press("Beginnen")),
    Visit("editing_service.html", SERVICE, "editor"),
    Visit("editing_preview.html", f"{SERVICE}/versions/{{number}}", "editor"),
    Visit("editing_comparison.html", f"{SERVICE}/comparison", "editor"),
    Visit("editing_copy.html", COPY, "editor"),
    Visit("editing_copy.html", WRONG, "editor"),
    Visit("editing_copy.html", f"{COPY}?remove=sections.0", "editor"),
    Visit("editing_part.html", f"{COPY}/about", "editor"),
    Visit("editing_part.html", f"{COPY}/steps/{{step}}", "editor"),
    Visit("editing_part.html", f"{COPY}/steps/new", "editor", then=press("Speichern")),
    Visit("editing_part.html", f"{COPY}/steps/{{step}}/fields/{{field}}", "editor"),
    Visit("editing_part.html", f"{WRONG}/steps/{{step}}/fields/{{field}}", "editor"),
    Visit("editing_part.html", f"{COPY}/steps/2/fields/new", "editor", then=press("Speichern")),
    Visit("editing_part.html", f"{COPY}/attachments/{{attachment}}", "editor"),
    Visit("editing_part.html", f"{COPY}/fees/{{fee}}", "editor"),
    Visit("editing_newer.html", f"{COPY}/newer", "editor"),
    Visit("editing_text.html", f"{COPY}/text", "editor"),
    Visit("editing_text.html", f"{WRONG}/text", "editor"),
    Visit("editing_preview.html", f"{COPY}/preview", "editor"),
    Visit("editing_preview.html", f"{COPY}/preview?step=2", "editor", then=press("Diese Antworten prüfen")),
    Visit("editing_preview.html", f"{WRONG}/preview", "editor"),
    Visit("editing_publish.html", f"{COPY}/publication", "editor"),
    Visit("editing_publish.html", f"{COPY}/publication", "editor", then=press("Veröffentlichen")),
]
SEEN_IN_JOURNEYS = {
    "activation_sent.html",
    "counter_check.html",
    "draft_renewed.html",
    "editing.html",
    "editing_gone.html",
    "factor_removal.html",
    "recovery_codes.html",
    "second_factor.html",
    "visit_code.html",
}
"""Pages that only a form leads to; judged in `test_identity.py`, `test_trust.py`, `test_editing.py` and `test_versions.py`."""
SEEN_IN_AN_OUTAGE = {"resend.html"}
PARTS = {"layout.html", "components.html"}
NO_PAGES = {
    "/static/{name:path}",
    "/favicon.ico",
    "/documents/{document_id}",
    "/files/{file_id}",
    "/staff/files/{file_id}",
    "/staff/cases/{case_id}/document",
    "/applications/{case_id}/copy",
    "/eid/metadata",
    "/staff/administration/audit.csv",
    "/staff/statistics.csv",
    "/staff/statistics/forms.csv",
    f"{SERVICE}/versions/{{number}}/text",
    f"{COPY}/text/file",
}
"""Addresses that answer GET with a file."""


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE.read_text(encoding="utf-8"))
    # What passes is not described node by node: that takes three times as long as finding out what does not.
    found: dict[str, Any] = page.evaluate(f"axe.run(document, {json.dumps({'runOnly': RULES, 'resultTypes': ['violations']})})")
    return [
        f"{v['id']}: {v['help']}: {node['html'][:160]} {node['failureSummary']}"
        for v in found["violations"]
        for node in v["nodes"]
    ]


def scrolls_sideways(page: Page) -> bool:
    """Whether anything is wider than the window."""
    wider: bool = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return wider


def judge_wide(page: Page) -> None:
    """On a desk, in the light."""
    page.set_viewport_size({"width": WIDE["width"], "height": WIDE["height"]})
    page.emulate_media(color_scheme="light")
    assert violations(page) == []


def judge_narrow(page: Page) -> None:
    """On the smallest phone, or at 400 % zoom, in the dark."""
    page.set_viewport_size({"width": NARROW["width"], "height": NARROW["height"]})
    page.emulate_media(color_scheme="dark")
    assert violations(page) == []
    assert not scrolls_sideways(page), "at 320 px there is something to scroll sideways"


@pytest.mark.parametrize("visit", VISITS, ids=lambda v: f"{v.template} {v.route}{' after pressing' if v.then else ''}")
def test_page_has_no_barrier_that_a_program_can_find(scene: Scene, visitor: Visitor, visit: Visit) -> None:
    somebody = {
        "citizen": scene.citizen,
        "member": scene.member,
        "newcomer": scene.newcomer,
        "clerk": scene.clerk,
        "operator": scene.operator,
        "officer": scene.officer,
        "second_officer": scene.second_officer,
        "administrator": scene.administrator,
        "editor": scene.editor,
    }.get(visit.who)
    page = visitor(as_=somebody, reduced_motion="reduce")
    answer = page.goto(visit.path(scene))
    assert answer is not None
    assert answer.status == visit.status
    if visit.then:
        visit.then(page)
        expect(page.get_by_role("alert").first).to_be_visible()
    assert page.locator("h1").count() == 1
    assert page.title().endswith("Amtsgang Emsland")
    judge_wide(page)
    if not visit.then:
        page.context.add_cookies([{"name": "amtsgang_language", "value": "en", "url": scene.portal.url}])
        page.goto(visit.path(scene))
        assert_english(page, visit)
    judge_narrow(page)


def assert_english(page: Page, visit: Visit) -> None:
    """No German but in names and in the texts of law."""
    expect(page.locator("html")).to_have_attribute("lang", "en")
    words = {w.strip(".,:;()„“").lower() for w in page.locator("main").inner_text().split()}
    assert not words & {"oder", "nicht", "sie", "ist", "gebühr", "antrag", "bitte"} or visit.template in SHOW_GERMAN


def test_a_correction_and_what_came_of_it_have_no_barrier_either(scene: Scene, visitor: Visitor) -> None:
    portal, someone = scene.portal, scene.portal.newcomer()
    case_id = portal.order(someone, "dog-registration")["cases"][0]["case_id"]
    asked = ["breed", "attachments.insurance_certificate"]
    scene.clerk.post(f"/cases/{case_id}/correction", fields=asked, message="Welche Rasse, und wie versichert?")
    page = visitor(as_=someone, reduced_motion="reduce")
    page.goto(f"applications/{case_id}/correction")
    picked: FilePayload = {"name": "Foto.pdf", "mimeType": "application/pdf", "buffer": b"no PDF"}
    page.get_by_label("Dateien auswählen").set_input_files([picked])
    page.get_by_label("Rasse").fill("Pudel")
    page.get_by_role("button", name="An das Amt senden").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    judge_wide(page)
    judge_narrow(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_label(re.compile("Ich habe dafür keine")).check()
    page.get_by_role("button", name="An das Amt senden").click()
    page.wait_for_url("**done=corrected")
    desk = visitor(as_=scene.clerk, reduced_motion="reduce")
    desk.goto(f"staff/cases/{case_id}")
    expect(desk.get_by_role("row", name="Rasse")).to_contain_text("Pudel")
    judge_wide(desk)
    judge_narrow(desk)


def test_pages_of_an_outage_have_no_barrier_either(scene: Scene, visitor: Visitor) -> None:
    page = visitor(as_=scene.citizen)
    page.goto("checkout")
    with outage(scene.portal):
        page.get_by_role("button", name="Kostenpflichtig bestellen").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Bitte versuchen Sie es gleich noch einmal")
        judge_wide(page)
        judge_narrow(page)


@pytest.mark.parametrize(
    "broken",
    [
        '<html lang="de"><title>Kontrolle</title><main><h1>Kontrolle</h1><img src="data:,"></main></html>',
        '<html lang="de"><title>Kontrolle</title><main><h1>Kontrolle</h1><input type="text"></main></html>',
        '<html lang="de"><title>Kontrolle</title><main><h1 style="color:#aaa;background:#fff">Kontrolle</h1></main></html>',
    ],
    ids=["picture without words", "field without label", "too little contrast"],
)
def test_control_a_page_with_a_barrier_is_found_out(visitor: Visitor, broken: str) -> None:
    page = visitor()
    page.set_content(broken)
    assert violations(page)


def test_control_a_page_that_is_too_wide_is_found_out(visitor: Visitor) -> None:
    page = visitor(viewport=NARROW)
    page.set_content('<div style="width:400px">breit</div>')
    assert scrolls_sideways(page)


def test_every_template_has_its_visit() -> None:
    templates = {path.name for path in (ROOT / "templates").glob("*.html")}
    whole_pages = {name for name in templates if '{% extends "layout.html" %}' in (ROOT / "templates" / name).read_text("utf-8")}
    parts = templates - whole_pages - PARTS
    assert whole_pages == {visit.template for visit in VISITS} | SEEN_IN_AN_OUTAGE | SEEN_IN_JOURNEYS
    for part in parts:
        assert any(f'"{part}"' in (ROOT / "templates" / name).read_text("utf-8") for name in whole_pages), f"{part} is unused"


def test_every_address_has_its_visit() -> None:
    shown = {path for path, page in pages.routes() if hasattr(page, "on_get")} - NO_PAGES
    assert shown == {visit.route for visit in VISITS} & shown


def test_every_kind_of_failure_has_its_words() -> None:
    from gateway.pages import words

    assert set(words.BY_KIND) == set(Kind)
