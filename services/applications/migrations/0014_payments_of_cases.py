"""What became of the fee of a case: when it was collected, when and how it was given back."""

import sqlalchemy as sa
from alembic import op

from services.chassis.columns import UtcDateTime

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Of what happened before, payments knows; offices see it from now on."""
    op.add_column("orders", sa.Column("collected_at", UtcDateTime(), nullable=True))
    op.add_column("cases", sa.Column("given_back_at", UtcDateTime(), nullable=True))
    op.add_column("cases", sa.Column("given_back_by", sa.String(20), nullable=True))


def downgrade() -> None:
    """Back to 0013."""
    op.drop_column("cases", "given_back_by")
    op.drop_column("cases", "given_back_at")
    op.drop_column("orders", "collected_at")
