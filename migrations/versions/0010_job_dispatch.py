"""Dispatch of jobs: indexes by queue and priority, and the slots that the schedule has taken."""

import sqlalchemy as sa
from alembic import op

revision = "0010_job_dispatch"
down_revision = "0009_payment_open"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_job_due", table_name="job")
    op.create_index(
        "ix_job_due",
        "job",
        ["queue", "priority", "run_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('scheduled', 'retrying')"),
    )
    op.create_index(
        "ix_job_waiting",
        "job",
        ["queue", "published_at"],
        unique=False,
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index(
        "ix_job_dead", "job", ["finished_at"], unique=False, postgresql_where=sa.text("state = 'dead'")
    )
    op.create_table(
        "schedule_slot",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("slot", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_schedule_slot")),
    )


def downgrade() -> None:
    op.drop_table("schedule_slot")
    op.drop_index("ix_job_dead", table_name="job", postgresql_where=sa.text("state = 'dead'"))
    op.drop_index("ix_job_waiting", table_name="job", postgresql_where=sa.text("state = 'waiting'"))
    op.drop_index(
        "ix_job_due", table_name="job", postgresql_where=sa.text("state IN ('scheduled', 'retrying')")
    )
    op.create_index(
        "ix_job_due",
        "job",
        ["run_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('scheduled', 'waiting', 'retrying')"),
    )
