"""Money moves of a booking, for every state that its money can be in."""

from uuid import UUID

from exodrive.core.db import Database
from exodrive.core.ids import new_id
from exodrive.services.booking.contracts import PaymentState
from exodrive.services.payment.models import Payment
from tests.factories import NOW, add

TOTAL = 267_000
# The moves that make each state of the money: (move, state, amount).
MOVES: dict[PaymentState, tuple[tuple[str, str, int], ...]] = {
    PaymentState.UNPAID: (),
    PaymentState.PENDING: (("authorise", "pending", TOTAL),),
    PaymentState.AUTHORISED: (("authorise", "succeeded", TOTAL),),
    PaymentState.PAID: (("authorise", "succeeded", TOTAL), ("capture", "succeeded", TOTAL)),
    PaymentState.PARTLY_REFUNDED: (
        ("authorise", "succeeded", TOTAL),
        ("capture", "succeeded", TOTAL),
        ("refund", "succeeded", 1000),
    ),
    PaymentState.REFUNDED: (
        ("authorise", "succeeded", TOTAL),
        ("capture", "succeeded", TOTAL),
        ("refund", "succeeded", TOTAL),
    ),
    PaymentState.RELEASED: (("authorise", "succeeded", TOTAL), ("void", "succeeded", TOTAL)),
}


def pay(database: Database, booking_id: UUID, money: PaymentState) -> None:
    """Write the moves that bring a booking's money there."""
    parent = None
    for move, state, amount in MOVES[money]:
        key = new_id()
        row = Payment(
            id=key,
            booking_id=booking_id,
            parent_id=parent,
            gateway="sandbox",
            move=move,
            state=state,
            amount=amount,
            currency="USD",
            idempotency_key=str(key),
            created_at=NOW,
            settled_at=None if state == "pending" else NOW,
        )
        add(database, row)
        parent = parent or key
