"""What follows from the outcome of a renewal, and from a reserve that turns out to have lapsed. Steps of the
transaction that writes the outcome; the booking's authorisations are locked."""

from collections.abc import Sequence

from exodrive.core import observe
from exodrive.core.uow import UnitOfWork
from exodrive.services.payment import intents
from exodrive.services.payment.authorisations import Authorisation
from exodrive.services.payment.contracts import AskToPayAgain, ChargeReport, ChargeState, Move, MoveState
from exodrive.services.payment.models import Payment
from exodrive.services.payment.repository import PaymentRepository
from exodrive.services.payment.rules import OWN_CHOICE, RENEWED_LATELY

log = observe.logger(__name__)
_payments = PaymentRepository()


def take_over(row: Payment, parent: Payment, report: ChargeReport) -> str | None:
    """From now on the authorisation is the charge that the gateway reported; why that will not do, if so."""
    if report.reference != parent.gateway_reference:
        row.gateway_reference, parent.gateway_reference = parent.gateway_reference, report.reference
    parent.lapses_at = report.lapses_at
    if (report.amount, report.currency) != (row.amount, row.currency):
        log.error("payment.mismatch", payment_id=str(row.id), booking_id=str(row.booking_id))
        return "mismatch"
    return None if report.state is ChargeState.AUTHORISED else "lapsed"


def renew_and_capture(uow: UnitOfWork, capture: Payment, parent: Payment, own: Authorisation) -> bool:
    """A capture found the reserve lapsed: reserve anew, and capture that. False where it was tried before, or a part
    was taken or given back already."""
    lately = own.renewed_at is not None and uow.now - own.renewed_at < RENEWED_LATELY
    if capture.move is not Move.CAPTURE or lately or own.refused_at is not None:
        return False
    uow.session.flush()
    now_ = next(one for one in _payments.authorisations(uow.session, parent.booking_id) if one.id == own.id)
    if not intents.intend_renewal(uow, parent, now_):
        return False
    intents.intend(uow, parent, Move.CAPTURE, capture.amount)
    return True


def refused(uow: UnitOfWork, row: Payment, own: Authorisation) -> Sequence[Payment]:
    """The customer is asked to pay again, unless it was given up on purpose. Captures that waited for a reserve which
    is gone fail with its renewal: answers these."""
    if row.failure not in OWN_CHOICE:
        uow.enqueue(
            AskToPayAgain(payment_id=row.id, booking_id=row.booking_id),
            unique_key=f"booking.ask_to_pay_again:{row.id}",
        )
    if not own.lapsed(uow.now):
        return ()
    lost = _payments.open_captures(uow.session, own.id)
    for capture in lost:
        capture.state, capture.failure, capture.settled_at = MoveState.FAILED, "lapsed", uow.now
    return lost
