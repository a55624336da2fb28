"""The audit log of the chassis."""

from alembic import op

from services.chassis import audit

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Begins empty."""
    audit.create(op.get_bind())


def downgrade() -> None:
    """Back to 0001."""
    audit.drop(op.get_bind())
