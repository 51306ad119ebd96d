"""A program that a type checker has nothing to say about; never run."""

import datetime as dt
import uuid
from typing import assert_never

from exodrive_client import AsyncExoDrive, ExoDrive, NotModified, models, refusals
from exodrive_client.errors import (
    CarRetired,
    CarTaken,
    Invalid,
    NotFound,
    PickUpTooSoon,
    PromoExhausted,
    QuoteChanged,
    QuoteExpired,
    QuoteUsed,
)

BIRTH = dt.date(1990, 5, 4)


def hold(client: ExoDrive, quote: models.Quote) -> str:
    try:
        held: models.HeldBooking = client.booking.hold(
            quote_id=quote.id,
            name="Alex Morgan",
            email="alex@example.com",
            phone="+1 310 555 0100",
            birth_date=BIRTH,
            licence_number="D1234567",
            licence_country="US",
            consent=True,
        )
    except refusals.BOOKING_HOLD as error:
        match error:
            case CarTaken() | PickUpTooSoon():
                return f"free from {error.alternatives[0].starts_at.isoformat()}"
            case QuoteChanged():
                again: uuid.UUID = error.quote_id
                return str(again)
            case CarRetired() | QuoteExpired() | QuoteUsed() | PromoExhausted() | Invalid() | NotFound():
                return error.detail
            case _:
                assert_never(error)
    return held.token


def look(client: ExoDrive) -> list[str]:
    names = [car.model for car in client.car.search.all(category="convertible", sort="price")]
    with client.batch() as batch:
        car = batch.car.get(car="corvane-k7")
        policy = batch.policy.cancellation()
    tiers: tuple[models.Tier, ...] = policy.value.tiers
    wanted: list[models.CarField] = ["slug", "location.name"]
    part: models.Car = client.car.get(car="corvane-k7", fields=wanted)
    try:
        part = client.car.get(car="corvane-k7", fields=wanted, unless=part)
    except NotModified as same:
        names.append(same.title)
    names += [part.location.name, *(each.slug for each in client.car.search.all(fields=["slug"]))]
    return [*names, car.value.colour, str(len(tiers))]


async def wait_for(client: AsyncExoDrive, booking_id: uuid.UUID) -> bool:
    booking = await client.booking.get(booking_id=booking_id)
    async with client.batch() as batch:
        refund = batch.booking.refund(booking_id=booking_id)
    return booking.state == "confirmed" and refund.value.amount > 0
