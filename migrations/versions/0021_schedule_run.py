"""The schedule: slots of each location, when the next is due, and every run."""

import sqlalchemy as sa
from alembic import op

revision = "0021_schedule_run"
down_revision = "0020_agreement"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("schedule_slot", "kind", new_column_name="name")
    op.add_column("schedule_slot", sa.Column("kind", sa.Text(), nullable=True))
    op.add_column("schedule_slot", sa.Column("next_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("schedule_slot", sa.Column("rhythm", sa.Text(), nullable=True))
    op.execute(
        "UPDATE schedule_slot SET kind = name, next_at = slot + every_seconds * interval '1 second',"
        " rhythm = 'every ' || every_seconds || ' seconds'"
    )
    for column in ("kind", "next_at", "rhythm"):
        op.alter_column("schedule_slot", column, nullable=False)
    op.alter_column("schedule_slot", "every_seconds", server_default=None)
    op.create_table(
        "schedule_run",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("slot", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("name", "slot", name=op.f("pk_schedule_run")),
    )
    op.create_index("ix_schedule_run_taken_at", "schedule_run", ["taken_at"], unique=False)


def downgrade() -> None:
    op.drop_table("schedule_run")
    op.execute("DELETE FROM schedule_slot WHERE name <> kind")
    for column in ("kind", "next_at", "rhythm"):
        op.drop_column("schedule_slot", column)
    op.alter_column("schedule_slot", "every_seconds", server_default="60")
    op.alter_column("schedule_slot", "name", new_column_name="kind")
