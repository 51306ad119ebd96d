"""Callers of the API: partners, keys, what they call, and what is rolled out to whom."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0027_partner"
down_revision = "0026_campaign"
branch_labels = None
depends_on = None

_SCOPES = (
    "'quotes:write', 'bookings:read', 'bookings:write', 'webhooks:read', 'webhooks:write', 'events:read'"
)


def upgrade() -> None:
    op.create_table(
        "partner",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("state IN ('active', 'suspended')", name=op.f("ck_partner_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner")),
    )
    op.create_table(
        "api_key",
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaced_by", sa.Uuid(), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("num_nonnulls(partner_id, staff_id) = 1", name=op.f("ck_api_key_owner")),
        sa.CheckConstraint(f"scopes <@ ARRAY[{_SCOPES}]", name=op.f("ck_api_key_scopes")),
        sa.CheckConstraint(
            "(partner_id IS NOT NULL) = (cardinality(scopes) > 0)", name=op.f("ck_api_key_scoped")
        ),
        sa.CheckConstraint("octet_length(secret_hash) = 32", name=op.f("ck_api_key_secret_hash")),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_api_key_partner_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_api_key_staff_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["replaced_by"], ["api_key.id"], name=op.f("fk_api_key_replaced_by"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("prefix", name=op.f("uq_api_key_prefix")),
    )
    for owner in ("partner_id", "staff_id"):
        op.create_index(
            f"ix_api_key_{owner}", "api_key", [owner, "id"], postgresql_where=sa.text(f"{owner} IS NOT NULL")
        )
    op.create_table(
        "api_usage",
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("procedure", sa.Text(), nullable=False),
        sa.Column("calls", sa.BigInteger(), nullable=False),
        sa.Column("refused", sa.BigInteger(), nullable=False),
        sa.Column("failed", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["key_id"], ["api_key.id"], name=op.f("fk_api_usage_key_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("key_id", "day", "procedure", name=op.f("pk_api_usage")),
    )
    op.create_index("ix_api_usage_day", "api_usage", ["day"])
    op.create_table(
        "api_rollout",
        sa.Column("procedure", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("percent", sa.SmallInteger(), nullable=False),
        sa.Column("partners", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("percent BETWEEN 0 AND 100", name=op.f("ck_api_rollout_percent")),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["staff.id"], name=op.f("fk_api_rollout_changed_by"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_rollout")),
        sa.UniqueConstraint("procedure", name=op.f("uq_api_rollout_procedure")),
    )


def downgrade() -> None:
    for table in ("api_rollout", "api_usage", "api_key", "partner"):
        op.drop_table(table)
