"""What the mails to the staff tell. They go to the support address, and carry no customer's link.

Amounts are minor units of the named currency, instants are aware.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from exodrive.services.email.contracts import MailedBooking, MailedLine, MailedPlace


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBookingNotice:
    """Somebody booked. `lines` + `tax` = `total`."""

    booking: MailedBooking
    customer_phone: str
    plate: str
    days: int
    currency: str
    lines: tuple[MailedLine, ...]
    tax: int
    tax_label: str
    total: int
    deposit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFailedNotice:
    """Money did not move. `what` says which move, as in "The capture of $100 failed"; `reason` is a sentence; `state`
    is how the booking stands now, `held_until` set while it is held."""

    booking: MailedBooking
    payment_id: UUID
    customer_phone: str
    what: str
    reason: str
    failed_at: datetime
    currency: str
    amount: int
    state: str
    held_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentOverdueNotice:
    """A customer was asked at `asked_at` to pay again and has not: somebody has to decide. `payment_id` is the refused
    renewal, `lapses_at` until when what was reserved first may still be charged, if that lies ahead."""

    booking: MailedBooking
    payment_id: UUID
    customer_phone: str
    reason: str
    asked_at: datetime
    lapses_at: datetime | None
    currency: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointShutNotice:
    """Nothing more is sent to a webhook endpoint. `gone` when it said so itself, else nothing reached it for days;
    `partner` is the name of whose it is, None for one of the business itself."""

    endpoint_id: UUID
    partner: str | None
    description: str
    host: str
    gone: bool
    shut_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestEntry:
    """A pick-up or a return. `address` is where the car is brought or fetched, when not at the location."""

    at: datetime
    reference: str
    car: str
    plate: str
    customer_name: str
    customer_phone: str
    address: str | None
    extras: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestMail:
    """What happens at a location on `day`, in the order of time. `begins` is some instant of that day."""

    location_id: UUID
    place: MailedPlace
    day: date
    begins: datetime
    pick_ups: tuple[ManifestEntry, ...]
    returns: tuple[ManifestEntry, ...]
