"""What the staff's desk asks of bookings and what it is told. Money in minor units, instants in UTC."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from exodrive.core.contract import contract, field, validate
from exodrive.core.ids import REFERENCE_ALPHABET
from exodrive.services.audit.story import Deed
from exodrive.services.booking.contracts import BookingState, PayAgain, PaymentState
from exodrive.services.car.contracts import ImageView, LocationView
from exodrive.services.email.log import SentMail
from exodrive.services.job.contracts import JobLine
from exodrive.services.payment.timeline import MoveView
from exodrive.services.pricing.contracts import QuoteLine

DESK_SORTS = {
    "-created": "Newest first",
    "created": "Oldest first",
    "starts": "Next pick-up first",
    "-starts": "Last pick-up first",
    "ends": "Next return first",
    "-ends": "Last return first",
}
DESK_PAGE = 25
_STATES = {"held": "Held", "confirmed": "Confirmed", "active": "On the road", "no_show": "No-show"}


@contract
class FindBookings:
    """Which bookings the desk wants to see. `booking` is a reference, `customer` the keyed hash of a customer's
    address, so that no address stands in a link. `since` and `until` are days by the clock of the place of pick-up
    (with `day_of` return: of return). `after` is the cursor of the page before."""

    booking: str | None = field(validate.Length(max=20), default=None, input_type="hidden")
    customer: str | None = field(validate.Length(max=64), default=None, input_type="hidden")
    state: BookingState | None = field(default=None, label="State", choices=_STATES, empty="Any state")
    location: str | None = field(validate.Length(max=80), default=None, label="Pick-up location")
    partner: UUID | None = field(default=None, label="Made by")
    day_of: str = field(
        validate.OneOf(("pick_up", "return"), ("Pick-up", "Return")), default="pick_up", label="Day of"
    )
    since: date | None = field(default=None, label="From")
    until: date | None = field(default=None, label="To")
    trouble: str | None = field(
        validate.OneOf(("failed_payment",), ("Payment failed in 24 hours",)),
        default=None,
        label="Trouble",
        empty="With or without",
    )
    sort: str = field(
        validate.OneOf(tuple(DESK_SORTS), tuple(DESK_SORTS.values())), default="-created", label="Order"
    )
    after: str | None = field(validate.Length(max=80), default=None)


@contract
class NameBooking:
    """A booking by its reference, or all of a customer by their address."""

    subject: str = field(
        validate.Regexp(
            rf"\s*(?:[{REFERENCE_ALPHABET}{REFERENCE_ALPHABET.lower()}]{{8}}|[^\s@]+@[^\s@]+)\s*\Z",
            error="A whole reference (8 signs) or a whole e-mail address.",
        ),
        label="Reference or e-mail",
        placeholder="K7QM4TR9",
        autocomplete="off",
        spellcheck="false",
    )


@contract
class WriteNote:
    """What a member of staff wants the others to know about a booking."""

    text: str = field(
        validate.Length(min=1, max=2000),
        label="New note",
        input_type="textarea",
        help="Colleagues read it, customers never do. It cannot be changed afterwards.",
    )


class CancelTerms(StrEnum):
    """On what terms staff cancel. Full: the business cannot keep to the booking, and everything goes back."""

    POLICY = "policy"
    FULL = "full"


_TERMS = {
    "policy": "By the policy, for the customer",
    "full": "Full refund: we cannot keep to it",
}


@contract
class ChooseCancellation:
    """What staff decide before they are shown what it comes to."""

    terms: CancelTerms = field(label="What goes back", choices=_TERMS)
    reason: str = field(
        validate.Length(max=500),
        validate.Regexp(r"\s*\S", error="Please say why."),
        label="Reason",
        input_type="textarea",
        help="Colleagues read it, customers never do. It stays in the audit: no names, no addresses, please.",
    )


@contract
class CancelAsStaff(ChooseCancellation):
    """Cancel for what was shown: `refund` goes back and `kept` does not, both in minor units."""

    refund: int = field(validate.Range(min=0), label="Goes back", unit="minor units", input_type="hidden")
    kept: int = field(validate.Range(min=0), label="Is kept", unit="minor units", input_type="hidden")


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingLine:
    """A booking in the desk's list; `partner` is the name of who made it, if a partner did."""

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
    total: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingPage:
    """A page of the list; `next` is the cursor of the one after it."""

    bookings: tuple[BookingLine, ...]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteView:
    """A note with the name of who wrote it."""

    text: str
    author: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    """Who drives. Of the licence number only the last four signs. `link` is what a link may carry of the address."""

    name: str
    email: str
    link: str
    phone: str
    birth_date: date
    licence: str
    licence_country: str
    delivery_address: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskBooking:
    """All that staff may see of a booking; `partner` is the name of who made it, if a partner did."""

    id: UUID
    reference: str
    state: BookingState
    payment_state: PaymentState
    pay_again: PayAgain | None
    partner: str | None
    partner_id: UUID | None
    car: str
    car_slug: str
    plate: str
    image: ImageView | None
    pick_up: LocationView
    drop_off: LocationView
    starts_at: datetime
    ends_at: datetime
    days: int
    created_at: datetime
    confirmed_at: datetime | None
    ended_at: datetime | None
    end_reason: str | None
    hold_expires_at: datetime | None
    driver: Driver
    lines: tuple[QuoteLine, ...]
    total: int
    deposit: int
    currency: str
    included_miles: int
    authorised: int
    captured: int
    refunded: int
    moves: tuple[MoveView, ...]
    notes: tuple[NoteView, ...]
    jobs: tuple[JobLine, ...]
    mails: tuple[SentMail, ...]
    deeds: tuple[Deed, ...]
    names: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskFigures:
    """What today holds: pick-ups and returns by the clock of their places; the rest as it stands now (payments that
    failed in the last 24 hours)."""

    pick_ups: int
    returns: int
    overdue: int
    held: int
    on_the_road: int
    booked: int
    failed_payments: int
    dead_jobs: int
