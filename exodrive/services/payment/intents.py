"""Writing intents: the row of a move, and the promise to carry it to the gateway."""

from uuid import UUID

from exodrive.core.uow import UnitOfWork
from exodrive.services.payment.authorisations import Authorisation
from exodrive.services.payment.contracts import ExecuteMove, Move
from exodrive.services.payment.models import Payment
from exodrive.services.payment.repository import PaymentRepository

_payments = PaymentRepository()


def intend(uow: UnitOfWork, parent: Payment, move: Move, amount: int) -> UUID:
    """The intent of a move that follows from an authorisation, which is locked."""
    made = _payments.add(uow.session, parent, move, amount, uow.now)
    uow.enqueue(
        ExecuteMove(payment_id=made.id, booking_id=made.booking_id), unique_key=f"payment.move:{made.id}"
    )
    return made.id


def intend_renewal(uow: UnitOfWork, parent: Payment, own: Authorisation) -> bool:
    """The intent to reserve the same anew; False where another is under way, or not all of it is reserved any more."""
    if own.renewable:
        intend(uow, parent, Move.RENEW, own.standing.authorised)
    return own.renewable
