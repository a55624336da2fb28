"""Contract of `applications`: catalogue, forms, drafts, cart, orders, cases and the clerks' queue."""

from typing import Any

from marshmallow import fields, validate

from services.contracts import attachments, desk, directory, editing, offers, values
from services.contracts.attachments import Attachment
from services.contracts.forms import LONGEST_KEY, Deadline, Plain, Section
from services.contracts.messaging import CaseNotices
from services.contracts.operations import RecordsErased
from services.contracts.registry import Fact, Method, Nothing, Reply, Request

CASE_STATES = desk.CASE_STATES
ENDINGS = ("document", "post")
SERVICE_ENDINGS = (*ENDINGS, "link")
"""A service that ends with a link is applied for elsewhere: the portal explains it and takes no order."""
EVENTS_OF_CASES = ("hand_over", "send_back", "correct", "call_back")


class FeeInfo(Reply):
    """What the service costs here: base amount, amount of each further piece, the field that counts the pieces, and why."""

    base = fields.Nested(values.Money, required=True)
    each_further = fields.Nested(values.Money, allow_none=True, load_default=None)
    pieces_field = fields.String(allow_none=True, load_default=None)
    legal_basis = fields.String(required=True)
    is_example = fields.Boolean(required=True, metadata={"description": "True where the figure is the reference network's own."})


class RatesOfPlace(Reply):
    """What one place takes, an amount for each column, and where that is written."""

    name = fields.String(required=True)
    amounts = fields.List(fields.Nested(values.Money), required=True)
    as_of = fields.Nested(values.Bilingual, required=True)
    source = fields.String(required=True)


class Rates(Reply):
    """What follows from a service later and each place sets for itself, like the dog tax; `unknown_places` told none."""

    title = fields.Nested(values.Bilingual, required=True)
    columns = fields.List(fields.Nested(values.Bilingual), required=True)
    places = fields.List(fields.Nested(RatesOfPlace), required=True)
    unknown_places = fields.List(fields.String(), required=True)


class ServiceSummary(Reply):
    """A service of the catalogue in a list."""

    service = values.slug(required=True)
    leika_key = values.leika_key(required=True)
    name = fields.Nested(values.Bilingual, required=True)
    summary = fields.Nested(values.Bilingual, required=True)
    offered_by = fields.List(values.ars(), required=True, metadata={"description": "ARS of those who offer it online."})


class Services(Reply):
    """Services, by name."""

    services = fields.List(fields.Nested(ServiceSummary), required=True)


class Service(ServiceSummary):
    """A service as one municipality offers it, with its form."""

    ars = values.ars(required=True)
    version = fields.Integer(metadata={"description": "The number of the version that is shown."})
    is_offered = fields.Boolean(metadata={"description": "False for one that was withdrawn, and is shown for its drafts."})
    text = fields.Nested(
        values.Bilingual, allow_none=True, metadata={"description": "What the municipality itself says of the service."}
    )
    office_id = values.office_id(required=True)
    description = fields.Nested(values.Bilingual, required=True)
    legal_basis = fields.List(fields.String(), required=True)
    level = values.choice(*values.LEVELS, required=True)
    ending = values.choice(*SERVICE_ENDINGS, required=True)
    link = fields.URL(
        schemes={"https"},
        allow_none=True,
        load_default=None,
        metadata={"description": "Where one applies if the service ends with a link; null: here."},
    )
    preparation = fields.List(
        fields.Nested(values.Bilingual), load_default=list, metadata={"description": "What to have at hand there."}
    )
    rates = fields.List(fields.Nested(Rates), load_default=list)
    fee = fields.Nested(FeeInfo, required=True)
    sections = fields.List(fields.Nested(Section), required=True)
    plain = fields.Nested(Plain, allow_none=True, load_default=None)
    deadline = fields.Nested(Deadline, allow_none=True, load_default=None)
    four_eyes = fields.Boolean(load_default=False, metadata={"description": "Whether two people decide."})
    attachments = fields.List(fields.Nested(Attachment), load_default=list)
    identity_fields = fields.List(
        fields.String(), metadata={"description": "Questions whose answers must be those of the verified identity."}
    )


