"""Documents of bookings, each version once."""

import sqlalchemy as sa
from alembic import op

revision = "0017_document"
down_revision = "0016_job_upkeep"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "document",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("file_key", sa.Text(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind IN ('receipt', 'confirmation')", name=op.f("ck_document_kind")),
        sa.CheckConstraint(
            "version >= 1 AND size > 0 AND octet_length(sha256) = 32", name=op.f("ck_document_contents")
        ),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["booking.id"], name=op.f("fk_document_booking_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
    )
    op.create_index("uq_document_version", "document", ["booking_id", "kind", "version"], unique=True)


def downgrade() -> None:
    op.drop_table("document")
