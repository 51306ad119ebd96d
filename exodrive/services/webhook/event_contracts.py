"""What happens, and what is told of it: each type of event has a payload of its own, thin and not personal."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, ClassVar
from uuid import UUID

from exodrive.core.contract import contract, field, validate

LARGEST = 20_000  # bytes of a message


class EventType(StrEnum):
    """What happened."""

    BOOKING_HELD = "booking.held"
    BOOKING_EXTENDED = "booking.extended"
    BOOKING_CONFIRMED = "booking.confirmed"
    BOOKING_CANCELLED = "booking.cancelled"
    BOOKING_EXPIRED = "booking.expired"
    PAYMENT_CAPTURED = "payment.captured"
    PAYMENT_REFUNDED = "payment.refunded"
    PAYMENT_FAILED = "payment.failed"
    CAR_PUBLISHED = "car.published"
    CAR_CHANGED = "car.changed"
    CAR_RETIRED = "car.retired"
    WEBHOOK_TEST = "webhook.test"


SUBSCRIBABLE = tuple(kind.value for kind in EventType if kind is not EventType.WEBHOOK_TEST)
FOR_EVERYONE = (EventType.CAR_PUBLISHED, EventType.CAR_CHANGED, EventType.CAR_RETIRED)
"""What every partner may know; all else is told to the partner that it belongs to, and to the business itself."""


class Payload:
    """What an event tells of its subject as it was then. `VERSION` counts breaking changes; fields may be added without
    one. Whoever wants to know more asks."""

    __slots__ = ()
    VERSION: ClassVar[int] = 1


_MINOR = "Minor units of `currency`."


@contract
class BookingPayload(Payload):
    """A booking."""

    id: UUID = field(help="The booking.")
    reference: str = field(help="As the customer knows it.")
    state: str = field(
        validate.OneOf(
            ("held", "confirmed", "active", "returned", "completed", "expired", "cancelled", "no_show")
        ),
        help="Where it stands.",
    )
    car_id: UUID = field(help="The car.")
    starts_at: datetime = field(help="The pick-up.")
    ends_at: datetime = field(help="The return.")
    total: int = field(help=_MINOR)
    currency: str = field(help="ISO 4217.")
    hold_expires_at: datetime | None = field(default=None, help="When the hold ends, while it is one.")


@contract
class PaymentPayload(Payload):
    """A move of money."""

    id: UUID = field(help="The move.")
    booking_id: UUID = field(help="The booking.")
    move: str = field(
        validate.OneOf(("authorise", "renew", "capture", "void", "refund")),
        help="What was to be done with the money.",
    )
    amount: int = field(help=_MINOR)
    currency: str = field(help="ISO 4217.")
    failure: str | None = field(help="A code, where the money could not be moved.")


@contract
class CarPayload(Payload):
    """A car, with the rates of a plain day before seasons, tiers and tax."""

    id: UUID = field(help="The car.")
    slug: str = field(help="Its name in addresses, and where a car is asked for.")
    make: str = field(help="Who made it.")
    model: str = field(help="Which of theirs it is.")
    year: int = field(help="The model year.")
    category: str = field(help="As the search has it.")
    location: str = field(help="The slug of the location where it lives.")
    active: bool = field(help="Whether it can be booked.")
    daily_rate: int = field(help=_MINOR)
    weekend_rate: int = field(help=_MINOR)
    deposit: int = field(help=_MINOR)
    currency: str = field(help="ISO 4217.")
    minimum_days: int = field(help="No rental is shorter.")
    minimum_age: int = field(help="No driver is younger.")


@contract
class EndpointPayload(Payload):
    """The endpoint that is tried."""

    endpoint_id: UUID = field(help="The endpoint.")


EVENT_WORDS: Mapping[EventType, str] = MappingProxyType(
    {
        EventType.BOOKING_HELD: "a car is held for somebody, until `hold_expires_at`",
        EventType.BOOKING_EXTENDED: "a hold was given more time",
        EventType.BOOKING_CONFIRMED: "a payment was accepted and the car is theirs",
        EventType.BOOKING_CANCELLED: "somebody cancelled",
        EventType.BOOKING_EXPIRED: "a hold ended without a payment",
        EventType.PAYMENT_CAPTURED: "money was taken",
        EventType.PAYMENT_REFUNDED: "money was given back",
        EventType.PAYMENT_FAILED: "money could not be moved; not when a customer changed their mind",
        EventType.CAR_PUBLISHED: "a car can be booked from now on",
        EventType.CAR_CHANGED: "something about a car is different: its particulars, rates or photographs",
        EventType.CAR_RETIRED: "a car cannot be booked any more",
        EventType.WEBHOOK_TEST: "somebody asked for a test",
    }
)
"""When each of them happens."""

EVENT_PAYLOADS: Mapping[EventType, type[Payload]] = MappingProxyType(
    {
        EventType.BOOKING_HELD: BookingPayload,
        EventType.BOOKING_EXTENDED: BookingPayload,
        EventType.BOOKING_CONFIRMED: BookingPayload,
        EventType.BOOKING_CANCELLED: BookingPayload,
        EventType.BOOKING_EXPIRED: BookingPayload,
        EventType.PAYMENT_CAPTURED: PaymentPayload,
        EventType.PAYMENT_REFUNDED: PaymentPayload,
        EventType.PAYMENT_FAILED: PaymentPayload,
        EventType.CAR_PUBLISHED: CarPayload,
        EventType.CAR_CHANGED: CarPayload,
        EventType.CAR_RETIRED: CarPayload,
        EventType.WEBHOOK_TEST: EndpointPayload,
    }
)
"""The contract of each event's `data`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to `subject_id`; `partner_id` whose business it is, where it is a partner's."""

    type: EventType
    subject_id: UUID
    data: Payload
    partner_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventView:
    """An event as the feed tells it. `version` and `data` as in `EVENT_PAYLOADS`, when it happened."""

    id: UUID
    type: EventType
    version: int
    occurred_at: datetime
    subject_id: UUID
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPage:
    """A part of the feed, in its order. `next_cursor` leads on, to what is not there yet too: it is kept for next time
    where `has_more` is False."""

    items: tuple[EventView, ...]
    has_more: bool
    next_cursor: str
