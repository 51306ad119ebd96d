"""Who asked for news, under which words, and who stopped it."""

import sqlalchemy as sa
from alembic import op

revision = "0019_marketing_consent"
down_revision = "0018_mail_log"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "marketing_consent",
        sa.Column("recipient_hash", sa.LargeBinary(), nullable=False),
        sa.Column("recipient", sa.LargeBinary(), nullable=False),
        sa.Column("wording", sa.SmallInteger(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marketing_consent")),
    )
    op.create_index(
        "uq_marketing_consent_recipient_hash",
        "marketing_consent",
        ["recipient_hash"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("marketing_consent")
