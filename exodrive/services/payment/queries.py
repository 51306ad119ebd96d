"""What the room above may know of a booking's money."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from exodrive.services.payment.contracts import Ledger
from exodrive.services.payment.models import Move, MoveState, Payment
from exodrive.services.payment.repository import PaymentRepository
from exodrive.services.payment.rules import FAILURES
from exodrive.services.payment.service import PaymentService

_LAST_FAILURE = (
    select(Payment.state, Payment.failure)
    .where(Payment.move == Move.AUTHORISE)
    .order_by(Payment.id.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyView:
    """A booking's ledger; whether an authorisation is under way; in words, why the last one failed."""

    ledger: Ledger
    pending: bool
    failure: str | None


class PaymentQueries:
    """Reads of a booking's money, inside or outside a transaction."""

    def __init__(self, payments: PaymentService) -> None:
        self._service = payments
        self._payments = PaymentRepository()

    def money(self, at: Session | Connection, booking_id: UUID) -> MoneyView:
        """Where the money stands, for the one who pays."""
        last = at.execute(_LAST_FAILURE.where(Payment.booking_id == booking_id)).first()
        failed = last is not None and last.state == MoveState.FAILED
        return MoneyView(
            ledger=self._service.totals(at, booking_id),
            pending=last is not None and last.state in (MoveState.OPEN, MoveState.PENDING),
            failure=FAILURES.get(last.failure or "refused") if last is not None and failed else None,
        )

    def kept(self, at: Session | Connection, booking_id: UUID) -> int:
        """What the customer will have paid once every open move has settled; minor units."""
        return sum(
            found.standing.kept for found in self._payments.authorisations(at, booking_id) if found.live
        )

    def underway(self, at: Session | Connection, booking_id: UUID) -> tuple[UUID, ...]:
        """Authorisations that are not decided yet."""
        found = self._payments.authorisations(at, booking_id)
        return tuple(one.id for one in found if one.underway)
