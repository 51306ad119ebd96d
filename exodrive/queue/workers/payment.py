"""The queue of money moves."""

import wireup

from exodrive.queue.context import current_actor
from exodrive.queue.registry import handles
from exodrive.services.booking.checkout import CheckoutService
from exodrive.services.booking.renewal import RenewalService
from exodrive.services.payment.contracts import (
    CapturePayment,
    ExecuteMove,
    ReadGatewayEvent,
    RenewAuthorisations,
    SettlePayment,
    SweepPayments,
)
from exodrive.services.payment.events import PaymentEventService, PaymentSweeper
from exodrive.services.payment.moves import MoveService
from exodrive.services.payment.service import PaymentService


@handles(SettlePayment)
def settle(payload: SettlePayment, container: wireup.SyncContainer) -> None:
    container.get(CheckoutService).settle(payload.payment_id, payload.booking_id, current_actor())


@handles(ExecuteMove)
def execute(payload: ExecuteMove, container: wireup.SyncContainer) -> None:
    container.get(MoveService).execute(payload.payment_id, current_actor())


@handles(CapturePayment)
def capture(payload: CapturePayment, container: wireup.SyncContainer) -> None:
    container.get(PaymentService).capture(payload.booking_id, current_actor())


@handles(ReadGatewayEvent)
def read_event(payload: ReadGatewayEvent, container: wireup.SyncContainer) -> None:
    container.get(PaymentEventService).read(payload.event_id)


@handles(SweepPayments)
def sweep(_payload: SweepPayments, container: wireup.SyncContainer) -> None:
    container.get(PaymentSweeper).sweep()


@handles(RenewAuthorisations)
def renew_authorisations(_payload: RenewAuthorisations, container: wireup.SyncContainer) -> None:
    container.get(RenewalService).sweep()
