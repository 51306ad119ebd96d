"""Fleet."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003_fleet"
down_revision = "0002_audit"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "location",
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("street", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("postal_code", sa.Text(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("opening_hours", postgresql.JSONB(), nullable=False),
        sa.Column("lead_time_minutes", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("tax_label", sa.Text(), nullable=False),
        sa.Column("tax_basis_points", sa.BigInteger(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("jsonb_array_length(opening_hours) = 7", name=op.f("ck_location_opening_hours")),
        sa.CheckConstraint("lead_time_minutes >= 0", name=op.f("ck_location_lead_time")),
        sa.CheckConstraint("tax_basis_points BETWEEN 0 AND 5000", name=op.f("ck_location_tax")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_location")),
        sa.UniqueConstraint("slug", name=op.f("uq_location_slug")),
    )
    op.create_table(
        "car",
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("make", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("seats", sa.SmallInteger(), nullable=False),
        sa.Column("power_hp", sa.SmallInteger(), nullable=False),
        sa.Column("top_speed_kmh", sa.SmallInteger(), nullable=False),
        sa.Column("zero_to_hundred", sa.SmallInteger(), nullable=False),
        sa.Column("transmission", sa.Text(), nullable=False),
        sa.Column("drive", sa.Text(), nullable=False),
        sa.Column("engine", sa.Text(), nullable=False),
        sa.Column("colour", sa.Text(), nullable=False),
        sa.Column("plate", sa.Text(), nullable=False),
        sa.Column("vin", sa.Text(), nullable=False),
        sa.Column("features", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("daily_rate", sa.BigInteger(), nullable=False),
        sa.Column("weekend_rate", sa.BigInteger(), nullable=False),
        sa.Column("deposit", sa.BigInteger(), nullable=False),
        sa.Column("included_miles", sa.BigInteger(), nullable=False),
        sa.Column("overage_per_mile", sa.BigInteger(), nullable=False),
        sa.Column("minimum_days", sa.SmallInteger(), nullable=False),
        sa.Column("minimum_age", sa.SmallInteger(), nullable=False),
        sa.Column("turnaround_minutes", sa.BigInteger(), nullable=False),
        sa.Column("featured", sa.SmallInteger(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column(
            "words",
            postgresql.TSVECTOR(),
            sa.Computed(
                "to_tsvector('simple', make || ' ' || model || ' ' || year::text || ' ' || colour || ' ' || engine || ' ' || body || ' ' || replace(category, '_', ' '))",
                persisted=True,
            ),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("body IN ('coupe', 'convertible', 'sedan', 'suv')", name=op.f("ck_car_body")),
        sa.CheckConstraint(
            "category IN ('supercar', 'grand_tourer', 'convertible', 'sedan', 'suv', 'electric')",
            name=op.f("ck_car_category"),
        ),
        sa.CheckConstraint("drive IN ('rear', 'front', 'all')", name=op.f("ck_car_drive")),
        sa.CheckConstraint("transmission IN ('automatic', 'manual')", name=op.f("ck_car_transmission")),
        sa.CheckConstraint("daily_rate > 0 AND weekend_rate > 0 AND deposit >= 0", name=op.f("ck_car_rates")),
        sa.CheckConstraint(
            "minimum_days BETWEEN 1 AND 30 AND minimum_age BETWEEN 18 AND 40", name=op.f("ck_car_minimums")
        ),
        sa.CheckConstraint("turnaround_minutes BETWEEN 0 AND 2880", name=op.f("ck_car_turnaround")),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.id"], name=op.f("fk_car_location_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_car")),
        sa.UniqueConstraint("plate", name=op.f("uq_car_plate")),
        sa.UniqueConstraint("slug", name=op.f("uq_car_slug")),
        sa.UniqueConstraint("vin", name=op.f("uq_car_vin")),
    )
    op.create_index(
        "ix_car_daily_rate", "car", ["daily_rate", "id"], unique=False, postgresql_where=sa.text("active")
    )
    op.create_index(
        "ix_car_featured",
        "car",
        ["featured"],
        unique=False,
        postgresql_where=sa.text("active AND featured IS NOT NULL"),
    )
    op.create_index(
        "ix_car_location_id_daily_rate",
        "car",
        ["location_id", "daily_rate", "id"],
        unique=False,
        postgresql_where=sa.text("active"),
    )
    op.create_index("ix_car_words", "car", ["words"], unique=False, postgresql_using="gin")
    op.create_table(
        "car_image",
        sa.Column("car_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("widths", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("width", sa.BigInteger(), nullable=False),
        sa.Column("height", sa.BigInteger(), nullable=False),
        sa.Column("alt_text", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["car_id"], ["car.id"], name=op.f("fk_car_image_car_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_car_image")),
    )
    op.create_index("uq_car_image_position", "car_image", ["car_id", "position"], unique=True)


def downgrade() -> None:
    op.drop_index("uq_car_image_position", table_name="car_image")
    op.drop_table("car_image")
    op.drop_index("ix_car_words", table_name="car", postgresql_using="gin")
    op.drop_index("ix_car_location_id_daily_rate", table_name="car", postgresql_where=sa.text("active"))
    op.drop_index(
        "ix_car_featured", table_name="car", postgresql_where=sa.text("active AND featured IS NOT NULL")
    )
    op.drop_index("ix_car_daily_rate", table_name="car", postgresql_where=sa.text("active"))
    op.drop_table("car")
    op.drop_table("location")
