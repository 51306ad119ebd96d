"""Indexes for pruning what has ended, and for promises that are unique for a time."""

import sqlalchemy as sa
from alembic import op

revision = "0016_job_upkeep"
down_revision = "0015_job_console"
branch_labels = None
depends_on = None

_DEAD = sa.text("state = 'dead'")
_ENDED = sa.text("state IN ('completed', 'dead', 'cancelled')")
_KEYED = sa.text("unique_key IS NOT NULL")


def upgrade() -> None:
    op.drop_index("ix_job_dead", table_name="job", postgresql_where=_DEAD)
    op.create_index("ix_job_ended", "job", ["state", "finished_at"], unique=False, postgresql_where=_ENDED)
    op.create_index(
        "ix_job_unique_key", "job", ["unique_key", "created_at"], unique=False, postgresql_where=_KEYED
    )


def downgrade() -> None:
    op.drop_index("ix_job_unique_key", table_name="job", postgresql_where=_KEYED)
    op.drop_index("ix_job_ended", table_name="job", postgresql_where=_ENDED)
    op.create_index("ix_job_dead", "job", ["finished_at"], unique=False, postgresql_where=_DEAD)
