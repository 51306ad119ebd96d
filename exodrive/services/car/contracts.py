"""What the fleet shows: locations, cars, photographs, busy times."""

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from uuid import UUID

SORTS = {"price": "Price, low to high", "-price": "Price, high to low", "-power": "Power", "-year": "Newest"}

MAX_RENTAL_DAYS = 90
"""No claim is longer than this many days and its turnaround: lets a search look at a window of starts."""

MAX_CLAIM_DAYS = 100


class Category(StrEnum):
    SUPERCAR = "supercar"
    GRAND_TOURER = "grand_tourer"
    CONVERTIBLE = "convertible"
    SEDAN = "sedan"
    SUV = "suv"
    ELECTRIC = "electric"


class Body(StrEnum):
    COUPE = "coupe"
    CONVERTIBLE = "convertible"
    SEDAN = "sedan"
    SUV = "suv"


class Transmission(StrEnum):
    AUTOMATIC = "automatic"
    MANUAL = "manual"


class Drive(StrEnum):
    REAR = "rear"
    FRONT = "front"
    ALL = "all"


class ClaimKind(StrEnum):
    HOLD = "hold"
    BOOKING = "booking"
    MAINTENANCE = "maintenance"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class Opening:
    """From when to when a location is open on a weekday, in its own zone."""

    opens: time
    closes: time


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationView:
    """A location. `opening_hours` has seven entries from Monday; None is closed."""

    id: UUID
    slug: str
    name: str
    street: str
    city: str
    region: str
    postal_code: str
    country: str
    phone: str
    zone: str
    opening_hours: tuple[Opening | None, ...]
    lead_time_minutes: int
    currency: str
    tax_label: str
    tax_basis_points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageView:
    """A photograph: `<path>-<width>.avif|webp` for each of `widths`; `width` × `height` is the largest."""

    path: str
    widths: tuple[int, ...]
    width: int
    height: int
    alt_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CarCard:
    """A car as a list shows it. Rates in minor units a day."""

    id: UUID
    slug: str
    make: str
    model: str
    year: int
    category: Category
    seats: int
    transmission: Transmission
    power_hp: int
    zero_to_hundred: int
    colour: str
    currency: str
    daily_rate: int
    weekend_rate: int
    minimum_days: int
    turnaround_minutes: int
    location_id: UUID
    location_slug: str
    location_name: str
    image: ImageView | None

    @property
    def name(self) -> str:
        return f"{self.make} {self.model}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CarView:
    """A car as its own page shows it. Never the plate or the VIN: those are for staff."""

    id: UUID
    slug: str
    make: str
    model: str
    year: int
    category: Category
    body: Body
    seats: int
    power_hp: int
    top_speed_kmh: int
    zero_to_hundred: int
    transmission: Transmission
    drive: Drive
    engine: str
    colour: str
    features: tuple[str, ...]
    description: str
    currency: str
    daily_rate: int
    weekend_rate: int
    deposit: int
    included_miles: int
    overage_per_mile: int
    minimum_days: int
    minimum_age: int
    turnaround_minutes: int
    location: LocationView
    images: tuple[ImageView, ...]

    @property
    def name(self) -> str:
        return f"{self.make} {self.model}"


@dataclass(frozen=True, slots=True)
class Busy:
    """A stretch in which a car is claimed, its turnaround included."""

    start: datetime
    end: datetime


class DayState(StrEnum):
    """What a calendar shows of a car's day."""

    FREE = "free"
    PARTLY = "partly"
    TAKEN = "taken"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """When a search wants a car of one location: the instants, and the rental days that they make."""

    location_id: UUID
    start: datetime
    end: datetime
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CarFilter:
    """Which cars are asked for. `max_rate` in minor units a day; `seats` at least; `words` as typed."""

    category: Category | None = None
    max_rate: int | None = None
    seats: int | None = None
    transmission: Transmission | None = None
    words: str | None = None
    sort: str = "price"


@dataclass(frozen=True, slots=True)
class FleetPage:
    """One page of cards; whether there is another."""

    cards: tuple[CarCard, ...]
    has_more: bool
