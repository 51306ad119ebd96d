"""What managers set of rates, and what the desk is told. Money in minor units, shares in basis points."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from exodrive.core.contract import contract, field, validate
from exodrive.services.car.particulars import DAILY_RATE, LOCATION, WEEKEND_RATE
from exodrive.services.pricing.contracts import Adjustment

_LABEL = validate.Length(min=1, max=60)
_ADJUSTMENTS = {"fixed": "A price of its own", "percent": "A share of the usual price"}


@contract
class FindRates:
    """Whose rates: of a car, of a location with its cars, or, without either, of the whole business."""

    car_id: UUID | None = field(default=None, label="Car")
    location: str | None = LOCATION.asked(default=None)


@contract
class SetRates:
    """What a car's days cost. `version` is that of the car as it was seen."""

    version: int = field(validate.Range(min=1), label="Version")
    daily_rate: int = DAILY_RATE.asked()
    weekend_rate: int = WEEKEND_RATE.asked()


@contract
class AddSeason:
    """Dates, both included, on which a day costs `value` (`fixed`), or `value` basis points of its usual price
    (`percent`): for one car, for all of a location, or without either for every car."""

    label: str = field(_LABEL, label="Name", autocomplete="off")
    car_id: UUID | None = field(default=None, label="Car")
    location: str | None = LOCATION.asked(default=None)
    starts_on: date = field(label="First day")
    ends_on: date = field(label="Last day")
    adjustment: Adjustment = field(label="A day costs", choices=_ADJUSTMENTS)
    value: int = field(validate.Range(min=1), label="Price or share")


@contract
class ChangeSeason:
    """What is null stays as it is; what a season is for stays in any case."""

    label: str | None = field(_LABEL, default=None, label="Name")
    starts_on: date | None = field(default=None, label="First day")
    ends_on: date | None = field(default=None, label="Last day")
    adjustment: Adjustment | None = field(default=None, label="A day costs", choices=_ADJUSTMENTS)
    value: int | None = field(validate.Range(min=1), default=None, label="Price or share")


@dataclass(frozen=True, slots=True, kw_only=True)
class SeasonView:
    """A season and what it is for: a car, a location (by slug), or everything. `currency` is that of what it is for."""

    id: UUID
    label: str
    car_id: UUID | None
    car: str | None
    location: str | None
    location_name: str | None
    currency: str | None
    starts_on: date
    ends_on: date
    adjustment: Adjustment
    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TierView:
    """From the `from_day`-th day on, `discount` basis points off each day."""

    from_day: int
    discount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CarRates:
    """A car's own rates; a day of several seasons has that of the first in the list."""

    car_id: UUID
    version: int
    currency: str
    daily_rate: int
    weekend_rate: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RatesView:
    """Rates; `car` where one was asked for. Seasons that are over are not told; the narrowest come first, then those
    that start later, which is the order in which they count."""

    car: CarRates | None
    seasons: tuple[SeasonView, ...]
    tiers: tuple[TierView, ...]
