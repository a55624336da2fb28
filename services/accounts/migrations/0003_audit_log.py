"""The audit log of the chassis."""

from alembic import op

from services.chassis import audit

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Begins empty."""
    audit.create(op.get_bind())


def downgrade() -> None:
    """Back to 0002."""
    audit.drop(op.get_bind())
