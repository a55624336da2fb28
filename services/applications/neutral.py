"""Cases that must not show what the office knows of somebody else: course, end and time tell nothing (BMG § 51 (2)).

Whether nothing is stored of a person or an information block protects them looks the same to who asks. They are told that it
came in, and one answer on a day that hangs on the day of receipt alone; neither a question of the office nor another office.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.applications import casework, editions
from services.applications.model import Case
from services.chassis import clock
from services.contracts.errors import Conflict

BATCH = 200


def answer(case: Case) -> str | None:
    """The one answer that a refusal of its service gives, in both languages; none where the office writes why."""
    told = editions.of(case).service.neutral_answer
    return None if told is None else "\n".join(told[language] for language in ("de", "en"))


def check(case: Case) -> None:
    """Raises conflict for a case whose applicant would learn something if the office asked them or gave it to another one."""
    if case.is_neutral:
        raise Conflict("applications.neutral_case", "This would show what must not be known. Please decide on what is there.")


def release(session: Session) -> int:
    """Refuse some of the cases whose day has come; gives how many, less than BATCH when no more are left."""
    now = clock.now()
    due = select(Case).where(Case.state == "withheld", Case.answer_at <= now).order_by(Case.id).limit(BATCH)
    found = session.scalars(due.with_for_update(skip_locked=True)).all()
    for case in found:
        case.reject(now, None, answer(case))
        casework.announce(session, "application.rejected", case)
    return len(found)
