"""Campaigns: news by mail to those who asked for it."""

import sqlalchemy as sa
from alembic import op

revision = "0026_campaign"
down_revision = "0025_photo"
branch_labels = None
depends_on = None

_CATEGORIES = "'supercar', 'grand_tourer', 'convertible', 'sedan', 'suv', 'electric'"


def upgrade() -> None:
    op.create_table(
        "campaign",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("location", sa.Text(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("recipients", sa.BigInteger(), nullable=True),
        sa.Column("batch_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'sending', 'sent', 'cancelled')", name=op.f("ck_campaign_state")
        ),
        sa.CheckConstraint(f"category IN ({_CATEGORIES})", name=op.f("ck_campaign_category")),
        sa.CheckConstraint("(state = 'draft') = (started_at IS NULL)", name=op.f("ck_campaign_started")),
        sa.CheckConstraint(
            "(started_at IS NULL) = (recipients IS NULL)", name=op.f("ck_campaign_recipients")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
    )


def downgrade() -> None:
    op.drop_table("campaign")
