"""Payment."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007_payment"
down_revision = "0006_claim"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sandbox_charge",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("captured", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("refunded", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("return_url", sa.LargeBinary(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("moves", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "captured <= amount AND refunded <= captured AND captured >= 0 AND refunded >= 0",
            name=op.f("ck_sandbox_charge_sums"),
        ),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_sandbox_charge")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_sandbox_charge_idempotency_key")),
    )
    op.create_table(
        "webhook_event",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("gateway_reference", sa.Text(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("processed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_event")),
    )
    op.create_index("uq_webhook_event", "webhook_event", ["source", "event_id"], unique=True)
    op.create_table(
        "payment",
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("gateway", sa.Text(), nullable=False),
        sa.Column("move", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("gateway_reference", sa.Text(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(move = 'authorise') = (parent_id IS NULL)", name=op.f("ck_payment_parent")),
        sa.CheckConstraint(
            "move IN ('authorise', 'capture', 'void', 'refund')", name=op.f("ck_payment_move")
        ),
        sa.CheckConstraint(
            "state IN ('open', 'pending', 'succeeded', 'failed')", name=op.f("ck_payment_state")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payment_amount")),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["booking.id"], name=op.f("fk_payment_booking_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["payment.id"], name=op.f("fk_payment_parent_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_payment_idempotency_key")),
    )
    op.create_index("ix_payment_booking_id", "payment", ["booking_id"], unique=False)
    op.create_index(
        "ix_payment_open",
        "payment",
        ["created_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('open', 'pending')"),
    )
    op.create_index("ix_payment_parent_id", "payment", ["parent_id"], unique=False)
    op.create_index(
        "uq_payment_gateway_reference",
        "payment",
        ["gateway", "gateway_reference", "move"],
        unique=True,
        postgresql_where=sa.text("move = 'authorise'"),
    )


def downgrade() -> None:
    op.drop_index(
        "uq_payment_gateway_reference", table_name="payment", postgresql_where=sa.text("move = 'authorise'")
    )
    op.drop_index("ix_payment_parent_id", table_name="payment")
    op.drop_index(
        "ix_payment_open", table_name="payment", postgresql_where=sa.text("state IN ('open', 'pending')")
    )
    op.drop_index("ix_payment_booking_id", table_name="payment")
    op.drop_table("payment")
    op.drop_index("uq_webhook_event", table_name="webhook_event")
    op.drop_table("webhook_event")
    op.drop_table("sandbox_charge")
