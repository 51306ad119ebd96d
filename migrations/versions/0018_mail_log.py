"""The mail log can be searched, and knows what became of a mail; addresses that take none are suppressed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018_mail_log"
down_revision = "0017_document"
branch_labels = None
depends_on = None

_BEFORE = "state IN ('queued', 'sent', 'delivered', 'bounced', 'failed')"
_AFTER = "state IN ('queued', 'sent', 'delivered', 'bounced', 'complained', 'failed', 'suppressed')"


def upgrade() -> None:
    op.add_column("mail_message", sa.Column("again_of", sa.Uuid(), nullable=True))
    op.add_column(
        "mail_message",
        sa.Column("particulars", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
    )
    op.add_column("mail_message", sa.Column("recipient_hash", sa.LargeBinary(), nullable=True))
    op.create_foreign_key(
        op.f("fk_mail_message_again_of"),
        "mail_message",
        "mail_message",
        ["again_of"],
        ["id"],
        ondelete="RESTRICT",
    )
    op.create_unique_constraint("uq_mail_message_message_id", "mail_message", ["message_id"])
    op.drop_constraint(op.f("ck_mail_message_state"), "mail_message", type_="check")
    op.create_check_constraint(op.f("ck_mail_message_state"), "mail_message", _AFTER)
    op.create_index(
        "ix_mail_message_again_of",
        "mail_message",
        ["again_of"],
        postgresql_where=sa.text("again_of IS NOT NULL"),
    )
    op.create_index("ix_mail_message_created_at", "mail_message", ["created_at", "id"])
    op.create_index("ix_mail_message_kind", "mail_message", ["kind", "created_at", "id"])
    op.create_index("ix_mail_message_state", "mail_message", ["state", "created_at", "id"])
    op.create_index("ix_mail_message_recipient_hash", "mail_message", ["recipient_hash", "created_at"])
    op.create_table(
        "mail_event",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("processed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mail_id", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mail_id"], ["mail_message.id"], name=op.f("fk_mail_event_mail_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_event")),
        sa.UniqueConstraint("source", "event_id", name="uq_mail_event_event_id"),
        sa.UniqueConstraint("source", "token", name="uq_mail_event_token"),
    )
    op.create_index("ix_mail_event_mail_id", "mail_event", ["mail_id", "occurred_at"])
    op.create_table(
        "mail_suppression",
        sa.Column("recipient_hash", sa.LargeBinary(), nullable=False),
        sa.Column("recipient", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("mail_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("reason IN ('bounce', 'complaint')", name=op.f("ck_mail_suppression_reason")),
        sa.ForeignKeyConstraint(
            ["mail_id"], ["mail_message.id"], name=op.f("fk_mail_suppression_mail_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_suppression")),
    )
    op.create_index(
        "uq_mail_suppression_recipient_hash",
        "mail_suppression",
        ["recipient_hash"],
        unique=True,
        postgresql_where=sa.text("lifted_at IS NULL"),
    )
    op.create_index("ix_mail_suppression_created_at", "mail_suppression", ["created_at", "id"])


def downgrade() -> None:
    op.drop_table("mail_suppression")
    op.drop_table("mail_event")
    for name in ("recipient_hash", "state", "kind", "created_at", "again_of"):
        op.drop_index(f"ix_mail_message_{name}", table_name="mail_message")
    op.execute("UPDATE mail_message SET state = 'failed' WHERE state IN ('complained', 'suppressed')")
    op.drop_constraint(op.f("ck_mail_message_state"), "mail_message", type_="check")
    op.create_check_constraint(op.f("ck_mail_message_state"), "mail_message", _BEFORE)
    op.drop_constraint("uq_mail_message_message_id", "mail_message", type_="unique")
    op.drop_constraint(op.f("fk_mail_message_again_of"), "mail_message", type_="foreignkey")
    for name in ("recipient_hash", "particulars", "again_of"):
        op.drop_column("mail_message", name)
