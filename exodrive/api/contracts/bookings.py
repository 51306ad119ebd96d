"""Bookings, as far as whoever made them may see them."""

from datetime import datetime
from typing import Self
from uuid import UUID

from exodrive.api.contracts.places import Policy
from exodrive.core.contract import contract, field, validate
from exodrive.services.booking.contracts import (
    BookingState,
    ExtendedView,
    HeldView,
    ManageView,
    PaymentState,
    RefundView,
)
from exodrive.services.booking.partner_contracts import PartnerBooking
from exodrive.services.pricing.contracts import QuoteLine


@contract
class FindBooking:
    """One booking."""

    booking_id: UUID = field(label="Booking")


@contract
class CancelBooking:
    """Cancel for the refund that was shown: `refund` comes back, `kept` does not. Both in minor units; both as
    `booking.refund` told them."""

    booking_id: UUID = field(label="Booking")
    refund: int = field(validate.Range(min=0), label="Comes back", unit="minor units")
    kept: int = field(validate.Range(min=0), label="Is kept", unit="minor units")


@contract
class HeldBooking:
    """A car that is held until `expires_at`, to be paid by then. `token` opens the booking for its customer, here and
    on its page: it is told once."""

    id: UUID
    reference: str
    token: str
    expires_at: datetime

    @classmethod
    def of(cls, view: HeldView) -> Self:
        return cls(id=view.booking_id, reference=view.reference, token=view.token, expires_at=view.expires_at)


@contract
class ExtendedHold:
    """A hold that was given its full length again."""

    expires_at: datetime
    extensions_left: int

    @classmethod
    def of(cls, view: ExtendedView) -> Self:
        return cls(expires_at=view.expires_at, extensions_left=view.extensions_left)


@contract
class Refund:
    """What cancelling gives back: `amount` of what was `paid`; the rest is `kept`. `basis` says by which rule, `until`
    when another one begins."""

    paid: int = field(unit="minor units")
    amount: int = field(unit="minor units")
    kept: int = field(unit="minor units")
    currency: str
    basis: str
    until: datetime | None

    @classmethod
    def of(cls, view: RefundView) -> Self:
        return cls(
            paid=view.paid,
            amount=view.amount,
            kept=view.kept,
            currency=view.currency,
            basis=view.basis,
            until=view.until,
        )


@contract
class BookedCar:
    """The car of a booking."""

    id: UUID
    slug: str
    name: str
    year: int


@contract
class Booking:
    """A booking. Locations are slugs; `driver` is the first name, `email` is masked; `lines` sum to `total`.
    `hold_expires_at` and `extensions_left` matter while it is held."""

    id: UUID
    reference: str
    state: BookingState
    payment_state: PaymentState
    payment_failure: str | None
    car: BookedCar
    pick_up_location: str
    return_location: str
    starts_at: datetime
    ends_at: datetime
    days: int = field(unit="days")
    lines: list[QuoteLine]
    total: int = field(unit="minor units")
    currency: str
    deposit: int = field(unit="minor units")
    included_miles: int = field(unit="miles")
    overage_per_mile: int = field(unit="minor units")
    refunded: int = field(unit="minor units")
    driver: str
    email: str
    hold_expires_at: datetime | None
    extensions_left: int
    policy: Policy

    @classmethod
    def of(cls, view: ManageView) -> Self:
        same = {name: getattr(view, name) for name in _SAME}
        return cls(
            **same,
            car=BookedCar(id=view.car.id, slug=view.car.slug, name=view.car.name, year=view.car.year),
            pick_up_location=view.pick_up.slug,
            return_location=view.drop_off.slug,
            lines=list(view.lines),
            policy=Policy.of(view.policy),
        )


_SAME = tuple(
    set(Booking.__dataclass_fields__) - {"car", "pick_up_location", "return_location", "lines", "policy"}
)


@contract
class PaymentPage:
    """Where the customer pays. The page leads back to the booking's page."""

    url: str


@contract
class ListedBooking:
    """A booking in a partner's list: nothing of the driver. `car` is the slug."""

    id: UUID
    reference: str
    state: BookingState
    payment_state: PaymentState
    car: str
    car_name: str
    starts_at: datetime
    ends_at: datetime
    total: int = field(unit="minor units")
    currency: str
    hold_expires_at: datetime | None
    created_at: datetime

    @classmethod
    def of(cls, view: PartnerBooking) -> Self:
        return cls(
            id=view.id,
            reference=view.reference,
            state=view.state,
            payment_state=view.payment_state,
            car=view.car_slug,
            car_name=view.car,
            starts_at=view.starts_at,
            ends_at=view.ends_at,
            total=view.total,
            currency=view.currency,
            hold_expires_at=view.hold_expires_at,
            created_at=view.created_at,
        )


@contract
class ListedBookings:
    """Bookings that the partner made, newest first, a part of them."""

    items: list[ListedBooking]
    has_more: bool
    next_cursor: str | None
