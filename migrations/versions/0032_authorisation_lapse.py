"""When the bank lets go of what is reserved, and renewing it before."""

import sqlalchemy as sa
from alembic import op

revision = "0032_authorisation_lapse"
down_revision = "0031_partner_endpoint"
branch_labels = None
depends_on = None

_MOVE = op.f("ck_payment_move")
_MOVES = "'authorise', 'capture', 'void', 'refund'"
# What was authorised before: the sandbox's banks keep it for a week.
_RESERVED = """
UPDATE payment SET lapses_at = settled_at + interval '7 days'
WHERE gateway = 'sandbox' AND move = 'authorise' AND state = 'succeeded' AND NOT EXISTS (
    SELECT FROM payment AS later
    WHERE later.parent_id = payment.id AND later.move IN ('capture', 'void') AND later.state = 'succeeded'
)"""


def upgrade() -> None:
    op.add_column("payment", sa.Column("lapses_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_payment_lapses_at", "payment", ["lapses_at"], postgresql_where=sa.text("lapses_at IS NOT NULL")
    )
    op.drop_constraint(_MOVE, "payment")
    op.create_check_constraint(
        _MOVE, "payment", "move IN ('authorise', 'renew', 'capture', 'void', 'refund')"
    )
    _references("move IN ('authorise', 'renew')")
    op.add_column("sandbox_charge", sa.Column("instrument", sa.Text(), nullable=True))
    op.add_column(
        "sandbox_charge", sa.Column("life_days", sa.SmallInteger(), server_default="7", nullable=False)
    )
    op.add_column("sandbox_charge", sa.Column("lapses_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(_RESERVED)
    op.execute(
        "UPDATE sandbox_charge SET lapses_at = updated_at + interval '7 days' WHERE state = 'authorised'"
    )


def downgrade() -> None:
    op.drop_column("sandbox_charge", "lapses_at")
    op.drop_column("sandbox_charge", "life_days")
    op.drop_column("sandbox_charge", "instrument")
    op.execute("DELETE FROM payment WHERE move = 'renew'")
    _references("move = 'authorise'")
    op.drop_constraint(_MOVE, "payment")
    op.create_check_constraint(_MOVE, "payment", f"move IN ({_MOVES})")
    op.drop_index("ix_payment_lapses_at", table_name="payment")
    op.drop_column("payment", "lapses_at")


def _references(which: str) -> None:
    op.drop_index("uq_payment_gateway_reference", table_name="payment")
    op.create_index(
        "uq_payment_gateway_reference",
        "payment",
        ["gateway", "gateway_reference", "move"],
        unique=True,
        postgresql_where=sa.text(which),
    )
