"""Reading the ledger of money moves, for those who watch."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, Select, func, select, text

from exodrive.services.payment.contracts import Move, MoveState
from exodrive.services.payment.models import Payment
from exodrive.services.payment.rules import FAILURES

_FAILED = text("payment.state = 'failed'")  # a literal, so that the partial index fits


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveView:
    """One move of money; `failure` in words."""

    id: UUID
    move: Move
    state: MoveState
    amount: int
    currency: str
    failure: str | None
    created_at: datetime
    settled_at: datetime | None


class PaymentTimeline:
    """The moves, as they were made."""

    def of_booking(self, connection: Connection, booking_id: UUID) -> tuple[MoveView, ...]:
        """Newest first."""
        found = (
            select(
                Payment.id,
                Payment.move,
                Payment.state,
                Payment.amount,
                Payment.currency,
                Payment.failure,
                Payment.created_at,
                Payment.settled_at,
            )
            .where(Payment.booking_id == booking_id)
            .order_by(Payment.created_at.desc(), Payment.id.desc())
        )
        return tuple(
            MoveView(**{**row, "failure": FAILURES.get(row["failure"], row["failure"])})
            for row in connection.execute(found).mappings()
        )

    def failed_since(self, connection: Connection, since: datetime) -> int:
        """How many bookings have a move that failed since then."""
        found = select(func.count(Payment.booking_id.distinct())).where(_FAILED, Payment.settled_at >= since)
        return int(connection.execute(found).scalar_one())

    def bookings_with_failures(self, since: datetime) -> Select[UUID]:
        """The ids of those bookings, as a part of a larger statement."""
        return select(Payment.booking_id).where(_FAILED, Payment.settled_at >= since)
