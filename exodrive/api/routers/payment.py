"""Paying: on the gateway's page, never here."""

from exodrive.api.access import CUSTOMER, partner
from exodrive.api.call import Call
from exodrive.api.contracts.bookings import FindBooking, PaymentPage
from exodrive.api.procedure import Effect, post, procedure
from exodrive.api.routers.booking import holder_of
from exodrive.core.errors import Missing
from exodrive.services.booking.checkout import CheckoutService
from exodrive.services.booking.errors import HoldExpired
from exodrive.services.partner.contracts import Scope
from exodrive.services.payment.errors import AlreadyPaid
from exodrive.services.payment.gateway import GatewayUnavailable


@procedure(
    "payment.start",
    access=CUSTOMER | partner(Scope.BOOKINGS_WRITE),
    rest=post("/bookings/{booking_id}/payment"),
    limit="30/minute",
    effect=Effect.OUTSIDE,
    seconds=20,
    errors=(Missing, HoldExpired, AlreadyPaid, GatewayUnavailable),
    examples={"a_booking": {"booking_id": "01a20ebf-be64-745f-8e72-037de9a7e137"}},
)
def start(call: Call, asked: FindBooking) -> PaymentPage:
    """The page on which a hold is paid. Asked again, it is the same payment; the booking says how it went."""
    holder = holder_of(call.client, asked.booking_id)
    return PaymentPage(url=call.get(CheckoutService).start(holder, call.actor))
