"""Batches of jobs with what follows them, and jobs that are of no use after a time."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022_job_batch"
down_revision = "0021_schedule_run"
branch_labels = None
depends_on = None

# The batch's row is locked first, so of two children that end at the same time the second sees the first. What a later
# attempt at a child brings changes nothing any more.
_FINISH = """
CREATE FUNCTION finish_job_batch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM job_batch WHERE id = NEW.batch_id AND finished_at IS NULL FOR UPDATE;
    IF NOT FOUND OR EXISTS (
        SELECT FROM job
        WHERE batch_id = NEW.batch_id AND state IN ('scheduled', 'waiting', 'active', 'retrying')
    ) THEN
        RETURN NULL;
    END IF;
    UPDATE job_batch AS batch
    SET finished_at = coalesce(NEW.finished_at, now()), completed = ended.completed, dead = ended.dead,
        cancelled = ended.cancelled
    FROM (
        SELECT count(*) FILTER (WHERE state = 'completed') AS completed, count(*) FILTER (WHERE state = 'dead') AS dead,
            count(*) FILTER (WHERE state = 'cancelled') AS cancelled
        FROM job WHERE batch_id = NEW.batch_id
    ) AS ended
    WHERE batch.id = NEW.batch_id;
    INSERT INTO job (id, kind, queue, priority, state, payload, payload_version, subject_type, subject_id, cause,
        max_attempts, run_at, created_at)
    SELECT following_id, following ->> 'kind', following ->> 'queue', CAST(following ->> 'priority' AS smallint), 'scheduled', following_payload,
        CAST(following ->> 'payload_version' AS smallint), following ->> 'subject_type', CAST(following ->> 'subject_id' AS uuid),
        following -> 'cause', CAST(following ->> 'max_attempts' AS smallint), finished_at, finished_at
    FROM job_batch WHERE id = NEW.batch_id;
    RETURN NULL;
END
$$
"""
_TRIGGER = """
CREATE TRIGGER job_batch_finish AFTER UPDATE ON job FOR EACH ROW
WHEN (NEW.batch_id IS NOT NULL AND NEW.state IN ('completed', 'dead', 'cancelled'))
EXECUTE FUNCTION finish_job_batch()
"""
_FINISHED = sa.text("finished_at IS NOT NULL")
_CHILD = sa.text("batch_id IS NOT NULL")
_EXPIRES = sa.text("expires_at IS NOT NULL AND state IN ('scheduled', 'waiting', 'retrying')")


def upgrade() -> None:
    op.create_table(
        "job_batch",
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("following_id", sa.Uuid(), nullable=False),
        sa.Column("following", postgresql.JSONB(), nullable=False),
        sa.Column("following_payload", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed", sa.BigInteger(), nullable=True),
        sa.Column("dead", sa.BigInteger(), nullable=True),
        sa.Column("cancelled", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_batch")),
    )
    op.create_index(
        "ix_job_batch_finished_at", "job_batch", ["finished_at"], unique=False, postgresql_where=_FINISHED
    )
    op.add_column("job", sa.Column("batch_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_job_batch_id"), "job", "job_batch", ["batch_id"], ["id"], ondelete="SET NULL"
    )
    op.create_index("ix_job_batch", "job", ["batch_id", "state"], unique=False, postgresql_where=_CHILD)
    op.add_column("job", sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_job_expires_at", "job", ["expires_at"], unique=False, postgresql_where=_EXPIRES)
    op.execute(_FINISH)
    op.execute(_TRIGGER)


def downgrade() -> None:
    op.execute("DROP TRIGGER job_batch_finish ON job")
    op.execute("DROP FUNCTION finish_job_batch")
    op.drop_index("ix_job_expires_at", table_name="job", postgresql_where=_EXPIRES)
    op.drop_column("job", "expires_at")
    op.drop_index("ix_job_batch", table_name="job", postgresql_where=_CHILD)
    op.drop_constraint(op.f("fk_job_batch_id"), "job", type_="foreignkey")
    op.drop_column("job", "batch_id")
    op.drop_table("job_batch")
