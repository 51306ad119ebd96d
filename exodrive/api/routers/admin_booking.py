"""Bookings, for the staff."""

from exodrive.api.access import staff
from exodrive.api.call import Call
from exodrive.api.contracts.bookings import Refund
from exodrive.api.contracts.desk_bookings import (
    CancelStaffBooking,
    FindStaffBooking,
    FindStaffBookings,
    FindStaffRefund,
    StaffBooking,
    StaffBookingLine,
    StaffBookings,
    WriteStaffNote,
)
from exodrive.api.errors import CursorUnknown
from exodrive.api.paging import known
from exodrive.api.procedure import get, post, procedure
from exodrive.core import cursor
from exodrive.core.errors import IllegalMove, Missing
from exodrive.services.account.contracts import StaffRole
from exodrive.services.booking.cancellation import CancellationService
from exodrive.services.booking.desk import StaffBookingService
from exodrive.services.booking.desk_contracts import FindBookings
from exodrive.services.booking.errors import HoldExpired, RefundChanged

_AGENT = staff(StaffRole.AGENT)
_ONE = {"a_booking": {"booking_id": "01a20ebf-be64-745f-8e72-037de9a7e137"}}


@procedure(
    "admin.booking.list",
    access=_AGENT,
    rest=get("/admin/bookings"),
    limit="120/minute",
    errors=(CursorUnknown,),
    examples={"held_here": {"state": "held", "location": "los-angeles", "limit": 10}},
)
def bookings(call: Call, asked: FindStaffBookings) -> StaffBookings:
    """Bookings of everybody. By reference, state, place, partner and day."""
    call.headers["Cache-Control"] = "no-store"
    wanted = FindBookings(
        booking=asked.reference,
        state=asked.state,
        location=asked.location,
        partner=asked.partner_id,
        day_of=asked.day_of,
        since=asked.since,
        until=asked.until,
        trouble="failed_payment" if asked.failed_payment else None,
        sort=asked.sort,
        after=known(asked.cursor, lambda given: cursor.read(given, asked.sort)),
    )
    found = call.get(StaffBookingService).find(wanted, call.actor, size=asked.limit)
    return StaffBookings(
        items=[StaffBookingLine.of(one) for one in found.bookings],
        has_more=found.next is not None,
        next_cursor=found.next,
    )


@procedure(
    "admin.booking.get",
    access=_AGENT,
    rest=get("/admin/bookings/{booking_id}"),
    limit="240/minute",
    errors=(Missing,),
    examples=_ONE,
)
def booking(call: Call, asked: FindStaffBooking) -> StaffBooking:
    """A booking with its driver, its price, the moves of money and the notes of the staff."""
    call.headers["Cache-Control"] = "no-store"
    return StaffBooking.of(call.get(StaffBookingService).get(asked.booking_id, call.actor))


@procedure(
    "admin.booking.note",
    access=_AGENT,
    rest=post("/admin/bookings/{booking_id}/notes", 201),
    limit="60/minute",
    errors=(Missing,),
    examples={"a_note": {**_ONE["a_booking"], "text": "Arrives by train, asks for a child seat."}},
)
def note(call: Call, asked: WriteStaffNote) -> StaffBooking:
    """Write a note for colleagues. It stays."""
    desk = call.get(StaffBookingService)
    desk.add_note(asked.booking_id, asked, call.actor)
    return StaffBooking.of(desk.get(asked.booking_id, call.actor))


@procedure(
    "admin.booking.renew_link",
    access=_AGENT,
    rest=post("/admin/bookings/{booking_id}/new-link"),
    limit="30/minute",
    errors=(Missing,),
    examples=_ONE,
)
def renew_link(call: Call, asked: FindStaffBooking) -> StaffBooking:
    """Mail the customer a new link. Every link before it opens nothing any more; the link itself is told to nobody
    else."""
    desk = call.get(StaffBookingService)
    desk.renew_link(asked.booking_id, call.actor)
    return StaffBooking.of(desk.get(asked.booking_id, call.actor))


@procedure(
    "admin.booking.refund",
    access=_AGENT,
    rest=get("/admin/bookings/{booking_id}/cancellation"),
    limit="60/minute",
    errors=(Missing, IllegalMove, HoldExpired),
    examples={"by_the_policy": _ONE["a_booking"], "in_full": {**_ONE["a_booking"], "terms": "full"}},
)
def refund(call: Call, asked: FindStaffRefund) -> Refund:
    """What cancelling now would give back. By the policy, or in full, which only managers and owners may give."""
    call.headers["Cache-Control"] = "no-store"
    service = call.get(CancellationService)
    return Refund.of(service.preview_for_staff(asked.booking_id, asked.terms, call.actor))


@procedure(
    "admin.booking.cancel",
    access=_AGENT,
    rest=post("/admin/bookings/{booking_id}/cancellation"),
    limit="30/minute",
    errors=(Missing, IllegalMove, HoldExpired, RefundChanged),
    examples={
        "a_hold": {**_ONE["a_booking"], "terms": "policy", "reason": "Booked twice", "refund": 0, "kept": 0}
    },
)
def cancel(call: Call, asked: CancelStaffBooking) -> Refund:
    """Cancel a booking for what `admin.booking.refund` told. Refused, with the new amounts, when that has changed. The
    customer is told by mail; the reason stays with the staff."""
    service = call.get(CancellationService)
    return Refund.of(service.cancel_for_staff(asked.booking_id, asked, call.actor))
