"""Reports as files."""

import sqlalchemy as sa
from alembic import op

revision = "0024_export"
down_revision = "0023_webhook"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "export",
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("nightly_of", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("file_key", sa.Text(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("rows", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "report IN ('utilisation', 'revenue', 'bookings', 'money', 'fleet')",
            name=op.f("ck_export_report"),
        ),
        sa.CheckConstraint("format IN ('csv', 'xlsx')", name=op.f("ck_export_format")),
        sa.CheckConstraint("until >= since", name=op.f("ck_export_period")),
        sa.CheckConstraint("(asked_by IS NULL) = (nightly_of IS NOT NULL)", name=op.f("ck_export_origin")),
        sa.CheckConstraint("(finished_at IS NULL) = (expires_at IS NULL)", name=op.f("ck_export_finished")),
        sa.CheckConstraint("file_key IS NULL OR finished_at IS NOT NULL", name=op.f("ck_export_file")),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["staff.id"], name=op.f("fk_export_asked_by"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export")),
    )
    op.create_index("ix_export_created_at", "export", ["created_at", "id"])
    op.create_index(
        "ix_export_expires_at", "export", ["expires_at"], postgresql_where=sa.text("file_key IS NOT NULL")
    )
    op.create_index(
        "uq_export_nightly",
        "export",
        ["nightly_of", "report"],
        unique=True,
        postgresql_where=sa.text("nightly_of IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_table("export")
