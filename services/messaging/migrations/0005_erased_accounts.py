"""Accounts that were erased."""

from alembic import op

from services.chassis import erased

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Nobody yet."""
    erased.create(op.get_bind())


def downgrade() -> None:
    """Back to 0004."""
    erased.drop(op.get_bind())
