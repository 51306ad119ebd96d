"""What prices are made from: rates, and what can be chosen beside the days."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from exodrive.services.pricing.contracts import Adjustment, BandView, ExtraView, YoungDriverView
from exodrive.services.pricing.day_rates import DayRates, SeasonRate, Tier


@dataclass(frozen=True, slots=True)
class ScopedSeason:
    """A season and what it is for; None: every car, every location."""

    car_id: UUID | None
    location_id: UUID | None
    rate: SeasonRate


@dataclass(frozen=True, slots=True)
class Rates:
    """Rates of some cars, locations and dates: seasons narrowest first, then by later start; `one_way` by
    (from, to)."""

    seasons: tuple[ScopedSeason, ...]
    tiers: tuple[Tier, ...]
    one_way: dict[tuple[UUID, UUID], int]

    def of_car(self, car_id: UUID, location_id: UUID, *, daily: int, weekend: int) -> DayRates:
        """The rates of one car at its location."""
        return DayRates(
            daily,
            weekend,
            seasons=tuple(
                season.rate
                for season in self.seasons
                if (season.car_id is None or season.car_id == car_id)
                and (season.location_id is None or season.location_id == location_id)
            ),
            tiers=self.tiers,
        )


@dataclass(frozen=True, slots=True)
class PriceList:
    """What many cars are priced by at once: the rates of every car, and which cars have seasons of their own."""

    rates: Rates
    own: frozenset[UUID]

    def with_own(self, seasons: tuple[ScopedSeason, ...]) -> Rates:
        """The rates, with the seasons of some cars before those of all: they are narrower."""
        return replace(self.rates, seasons=(*seasons, *self.rates.seasons))


@dataclass(frozen=True, slots=True)
class ExtraRow:
    view: ExtraView
    taxable: bool


@dataclass(frozen=True, slots=True)
class PromoRow:
    """A promo code; `used` is counted only where `limit_total` is set."""

    id: UUID
    code: str
    adjustment: Adjustment
    value: int
    currency: str | None
    starts_at: datetime
    ends_at: datetime
    limit_total: int | None
    used: int


@dataclass(frozen=True, slots=True)
class Offers:
    """What a quote may choose from, as far as it was asked for; `bands` by (location, code)."""

    young_driver: YoungDriverView | None
    bands: dict[tuple[UUID, str], BandView]
    extras: dict[str, ExtraRow]
    promo: PromoRow | None
