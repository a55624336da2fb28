"""What the visitors of a network must know before anything else."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Without one until the network is loaded again."""
    op.add_column("networks", sa.Column("notice", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Back to 0001."""
    op.drop_column("networks", "notice")
