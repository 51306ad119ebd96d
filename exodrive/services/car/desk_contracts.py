"""What managers say of cars and what the desk is told. Rates in minor units of the car's currency."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from exodrive.core.contract import contract, field, validate
from exodrive.services.audit.story import Deed
from exodrive.services.car.contracts import Body, Category, Drive, ImageView, Transmission
from exodrive.services.car.particulars import (
    BODY,
    CATEGORY,
    COLOUR,
    DAILY_RATE,
    DEPOSIT,
    DESCRIPTION,
    DRIVE,
    ENGINE,
    FEATURED,
    FEATURES,
    INCLUDED_MILES,
    LOCATION,
    MAKE,
    MINIMUM_AGE,
    MINIMUM_DAYS,
    MODEL,
    OVERAGE,
    PLATE,
    POWER,
    SEATS,
    TOP_SPEED,
    TRANSMISSION,
    TURNAROUND,
    VIN,
    WEEKEND_RATE,
    YEAR,
    ZERO_TO_HUNDRED,
)

DESK_PAGE = 50


class FleetState(StrEnum):
    """Whether a car can be booked."""

    ACTIVE = "active"
    RETIRED = "retired"


@contract
class CreateCar:
    """A new car. Its currency is its location's, its name in addresses comes from make and model; it can be booked
    at once."""

    location: str = LOCATION.asked()
    make: str = MAKE.asked()
    model: str = MODEL.asked()
    year: int = YEAR.asked()
    category: Category = CATEGORY.asked()
    body: Body = BODY.asked()
    seats: int = SEATS.asked()
    power_hp: int = POWER.asked()
    top_speed_kmh: int = TOP_SPEED.asked()
    zero_to_hundred: int = ZERO_TO_HUNDRED.asked()
    transmission: Transmission = TRANSMISSION.asked()
    drive: Drive = DRIVE.asked()
    engine: str = ENGINE.asked()
    colour: str = COLOUR.asked()
    plate: str = PLATE.asked()
    vin: str = VIN.asked()
    features: list[str] = FEATURES.asked(default_factory=list)
    description: str = DESCRIPTION.asked()
    daily_rate: int = DAILY_RATE.asked()
    weekend_rate: int = WEEKEND_RATE.asked()
    deposit: int = DEPOSIT.asked()
    included_miles: int = INCLUDED_MILES.asked()
    overage_per_mile: int = OVERAGE.asked()
    minimum_days: int = MINIMUM_DAYS.asked(default=1)
    minimum_age: int = MINIMUM_AGE.asked(default=25)
    turnaround_minutes: int = TURNAROUND.asked(default=120)
    featured: int = FEATURED.asked(default=0)


@contract
class ChangeCar:
    """Particulars of a car to change; what is null stays as it is. `version` is that of the car as it was seen: a car
    that somebody else has changed since is not changed. A car keeps its currency, so that a new location must have the
    same one."""

    version: int = field(validate.Range(min=1), label="Version")
    location: str | None = LOCATION.asked(default=None)
    make: str | None = MAKE.asked(default=None)
    model: str | None = MODEL.asked(default=None)
    year: int | None = YEAR.asked(default=None)
    category: Category | None = CATEGORY.asked(default=None)
    body: Body | None = BODY.asked(default=None)
    seats: int | None = SEATS.asked(default=None)
    power_hp: int | None = POWER.asked(default=None)
    top_speed_kmh: int | None = TOP_SPEED.asked(default=None)
    zero_to_hundred: int | None = ZERO_TO_HUNDRED.asked(default=None)
    transmission: Transmission | None = TRANSMISSION.asked(default=None)
    drive: Drive | None = DRIVE.asked(default=None)
    engine: str | None = ENGINE.asked(default=None)
    colour: str | None = COLOUR.asked(default=None)
    plate: str | None = PLATE.asked(default=None)
    vin: str | None = VIN.asked(default=None)
    features: list[str] | None = FEATURES.asked(default=None)
    description: str | None = DESCRIPTION.asked(default=None)
    daily_rate: int | None = DAILY_RATE.asked(default=None)
    weekend_rate: int | None = WEEKEND_RATE.asked(default=None)
    deposit: int | None = DEPOSIT.asked(default=None)
    included_miles: int | None = INCLUDED_MILES.asked(default=None)
    overage_per_mile: int | None = OVERAGE.asked(default=None)
    minimum_days: int | None = MINIMUM_DAYS.asked(default=None)
    minimum_age: int | None = MINIMUM_AGE.asked(default=None)
    turnaround_minutes: int | None = TURNAROUND.asked(default=None)
    featured: int | None = FEATURED.asked(default=None)


@contract
class RetireCar:
    """Take a car off the site, or put it back. `version` as in `ChangeCar`."""

    version: int = field(validate.Range(min=1), label="Version")


@contract
class FindFleet:
    """Which cars the desk wants to see. `q` finds beginnings of words (make, model, colour, engine), of a plate and of
    a VIN. `after` is the cursor of the page before."""

    q: str | None = field(
        validate.Length(max=80),
        default=None,
        label="Words, plate or VIN",
        placeholder="ferrari roma",
        autocomplete="off",
        spellcheck="false",
    )
    location: str | None = LOCATION.asked(default=None)
    category: Category | None = field(default=None, label="Category", empty="Any category")
    state: FleetState | None = field(
        default=None,
        label="State",
        choices={"active": "On the site", "retired": "Retired"},
        empty="Any state",
    )
    after: str | None = field(validate.Length(max=120), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskCarLine:
    """A car in the desk's list; `photos` is how many there are."""

    id: UUID
    slug: str
    make: str
    model: str
    year: int
    category: Category
    plate: str
    location: str
    location_name: str
    currency: str
    daily_rate: int
    active: bool
    version: int
    image: ImageView | None
    photos: int

    @property
    def name(self) -> str:
        return f"{self.make} {self.model}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskCarPage:
    """A page of the list; `next` is the cursor of the one after it."""

    cars: tuple[DeskCarLine, ...]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskCarView:
    """All of a car. `featured` is 0 where it is not on the home page; `ahead` counts the bookings and live holds that
    have not ended."""

    id: UUID
    slug: str
    version: int
    active: bool
    location: str
    location_id: UUID
    location_name: str
    zone: str
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
    plate: str
    vin: str
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
    featured: int
    photos: int
    ahead: int

    @property
    def name(self) -> str:
        return f"{self.make} {self.model}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CarStory:
    """What was done to a car, newest first; `names` of the staff who did it, by their ids."""

    deeds: tuple[Deed, ...]
    names: Mapping[str, str]
