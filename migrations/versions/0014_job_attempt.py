"""Every attempt at a job is kept, and a job tells how far it is and what came of it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014_job_attempt"
down_revision = "0013_desk"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("job", sa.Column("worker", sa.Text(), nullable=True))
    op.add_column("job", sa.Column("progress", sa.SmallInteger(), nullable=True))
    op.add_column("job", sa.Column("progress_text", sa.Text(), nullable=True))
    op.add_column("job", sa.Column("result", sa.LargeBinary(), nullable=True))
    op.add_column("job", sa.Column("cancel_asked_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "job_attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("worker", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.Column("error_text", sa.Text(), nullable=True),
        sa.Column("log", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.CheckConstraint(
            "outcome IN ('completed', 'retrying', 'deferred', 'lost', 'dead', 'cancelled')",
            name=op.f("ck_job_attempt_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["job_id"], ["job.id"], name=op.f("fk_job_attempt_job_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_attempt")),
    )
    op.create_index("ix_job_attempt_job_id", "job_attempt", ["job_id"], unique=False)
    op.create_index("ix_job_attempt_ended_at", "job_attempt", ["ended_at"], unique=False)


def downgrade() -> None:
    op.drop_table("job_attempt")
    for column in ("cancel_asked_at", "result", "progress_text", "progress", "worker"):
        op.drop_column("job", column)
