"""Mails whose hour lies ahead: when they are due, promised with the confirmation, and whether they are still true.

Hours are hours that pass, as in the cancellation policy: 24 h before ten o'clock is nine or eleven where the clock is
changed in between. Days are midnights on the wall of the place, so that "tomorrow" is tomorrow there.
"""

from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from exodrive.core.uow import UnitOfWork
from exodrive.services.booking.contracts import BookingState
from exodrive.services.booking.mail_contracts import (
    PICK_UP_HOURS,
    SendPickUpReminder,
    SendReturnReminder,
    SendReviewRequest,
)
from exodrive.services.booking.models import Booking

_RETURN = timedelta(hours=24)
_REVIEW = timedelta(hours=24)
_REVIEW_ENDS = timedelta(days=14)


def promise(uow: UnitOfWork, booking: Booking) -> None:
    """Promise a confirmed booking's reminders and its review request; a reminder whose hour has passed is none. The
    instant is part of the key: other dates are other promises."""
    for hours in PICK_UP_HOURS:
        at = booking.starts_at - timedelta(hours=hours)
        if at > uow.now:
            uow.enqueue(
                SendPickUpReminder(booking_id=booking.id, hours=hours),
                run_at=at,
                unique_key=f"mail:pick-up:{booking.id}:{at.isoformat()}",
                expires_at=booking.starts_at,
            )
    at = booking.ends_at - _RETURN
    if at > max(uow.now, booking.starts_at):
        uow.enqueue(
            SendReturnReminder(booking_id=booking.id),
            run_at=at,
            unique_key=f"mail:return:{booking.id}:{at.isoformat()}",
            expires_at=booking.ends_at,
        )
    at = booking.ends_at + _REVIEW
    uow.enqueue(
        SendReviewRequest(booking_id=booking.id),
        run_at=at,
        unique_key=f"mail:review:{booking.id}:{at.isoformat()}",
        expires_at=booking.ends_at + _REVIEW_ENDS,
    )


def call_off(uow: UnitOfWork, booking_id: UUID) -> None:
    """What was promised will not come true."""
    uow.call_off(SendPickUpReminder, SendReturnReminder, SendReviewRequest, subject_id=booking_id)


def reminds_of_pick_up(state: BookingState, starts_at: datetime, *, hours: int, now: datetime) -> bool:
    """Whether this reminder is still to be sent: from its hour until that of the next one, or the pick-up."""
    following = max((fewer for fewer in PICK_UP_HOURS if fewer < hours), default=0)
    left = starts_at - now
    return state is BookingState.CONFIRMED and timedelta(hours=following) < left <= timedelta(hours=hours)


def reminds_of_return(state: BookingState, starts_at: datetime, ends_at: datetime, *, now: datetime) -> bool:
    """Whether the car is out, as far as is known, and due back within the day."""
    out = state is BookingState.ACTIVE or (state is BookingState.CONFIRMED and starts_at <= now)
    return out and timedelta(0) < ends_at - now <= _RETURN


def asks_for_review(state: BookingState, ends_at: datetime, *, now: datetime) -> bool:
    """Whether the car is back, and the rental not long ago."""
    back = state in (BookingState.RETURNED, BookingState.COMPLETED)
    return back and _REVIEW <= now - ends_at <= _REVIEW_ENDS


def days_until(instant: datetime, zone: str, *, now: datetime) -> int:
    """Midnights from now to `instant` at a place: 0 is today, 1 tomorrow."""
    place = ZoneInfo(zone)
    return (instant.astimezone(place).date() - now.astimezone(place).date()).days


def day_at(zone: str, day: date) -> tuple[datetime, datetime]:
    """From when until when a day lasts at a place: 23, 24 or 25 hours."""
    place = ZoneInfo(zone)
    return (
        datetime.combine(day, time(0), place),
        datetime.combine(day + timedelta(days=1), time(0), place),
    )
