"""The queue of bookings."""

import wireup

from exodrive.queue.registry import handles
from exodrive.services.booking.contracts import ExpireHolds
from exodrive.services.booking.hold import HoldService


@handles(ExpireHolds)
def expire_holds(_payload: ExpireHolds, container: wireup.SyncContainer) -> None:
    container.get(HoldService).expire_due()
