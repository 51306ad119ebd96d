"""Answers to writes that carry an idempotency key."""

import sqlalchemy as sa
from alembic import op

revision = "0030_answered_write"
down_revision = "0029_car_version"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "answered_write",
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status BETWEEN 200 AND 299", name=op.f("ck_answered_write_status")),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_answered_write")),
    )
    op.create_index("ix_answered_write_created_at", "answered_write", ["created_at"])


def downgrade() -> None:
    op.drop_table("answered_write")
