"""A young-driver fee is never an allowance: a longer rental would cost less."""

from alembic import op

revision = "0011_young_driver_range"
down_revision = "0010_job_dispatch"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_check_constraint(
        op.f("ck_young_driver_fee_range"), "young_driver_fee", "below_age > 18 AND per_day >= 0"
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_young_driver_fee_range"), "young_driver_fee", type_="check")
