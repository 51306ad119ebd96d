"""Whether a booking has to be paid for again, as its pages and mails tell it."""

from datetime import datetime

from exodrive.services.booking.contracts import BookingState, PayAgain
from exodrive.services.booking.rules import pay_by
from exodrive.services.payment.queries import MoneyView


def pay_again(
    state: BookingState, money: MoneyView, *, starts_at: datetime, charged_at: datetime, now: datetime
) -> PayAgain | None:
    """None for a booking that is paid for, or that nobody is to pay for."""
    if state is not BookingState.CONFIRMED or not money.lost:
        return None
    asked_at = money.refused_at
    by = pay_by(capture_at=charged_at, asked_at=asked_at, starts_at=starts_at) if asked_at else None
    return PayAgain(by=by if by and by > now else None, waiting=money.pending)
