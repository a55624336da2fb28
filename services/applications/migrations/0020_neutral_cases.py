"""Cases whose refusal must not show why: known by themselves, and answered on days that tell nothing (BMG § 51 (2))."""

import sqlalchemy as sa
from alembic import op

from services.chassis.columns import UtcDateTime

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Of the cases that are there, those whose version of the service has a neutral answer are such."""
    op.add_column("cases", sa.Column("is_neutral", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("cases", sa.Column("answer_at", UtcDateTime(), nullable=True))
    editions = sa.table("editions", sa.column("id", sa.String()), sa.column("definition", sa.JSON()))
    cases = sa.table("cases", sa.column("edition_id", sa.String()), sa.column("is_neutral", sa.Boolean()))
    found = op.get_bind().execute(sa.select(editions)).all()
    for edition_id in [edition.id for edition in found if edition.definition.get("neutral_answer")]:
        op.execute(sa.update(cases).where(cases.c.edition_id == edition_id).values(is_neutral=True))


def downgrade() -> None:
    """Back to 0019: what waits for its day is in review again."""
    op.execute("UPDATE cases SET state = 'in_review' WHERE state = 'withheld'")
    op.execute("UPDATE steps SET state = 'in_review' WHERE state = 'withheld'")
    op.drop_column("cases", "answer_at")
    op.drop_column("cases", "is_neutral")
