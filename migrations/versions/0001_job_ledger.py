"""Job ledger."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001_job_ledger"
down_revision = None
branch_labels = None
depends_on = None

# A job that is due at once wakes the relays when its transaction commits; later ones are met by the clock.
_ANNOUNCE = """
CREATE FUNCTION announce_due_jobs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM new_job WHERE run_at <= now() + interval '1 second') THEN
        PERFORM pg_notify('job_due', '');
    END IF;
    RETURN NULL;
END
$$
"""
_TRIGGER = """
CREATE TRIGGER job_announce AFTER INSERT ON job REFERENCING NEW TABLE AS new_job
FOR EACH STATEMENT EXECUTE FUNCTION announce_due_jobs()
"""


def upgrade() -> None:
    op.create_table(
        "job",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("payload_version", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column("unique_key", sa.Text(), nullable=True),
        sa.Column("subject_type", sa.Text(), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("cause", postgresql.JSONB(), nullable=False),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("lost", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("max_attempts", sa.SmallInteger(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.Column("error_text", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "state IN ('scheduled', 'waiting', 'active', 'retrying', 'completed', 'dead', 'cancelled')",
            name=op.f("ck_job_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    op.create_index(
        "ix_job_due",
        "job",
        ["run_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('scheduled', 'waiting', 'retrying')"),
    )
    op.create_index(
        "ix_job_leased_until",
        "job",
        ["leased_until"],
        unique=False,
        postgresql_where=sa.text("state = 'active'"),
    )
    op.create_index("ix_job_subject", "job", ["subject_type", "subject_id"], unique=False)
    op.create_index(
        "uq_job_unique_key",
        "job",
        ["unique_key"],
        unique=True,
        postgresql_where=sa.text("state IN ('scheduled', 'waiting', 'active', 'retrying')"),
    )
    op.execute(_ANNOUNCE)
    op.execute(_TRIGGER)


def downgrade() -> None:
    op.drop_index(
        "uq_job_unique_key",
        table_name="job",
        postgresql_where=sa.text("state IN ('scheduled', 'waiting', 'active', 'retrying')"),
    )
    op.drop_index("ix_job_subject", table_name="job")
    op.drop_index("ix_job_leased_until", table_name="job", postgresql_where=sa.text("state = 'active'"))
    op.drop_index(
        "ix_job_due",
        table_name="job",
        postgresql_where=sa.text("state IN ('scheduled', 'waiting', 'retrying')"),
    )
    op.drop_table("job")
    op.execute("DROP FUNCTION announce_due_jobs")
