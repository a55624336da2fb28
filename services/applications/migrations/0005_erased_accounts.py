"""Accounts that were erased, and drafts whose owners know that they expire."""

import sqlalchemy as sa
from alembic import op

from services.chassis import erased
from services.chassis.columns import UtcDateTime

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Nobody yet."""
    erased.create(op.get_bind())
    op.add_column("drafts", sa.Column("warned_at", UtcDateTime(), nullable=True))


def downgrade() -> None:
    """Back to 0004."""
    op.drop_column("drafts", "warned_at")
    erased.drop(op.get_bind())
