"""What the staff's desk needs of bookings: notes, and the orders and filters of its list."""

import sqlalchemy as sa
from alembic import op

revision = "0013_desk"
down_revision = "0012_account"
branch_labels = None
depends_on = None

_REFUSE = """
CREATE FUNCTION note_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'notes are append-only';
END
$$
"""
_TRIGGER = """
CREATE TRIGGER booking_note_append_only BEFORE UPDATE OR DELETE ON booking_note
FOR EACH STATEMENT EXECUTE FUNCTION note_is_append_only()
"""


def upgrade() -> None:
    op.create_table(
        "booking_note",
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["booking.id"], name=op.f("fk_booking_note_booking_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["staff.id"], name=op.f("fk_booking_note_author_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_note")),
    )
    op.create_index("ix_booking_note_booking_id", "booking_note", ["booking_id", "created_at"])
    op.execute(_REFUSE)
    op.execute(_TRIGGER)
    op.create_index("ix_booking_starts_at", "booking", ["starts_at", "id"])
    op.create_index("ix_booking_created_at", "booking", ["created_at", "id"])
    op.create_index(
        "ix_booking_pick_up_location_id_starts_at", "booking", ["pick_up_location_id", "starts_at", "id"]
    )
    op.create_index("ix_booking_ends_at", "booking", ["ends_at", "id"])
    op.create_index(
        "ix_payment_failed", "payment", ["settled_at"], postgresql_where=sa.text("state = 'failed'")
    )


def downgrade() -> None:
    op.drop_index("ix_payment_failed", table_name="payment")
    for name in ("ends_at", "pick_up_location_id_starts_at", "created_at", "starts_at"):
        op.drop_index(f"ix_booking_{name}", table_name="booking")
    op.drop_table("booking_note")
    op.execute("DROP FUNCTION note_is_append_only()")
