"""Offers count their changes, can be withdrawn without losing their fees, and remember that the portal changed them."""

import sqlalchemy as sa
from alembic import op

from services.chassis.columns import UtcDateTime

revision = "0003"
down_revision = "0002"

NEW = (
    ("is_withdrawn", sa.Boolean(), sa.false()),
    ("changed_in_portal_at", UtcDateTime(), None),
    ("changed_in_portal_by", sa.String(36), None),
    ("version", sa.Integer(), "1"),
)
WITHOUT_FEES = """
    DELETE FROM fee_rules WHERE EXISTS (
        SELECT 1 FROM offers o WHERE o.service = fee_rules.service AND o.ars = fee_rules.ars AND o.is_withdrawn
    )
"""


def upgrade() -> None:
    """What is offered goes on as it is."""
    for name, type_, default in NEW:
        op.add_column("offers", sa.Column(name, type_, nullable=default is None, server_default=default))


def downgrade() -> None:
    """Back to 0002; what was withdrawn is not offered then either."""
    op.execute(WITHOUT_FEES)
    op.execute("DELETE FROM offers WHERE is_withdrawn")
    for name, _, _ in reversed(NEW):
        op.drop_column("offers", name)
