"""One open authorisation a booking; the sandbox gateway's released money and silence."""

import sqlalchemy as sa
from alembic import op

revision = "0009_payment_open"
down_revision = "0008_mail"
branch_labels = None
depends_on = None

_SUMS = op.f("ck_sandbox_charge_sums")


def upgrade() -> None:
    op.create_index(
        "uq_payment_open_authorisation",
        "payment",
        ["booking_id"],
        unique=True,
        postgresql_where=sa.text("move = 'authorise' AND state IN ('open', 'pending')"),
    )
    op.add_column(
        "sandbox_charge", sa.Column("released", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.add_column(
        "sandbox_charge", sa.Column("silent_reads", sa.SmallInteger(), server_default="0", nullable=False)
    )
    op.drop_constraint(_SUMS, "sandbox_charge")
    op.create_check_constraint(
        _SUMS,
        "sandbox_charge",
        "captured >= 0 AND released >= 0 AND refunded >= 0 AND silent_reads >= 0"
        " AND captured + released <= amount AND refunded <= captured",
    )


def downgrade() -> None:
    op.drop_constraint(_SUMS, "sandbox_charge")
    op.create_check_constraint(
        _SUMS,
        "sandbox_charge",
        "captured <= amount AND refunded <= captured AND captured >= 0 AND refunded >= 0",
    )
    op.drop_column("sandbox_charge", "silent_reads")
    op.drop_column("sandbox_charge", "released")
    op.drop_index("uq_payment_open_authorisation", table_name="payment")
