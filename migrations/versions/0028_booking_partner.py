"""Which partner made a booking."""

import sqlalchemy as sa
from alembic import op

revision = "0028_booking_partner"
down_revision = "0027_partner"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("booking", sa.Column("partner_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_booking_partner_id"), "booking", "partner", ["partner_id"], ["id"], ondelete="RESTRICT"
    )
    op.create_index(
        "ix_booking_partner_id",
        "booking",
        ["partner_id", "id"],
        postgresql_where=sa.text("partner_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_booking_partner_id", table_name="booking")
    op.drop_constraint("fk_booking_partner_id", "booking", type_="foreignkey")
    op.drop_column("booking", "partner_id")
