"""Pricing."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004_pricing"
down_revision = "0003_fleet"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "extra",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("charge", sa.Text(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("cap", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("taxable", sa.Boolean(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("charge IN ('flat', 'per_day')", name=op.f("ck_extra_charge")),
        sa.CheckConstraint("price >= 0 AND (cap IS NULL OR cap >= price)", name=op.f("ck_extra_price")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extra")),
        sa.UniqueConstraint("code", name=op.f("uq_extra_code")),
    )
    op.create_table(
        "long_stay_tier",
        sa.Column("from_day", sa.SmallInteger(), nullable=False),
        sa.Column("discount", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "from_day >= 2 AND discount BETWEEN 1 AND 9000", name=op.f("ck_long_stay_tier_range")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_long_stay_tier")),
        sa.UniqueConstraint("from_day", name=op.f("uq_long_stay_tier_from_day")),
    )
    op.create_table(
        "promo_code",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("adjustment", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("limit_total", sa.BigInteger(), nullable=True),
        sa.Column("limit_per_customer", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(adjustment = 'fixed') = (currency IS NOT NULL)", name=op.f("ck_promo_code_currency")
        ),
        sa.CheckConstraint("adjustment IN ('fixed', 'percent')", name=op.f("ck_promo_code_adjustment")),
        sa.CheckConstraint(
            "value > 0 AND (adjustment = 'fixed' OR value <= 9000)", name=op.f("ck_promo_code_value")
        ),
        sa.CheckConstraint("code = upper(code)", name=op.f("ck_promo_code_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promo_code")),
        sa.UniqueConstraint("code", name=op.f("uq_promo_code_code")),
    )
    op.create_table(
        "delivery_band",
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("max_miles", sa.SmallInteger(), nullable=False),
        sa.Column("fee", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("max_miles > 0 AND fee >= 0", name=op.f("ck_delivery_band_range")),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.id"], name=op.f("fk_delivery_band_location_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_band")),
    )
    op.create_index("uq_delivery_band_code", "delivery_band", ["location_id", "code"], unique=True)
    op.create_table(
        "one_way_fee",
        sa.Column("from_location_id", sa.Uuid(), nullable=False),
        sa.Column("to_location_id", sa.Uuid(), nullable=False),
        sa.Column("fee", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "fee >= 0 AND from_location_id <> to_location_id", name=op.f("ck_one_way_fee_range")
        ),
        sa.ForeignKeyConstraint(
            ["from_location_id"],
            ["location.id"],
            name=op.f("fk_one_way_fee_from_location_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["to_location_id"],
            ["location.id"],
            name=op.f("fk_one_way_fee_to_location_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_way_fee")),
    )
    op.create_index("uq_one_way_fee", "one_way_fee", ["from_location_id", "to_location_id"], unique=True)
    op.create_table(
        "young_driver_fee",
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("below_age", sa.SmallInteger(), nullable=False),
        sa.Column("per_day", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.id"], name=op.f("fk_young_driver_fee_location_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_young_driver_fee")),
        sa.UniqueConstraint("location_id", name=op.f("uq_young_driver_fee_location_id")),
    )
    op.create_table(
        "quote",
        sa.Column("car_id", sa.Uuid(), nullable=False),
        sa.Column("pick_up_location_id", sa.Uuid(), nullable=False),
        sa.Column("return_location_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("days", sa.SmallInteger(), nullable=False),
        sa.Column("young_driver", sa.Boolean(), nullable=False),
        sa.Column("promo_code_id", sa.Uuid(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("lines", postgresql.JSONB(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("deposit", sa.BigInteger(), nullable=False),
        sa.Column("included_miles", sa.BigInteger(), nullable=False),
        sa.Column("overage_per_mile", sa.BigInteger(), nullable=False),
        sa.Column("asked", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("ends_at > starts_at AND expires_at > created_at", name=op.f("ck_quote_order")),
        sa.CheckConstraint("total >= 0 AND deposit >= 0 AND days >= 1", name=op.f("ck_quote_amounts")),
        sa.ForeignKeyConstraint(["car_id"], ["car.id"], name=op.f("fk_quote_car_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["pick_up_location_id"],
            ["location.id"],
            name=op.f("fk_quote_pick_up_location_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["promo_code_id"], ["promo_code.id"], name=op.f("fk_quote_promo_code_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["return_location_id"],
            ["location.id"],
            name=op.f("fk_quote_return_location_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote")),
    )
    op.create_index("ix_quote_expires_at", "quote", ["expires_at"], unique=False)
    op.create_table(
        "season",
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("car_id", sa.Uuid(), nullable=True),
        sa.Column("location_id", sa.Uuid(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("adjustment", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("adjustment IN ('fixed', 'percent')", name=op.f("ck_season_adjustment")),
        sa.CheckConstraint("ends_on >= starts_on AND value > 0", name=op.f("ck_season_range")),
        sa.ForeignKeyConstraint(["car_id"], ["car.id"], name=op.f("fk_season_car_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.id"], name=op.f("fk_season_location_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_season")),
    )
    op.create_index("ix_season_ends_on", "season", ["ends_on"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_season_ends_on", table_name="season")
    op.drop_table("season")
    op.drop_index("ix_quote_expires_at", table_name="quote")
    op.drop_table("quote")
    op.drop_table("young_driver_fee")
    op.drop_index("uq_one_way_fee", table_name="one_way_fee")
    op.drop_table("one_way_fee")
    op.drop_index("uq_delivery_band_code", table_name="delivery_band")
    op.drop_table("delivery_band")
    op.drop_table("promo_code")
    op.drop_table("long_stay_tier")
    op.drop_table("extra")
