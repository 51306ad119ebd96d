"""What others are told of money that moved, by webhook."""

from exodrive.core.uow import UnitOfWork
from exodrive.services.payment.contracts import Move
from exodrive.services.payment.models import Payment
from exodrive.services.webhook.contracts import Event, EventType
from exodrive.services.webhook.publisher import WebhookPublisher

_MOVED = {Move.CAPTURE: EventType.PAYMENT_CAPTURED, Move.REFUND: EventType.PAYMENT_REFUNDED}


class PaymentEvents:
    """Tells of one move, in the transaction that settles it."""

    def __init__(self, publisher: WebhookPublisher) -> None:
        self._publisher = publisher

    def settled(self, uow: UnitOfWork, row: Payment) -> None:
        """Money was taken, given back, or could not be moved. A release of a reserve is no event of its own."""
        kind = EventType.PAYMENT_FAILED if row.failure else _MOVED.get(row.move)
        if kind is None:
            return
        data = {
            "id": str(row.id),
            "booking_id": str(row.booking_id),
            "move": row.move.value,
            "amount": row.amount,
            "currency": row.currency,
            "failure": row.failure,
        }
        self._publisher.publish(uow, [Event(type=kind, subject_id=row.booking_id, data=data)])
