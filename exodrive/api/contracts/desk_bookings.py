"""Bookings as the staff's desk has them. Money in minor units, instants in UTC."""

from datetime import date, datetime
from typing import Self
from uuid import UUID

from exodrive.core.contract import contract, field, validate
from exodrive.core.ids import REFERENCE_ALPHABET
from exodrive.services.booking.contracts import BookingState, PaymentState
from exodrive.services.booking.desk_contracts import (
    DESK_SORTS,
    BookingLine,
    CancelAsStaff,
    CancelTerms,
    DeskBooking,
    WriteNote,
)
from exodrive.services.car.particulars import LOCATION
from exodrive.services.payment.contracts import Move, MoveState
from exodrive.services.pricing.contracts import QuoteLine

_SIGNS = f"{REFERENCE_ALPHABET}{REFERENCE_ALPHABET.lower()}"


@contract
class FindStaffBookings:
    """Which bookings are asked for. `since` and `until` are days by the clock of the place of pick-up (with `day_of`
    return: of return)."""

    reference: str | None = field(
        validate.Regexp(rf"[{_SIGNS}]{{8}}\Z", error="A whole reference has 8 signs."),
        default=None,
        label="Reference",
    )
    state: BookingState | None = field(default=None, label="State")
    location: str | None = LOCATION.asked(default=None)
    partner_id: UUID | None = field(default=None, label="Made by the partner")
    day_of: str = field(validate.OneOf(("pick_up", "return")), default="pick_up", label="Day of")
    since: date | None = field(default=None, label="From")
    until: date | None = field(default=None, label="To")
    failed_payment: bool = field(default=False, label="Only where a payment failed in the last 24 hours")
    sort: str = field(validate.OneOf(tuple(DESK_SORTS)), default="-created", label="Order")
    limit: int = field(validate.Range(min=1, max=100), default=25, label="Bookings at most")
    cursor: str | None = field(validate.Length(max=80), default=None, label="Where to go on")


@contract
class FindStaffBooking:
    """One booking."""

    booking_id: UUID = field(label="Booking")


@contract
class WriteStaffNote(WriteNote):
    """What colleagues should know about a booking; customers never read it, and it stays."""

    booking_id: UUID = field(label="Booking")


@contract
class FindStaffRefund:
    """What cancelling a booking on such terms would give back."""

    booking_id: UUID = field(label="Booking")
    terms: CancelTerms = field(default=CancelTerms.POLICY, label="What goes back")


@contract
class CancelStaffBooking(CancelAsStaff):
    """Cancel for what was shown: `refund` goes back and `kept` does not, both in minor units and both as
    `admin.booking.refund` told them for these terms. With `full`, which is for when the business cannot keep to the
    booking, everything goes back. The customer never reads the reason."""

    booking_id: UUID = field(label="Booking")


@contract
class StaffBookingLine:
    """A booking in a list. `pick_up` and `drop_off` are names of places, the zones those of their clocks; `partner`
    is the name of who made it, if a partner did."""

    id: UUID
    reference: str
    state: BookingState
    customer: str
    partner: str | None
    partner_id: UUID | None
    car: str
    pick_up: str
    pick_up_zone: str
    drop_off: str
    drop_off_zone: str
    starts_at: datetime
    ends_at: datetime
    created_at: datetime
    total: int = field(unit="minor units")
    currency: str

    @classmethod
    def of(cls, line: BookingLine) -> Self:
        return cls(**{name: getattr(line, name) for name in _OF_LINE})


_OF_LINE = tuple(StaffBookingLine.__dataclass_fields__)


@contract
class StaffBookings:
    """Bookings, a part of them."""

    items: list[StaffBookingLine]
    has_more: bool
    next_cursor: str | None


@contract
class StaffDriver:
    """Who drives. Of the licence number only the last four signs."""

    name: str
    email: str
    phone: str
    birth_date: date
    licence: str
    licence_country: str
    delivery_address: str | None


@contract
class StaffMove:
    """A move of money; `failure` in words."""

    id: UUID
    move: Move
    state: MoveState
    amount: int = field(unit="minor units")
    currency: str
    failure: str | None
    created_at: datetime
    settled_at: datetime | None


@contract
class StaffNote:
    """A note with the name of who wrote it."""

    text: str
    author: str
    created_at: datetime


@contract
class StaffBooking:
    """A booking with its driver, its price, the moves of money and the notes of the staff. `pick_up` and `drop_off` are
    slugs; `partner` is the name of who made it, if a partner did."""

    id: UUID
    reference: str
    state: BookingState
    payment_state: PaymentState
    partner: str | None
    partner_id: UUID | None
    car: str
    car_slug: str
    plate: str
    pick_up: str
    drop_off: str
    starts_at: datetime
    ends_at: datetime
    days: int = field(unit="days")
    created_at: datetime
    confirmed_at: datetime | None
    ended_at: datetime | None
    end_reason: str | None
    hold_expires_at: datetime | None
    driver: StaffDriver
    lines: list[QuoteLine]
    total: int = field(unit="minor units")
    deposit: int = field(unit="minor units")
    currency: str
    included_miles: int = field(unit="miles")
    authorised: int = field(unit="minor units")
    captured: int = field(unit="minor units")
    refunded: int = field(unit="minor units")
    moves: list[StaffMove]
    notes: list[StaffNote]

    @classmethod
    def of(cls, view: DeskBooking) -> Self:
        same = {name: getattr(view, name) for name in _SAME}
        driver = {name: getattr(view.driver, name) for name in StaffDriver.__dataclass_fields__}
        return cls(
            **same,
            pick_up=view.pick_up.slug,
            drop_off=view.drop_off.slug,
            driver=StaffDriver(**driver),
            lines=list(view.lines),
            moves=[
                StaffMove(**{name: getattr(one, name) for name in StaffMove.__dataclass_fields__})
                for one in view.moves
            ],
            notes=[
                StaffNote(text=one.text, author=one.author, created_at=one.created_at) for one in view.notes
            ],
        )


_SAME = tuple(
    set(StaffBooking.__dataclass_fields__) - {"pick_up", "drop_off", "driver", "lines", "moves", "notes"}
)
