"""Cars count their changes, so that nobody changes what somebody else has changed meanwhile."""

import sqlalchemy as sa
from alembic import op

revision = "0029_car_version"
down_revision = "0028_booking_partner"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("car", sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False))


def downgrade() -> None:
    op.drop_column("car", "version")
