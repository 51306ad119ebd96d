"""Cars, and what can be had of them."""

from datetime import date, time
from typing import Self
from uuid import UUID

from exodrive.api.contracts.places import SLUG, Location
from exodrive.core.contract import contract, field, validate
from exodrive.services.booking.contracts import Offer
from exodrive.services.car.contracts import (
    SORTS,
    Body,
    CarCard,
    CarView,
    Category,
    DayState,
    Drive,
    ImageView,
    Transmission,
)

_FORMATS = {"avif": "image/avif", "webp": "image/webp"}


@contract
class FindCar:
    """One car, by its name in addresses."""

    car: str = field(SLUG, label="Car", example="corvane-k7")


@contract
class FindDays:
    """A stretch of a car's calendar, by the clock of its location. `first` is today unless given."""

    car: str = field(SLUG, label="Car", example="corvane-k7")
    first: date | None = field(default=None, label="First day")
    days: int = field(validate.Range(min=1, max=366), default=60, label="Number of days", unit="days")


@contract
class FindCars:
    """Which cars are asked for, and when. The four dates and times belong together: all or none; without them there are
    no totals. `max_price` in whole units of the currency, a day."""

    pick_up_location: str | None = field(SLUG, default=None, label="Location", example="los-angeles")
    pick_up_date: date | None = field(default=None, label="Pick-up date")
    pick_up_time: time | None = field(default=None, label="Pick-up time")
    return_date: date | None = field(default=None, label="Return date")
    return_time: time | None = field(default=None, label="Return time")
    category: Category | None = field(default=None, label="Category")
    max_price: int | None = field(
        validate.Range(min=1, max=1_000_000),
        default=None,
        label="Up to, per day",
        unit="whole units of the currency",
    )
    seats: int | None = field(validate.Range(min=1, max=9), default=None, label="Seats, at least")
    transmission: Transmission | None = field(default=None, label="Transmission")
    q: str | None = field(validate.Length(max=80), default=None, label="Words")
    sort: str = field(validate.OneOf(tuple(SORTS), tuple(SORTS.values())), default="price", label="Order")
    limit: int = field(validate.Range(min=1, max=50), default=12, label="Cars at most")
    cursor: str | None = field(validate.Length(max=200), default=None, label="Where to go on")


@contract
class PhotoFile:
    """One size of a photograph."""

    url: str
    type: str
    width: int = field(unit="pixels")


@contract
class Photo:
    """A photograph, in all its sizes."""

    alt_text: str
    width: int = field(unit="pixels")
    height: int = field(unit="pixels")
    files: list[PhotoFile]

    @classmethod
    def of(cls, view: ImageView, base_url: str) -> Self:
        return cls(
            alt_text=view.alt_text,
            width=view.width,
            height=view.height,
            files=[
                PhotoFile(url=f"{base_url}/media/{view.path}-{width}.{ending}", type=kind, width=width)
                for width in view.widths
                for ending, kind in _FORMATS.items()
            ],
        )


@contract
class OfferedCar:
    """A car in a list. Rates a day. `total` is the exact price of the asked dates, `days` what they count as; both are
    null without dates."""

    id: UUID
    slug: str
    make: str
    model: str
    year: int
    category: Category
    seats: int
    transmission: Transmission
    power_hp: int = field(unit="hp")
    colour: str
    location: str
    currency: str
    daily_rate: int = field(unit="minor units")
    minimum_days: int = field(unit="days")
    total: int | None = field(unit="minor units")
    days: int | None = field(unit="days")
    photo: Photo | None

    @classmethod
    def of(cls, offer: Offer, base_url: str) -> Self:
        card: CarCard = offer.card
        return cls(
            id=card.id,
            slug=card.slug,
            make=card.make,
            model=card.model,
            year=card.year,
            category=card.category,
            seats=card.seats,
            transmission=card.transmission,
            power_hp=card.power_hp,
            colour=card.colour,
            location=card.location_slug,
            currency=card.currency,
            daily_rate=card.daily_rate,
            minimum_days=card.minimum_days,
            total=offer.total,
            days=offer.days,
            photo=Photo.of(card.image, base_url) if card.image else None,
        )


@contract
class OfferedCars:
    """Cars that can be had, a part of them."""

    items: list[OfferedCar]
    has_more: bool
    next_cursor: str | None


@contract
class Car:
    """A car with all that a customer may know of it. Rates and `included_miles` a day, `zero_to_hundred` in tenths of a
    second."""

    id: UUID
    slug: str
    make: str
    model: str
    year: int
    category: Category
    body: Body
    seats: int
    power_hp: int = field(unit="hp")
    top_speed_kmh: int = field(unit="km/h")
    zero_to_hundred: int = field(unit="tenths of a second")
    transmission: Transmission
    drive: Drive
    engine: str
    colour: str
    features: list[str]
    description: str
    currency: str
    daily_rate: int = field(unit="minor units")
    weekend_rate: int = field(unit="minor units")
    deposit: int = field(unit="minor units")
    included_miles: int = field(unit="miles a day")
    overage_per_mile: int = field(unit="minor units")
    minimum_days: int = field(unit="days")
    minimum_age: int = field(unit="years")
    turnaround_minutes: int = field(unit="minutes")
    location: Location
    photos: list[Photo]

    @classmethod
    def of(cls, view: CarView, base_url: str) -> Self:
        same = {name: getattr(view, name) for name in _SAME}
        return cls(
            **same,
            features=list(view.features),
            location=Location.of(view.location),
            photos=[Photo.of(one, base_url) for one in view.images],
        )


_SAME = tuple(set(Car.__dataclass_fields__) - {"features", "location", "photos"})


@contract
class Day:
    """A day of a car's calendar."""

    day: date
    state: DayState


@contract
class Days:
    """A stretch of a car's calendar. Only a quote and a hold tell whether exact hours can be had."""

    car: str
    zone: str
    days: list[Day]
