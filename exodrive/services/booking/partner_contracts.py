"""What partners ask of the bookings that they made. Money in minor units, instants in UTC."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from exodrive.core.contract import contract, field, validate
from exodrive.services.booking.contracts import BookingState, PaymentState


@contract
class BookingQuery:
    """Which of its bookings a partner wants to see, newest first. `pick_up_from` and `pick_up_to` are days by the clock
    of the place of pick-up, both counted in. `cursor` is what the page before gave."""

    state: BookingState | None = field(default=None, label="State")
    pick_up_from: date | None = field(default=None, label="Pick-up from")
    pick_up_to: date | None = field(default=None, label="Pick-up to")
    limit: int = field(validate.Range(min=1, max=100), default=25, label="Bookings a page, at most")
    cursor: str | None = field(validate.Length(max=80), default=None, label="Cursor")


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerBooking:
    """A booking in a partner's list: nothing of the driver."""

    id: UUID
    reference: str
    state: BookingState
    payment_state: PaymentState
    car_slug: str
    car: str
    starts_at: datetime
    ends_at: datetime
    total: int
    currency: str
    hold_expires_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerBookingPage:
    """A page of the list; `next_cursor` leads to the one after it, if it `has_more`."""

    items: tuple[PartnerBooking, ...]
    has_more: bool
    next_cursor: str | None
