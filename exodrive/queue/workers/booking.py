"""The queue of bookings."""

import wireup

from exodrive.queue.registry import handles
from exodrive.services.booking.contracts import ExpireHolds
from exodrive.services.booking.hold import HoldService
from exodrive.services.booking.renewal import RenewalService
from exodrive.services.payment.contracts import AskToPayAgain


@handles(ExpireHolds)
def expire_holds(_payload: ExpireHolds, container: wireup.SyncContainer) -> None:
    container.get(HoldService).expire_due()


@handles(AskToPayAgain)
def ask_to_pay_again(payload: AskToPayAgain, container: wireup.SyncContainer) -> None:
    container.get(RenewalService).ask_to_pay_again(payload.booking_id, payload.payment_id)
