"""Indexes that hold also what filters are combined with, what statistics count, and what has been kept long enough."""

from alembic import op

revision = "0016"
down_revision = "0015"

BEFORE = {
    "cases_by_state": ["state", "id"],
    "cases_of_office_by_service": ["office_id", "state", "service", "id"],
    "cases_of_office_by_day": ["office_id", "state", "due_on", "id"],
    "cases_received": ["office_id", "submitted_at", "service"],
}
AFTER = {
    "cases_closed": ["state", "service", "changed_at"],
    "cases_of_office_by_service": ["office_id", "state", "service", "id", "assignee_id", "due_on"],
    "cases_of_office_by_day": ["office_id", "state", "due_on", "id", "service", "assignee_id"],
    "cases_received": ["office_id", "service", "submitted_at"],
}


def upgrade() -> None:
    """Nothing but indexes: code of the release before works with them as well."""
    _replace(BEFORE, AFTER)


def downgrade() -> None:
    """Back to the indexes before."""
    _replace(AFTER, BEFORE)


def _replace(old: dict[str, list[str]], new: dict[str, list[str]]) -> None:
    for name in old:
        op.drop_index(name, "cases")
    for name, columns in new.items():
        op.create_index(name, "cases", columns)
