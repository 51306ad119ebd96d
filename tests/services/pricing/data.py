"""A question to ask, and any legal price data for property-based tests."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from hypothesis import strategies as st

from exodrive.services.pricing.contracts import Adjustment, Charge, QuoteCar
from exodrive.services.pricing.day_rates import DayRates, SeasonRate, Tier
from exodrive.services.pricing.rules import ChosenExtra, Fee, Options, Promo, Tax
from exodrive.services.pricing.wall import WallPeriod

EPOCH = datetime.fromisoformat("2026-05-28")

# Small amounts make rounding matter, large ones are the business's own.
amounts = st.one_of(st.integers(1, 40), st.integers(1, 500_000))
fees = st.one_of(st.just(0), amounts)


@st.composite
def seasons(draw: Any) -> SeasonRate:
    first = date(2026, 5, 20) + timedelta(days=draw(st.integers(0, 60)))
    adjustment = draw(st.sampled_from(Adjustment))
    value = draw(amounts if adjustment is Adjustment.FIXED else st.integers(1, 30_000))
    return SeasonRate("Season", first, first + timedelta(days=draw(st.integers(0, 40))), adjustment, value)


@st.composite
def tiers(draw: Any) -> tuple[Tier, ...]:
    starts = draw(st.lists(st.integers(2, 40), unique=True, max_size=4))
    return tuple(Tier(start, draw(st.integers(1, 9000))) for start in sorted(starts))


rates = st.builds(
    DayRates,
    daily=amounts,
    weekend=amounts,
    seasons=st.lists(seasons(), max_size=4).map(tuple),
    tiers=tiers(),
)


@st.composite
def extras(draw: Any) -> ChosenExtra:
    price = draw(fees)
    return ChosenExtra(
        code="seat",
        label="Seat",
        charge=draw(st.sampled_from(Charge)),
        price=price,
        cap=draw(st.none() | st.integers(0, 900_000).map(lambda more: price + more)),
        taxable=draw(st.booleans()),
        quantity=draw(st.integers(1, 9)),
    )


promos = st.one_of(
    st.builds(Promo, st.just("CODE"), st.just(Adjustment.FIXED), amounts),
    st.builds(Promo, st.just("CODE"), st.just(Adjustment.PERCENT), st.integers(1, 9000)),
)
options = st.builds(
    Options,
    extras=st.lists(extras(), max_size=3).map(tuple),
    delivery=st.none() | st.builds(Fee, st.just("Delivery"), fees),
    collection=st.none() | st.builds(Fee, st.just("Collection"), fees),
    one_way=st.none() | st.builds(Fee, st.just("One way"), fees),
    young_driver=st.none() | fees,
    promo=st.none() | promos,
)
taxes = st.builds(Tax, st.just("Tax"), st.integers(0, 5000))


@st.composite
def nested_periods(draw: Any) -> tuple[WallPeriod, WallPeriod]:
    """A period, and one that contains it. Lengths gather round whole days, where day counts change."""
    start = EPOCH + timedelta(minutes=draw(st.integers(0, 14 * 1440)))
    days = draw(st.one_of(st.integers(0, 3), st.integers(0, 45)))
    minutes = max(1, days * 1440 + draw(st.integers(-90, 90)))
    inner = WallPeriod(start, start + timedelta(minutes=minutes))
    lead, tail = (
        draw(st.one_of(st.just(0), st.integers(0, 90), st.integers(0, 10 * 1440))) for _ in range(2)
    )
    return inner, WallPeriod(start - timedelta(minutes=lead), inner.end + timedelta(minutes=tail))


def asked(**over: Any) -> QuoteCar:
    """Tuesday 10:00 to Thursday 10:00 in Los Angeles: two days."""
    command = QuoteCar(
        pick_up_location="los-angeles",
        pick_up_date=date(2026, 6, 9),
        pick_up_time=time(10),
        return_date=date(2026, 6, 11),
        return_time=time(10),
        car="ferrari-roma",
    )
    return replace(command, **over)
