"""Since when a photograph is off its page: its files go some time later."""

import sqlalchemy as sa
from alembic import op

revision = "0033_photo_removed"
down_revision = "0032_authorisation_lapse"
branch_labels = None
depends_on = None

_REMOVED = op.f("ck_photo_removed")


def upgrade() -> None:
    op.add_column("photo", sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE photo SET removed_at = now() WHERE state = 'removed'")
    op.create_check_constraint(_REMOVED, "photo", "(state = 'removed') = (removed_at IS NOT NULL)")
    op.create_index(
        "ix_photo_removed_at",
        "photo",
        ["removed_at"],
        postgresql_where=sa.text("removed_at IS NOT NULL AND files <> '{}'"),
    )


def downgrade() -> None:
    op.drop_index("ix_photo_removed_at", table_name="photo")
    op.drop_constraint(_REMOVED, "photo")
    op.drop_column("photo", "removed_at")
