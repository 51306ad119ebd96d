"""Bookings: from a quote to a held car, to a paid one, to one that is cancelled."""

from uuid import UUID

from exodrive.api.access import CUSTOMER, PUBLIC, Client, partner
from exodrive.api.call import Call
from exodrive.api.contracts.bookings import (
    Booking,
    CancelBooking,
    ExtendedHold,
    FindBooking,
    HeldBooking,
    ListedBooking,
    ListedBookings,
    Refund,
)
from exodrive.api.procedure import get, post, procedure
from exodrive.core.errors import IllegalMove, Invalid, Missing
from exodrive.services.booking.cancellation import CancellationService
from exodrive.services.booking.contracts import HoldCar
from exodrive.services.booking.errors import (
    HoldExpired,
    HoldExtensionsSpent,
    QuoteChanged,
    QuoteUsed,
    RefundChanged,
)
from exodrive.services.booking.hold import HoldService
from exodrive.services.booking.holder import Booker, ByLink, ByPartner
from exodrive.services.booking.manage import ManageService
from exodrive.services.booking.partner import PartnerBookingService
from exodrive.services.booking.partner_contracts import BookingQuery
from exodrive.services.car.errors import CarRetired, CarTaken, PickUpTooSoon
from exodrive.services.partner.contracts import Scope
from exodrive.services.pricing.errors import PromoExhausted, QuoteExpired

_ONE = {"a_booking": {"booking_id": "01a20ebf-be64-745f-8e72-037de9a7e137"}}
_HOLD = {
    "quote_id": "01a20ebf-be64-745f-8e72-037de9a7e137",
    "name": "Ada Lovelace",
    "email": "ada@example.com",
    "phone": "+1 310 555 0142",
    "birth_date": "1990-12-10",
    "licence_number": "D1234567",
    "licence_country": "US",
    "consent": True,
}
_READS = CUSTOMER | partner(Scope.BOOKINGS_READ)
_WRITES = CUSTOMER | partner(Scope.BOOKINGS_WRITE)


def holder_of(client: Client, booking_id: UUID) -> Booker:
    """What the client has to show for a booking: its link, or that it made it."""
    if client.partner_id is not None:
        return ByPartner(client.partner_id, booking_id)
    return ByLink(client.link or "", booking_id)


@procedure(
    "booking.hold",
    access=PUBLIC | partner(Scope.BOOKINGS_WRITE),
    rest=post("/bookings", 201),
    limit="30/minute",
    errors=(
        Invalid,
        Missing,
        CarTaken,
        PickUpTooSoon,
        CarRetired,
        QuoteExpired,
        QuoteChanged,
        QuoteUsed,
        PromoExhausted,
    ),
    examples={"for_a_driver": _HOLD},
)
def hold(call: Call, asked: HoldCar) -> HeldBooking:
    """Hold the car of a quote for a driver. Two strangers never hold one car for the same hours: the second is told
    that it is taken, with the nearest free times."""
    return HeldBooking.of(call.get(HoldService).hold(asked, call.actor))


@procedure(
    "booking.list",
    access=partner(Scope.BOOKINGS_READ),
    rest=get("/bookings"),
    limit="120/minute",
    errors=(Invalid,),
    examples={"confirmed_in_spring": {"state": "confirmed", "pick_up_from": "2027-03-01", "limit": 10}},
)
def bookings(call: Call, asked: BookingQuery) -> ListedBookings:
    """The bookings that the partner made, newest first. What is made meanwhile moves nothing."""
    page = call.get(PartnerBookingService).find(asked, call.actor)
    return ListedBookings(
        items=[ListedBooking.of(one) for one in page.items],
        has_more=page.has_more,
        next_cursor=page.next_cursor,
    )


@procedure(
    "booking.get",
    access=_READS,
    rest=get("/bookings/{booking_id}"),
    limit="120/minute",
    errors=(Missing,),
    examples=_ONE,
)
def booking(call: Call, asked: FindBooking) -> Booking:
    """A booking. With its state, its money and its policy."""
    return Booking.of(call.get(ManageService).view(holder_of(call.client, asked.booking_id)))


@procedure(
    "booking.extend",
    access=_WRITES,
    rest=post("/bookings/{booking_id}/extension"),
    limit="30/minute",
    errors=(Missing, HoldExpired, HoldExtensionsSpent),
    examples=_ONE,
)
def extend(call: Call, asked: FindBooking) -> ExtendedHold:
    """Give a hold its full length again. From now, but not past its pick-up."""
    return ExtendedHold.of(call.get(HoldService).extend(holder_of(call.client, asked.booking_id), call.actor))


@procedure(
    "booking.refund",
    access=_READS,
    rest=get("/bookings/{booking_id}/cancellation"),
    limit="60/minute",
    errors=(Missing, IllegalMove, HoldExpired),
    examples=_ONE,
)
def refund(call: Call, asked: FindBooking) -> Refund:
    """What cancelling now would give back. To be shown before it is agreed to."""
    return Refund.of(call.get(CancellationService).preview(holder_of(call.client, asked.booking_id)))


@procedure(
    "booking.cancel",
    access=_WRITES,
    rest=post("/bookings/{booking_id}/cancellation"),
    limit="30/minute",
    errors=(Missing, IllegalMove, HoldExpired, RefundChanged),
    examples={"a_hold": {**_ONE["a_booking"], "refund": 0, "kept": 0}},
)
def cancel(call: Call, asked: CancelBooking) -> Refund:
    """Cancel a booking for the refund that was shown. Refused when that has changed since."""
    holder = holder_of(call.client, asked.booking_id)
    return Refund.of(call.get(CancellationService).cancel(holder, asked.refund, call.actor, kept=asked.kept))
