"""Claim."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006_claim"
down_revision = "0005_booking"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    op.create_table(
        "claim",
        sa.Column("car_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "during",
            postgresql.TSTZRANGE(),
            sa.Computed("tstzrange(starts_at, ends_at, '[)')", persisted=True),
            nullable=False,
        ),
        sa.Column("booking_id", sa.Uuid(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("car_id"), "="),
            (sa.column("during"), "&&"),
            using="gist",
            name="ex_claim_car_id_during",
        ),
        sa.CheckConstraint("(kind = 'hold') = (expires_at IS NOT NULL)", name=op.f("ck_claim_expiry")),
        sa.CheckConstraint(
            "(kind IN ('hold', 'booking')) = (booking_id IS NOT NULL)", name=op.f("ck_claim_booking")
        ),
        sa.CheckConstraint("ends_at <= starts_at + interval '100 days'", name=op.f("ck_claim_length")),
        sa.CheckConstraint("kind IN ('hold', 'booking', 'maintenance', 'block')", name=op.f("ck_claim_kind")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_claim_order")),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["booking.id"], name=op.f("fk_claim_booking_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["car_id"], ["car.id"], name=op.f("fk_claim_car_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
        sa.UniqueConstraint("booking_id", name=op.f("uq_claim_booking_id")),
    )
    op.create_index(
        "ix_claim_car_id_starts_at",
        "claim",
        ["car_id", "starts_at"],
        unique=False,
        postgresql_include=["ends_at", "expires_at"],
    )
    op.create_index(
        "ix_claim_expires_at",
        "claim",
        ["expires_at"],
        unique=False,
        postgresql_where=sa.text("kind = 'hold'"),
    )
    op.create_index(
        "ix_claim_starts_at",
        "claim",
        ["starts_at"],
        unique=False,
        postgresql_include=["car_id", "ends_at", "expires_at"],
    )


def downgrade() -> None:
    op.drop_index(
        "ix_claim_starts_at", table_name="claim", postgresql_include=["car_id", "ends_at", "expires_at"]
    )
    op.drop_index("ix_claim_expires_at", table_name="claim", postgresql_where=sa.text("kind = 'hold'"))
    op.drop_index(
        "ix_claim_car_id_starts_at", table_name="claim", postgresql_include=["ends_at", "expires_at"]
    )
    op.drop_table("claim")