class ListServices(Request):
    """All services, or those one municipality offers."""

    ars = values.ars(allow_none=True, load_default=None)


class ServiceOffer(Request):
    """A service at a municipality."""

    service = values.slug(required=True)
    ars = values.ars(required=True)


class GetService(ServiceOffer):
    """A service at a municipality, in the version that counts or in the one that a draft keeps."""

    version = fields.Integer(
        strict=True, allow_none=True, load_default=None, validate=validate.Range(min=1, max=1_000_000, error="version")
    )


TYPED: dict[str, Any] = {"maxLength": 5000, "pattern": r"^[^\x00]*$", "minimum": -(2**53), "maximum": 2**53}
ENTRY: dict[str, Any] = {
    "type": ["string", "object"],
    "maxLength": 5000,
    "pattern": r"^[^\x00]*$",
    "maxProperties": 200,
    "propertyNames": {"maxLength": LONGEST_KEY, "pattern": r"^[^\x00]*$"},
    "additionalProperties": {
        **TYPED,
        "type": ["string", "number", "boolean", "array", "null"],
        "maxItems": 200,
        "items": {"type": "string", "maxLength": 5000, "pattern": r"^[^\x00]*$"},
    },
}
# What somebody can have typed or ticked, also in the entries of a repeated section; anything else is refused when it is looked at
# with its form.
ANSWER = fields.Raw(
    allow_none=True,
    metadata={**TYPED, "type": ["string", "number", "boolean", "array"], "maxItems": 200, "items": ENTRY},
)


def answers_of_form(**kwargs: Any) -> fields.Dict:
    """Answers by field name."""
    return fields.Dict(
        keys=fields.String(validate=validate.Length(max=LONGEST_KEY, error="too_long")),
        values=ANSWER,
        validate=validate.Length(max=200, error="too_many"),
        **kwargs,
    )


ANSWERS = answers_of_form(
    required=True,
    metadata={
        "description": "Answers by field name, as the form defines them; those of a repeated section are a list of objects under "
        "its name, those of a field of the type `choices` a list of values, amounts whole cents."
    },
)

MOST_BEFORE = 20
"""So often may a page have tried to save without hearing an answer."""

TAKEN = fields.List(
    values.Text(most=60),
    load_default=list,
    validate=validate.Length(max=100, error="count"),
    metadata={"description": "Names of answers that were taken over from the account."},
)


class StartDraft(ServiceOffer):
    """Begin a form, with what is known already."""

    answers = fields.Dict(keys=fields.String(), values=ANSWER, load_default=dict)
    taken = TAKEN


class SaveDraft(Request):
    """What has been typed so far; kept even where it is not valid yet. In place of all answers, unless `before` is there."""

    draft_id = values.Id(required=True)
    answers = ANSWERS
    before = fields.List(
        answers_of_form(),
        validate=validate.Length(min=1, max=MOST_BEFORE, error="count"),
        metadata={
            "description": "What stood there as far as the sender knows: what was read, and what was sent since without an "
            "answer. Then only what differs from it is changed, and what has become something else meanwhile is refused."
        },
    )
    taken = TAKEN


class DraftId(Request):
    """Which draft."""

    draft_id = values.Id(required=True)


class Draft(Reply):
    """A form in progress. `errors` are the slugs per field as of now; the draft may go into the cart when there are none."""

    draft_id = values.Id(required=True)
    service = values.slug(required=True)
    ars = values.ars(required=True)
    version = fields.Integer(metadata={"description": "The version of the service that it is filled in for."})
    newest_version = fields.Integer(
        metadata={"description": "The newest version that asks for something else; its own where none does."}
    )
    newest_since = fields.AwareDateTime()
    answers = fields.Dict(required=True)
    errors = fields.Dict(keys=fields.String(), values=fields.List(fields.String()), required=True)
    fee = fields.Nested(values.Money, required=True)
    fee_before = fields.Nested(
        values.Money, allow_none=True, metadata={"description": "What it cost when it came into the cart, if another sum."}
    )
    is_in_cart = fields.Boolean(required=True)
    changed_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True)
    acted_by = values.Id(allow_none=True, metadata={"description": "The account of the person who began it."})


