"""What is asked of bookings and what they answer. Money in minor units, instants in UTC."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from uuid import UUID

from exodrive.core.contract import contract, field, validate
from exodrive.core.ledger import Policy, job
from exodrive.core.period import Period
from exodrive.core.resilience import System
from exodrive.services.booking.countries import COUNTRIES
from exodrive.services.car.contracts import SORTS, CarCard, Category, ImageView, LocationView, Transmission
from exodrive.services.email.consent_contracts import CONSENT_WORDING, CONSENT_WORDINGS
from exodrive.services.pricing.contracts import QuoteCar, QuoteLine

_SLUG = validate.Regexp(r"[a-z0-9][a-z0-9_-]{0,79}\Z", error="This is not a name we know.")


class BookingState(StrEnum):
    """A booking's life, in the one vocabulary of the house."""

    HELD = "held"
    CONFIRMED = "confirmed"
    ACTIVE = "active"
    RETURNED = "returned"
    COMPLETED = "completed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


@contract
class SearchCars:
    """Which cars are asked for, and when. The four dates and times belong together: all or none. `max_price` in
    whole units of the currency, a day."""

    pick_up_location: str | None = field(_SLUG, default=None, label="Location")
    pick_up_date: date | None = field(default=None, label="Pick-up date")
    pick_up_time: time | None = field(default=None, label="Pick-up time")
    return_date: date | None = field(default=None, label="Return date")
    return_time: time | None = field(default=None, label="Return time")
    category: Category | None = field(default=None, label="Category")
    max_price: int | None = field(validate.Range(min=1, max=1_000_000), default=None, label="Up to, per day")
    seats: int | None = field(validate.Range(min=1, max=9), default=None, label="Seats, at least")
    transmission: Transmission | None = field(default=None, label="Transmission")
    q: str | None = field(validate.Length(max=80), default=None, label="Search")
    sort: str = field(validate.OneOf(tuple(SORTS), tuple(SORTS.values())), default="price", label="Sort by")
    page: int = field(validate.Range(min=1, max=500), default=1, label="Page")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A car on the results page. `total` is the exact price of the asked dates, None without dates or where the car
    cannot be had; then `reason` says why and `next_free` when it can."""

    card: CarCard
    total: int | None = None
    days: int | None = None
    reason: str | None = None
    next_free: tuple[Period, ...] = ()
    zone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchView:
    """Results: what can be had, a page of it; on the last page also what matches but cannot be had. `problems` names
    fields of the search that were not understood or cannot be (closed, too soon), with the reason; without usable
    dates the offers have no totals. `left_out` says of locations whose cars are missing why these dates cannot be had
    there, though they can elsewhere."""

    offers: tuple[Offer, ...]
    unavailable: tuple[Offer, ...]
    has_more: bool
    page: int
    dated: bool
    problems: dict[str, list[str]]
    left_out: tuple[str, ...]


@contract
class HoldCar:
    """Hold the car of a quote for a driver. Nothing here is a price."""

    quote_id: UUID
    name: str = field(
        validate.Length(min=2, max=120),
        validate.Regexp(r".*[^\W\d_]", re.DOTALL, error="Please give the name as it is on the licence."),
        label="Full name",
        autocomplete="name",
        help="As on the driving licence.",
    )
    email: str = field(
        validate.Email(error="This does not look like an e-mail address."),
        validate.Length(max=254),
        label="E-mail",
        autocomplete="email",
        input_type="email",
        help="The confirmation goes here.",
    )
    phone: str = field(
        validate.Regexp(
            r"(?=(?:\D*\d){6})\+?[0-9 ().\-]{6,24}\Z",
            error="At least six digits, with spaces and a leading + only.",
        ),
        label="Phone",
        autocomplete="tel",
        input_type="tel",
        help="With country code, for the day of the pick-up.",
    )
    birth_date: date = field(label="Date of birth", autocomplete="bday")
    licence_number: str = field(
        validate.Regexp(
            r"(?=(?:[ \-/]*[A-Za-z0-9]){4})[A-Za-z0-9 \-/]{4,32}\Z",
            error="Letters, digits, spaces and dashes only, at least four characters.",
        ),
        label="Driving licence number",
        autocomplete="off",
    )
    licence_country: str = field(
        validate.OneOf(tuple(COUNTRIES), tuple(COUNTRIES.values()), error="Choose a country."),
        label="Issued in",
        autocomplete="country",
    )
    delivery_address: str | None = field(
        validate.Length(min=8, max=300),
        validate.Regexp(r".*\w", re.DOTALL, error="Please give a whole address."),
        default=None,
        label="Address for delivery or collection",
        autocomplete="street-address",
    )
    consent: bool = field(
        validate.Equal(True, error="We need your agreement to go on."),
        label="I have read and accept the rental terms and the cancellation policy.",
    )
    marketing: bool = field(default=False, label=CONSENT_WORDINGS[CONSENT_WORDING])


class PaymentState(StrEnum):
    """Where a booking's money stands, derived from its ledger."""

    UNPAID = "unpaid"
    PENDING = "pending"
    AUTHORISED = "authorised"
    PAID = "paid"
    PARTLY_REFUNDED = "partly_refunded"
    REFUNDED = "refunded"
    RELEASED = "released"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldView:
    """A hold that was made. `token` opens the booking's page: it is told once, to the one who booked."""

    booking_id: UUID
    reference: str
    token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendedView:
    """A hold that was given more time, and how often it still can be."""

    expires_at: datetime
    extensions_left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TierView:
    """At least `hours` before pick-up, `refund` basis points of what was paid come back."""

    hours: int
    refund: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyView:
    """The cancellation policy: everything comes back within `grace_minutes` of booking, then by tier, dearest first."""

    grace_minutes: int
    tiers: tuple[TierView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundView:
    """What cancelling now would give back: `amount` of `paid`; `basis` says by which rule."""

    paid: int
    amount: int
    kept: int
    currency: str
    basis: str
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingCar:
    """The car of a booking."""

    id: UUID
    slug: str
    name: str
    year: int
    image: ImageView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PayAgain:
    """A booking that is not paid for any more: `by` when it should be, where that lies ahead; `waiting` while a payment
    is under way."""

    by: datetime | None
    waiting: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ManageView:
    """What the holder of a booking may see of it: a whitelist. `driver` is the first name only, `email` is
    masked. `hold_expires_at` and `extensions_left` matter while it is held, `charged_at` while it is confirmed."""

    id: UUID
    reference: str
    state: BookingState
    payment_state: PaymentState
    payment_failure: str | None
    pay_again: PayAgain | None
    charged_at: datetime
    car: BookingCar
    pick_up: LocationView
    drop_off: LocationView
    starts_at: datetime
    ends_at: datetime
    days: int
    lines: tuple[QuoteLine, ...]
    total: int
    currency: str
    deposit: int
    included_miles: int
    overage_per_mile: int
    refunded: int
    driver: str
    email: str
    hold_expires_at: datetime | None
    extensions_left: int
    asked: QuoteCar
    policy: PolicyView
    now: datetime

    @property
    def lapsed(self) -> bool:
        """Held, but its time is over and only the sweep has not come by yet."""
        return (
            self.state is BookingState.HELD
            and self.hold_expires_at is not None
            and self.hold_expires_at <= self.now
        )


@job("booking.expire_holds", Policy(queue="booking", priority=2, max_attempts=3))
@contract
class ExpireHolds:
    """End every hold whose time is over."""


_MAIL = Policy(queue="email", needs=System.MAIL, priority=3, max_attempts=12, first_retry=10)


@job("email.booking_confirmation", _MAIL, subject="booking_id")
@contract
class SendBookingConfirmation:
    """Tell the customer that the booking is confirmed."""

    booking_id: UUID


@job("email.cancellation", _MAIL, subject="booking_id")
@contract
class SendCancellation:
    """Tell the customer that the booking is cancelled, and what comes back."""

    booking_id: UUID


@job("email.payment_too_late", _MAIL, subject="booking_id")
@contract
class SendPaymentTooLate:
    """Tell the customer that the payment came after the hold had ended and the car was gone."""

    booking_id: UUID


@job("booking.forget_quotes", Policy(queue="upkeep", priority=9, max_attempts=3, time_limit=900))
@contract
class ForgetQuotes:
    """Delete quotes that expired long ago and were not booked."""
