"""Contact, member municipalities and host name of a member; offices that need two officers, or were changed in the portal."""

import sqlalchemy as sa
from alembic import op

from services.chassis.columns import UtcDateTime

revision = "0004"
down_revision = "0003"

NETWORKS = (("staff_second_factor", sa.String(10), "required"),)
MUNICIPALITIES = (
    ("email", sa.String(254), None),
    ("phone", sa.String(60), None),
    ("population", sa.Integer(), None),
    ("members", sa.JSON(), "[]"),
    ("host", sa.String(253), None),
)
OFFICES = (
    ("needs_two_officers", sa.Boolean(), sa.false()),
    ("changed_in_portal_at", UtcDateTime(), None),
    ("changed_in_portal_by", sa.String(36), None),
)
TABLES = {"networks": NETWORKS, "municipalities": MUNICIPALITIES, "offices": OFFICES}


def upgrade() -> None:
    """What is not known yet comes when the network is loaded again."""
    for table, columns in TABLES.items():
        for name, type_, default in columns:
            op.add_column(table, sa.Column(name, type_, nullable=default is None, server_default=default))


def downgrade() -> None:
    """Back to 0003."""
    for table, columns in reversed(TABLES.items()):
        for name, _, _ in reversed(columns):
            op.drop_column(table, name)
