"""Webhooks of partners: whose an endpoint and an event are, versions of payloads, and how far the feed goes back."""

import sqlalchemy as sa
from alembic import op

revision = "0031_partner_endpoint"
down_revision = "0030_answered_write"
branch_labels = None
depends_on = None

_TYPES = (
    "'booking.confirmed', 'booking.cancelled', 'booking.expired', 'payment.captured', 'payment.refunded',"
    " 'payment.failed', 'webhook.test'"
)
_NEW_TYPES = "'booking.held', 'booking.extended', 'car.published', 'car.changed', 'car.retired'"
_SHUT = "'by_staff', 'gone', 'failing'"
_NEW_SHUT = "'by_partner', 'removed'"

_EVENTS = f"SELECT id FROM outbound_event WHERE type IN ({_NEW_TYPES})"  # noqa: S608  constants
_ENDPOINTS = f"SELECT id FROM webhook_endpoint WHERE partner_id IS NOT NULL OR shut IN ({_NEW_SHUT})"  # noqa: S608  constants
_DELIVERIES = (
    f"SELECT id FROM webhook_delivery WHERE event_id IN ({_EVENTS}) OR endpoint_id IN ({_ENDPOINTS})"  # noqa: S608  constants
)
_FORGET = (
    f"DELETE FROM webhook_try WHERE delivery_id IN ({_DELIVERIES})",  # noqa: S608  constants
    f"DELETE FROM webhook_delivery WHERE id IN ({_DELIVERIES})",  # noqa: S608  constants
    f"DELETE FROM outbound_event WHERE id IN ({_EVENTS})",  # noqa: S608  constants
    f"DELETE FROM webhook_endpoint WHERE id IN ({_ENDPOINTS})",  # noqa: S608  constants
)


def upgrade() -> None:
    _check("outbound_event", "type", f"type IN ({_TYPES}, {_NEW_TYPES})")
    _check("webhook_endpoint", "shut", f"shut IN ({_SHUT}, {_NEW_SHUT})")
    op.add_column(
        "outbound_event", sa.Column("version", sa.SmallInteger(), server_default="1", nullable=False)
    )
    for table in ("outbound_event", "webhook_endpoint"):
        op.add_column(table, sa.Column("partner_id", sa.Uuid(), nullable=True))
        op.create_foreign_key(
            op.f(f"fk_{table}_partner_id"), table, "partner", ["partner_id"], ["id"], ondelete="RESTRICT"
        )
    op.create_index(
        "ix_webhook_endpoint_partner_id",
        "webhook_endpoint",
        ["partner_id"],
        postgresql_where=sa.text("partner_id IS NOT NULL"),
    )
    op.create_table(
        "event_feed",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("forgotten", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_event_feed_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_feed")),
    )


def downgrade() -> None:
    """What the schema before has no word for is forgotten: events of the new types, and endpoints of partners, which
    would hear of everything."""
    op.drop_table("event_feed")
    for statement in _FORGET:
        op.execute(statement)
    op.drop_index("ix_webhook_endpoint_partner_id", "webhook_endpoint")
    for table in ("webhook_endpoint", "outbound_event"):
        op.drop_constraint(op.f(f"fk_{table}_partner_id"), table)
        op.drop_column(table, "partner_id")
    op.drop_column("outbound_event", "version")
    _check("webhook_endpoint", "shut", f"shut IN ({_SHUT})")
    _check("outbound_event", "type", f"type IN ({_TYPES})")


def _check(table: str, name: str, condition: str) -> None:
    op.drop_constraint(op.f(f"ck_{table}_{name}"), table)
    op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, condition)
