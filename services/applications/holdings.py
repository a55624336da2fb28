"""What applications holds of a person, table by table; see `services.chassis.holdings`."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, or_, select
from sqlalchemy.orm import Session

from services.applications.model import UNTOLD, Case, Correction, Draft, Entity, File, Note, Order, Step
from services.chassis.holdings import Holding, table_of

SEALED = {
    "key_id": "names the master key",
    "wrapped_key": "a key: what it opens is given out",
    "sealed_answers": "given out as answers, opened",
    "sealed_taken": "given out as taken, opened",
}


def _opened(entity: type[Entity], *names: str, **told: str) -> dict[str, Callable[[Session, RowMapping], Any]]:
    """What a row has sealed, read by name; and columns that say something else to whom it is of, by what says that."""
    keys = [column.name for column in table_of(entity).primary_key.columns]

    def reader(name: str) -> Callable[[Session, RowMapping], Any]:
        return lambda session, row: getattr(session.get_one(entity, tuple(row[key] for key in keys)), name)

    return {shown: reader(name) for shown, name in {**{name: name for name in names}, **told}.items()}


def _of_cases(part: type[Step | Correction | Note], account_id: str, *which: ColumnElement[bool]) -> ColumnElement[bool]:
    return part.case_id.in_(select(Case.id).where(Case.account_id == account_id, *which))


TELLING = Case.is_neutral.is_(False)
"""Cases whose course and notes tell nothing of somebody else (decision 0034)."""


HOLDINGS = (
    Holding(
        table_of(Draft),
        lambda account_id: Draft.account_id == account_id,
        "a form in progress",
        "30 days after the last change (with a notice five days before)",
        SEALED,
        _opened(Draft, "answers", "taken"),
    ),
    Holding(
        table_of(Order),
        lambda account_id: Order.account_id == account_id,
        "what was ordered together",
        "as long as a case of it",
    ),
    Holding(
        table_of(Case),
        lambda account_id: Case.account_id == account_id,
        "what was applied for, and what the office decided",
        "the years the catalogue says of its service, from the end of the year of the decision; unpaid: until erased",
        {
            **SEALED,
            "sealed_reason": "given out as reason, opened",
            "sealed_behalf": "given out as behalf, opened",
            "sealed_identity": "given out as identity, opened",
            "assignee_id": "the clerk whose case it is: the office answers for it (decision 0021)",
            "version": "counts what the office did: a neutral case must not tell that (decision 0034)",
            "answer_at": "would tell that a neutral case is decided (decision 0034)",
        },
        _opened(Case, "answers", "taken", "reason", "behalf", "identity", state="told_state", changed_at="told_changed_at"),
    ),
    Holding(
        table_of(Step),
        lambda account_id: or_(Step.state.not_in(UNTOLD), _of_cases(Step, account_id, TELLING)) & _of_cases(Step, account_id),
        "the course of a case",
        "as long as the case",
        {
            "account_id": "may be the clerk who took the step: the office answers for it (decision 0021)",
            "number": "counts the steps that the applicant of a neutral case is not told of, too (decision 0034)",
        },
    ),
    Holding(
        table_of(File),
        lambda account_id: or_(
            File.draft_id.in_(select(Draft.id).where(Draft.account_id == account_id)),
            File.case_id.in_(select(Case.id).where(Case.account_id == account_id)),
        ),
        "a file that was attached to a form or an application",
        "as long as the form in progress, then as long as the case",
        {"sealed_name": "given out as filename, opened"},
        _opened(File, "filename"),
    ),
    Holding(
        table_of(Correction),
        lambda account_id: _of_cases(Correction, account_id),
        "what the office asked to be corrected",
        "as long as the case",
        {
            "asked_by": "the clerk who asked: the office answers for it (decision 0021)",
            "sealed_message": "given out as message, opened",
            "sealed_before": "given out as before, opened",
        },
        _opened(Correction, "message", "before"),
    ),
    Holding(
        table_of(Note),
        lambda account_id: _of_cases(Note, account_id, TELLING),
        "what the office wrote down about a case",
        "as long as the case",
        {
            "account_id": "the member of staff who wrote it: the office answers for it (decision 0021)",
            "sealed_text": "given out as text, opened",
        },
        _opened(Note, "text"),
    ),
)

LEFT_OUT = {
    "batches": "which decision a clerk took for many cases at once: staff, not citizens",
    "batch_items": "numbers of cases of a batch, and what came of each",
    "deputies": "which clerks stand in for which, for a time: staff, not citizens",
    "editions": "services in their versions, and which member of staff published one",
    "case_names": "keyed digests of names that cases hold sealed, and give out; they go with their case",
    "name_keys": "the keys of these digests, by office, of nobody",
    "form_progress": "how many came to each step of a form, by office and month, of nobody",
    "fee_rules": "fees of offers, of nobody",
    "offers": "what municipalities offer",
    "working_copies": "services in the making, and which member of staff changed one last",
}
