"""What the days of a rental cost: daily and weekend rates, seasons, long-stay tiers.

The rule, and why it is this one. A rental of n days is charged the n dearest of the calendar dates it touches, and the
tiers count those days from the dearest down: the k-th dearest day has the discount of the k-th day.

Proof that a rental never costs less than one that it contains. Let B contain A. B touches every date that A touches,
and has m ≥ n days. So the k-th dearest date of B costs at least what the k-th dearest of A does, for each k ≤ n; both
have the same discount (at most 90 %, so that more before it is more after it); and the days of B beyond n cost zero or
more. Rounding keeps the order: where the exact sums differ, they differ by a tenth of a minor unit or more, and halves
are the only place where half-even may go either way; where they are equal, so are the day prices. ∎

Dating days from the pick-up would be shorter to say, and wrong: a rental that starts earlier would date its days
earlier, perhaps all before the dear one, or push the dear one into a discount.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from exodrive.core.money import portion
from exodrive.services.pricing.contracts import Adjustment, QuoteLine
from exodrive.services.pricing.wall import WallPeriod

_FRIDAY = 4


@dataclass(frozen=True, slots=True)
class SeasonRate:
    """Dates, both included, on which a day costs `value`, or `value` basis points of its usual price."""

    label: str
    starts_on: date
    ends_on: date
    adjustment: Adjustment
    value: int


@dataclass(frozen=True, slots=True)
class Tier:
    """From the `from_day`-th day on, `discount` basis points off each day."""

    from_day: int
    discount: int


@dataclass(frozen=True, slots=True)
class DayRates:
    """A car's rates. Of several `seasons` on a date the first counts, so they come narrowest first,
    then by later start; `tiers` ascend by their first day."""

    daily: int
    weekend: int
    seasons: tuple[SeasonRate, ...] = ()
    tiers: tuple[Tier, ...] = ()


@dataclass(frozen=True, slots=True)
class DayPrice:
    """What one date costs, and by which rate."""

    day: date
    price: int
    season: str | None
    weekend: bool


def is_weekend(day: date) -> bool:
    """Friday, Saturday and Sunday have the weekend rate."""
    return day.weekday() >= _FRIDAY


def price_of(day: date, rates: DayRates) -> DayPrice:
    """The price of a date, before any discount."""
    weekend = is_weekend(day)
    usual = rates.weekend if weekend else rates.daily
    for season in rates.seasons:
        if season.starts_on <= day <= season.ends_on:
            if season.adjustment is Adjustment.FIXED:
                return DayPrice(day, season.value, season.label, weekend=False)
            return DayPrice(day, portion(usual, season.value), season.label, weekend)
    return DayPrice(day, usual, None, weekend)


def charged_days(period: WallPeriod, rates: DayRates) -> tuple[DayPrice, ...]:
    """The days that are charged, dearest first; of equally dear ones the earlier."""
    touched = [price_of(day, rates) for day in period.dates]
    touched.sort(key=lambda one: (-one.price, one.day))
    return tuple(touched[: period.days])


def day_lines(charged: Sequence[DayPrice]) -> tuple[QuoteLine, ...]:
    """Days of one rate and price as one line, in the order of their first date."""
    groups: dict[tuple[str | None, bool, int], int] = {}
    for one in sorted(charged, key=lambda one: one.day):
        key = (one.season, one.weekend, one.price)
        groups[key] = groups.get(key, 0) + 1
    return tuple(
        QuoteLine(
            code="season_day" if season else "weekend_day" if weekend else "day",
            label=(f"{season}: " if season else "") + counted(days, "weekend day" if weekend else "day"),
            quantity=days,
            unit="day",
            unit_amount=price,
            amount=days * price,
            taxable=True,
        )
        for (season, weekend, price), days in groups.items()
    )


def long_stay_lines(charged: Sequence[DayPrice], tiers: Sequence[Tier]) -> tuple[QuoteLine, ...]:
    """A negative line for each tier that is reached; `charged` dearest first."""
    lines = []
    for tier, days in _tiers_reached(charged, tiers):
        exact = sum(one.price for one in days) * tier.discount
        amount = -portion(exact, 1)
        label = f"Long stay: {percent(tier.discount)} off {counted(len(days), 'day')}"
        lines.append(
            QuoteLine(
                code="long_stay",
                label=label,
                quantity=1,
                unit="rental",
                unit_amount=amount,
                amount=amount,
                taxable=True,
            )
        )
    return tuple(lines)


def _tiers_reached(
    charged: Sequence[DayPrice], tiers: Sequence[Tier]
) -> Iterable[tuple[Tier, Sequence[DayPrice]]]:
    bounds = [*(tier.from_day - 1 for tier in tiers), len(charged)]
    for tier, (first, after) in zip(tiers, pairwise(bounds), strict=True):
        if days := charged[first:after]:
            yield tier, days


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def percent(basis_points: int) -> str:
    """`1250` as `12.5%`."""
    whole, hundredths = divmod(basis_points, 100)
    return (f"{whole}.{hundredths:02}".rstrip("0") if hundredths else f"{whole}") + "%"
