"""Agreements are documents."""

from alembic import op

revision = "0020_agreement"
down_revision = "0019_marketing_consent"
branch_labels = None
depends_on = None

_NAME = op.f("ck_document_kind")


def upgrade() -> None:
    op.drop_constraint(_NAME, "document")
    op.create_check_constraint(_NAME, "document", "kind IN ('receipt', 'confirmation', 'agreement')")


def downgrade() -> None:
    op.execute("DELETE FROM document WHERE kind = 'agreement'")
    op.drop_constraint(_NAME, "document")
    op.create_check_constraint(_NAME, "document", "kind IN ('receipt', 'confirmation')")
