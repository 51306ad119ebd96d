"""Webhooks that go out: endpoints, events in their order, deliveries and their tries."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023_webhook"
down_revision = "0022_job_batch"
branch_labels = None
depends_on = None

_TYPES = (
    "'booking.confirmed', 'booking.cancelled', 'booking.expired', 'payment.captured', 'payment.refunded',"
    " 'payment.failed', 'webhook.test'"
)


def upgrade() -> None:
    op.execute("CREATE SEQUENCE outbound_event_position")
    op.create_table(
        "webhook_endpoint",
        sa.Column("url", sa.LargeBinary(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("events", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("old_secret", sa.LargeBinary(), nullable=True),
        sa.Column("old_secret_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shut", sa.Text(), nullable=True),
        sa.Column("shut_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("shut IN ('by_staff', 'gone', 'failing')", name=op.f("ck_webhook_endpoint_shut")),
        sa.CheckConstraint("(shut IS NULL) = (shut_at IS NULL)", name=op.f("ck_webhook_endpoint_shut_at")),
        sa.CheckConstraint(
            "(old_secret IS NULL) = (old_secret_until IS NULL)", name=op.f("ck_webhook_endpoint_old_secret")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_endpoint")),
    )
    op.create_table(
        "outbound_event",
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("data", postgresql.JSONB(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(f"type IN ({_TYPES})", name=op.f("ck_outbound_event_type")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbound_event")),
    )
    op.create_index("uq_outbound_event_position", "outbound_event", ["position"], unique=True)
    op.create_index(
        "ix_outbound_event_fresh", "outbound_event", ["id"], postgresql_where=sa.text("position IS NULL")
    )
    op.create_index("ix_outbound_event_at", "outbound_event", ["at"])
    op.create_table(
        "webhook_delivery",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("replay", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tries", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "state IN ('pending', 'delivered', 'failed', 'skipped')", name=op.f("ck_webhook_delivery_state")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["outbound_event.id"],
            name=op.f("fk_webhook_delivery_event_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["endpoint_id"],
            ["webhook_endpoint.id"],
            name=op.f("fk_webhook_delivery_endpoint_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_delivery")),
    )
    op.create_index(
        "uq_webhook_delivery_event", "webhook_delivery", ["event_id", "endpoint_id", "replay"], unique=True
    )
    op.create_index("ix_webhook_delivery_endpoint", "webhook_delivery", ["endpoint_id", "id"])
    op.create_table(
        "webhook_try",
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("took", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["webhook_delivery.id"],
            name=op.f("fk_webhook_try_delivery_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_try")),
    )
    op.create_index("ix_webhook_try_delivery", "webhook_try", ["delivery_id", "id"])


def downgrade() -> None:
    op.drop_table("webhook_try")
    op.drop_table("webhook_delivery")
    op.drop_table("outbound_event")
    op.drop_table("webhook_endpoint")
    op.execute("DROP SEQUENCE outbound_event_position")
