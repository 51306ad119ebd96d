"""Booking."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005_booking"
down_revision = "0004_pricing"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cancellation_policy",
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("grace_minutes", sa.BigInteger(), nullable=False),
        sa.Column("tiers", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cancellation_policy")),
        sa.UniqueConstraint("version", name=op.f("uq_cancellation_policy_version")),
    )
    op.create_table(
        "booking",
        sa.Column("reference", sa.String(length=8), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("car_id", sa.Uuid(), nullable=False),
        sa.Column("quote_id", sa.Uuid(), nullable=False),
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.Column("pick_up_location_id", sa.Uuid(), nullable=False),
        sa.Column("return_location_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("deposit", sa.BigInteger(), nullable=False),
        sa.Column("customer_name", sa.LargeBinary(), nullable=False),
        sa.Column("customer_email", sa.LargeBinary(), nullable=False),
        sa.Column("customer_email_hash", sa.LargeBinary(), nullable=False),
        sa.Column("customer_phone", sa.LargeBinary(), nullable=False),
        sa.Column("birth_date", sa.LargeBinary(), nullable=False),
        sa.Column("licence_number", sa.LargeBinary(), nullable=False),
        sa.Column("licence_country", sa.LargeBinary(), nullable=False),
        sa.Column("delivery_address", sa.LargeBinary(), nullable=True),
        sa.Column("consent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("locale", sa.Text(), server_default="en", nullable=False),
        sa.Column("link_hash", sa.LargeBinary(), nullable=False),
        sa.Column("link_version", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column("hold_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hold_extensions", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(state = 'held') = (hold_expires_at IS NOT NULL)", name=op.f("ck_booking_hold")),
        sa.CheckConstraint(
            "state IN ('held', 'confirmed', 'active', 'returned', 'completed', 'expired', 'cancelled', 'no_show')",
            name=op.f("ck_booking_state"),
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_booking_order")),
        sa.CheckConstraint("total >= 0 AND deposit >= 0", name=op.f("ck_booking_amounts")),
        sa.ForeignKeyConstraint(["car_id"], ["car.id"], name=op.f("fk_booking_car_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["pick_up_location_id"],
            ["location.id"],
            name=op.f("fk_booking_pick_up_location_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["cancellation_policy.id"], name=op.f("fk_booking_policy_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["quote_id"], ["quote.id"], name=op.f("fk_booking_quote_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["return_location_id"],
            ["location.id"],
            name=op.f("fk_booking_return_location_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_booking_link_hash")),
        sa.UniqueConstraint("quote_id", name=op.f("uq_booking_quote_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_booking_reference")),
    )
    op.create_index("ix_booking_car_id_starts_at", "booking", ["car_id", "starts_at"], unique=False)
    op.create_index("ix_booking_customer_email_hash", "booking", ["customer_email_hash"], unique=False)
    op.create_index(
        "ix_booking_hold_expires_at",
        "booking",
        ["hold_expires_at"],
        unique=False,
        postgresql_where=sa.text("state = 'held'"),
    )
    op.create_index("ix_booking_state_starts_at", "booking", ["state", "starts_at"], unique=False)
    op.create_table(
        "promo_redemption",
        sa.Column("promo_code_id", sa.Uuid(), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("customer", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["booking.id"], name=op.f("fk_promo_redemption_booking_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["promo_code_id"],
            ["promo_code.id"],
            name=op.f("fk_promo_redemption_promo_code_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promo_redemption")),
        sa.UniqueConstraint("booking_id", name=op.f("uq_promo_redemption_booking_id")),
    )
    op.create_index(
        "ix_promo_redemption_code", "promo_redemption", ["promo_code_id", "customer"], unique=False
    )


def downgrade() -> None:
    op.drop_index("ix_promo_redemption_code", table_name="promo_redemption")
    op.drop_table("promo_redemption")
    op.drop_index("ix_booking_state_starts_at", table_name="booking")
    op.drop_index(
        "ix_booking_hold_expires_at", table_name="booking", postgresql_where=sa.text("state = 'held'")
    )
    op.drop_index("ix_booking_customer_email_hash", table_name="booking")
    op.drop_index("ix_booking_car_id_starts_at", table_name="booking")
    op.drop_table("booking")
    op.drop_table("cancellation_policy")