class RenewedDraft(Draft):
    """A draft in the newest version of its form; `lost` are the fields whose answers had no place in it, and as
    `attachments.<place>` the places whose files have none.
    """

    lost = fields.List(fields.String(), required=True)


class Drafts(Reply):
    """The citizen's drafts, newest first."""

    drafts = fields.List(fields.Nested(Draft), required=True)


class Cart(Reply):
    """What is ready to be ordered, and the sum. `version` is another one as soon as anything in the cart has changed."""

    items = fields.List(fields.Nested(Draft), required=True)
    total = fields.Nested(values.Money, required=True)
    version = fields.String(required=True)


class PlaceOrder(Request):
    """Order everything in the cart. `expected_total_cents` is the sum the citizen saw; another sum is a conflict.

    `cart_version` is the `version` of the cart they saw; with it, another content is a conflict too.
    """

    expected_total_cents = values.cents(required=True)
    cart_version = values.Text(most=64, least=0, allow_none=True, load_default=None)


class ApplicationInput(ServiceOffer):
    """One application, complete. Files go with it from a form in progress of the same service, which is gone then."""

    answers = ANSWERS
    draft_id = values.Id(allow_none=True, load_default=None, metadata={"description": "The form in progress with its files."})


class SubmitApplications(Request):
    """Order applications at once, without drafts and cart: for API clients."""

    applications = fields.List(
        fields.Nested(ApplicationInput), required=True, validate=validate.Length(min=1, max=20, error="count")
    )


class OnBehalf(Reply):
    """For whom somebody applied who did not apply for themselves, with the names as they were then."""

    kind = values.choice("organisation", "person", required=True)
    party_name = fields.String(required=True)
    register_entry = fields.String(required=True, metadata={"description": "Court and number; empty where there is none."})
    person_name = fields.String(required=True, metadata={"description": "Who acted."})


class CaseSummary(Reply):
    """A case in a list: an application as the office works on it. `behalf` is null where somebody applied for themselves."""

    case_id = values.Id(required=True)
    order_id = values.Id(required=True)
    service = values.slug(required=True)
    ars = values.ars(required=True)
    office_id = values.office_id(required=True)
    state = values.choice(*CASE_STATES, required=True)
    fee = fields.Nested(values.Money, required=True)
    ending = values.choice(*ENDINGS, required=True)
    submitted_at = fields.AwareDateTime(allow_none=True, required=True)
    changed_at = fields.AwareDateTime(required=True)
    acted_by = values.Id(allow_none=True, metadata={"description": "The account of the person who applied."})
    behalf = fields.Nested(OnBehalf, allow_none=True)
    due_on = fields.Date(allow_none=True, metadata={"description": "The last day that the law gives the office."})
    assignee_id = values.Id(allow_none=True, metadata={"description": "The clerk whose case it is; for the office only."})
    answer_at = fields.AwareDateTime(
        allow_none=True,
        metadata={"description": "When a neutral refusal reaches the citizen that the office has decided; for the office only."},
    )
    urgency = values.choice(
        *desk.URGENCIES,
        allow_none=True,
        metadata={"description": "Whether its time is nearly or wholly over; for the office only."},
    )


class HistoryEntry(Reply):
    """One step in the life of a case. `by_applicant` where the person who applied took it, for themselves or for another."""

    state = values.choice(*CASE_STATES, required=True)
    at = fields.AwareDateTime(required=True)
    by_applicant = fields.Boolean()
    event = values.choice(
        *EVENTS_OF_CASES, allow_none=True, metadata={"description": "What led to it, where the state alone does not say it."}
    )
    office_id = values.office_id(allow_none=True, metadata={"description": "The office from this step on, where it changed."})


class Transmission(Reply):
    """What an authority may get of a business notice: fields of the form by name, and by the number of GewAnzV's annex."""

    recipient = fields.Nested(values.Bilingual, required=True)
    legal_basis = fields.List(fields.String(), required=True)
    only_if = fields.Nested(values.Bilingual, allow_none=True, metadata={"description": "What must be so in the single case."})
    numbers = fields.List(fields.Integer(), required=True)
    fields_ = fields.List(fields.String(), required=True, data_key="fields")


