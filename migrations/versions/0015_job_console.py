"""Queues and kinds that are paused, and what the console asks for."""

import sqlalchemy as sa
from alembic import op

revision = "0015_job_console"
down_revision = "0014_job_attempt"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "job_pause",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paused_by", sa.Text(), nullable=True),
        sa.CheckConstraint("scope IN ('queue', 'kind')", name=op.f("ck_job_pause_scope")),
        sa.PrimaryKeyConstraint("scope", "name", name=op.f("pk_job_pause")),
    )
    op.add_column(
        "schedule_slot", sa.Column("every_seconds", sa.BigInteger(), server_default="60", nullable=False)
    )
    op.create_index("ix_job_kind", "job", ["kind", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_job_kind", table_name="job")
    op.drop_column("schedule_slot", "every_seconds")
    op.drop_table("job_pause")
