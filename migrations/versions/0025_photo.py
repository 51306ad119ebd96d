"""Photographs that staff sent."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025_photo"
down_revision = "0024_export"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "photo",
        sa.Column("car_id", sa.Uuid(), nullable=False),
        sa.Column("uploaded_by", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("alt_text", sa.Text(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("original_key", sa.Text(), nullable=True),
        sa.Column("mark", sa.Text(), nullable=True),
        sa.Column("files", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "state IN ('underway', 'shown', 'refused', 'removed')", name=op.f("ck_photo_state")
        ),
        sa.CheckConstraint("(state = 'refused') = (failure IS NOT NULL)", name=op.f("ck_photo_failure")),
        sa.CheckConstraint(
            "(state = 'underway') = (original_key IS NOT NULL)", name=op.f("ck_photo_original")
        ),
        sa.ForeignKeyConstraint(["car_id"], ["car.id"], name=op.f("fk_photo_car_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["uploaded_by"], ["staff.id"], name=op.f("fk_photo_uploaded_by"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo")),
        sa.UniqueConstraint("mark", name=op.f("uq_photo_mark")),
    )
    op.create_index("ix_photo_car_id", "photo", ["car_id", "created_at"])


def downgrade() -> None:
    op.execute("DELETE FROM car_image WHERE path LIKE 'photo/%'")
    op.drop_table("photo")