class VerifiedIdentity(Reply):
    """Who applied, as it was verified when they did: at which level, and by which office or provider of identities."""

    level = values.choice(*values.LEVELS, required=True)
    source = fields.String(required=True)
    by = fields.String(allow_none=True, required=True)
    given_names = fields.String(required=True)
    family_name = fields.String(required=True)
    birth_date = fields.String(required=True, metadata={"description": "`00` for a part that is unknown."})


class Case(CaseSummary):
    """A case whole. `reason` is what the office wrote when it rejected. `document_id` is set once there is one."""

    account_id = values.Id(required=True)
    answers = fields.Dict(required=True)
    taken = fields.List(
        fields.String(),
        metadata={"description": "Answers that the form took over from the account, and that have not changed since."},
    )
    version = fields.Integer(metadata={"description": "The version of the service that was applied for."})
    level = values.choice(*values.LEVELS, metadata={"description": "The trust level it was ordered at, and is corrected at."})
    sections = fields.List(fields.Nested(Section), required=True, metadata={"description": "The form it was filled in with."})
    reason = fields.String(allow_none=True, required=True)
    attachments = fields.List(fields.Nested(Attachment), metadata={"description": "The places for files of the form."})
    deadline = fields.Nested(Deadline, allow_none=True)
    document_id = values.Id(allow_none=True, required=True)
    neutral_answer = fields.Nested(
        values.Bilingual,
        allow_none=True,
        metadata={
            "description": "What every rejection says in place of a reason; null: the office writes one. For the office only."
        },
    )
    is_neutral = fields.Boolean(
        metadata={"description": "Whether nothing of its course is told, and a refusal waits for a day four weeks after receipt."}
    )
    office_hint = fields.Nested(
        values.Bilingual, allow_none=True, metadata={"description": "What the office heeds when it decides; for it only."}
    )
    transmissions = fields.List(
        fields.Nested(Transmission), metadata={"description": "Who may get what of a business notice (GewAnzV § 3)."}
    )
    history = fields.List(fields.Nested(HistoryEntry), required=True)
    corrections = fields.List(fields.Nested(desk.Correction), metadata={"description": "The last is open while it is awaited."})
    four_eyes = fields.Boolean(metadata={"description": "Whether a second person confirms an approval."})
    notes = fields.List(fields.Nested(desk.Note), metadata={"description": "Of the office, and for it only."})
    proposed_by = values.Id(
        allow_none=True, metadata={"description": "Who approved what waits for the second; for the office only."}
    )
    identity = fields.Nested(
        VerifiedIdentity,
        allow_none=True,
        metadata={"description": "Null where the service asks for no verified one, and for older cases; for the office only."},
    )
    payment = fields.Nested(
        desk.PaymentOfCase, allow_none=True, metadata={"description": "Null where it is free; for the office only."}
    )


class ApplicationCopy(Reply):
    """What was sent with an application, as PDF; about 40 KB."""

    filename = fields.String(required=True)
    media_type = fields.String(required=True)
    content_base64 = fields.String(required=True)


class CaseDocument(ApplicationCopy):
    """What came of a case, as PDF, for its office."""


class Order(Reply):
    """One checkout: a case for every service in it."""

    order_id = values.Id(required=True)
    state = values.choice("awaiting_payment", "paid", "free", required=True)
    total = fields.Nested(values.Money, required=True)
    placed_at = fields.AwareDateTime(required=True)
    acted_by = values.Id(allow_none=True, metadata={"description": "The account of the person who ordered."})
    cases = fields.List(fields.Nested(CaseSummary), required=True)


class ListOrders(Request):
    """A page of orders, newest first; `before` is the `order_id` the last page ended with."""

    before = values.Id(allow_none=True, load_default=None)
    limit = fields.Integer(strict=True, load_default=50, validate=validate.Range(min=1, max=200, error="limit"))


class Orders(Reply):
    """The citizen's orders, newest first; `more` says whether another page follows."""

    orders = fields.List(fields.Nested(Order), required=True)
    more = fields.Boolean(required=True)


class OrderId(Request):
    """Which order."""

    order_id = values.Id(required=True)


