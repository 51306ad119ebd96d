"""The fleet as the staff's desk has it: retired cars, plates and versions too."""

from typing import Self
from uuid import UUID

from exodrive.core.contract import contract, field, validate
from exodrive.services.car.contracts import Body, Category, Drive, Transmission
from exodrive.services.car.desk_contracts import ChangeCar, DeskCarLine, DeskCarView, FleetState, RetireCar
from exodrive.services.car.particulars import LOCATION


@contract
class FindStaffCars:
    """Which cars are asked for, retired ones too. `q` finds beginnings of words (make, model, colour, engine), of a
    plate and of a VIN."""

    q: str | None = field(validate.Length(max=80), default=None, label="Words, plate or VIN")
    location: str | None = LOCATION.asked(default=None)
    category: Category | None = field(default=None, label="Category")
    state: FleetState | None = field(default=None, label="State")
    limit: int = field(validate.Range(min=1, max=100), default=50, label="Cars at most")
    cursor: str | None = field(validate.Length(max=120), default=None, label="Where to go on")


@contract
class FindStaffCar:
    """One car."""

    car_id: UUID = field(label="Car")


@contract
class ChangeStaffCar(ChangeCar):
    """Particulars of a car to change; what is null stays as it is. `version` is that of the car as it was seen (by REST
    the ETag, in If-Match): a car that somebody else has changed since is not changed. A car keeps its currency, so that
    a new location must have the same one."""

    car_id: UUID = field(label="Car")


@contract
class TurnStaffCar(RetireCar):
    """Take a car off the site, or put it back. `version` as for a change."""

    car_id: UUID = field(label="Car")


@contract
class StaffCarLine:
    """A car in a list. `daily_rate` in minor units."""

    id: UUID
    slug: str
    make: str
    model: str
    year: int
    category: Category
    plate: str
    location: str
    currency: str
    daily_rate: int = field(unit="minor units")
    active: bool
    version: int
    photos: int

    @classmethod
    def of(cls, line: DeskCarLine) -> Self:
        return cls(**{name: getattr(line, name) for name in _OF_LINE})


_OF_LINE = tuple(StaffCarLine.__dataclass_fields__)


@contract
class StaffCars:
    """Cars, a part of them, in the order of their slugs."""

    items: list[StaffCarLine]
    has_more: bool
    next_cursor: str | None


@contract
class StaffCar:
    """All of a car. Money in minor units, `included_miles` a day, `zero_to_hundred` in tenths of a second. `featured`
    is its place on the home page, 0 for none. `ahead` counts the bookings and live holds that have not ended."""

    id: UUID
    slug: str
    version: int
    active: bool
    location: str
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
    plate: str
    vin: str
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
    featured: int
    photos: int
    ahead: int

    @classmethod
    def of(cls, view: DeskCarView) -> Self:
        return cls(**{name: getattr(view, name) for name in _OF_CAR}, features=list(view.features))


_OF_CAR = tuple(set(StaffCar.__dataclass_fields__) - {"features"})
