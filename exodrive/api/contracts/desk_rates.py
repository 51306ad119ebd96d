"""Rates as the staff's desk has them. Money in minor units, shares in basis points."""

from datetime import date
from typing import Self
from uuid import UUID

from exodrive.core.contract import contract, field
from exodrive.services.pricing.contracts import Adjustment
from exodrive.services.pricing.rate_desk_contracts import (
    CarRates,
    ChangeSeason,
    RatesView,
    SeasonView,
    SetRates,
)


@contract
class SetStaffRates(SetRates):
    """What a car's days cost. `version` is that of the car as it was seen (by REST its ETag, in If-Match)."""

    car_id: UUID = field(label="Car")


@contract
class FindStaffSeason:
    """One season."""

    season_id: UUID = field(label="Season")


@contract
class ChangeStaffSeason(ChangeSeason):
    """What is null stays as it is; what a season is for stays in any case."""

    season_id: UUID = field(label="Season")


@contract
class StaffCarRates:
    """A car's own rates a day, and the version of the car."""

    car_id: UUID
    version: int
    currency: str
    daily_rate: int = field(unit="minor units")
    weekend_rate: int = field(unit="minor units")

    @classmethod
    def of(cls, view: CarRates) -> Self:
        return cls(**{name: getattr(view, name) for name in _OF_CAR})


_OF_CAR = tuple(StaffCarRates.__dataclass_fields__)


@contract
class StaffSeason:
    """Dates, both included, on which a day costs `value` (`fixed`) or `value` basis points of its usual price
    (`percent`). For one car, for a location (a slug), or for every car where both are null; `currency` is that of what
    it is for."""

    id: UUID
    label: str
    car_id: UUID | None
    location: str | None
    currency: str | None
    starts_on: date
    ends_on: date
    adjustment: Adjustment
    value: int = field(help="Minor units where fixed, basis points where percent.")

    @classmethod
    def of(cls, view: SeasonView) -> Self:
        return cls(**{name: getattr(view, name) for name in _OF_SEASON})


_OF_SEASON = tuple(StaffSeason.__dataclass_fields__)


@contract
class StaffTier:
    """From the `from_day`-th day on, `discount` basis points off each day."""

    from_day: int
    discount: int = field(unit="basis points")


@contract
class StaffRates:
    """Rates; `car` where one was asked for. Seasons that are over are left out; on a date of several the first
    counts."""

    car: StaffCarRates | None
    seasons: list[StaffSeason]
    tiers: list[StaffTier]

    @classmethod
    def of(cls, view: RatesView) -> Self:
        return cls(
            car=StaffCarRates.of(view.car) if view.car else None,
            seasons=[StaffSeason.of(one) for one in view.seasons],
            tiers=[StaffTier(from_day=one.from_day, discount=one.discount) for one in view.tiers],
        )


@contract
class RemovedSeason:
    """The season that is no more."""

    season_id: UUID