class CaseId(Request):
    """Which case."""

    case_id = values.Id(required=True)


class ListApplications(Request):
    """A page of one's own cases, newest first; `before` is the `case_id` the last page ended with."""

    state = values.choice(*CASE_STATES, allow_none=True, load_default=None)
    before = values.Id(allow_none=True, load_default=None)
    limit = fields.Integer(strict=True, load_default=50, validate=validate.Range(min=1, max=200, error="limit"))


class Cases(Reply):
    """Cases, newest first unless asked otherwise; `more` says whether another page follows."""

    cases = fields.List(fields.Nested(CaseSummary), required=True)
    more = fields.Boolean(required=True)


class DecideCase(Request):
    """The clerk's decision; a rejection needs a reason, which the citizen reads, unless its service has a neutral answer."""

    case_id = values.Id(required=True)
    decision = values.choice("approve", "reject", required=True)
    reason = values.OfficialText(most=2000, least=0, allow_none=True, load_default=None)


class CorrectApplication(Request):
    """New answers to exactly the fields the office asked about; a field that is left out is left empty."""

    case_id = values.Id(required=True)
    answers = ANSWERS
    no_file_for = fields.List(
        values.Text(most=80),
        load_default=list,
        validate=validate.Length(max=desk.MOST_FIELDS, error="count"),
        metadata={"description": "Of the places that were asked for, as `attachments.<place>`, those there is no new file for."},
    )


class CaseForDocument(Reply):
    """What `documents` needs to write the document of an approved case."""

    case_id = values.Id(required=True)
    account_id = values.Id(required=True)
    service = values.slug(required=True)
    service_name = fields.Nested(values.Bilingual, required=True)
    ars = values.ars(required=True)
    office_id = values.office_id(required=True)
    template = fields.String(required=True)
    answers = fields.Dict(required=True)
    sections = fields.List(fields.Nested(Section), required=True)
    fee = fields.Nested(values.Money, required=True)
    legal_basis = fields.List(fields.String(), required=True)
    submitted_at = fields.AwareDateTime(required=True)
    approved_at = fields.AwareDateTime(required=True)
    grant_id = values.Id(allow_none=True, metadata={"description": "The membership or mandate it was applied for under."})


class Share(Fact):
    """What one case of an order costs, and whose it is."""

    case_id = values.Id(required=True)
    ars = values.ars(required=True)
    amount = fields.Nested(values.Money, required=True)


class OrderPlaced(Fact):
    """A citizen ordered. Free cases have no share."""

    order_id = values.Id(required=True)
    account_id = values.Id(required=True)
    total = fields.Nested(values.Money, required=True)
    shares = fields.List(fields.Nested(Share), required=True)
    grant_id = values.Id(allow_none=True)


class CaseFact(Fact):
    """Something happened to a case."""

    case_id = values.Id(required=True)
    order_id = values.Id(required=True)
    account_id = values.Id(required=True)
    service = values.slug(required=True)
    ars = values.ars(required=True)
    office_id = values.office_id(required=True)
    ending = values.choice(*ENDINGS, required=True)
    grant_id = values.Id(allow_none=True, metadata={"description": "The membership or mandate it was applied for under."})


class CountOpenCases(Request):
    """Of which account or organisation."""

    account_id = values.Id(required=True)


class OpenCases(Reply):
    """How many cases of an account an office still works on; what waits for its payment counts for its first hour only."""

    open_cases = fields.Integer(required=True)


class DraftExpiring(Fact):
    """A draft that nobody has touched for a while is deleted in some days."""

    draft_id = values.Id(required=True)
    account_id = values.Id(required=True)
    service = values.slug(required=True)
    ars = values.ars(required=True)


NO_CASE = ("applications.no_case",)
ASKING = (*NO_CASE, "applications.wrong_state", "applications.neutral_case")
BEHALF = ("actors.only_reading", "actors.not_covered")
ORDERING = (*BEHALF, "actors.behalf_ended", "applications.level_needed")

