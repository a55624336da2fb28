"""One's own cases of a service have an index of their own: before, those of all colleagues were passed by to find them."""

from alembic import op

revision = "0019"
down_revision = "0018"

BY_SERVICE = "cases_of_office_by_service"
BY_ASSIGNEE_AND_SERVICE = "cases_of_office_by_assignee_and_service"


def upgrade() -> None:
    """Nothing but indexes: code of the release before works with them as well."""
    op.drop_index(BY_SERVICE, "cases")
    op.create_index(BY_SERVICE, "cases", ["office_id", "state", "service", "id", "due_on"])
    op.create_index(BY_ASSIGNEE_AND_SERVICE, "cases", ["office_id", "state", "assignee_id", "service", "id"])


def downgrade() -> None:
    """Back to the indexes before."""
    op.drop_index(BY_ASSIGNEE_AND_SERVICE, "cases")
    op.drop_index(BY_SERVICE, "cases")
    op.create_index(BY_SERVICE, "cases", ["office_id", "state", "service", "id", "assignee_id", "due_on"])
