"""Notices are found by case and order, and know the mail that tells of them."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

NEVER_MAILED = ("order_placed", "payment_secured", "application_approved", "application_handed_over")
"""Of the kinds about a case or its order. Which mail told of the others is not known of those that are there already."""


def upgrade() -> None:
    """The mail of what was noticed before is named so that it is found nowhere."""
    op.add_column("notices", sa.Column("mail_id", sa.String(36), nullable=True))
    notices = sa.table("notices", sa.column("kind"), sa.column("case_id"), sa.column("mail_id", sa.String))
    mailed = (notices.c.case_id.is_not(None), notices.c.kind.not_in(NEVER_MAILED))
    op.execute(notices.update().where(*mailed).values(mail_id="unknown"))
    op.create_index("notices_of_case", "notices", ["case_id"])
    op.create_index("notices_of_order", "notices", ["order_id"])


def downgrade() -> None:
    """Back to 0005."""
    op.drop_index("notices_of_order", "notices")
    op.drop_index("notices_of_case", "notices")
    op.drop_column("notices", "mail_id")