METHODS = {
    **attachments.METHODS,
    "list_services": Method(ListServices, Services),
    "get_service": Method(GetService, Service, errors=("applications.not_offered",)),
    "start_draft": Method(
        StartDraft,
        Draft,
        idempotent=True,
        errors=("applications.not_offered", "applications.too_many_drafts", "invalid", *BEHALF),
    ),
    "save_draft": Method(
        SaveDraft, Draft, errors=("applications.no_draft", "applications.changed_elsewhere", "invalid", *BEHALF)
    ),
    "renew_draft": Method(DraftId, RenewedDraft, errors=("applications.no_draft", *BEHALF)),
    "get_draft": Method(DraftId, Draft, errors=("applications.no_draft",)),
    "list_drafts": Method(Nothing, Drafts),
    "discard_draft": Method(DraftId, Nothing, errors=("applications.no_draft",)),
    "add_to_cart": Method(DraftId, Draft, errors=("applications.no_draft", "applications.level_needed", "invalid", *BEHALF)),
    "remove_from_cart": Method(DraftId, Draft, errors=("applications.no_draft",)),
    "get_cart": Method(Nothing, Cart),
    "place_order": Method(
        PlaceOrder,
        Order,
        idempotent=True,
        errors=("applications.cart_empty", "applications.cart_changed", "applications.total_changed", "invalid", *ORDERING),
    ),
    "submit_applications": Method(
        SubmitApplications,
        Order,
        idempotent=True,
        errors=("applications.not_offered", "applications.no_draft", "invalid", *ORDERING),
    ),
    "get_order": Method(OrderId, Order, errors=("applications.no_order",)),
    "list_orders": Method(ListOrders, Orders),
    "list_applications": Method(ListApplications, Cases),
    "get_application": Method(CaseId, Case, errors=NO_CASE),
    "get_application_copy": Method(CaseId, ApplicationCopy, errors=NO_CASE),
    "list_cases": Method(desk.ListCases, Cases),
    "search_cases": Method(desk.SearchCases, Cases, errors=("invalid",)),
    "get_case": Method(CaseId, Case, errors=NO_CASE),
    "review_case": Method(CaseId, Case, errors=(*NO_CASE, "applications.wrong_state")),
    "decide_case": Method(DecideCase, Case, errors=(*NO_CASE, "applications.wrong_state", "invalid")),
    "mark_sent": Method(CaseId, Case, errors=(*NO_CASE, "applications.wrong_state")),
    "correct_application": Method(
        CorrectApplication, Case, errors=(*NO_CASE, "applications.wrong_state", "applications.level_needed", "invalid", *BEHALF)
    ),
    "withdraw_application": Method(CaseId, Case, errors=(*NO_CASE, "applications.wrong_state", *BEHALF)),
    "get_case_document": Method(CaseId, CaseDocument, errors=(*NO_CASE, "applications.no_document")),
    "list_case_notices": Method(CaseId, CaseNotices, errors=NO_CASE),
    "add_note": Method(desk.AddNote, Case, idempotent=True, errors=NO_CASE),
    "ask_for_correction": Method(desk.AskForCorrection, Case, errors=(*ASKING, "invalid")),
    "confirm_decision": Method(
        desk.ConfirmDecision,
        Case,
        errors=(*NO_CASE, "applications.wrong_state", "applications.same_person", "invalid"),
    ),
    "hand_over_case": Method(desk.HandOverCase, desk.HandedOver, errors=(*ASKING, "invalid")),
    "assign_case": Method(desk.AssignCase, Case, errors=(*NO_CASE, "applications.wrong_state", "invalid")),
    "count_open_cases": Method(CountOpenCases, OpenCases),
    "get_case_for_document": Method(CaseId, CaseForDocument, errors=NO_CASE),
    **desk.METHODS,
    **offers.METHODS,
    **editing.METHODS,
    **directory.METHODS,
}
EVENTS: dict[str, type[Fact]] = {
    "applications.erased": RecordsErased,
    "draft.expiring": DraftExpiring,
    "order.placed": OrderPlaced,
    "application.submitted": CaseFact,
    "application.approved": CaseFact,
    "application.rejected": CaseFact,
    "application.completed": CaseFact,
    "application.correction_asked": CaseFact,
    "application.withdrawn": CaseFact,
    "application.handed_over": CaseFact,
}
