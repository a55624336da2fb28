"""Things in Sögel, in its citizens' office or its tax office, for people with and without a role there."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from services.accounts import opening, registering
from services.accounts.model import IdentityCheck
from services.applications import drafting, editing, network
from services.applications.model import Case, File
from services.applications.providers.file_store import FolderStore, SealedFile
from services.chassis import clock, ids
from services.contracts.actors import Role
from tests.fakes.bus import sample
from tests.unit.accounts import offices
from tests.unit.applications import portal
from tests.unit.permissions.answering import Service
from tests.unit.permissions.people import PEOPLE, SOEGEL, account_id, actor

CITIZENS_OFFICE, TAX_OFFICE = "buergerbuero", "steueramt"


class Peers:
    """The other services, as far as administration asks them."""

    def call(self, service: str, method: str, /, **data: Any) -> dict[str, Any]:
        if method == "count_work_of_office":
            return {"offers": 0, "open_cases": 0}
        if method == "get_municipality":
            return {"offices": [{"office_id": f"{data['key']}/{slug}"} for slug in ("standesamt", "steueramt", "gewerbeamt")]}
        return sample(service, method)


@dataclass(frozen=True)
class Scene:
    """`office` is where it all is; `requests` name what is there, for every RPC that needs more than its golden sample."""

    office: str
    requests: dict[str, dict[str, Any]] = field(default_factory=dict)

    def request(self, service: Service, method: str) -> dict[str, Any]:
        """The golden sample, about the things of this scene."""
        return {**sample(service.name, method, "request"), **self.requests.get(method, {})}


def accounts(service: Service) -> Scene:
    """A network, a member of staff, an invitation, and a check of identity that waits for a second officer."""
    office_id = f"{SOEGEL}/{CITIZENS_OFFICE}"
    person: dict[str, Any] = {"password_hash": "x", "given_names": "Sabine", "family_name": "Muster", "language": "de"}
    roles = (Role("clerk", office_id),)
    with service.transactions.transaction() as session:
        offices.network(session, needs_two_officers=True)
        for name in PEOPLE[2:]:
            somebody = opening.new_account("staff", f"{account_id(name)}@example.org", "x", "Ida", "Beispiel", "de")
            somebody.id = account_id(name)
            session.add(somebody)
        clerk = registering.enrol_staff(session, **person, email="clerk@example.org", roles=roles)["account_id"]
        new = registering.enrol_staff(session, **person, email="new@example.org", roles=roles, is_invited=True)["account_id"]
        citizen = offices.person(session, "Erika", "Musterfrau")
        check = IdentityCheck(
            id=ids.new_id(), account_id=citizen.id, office_id=office_id, way="code", state="recorded", is_renewal=False,
            document_kind="identity_card", issuing_authority="Samtgemeinde Sögel", document_valid_until=date(2099, 1, 1),
            values={}, corrected=[], recorded_by=clerk, recorded_at=clock.now(),
        )  # fmt: skip
        session.add(check)
    one = {"account_id": clerk, "version": 1}
    whom = {"account_id": citizen.id}
    ticked = [{"role": "approver", "office_id": office_id}]
    return Scene(
        CITIZENS_OFFICE,
        {
            "list_colleagues": {"office_id": office_id},
            "get_administered_office": {"office_id": office_id},
            "open_office": {"slug": "fundbuero"},
            "change_office": {"office_id": office_id, "version": 1},
            "withdraw_office": {"office_id": office_id, "version": 1},
            "get_staff": {"account_id": clerk},
            "invite_staff": {"roles": ticked},
            "renew_invitation": {"account_id": new, "version": 1},
            "change_staff": one,
            "assign_roles": {**one, "roles": ticked},
            "suspend_staff": one,
            "reinstate_staff": one,
            **{name: {"check_id": check.id} for name in ("get_pending_check", "confirm_check", "decline_check")},
            **dict.fromkeys(("print_activation_letter", "remove_lost_factors", "revoke_identity"), whom),
        },
    )


def applications(service: Service) -> Scene:
    """Offers and a case; the case is taken as far as the next step needs."""
    with service.transactions.transaction() as session:
        network.load(session, portal.network())
        order = portal.submit(session, portal.citizen(), (portal.DOG, SOEGEL))
        case_id = order["cases"][0]["case_id"]
        drafting.start_draft(session, portal.citizen(), service=portal.DOG, ars=SOEGEL, answers={})
        file = _file_of(service, session.get_one(Case, case_id))
        session.add(file)
        copy = editing.start_working_copy(session, actor("editor"), **BEGINNING, service="katze", copied_from=portal.DOG)
    case = {"case_id": case_id}
    offer = {"service": portal.DOG, "ars": SOEGEL, "version": 1}
    begins = (clock.now().date() + timedelta(days=3)).isoformat()
    fee = {"valid_from": begins, "base_cents": 500, "each_further_cents": None, "pieces_field": None, "legal_basis": "Satzung"}
    return Scene(
        TAX_OFFICE,
        {
            **dict.fromkeys(
                ("get_case", "get_case_document", "list_case_files", "review_case", "decide_case", "mark_sent", "assign_case"),
                case,
            ),
            "get_case_file_part": {"file_id": file.id},
            **dict.fromkeys(("list_case_notices", "add_note", "confirm_decision", "hand_over_case"), case),
            "search_cases": {"name": "Musterfrau"},
            "get_statistics": {"office_id": None, "service": None},
            "get_form_statistics": {"office_id": None, "service": None},
            "ask_for_correction": {**case, "fields": ["dog_name"]},
            "list_cases": dict.fromkeys(("state", "service", "office_id", "assignee", "number", "ordered_from", "ordered_until")),
            "offer_service": {"fee": fee},
            "move_offer": {**offer, "office_id": f"{SOEGEL}/steueramt"},
            "set_fee": {**offer, "fee": fee},
            "drop_fee": {**offer, "valid_from": begins},
            "withdraw_offer": offer,
            "set_offer_text": {**offer, "text": None},
            **{name: {"ars": SOEGEL, "service": portal.DOG} for name in ("list_editions", "get_edition", "compare_editions")},
            "list_edited_services": {"ars": SOEGEL},
            "start_working_copy": {**BEGINNING, "service": "hund", "copied_from": portal.DOG},
            **{
                name: {"ars": SOEGEL, "service": copy["service"]}
                for name in ("get_working_copy", "save_working_copy", "discard_working_copy", "try_answers", "publish_service")
            },
        },
    )


def _file_of(service: Service, case: Case) -> File:
    """A file that somebody attached."""
    file = File(
        id=ids.new_id(), case=case, place="insurance_certificate", size=5, kind="pdf", state="ready", added_at=clock.now()
    )
    file.call("Police.pdf")
    SealedFile(FolderStore(service.settings.var_dir / "files"), file.id, file.own_key, file.size).put(0, b"%PDF-")
    return file


BEGINNING: dict[str, Any] = {"ars": SOEGEL, "number": None, "takes_shipped": False, "source": None}
SCENES: dict[str, Callable[[Service], Scene]] = {"accounts": accounts, "applications": applications}
