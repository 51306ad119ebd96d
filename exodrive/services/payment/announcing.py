"""What others are told of money that moved, by webhook."""

from exodrive.core.uow import UnitOfWork
from exodrive.services.payment.contracts import Move
from exodrive.services.payment.models import Payment
from exodrive.services.payment.repository import PaymentRepository
from exodrive.services.webhook.event_contracts import Event, EventType, PaymentPayload
from exodrive.services.webhook.publisher import WebhookPublisher

_MOVED = {Move.CAPTURE: EventType.PAYMENT_CAPTURED, Move.REFUND: EventType.PAYMENT_REFUNDED}


class PaymentEvents:
    """Tells of one move, in the transaction that settles it."""

    def __init__(self, publisher: WebhookPublisher) -> None:
        self._publisher = publisher
        self._payments = PaymentRepository()

    def settled(self, uow: UnitOfWork, row: Payment) -> None:
        """Money was taken, given back, or could not be moved. A release of a reserve is no event of its own."""
        kind = EventType.PAYMENT_FAILED if row.failure else _MOVED.get(row.move)
        if kind is None:
            return
        data = PaymentPayload(
            id=row.id,
            booking_id=row.booking_id,
            move=row.move.value,
            amount=row.amount,
            currency=row.currency,
            failure=row.failure,
        )
        partner = self._payments.partner(uow.session, row.booking_id)
        told = Event(type=kind, subject_id=row.booking_id, data=data, partner_id=partner)
        self._publisher.publish(uow, [told])
