"""Rates as managers set them: who may, what is a price, what was promised stays, and what is written down."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sqlalchemy import select

from exodrive.core.actor import Actor
from exodrive.core.db import Database
from exodrive.core.errors import Forbidden, Invalid, Missing, VersionChanged
from exodrive.core.ids import new_id
from exodrive.services.account.contracts import StaffRole
from exodrive.services.account.keys import StaffKeys
from exodrive.services.audit.models import AuditEntry
from exodrive.services.car.models import Car, Location
from exodrive.services.car.particulars import LEAST_RATE, MOST_RATE
from exodrive.services.pricing.contracts import Adjustment
from exodrive.services.pricing.day_rates import DayRates, SeasonRate, charged_days
from exodrive.services.pricing.models import LongStayTier
from exodrive.services.pricing.rate_desk import RateDeskService
from exodrive.services.pricing.rate_desk_contracts import AddSeason, ChangeSeason, FindRates, SetRates
from exodrive.services.pricing.rules import itemise
from exodrive.services.pricing.season_rules import LEAST_SHARE, MOST_SHARE, check_season
from exodrive.services.pricing.service import QuoteService
from exodrive.services.pricing.wall import WallPeriod
from tests.factories import add, make_car, make_location
from tests.services.pricing import data
from tests.staff import actor_of, make_staff

JUNE: dict[str, Any] = {"label": "June", "starts_on": date(2026, 6, 1), "ends_on": date(2026, 6, 30)}
DEAR = AddSeason(**JUNE, adjustment=Adjustment.PERCENT, value=15_000)


@pytest.fixture
def desk(get: Any) -> RateDeskService:
    made: RateDeskService = get(RateDeskService)
    return made


@pytest.fixture
def who(database: Database, get: Any) -> Callable[[StaffRole], Actor]:
    return lambda role: actor_of(make_staff(database, get(StaffKeys), role))


@pytest.fixture
def manager(who: Callable[[StaffRole], Actor]) -> Actor:
    return who(StaffRole.MANAGER)


def written(database: Database) -> list[tuple[str, str, Any]]:
    found = select(AuditEntry.subject_type, AuditEntry.action, AuditEntry.data).order_by(AuditEntry.at)
    with database.read() as connection:
        return [tuple(row) for row in connection.execute(found)]


def test_agents_look_and_only_managers_set(
    desk: RateDeskService, who: Callable[[StaffRole], Actor], car: Car
) -> None:
    agent = who(StaffRole.AGENT)
    rates = desk.read(FindRates(car_id=car.id), agent).car
    assert rates
    assert (rates.daily_rate, rates.weekend_rate, rates.currency) == (89_000, 99_000, "USD")
    for deed in (
        lambda: desk.set(car.id, SetRates(version=1, daily_rate=100, weekend_rate=100), agent),
        lambda: desk.add_season(DEAR, agent),
        lambda: desk.change_season(new_id(), ChangeSeason(), agent),
        lambda: desk.remove_season(new_id(), agent),
    ):
        with pytest.raises(Forbidden):
            deed()


def test_new_rates_are_for_new_quotes(
    desk: RateDeskService, quotes: QuoteService, database: Database, car: Car, manager: Actor
) -> None:
    before = quotes.quote(data.asked())
    set_ = desk.set(car.id, SetRates(version=1, daily_rate=50_000, weekend_rate=60_000), manager)
    assert (set_.version, set_.daily_rate, set_.weekend_rate) == (2, 50_000, 60_000)
    assert quotes.get(before.id).total == before.total
    assert quotes.estimate(data.asked()).lines[0].unit_amount == 50_000
    with pytest.raises(VersionChanged):
        desk.set(car.id, SetRates(version=1, daily_rate=70_000, weekend_rate=70_000), manager)
    assert [(subject, action) for subject, action, _ in written(database)] == [("car", "car.changed")]


def test_a_season_comes_changes_and_goes(
    desk: RateDeskService, quotes: QuoteService, database: Database, car: Car, manager: Actor
) -> None:
    def day() -> int:
        return quotes.estimate(data.asked()).lines[0].unit_amount

    made = desk.add_season(DEAR, manager)
    assert (made.car, made.location, made.currency) == (None, None, None)
    kept = quotes.quote(data.asked())
    assert day() == 133_500
    changed = desk.change_season(made.id, ChangeSeason(value=20_000), manager)
    assert (changed.label, changed.value, day()) == ("June", 20_000, 178_000)
    desk.remove_season(made.id, manager)
    assert day() == 89_000
    assert quotes.get(kept.id).lines[0].unit_amount == 133_500
    for deed in (
        lambda: desk.season(made.id, manager),
        lambda: desk.change_season(made.id, ChangeSeason(), manager),
        lambda: desk.remove_season(made.id, manager),
    ):
        with pytest.raises(Missing):
            deed()
    plain = {"label": "June", "starts_on": "2026-06-01", "ends_on": "2026-06-30", "adjustment": "percent"}
    assert written(database) == [
        ("season", "rate.season_added", {"season": plain | {"value": 15_000}}),
        (
            "season",
            "rate.season_changed",
            {"season_id": str(made.id), "changes": {"value": [15_000, 20_000]}},
        ),
        ("season", "rate.season_removed", {"season": plain | {"value": 20_000}}),
    ]


def test_seasons_are_told_in_the_order_in_which_they_count(
    desk: RateDeskService, database: Database, car: Car, home: Location, manager: Actor
) -> None:
    away = make_location(database, slug="miami", name="Miami")
    other = make_car(database, away)
    add(database, LongStayTier(from_day=7, discount=1000))
    old: dict[str, Any] = {"label": "May", "starts_on": date(2026, 5, 1), "ends_on": date(2026, 6, 1)}
    scopes: tuple[tuple[str, dict[str, Any]], ...] = (
        ("all", {}),
        ("here", {"location": home.slug}),
        ("there", {"location": away.slug}),
        ("mine", {"car_id": car.id}),
        ("other", {"car_id": other.id}),
    )
    for label, scope in scopes:
        share: dict[str, Any] = {"adjustment": Adjustment.PERCENT, "value": 12_000, **scope}
        desk.add_season(AddSeason(**JUNE | {"label": label}, **share), manager)
    desk.add_season(AddSeason(**old, adjustment=Adjustment.PERCENT, value=9_000), manager)

    def labels(**which: Any) -> list[str]:
        return [one.label for one in desk.read(FindRates(**which), manager).seasons]

    assert labels(car_id=car.id) == ["mine", "here", "all", "May"]
    assert labels(location="miami") == ["other", "there", "all", "May"]
    assert sorted(labels()) == ["May", "all", "here", "mine", "other", "there"]
    told = desk.read(FindRates(car_id=car.id), manager)
    assert [(one.from_day, one.discount) for one in told.tiers] == [(7, 1000)]
    assert (told.seasons[0].car, told.seasons[1].location_name) == ("Ferrari Roma", "Los Angeles")
    for which in ({"car_id": new_id()}, {"location": "atlantis"}):
        with pytest.raises(Missing):
            desk.read(FindRates(**which), manager)


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"ends_on": date(2026, 5, 31)}, "ends_on"),
        ({"starts_on": date(2026, 4, 1), "ends_on": date(2026, 5, 1)}, "ends_on"),
        ({"ends_on": date(2027, 6, 3)}, "ends_on"),
        ({"starts_on": date(2036, 1, 1), "ends_on": date(2036, 1, 2)}, "starts_on"),
        ({"value": 999}, "value"),
        ({"value": 50_001}, "value"),
        ({"adjustment": Adjustment.FIXED, "value": 99}, "value"),
        ({"adjustment": Adjustment.FIXED, "value": 10_000_001}, "value"),
        ({"location": "atlantis"}, "location"),
        ({"car_id": new_id()}, "car_id"),
        ({"car_id": new_id(), "location": "los-angeles"}, "location"),
    ],
)
def test_what_would_make_no_price_is_refused(
    desk: RateDeskService, home: Location, manager: Actor, over: dict[str, Any], field: str
) -> None:
    asked: dict[str, Any] = JUNE | {"adjustment": Adjustment.PERCENT, "value": 15_000} | over
    with pytest.raises(Invalid) as refused:
        desk.add_season(AddSeason(**asked), manager)
    assert list(refused.value.fields) == [field]


def test_a_change_is_looked_at_as_a_whole(desk: RateDeskService, car: Car, manager: Actor) -> None:
    made = desk.add_season(DEAR, manager)
    for over, field in (
        (ChangeSeason(ends_on=date(2026, 5, 20)), "ends_on"),
        (ChangeSeason(value=60_000), "value"),
    ):
        with pytest.raises(Invalid) as refused:
            desk.change_season(made.id, over, manager)
        assert list(refused.value.fields) == [field]
    assert desk.season(made.id, manager).value == 15_000


def test_one_number_is_no_price_in_two_currencies(
    desk: RateDeskService, database: Database, car: Car, manager: Actor
) -> None:
    fixed: dict[str, Any] = {"adjustment": Adjustment.FIXED, "value": 120_000}
    everywhere = desk.add_season(AddSeason(**JUNE, **fixed), manager)
    make_location(database, slug="london", name="London", currency="GBP")
    with pytest.raises(Invalid, match="several currencies"):
        desk.add_season(AddSeason(**JUNE, **fixed), manager)
    with pytest.raises(Invalid, match="several currencies"):
        desk.change_season(everywhere.id, ChangeSeason(label="Summer"), manager)
    assert desk.add_season(AddSeason(**JUNE, **fixed, location="london"), manager).currency == "GBP"
    assert desk.add_season(AddSeason(**JUNE, **fixed, car_id=car.id), manager).currency == "USD"


TODAY = date(2026, 5, 20)
_values = st.integers(0, MOST_SHARE + 10) | st.integers(0, MOST_RATE + 10) | st.integers(0, LEAST_SHARE + 10)
_seasons = st.builds(
    SeasonRate,
    st.just("Season"),
    st.integers(-30, 60).map(lambda days: TODAY + timedelta(days=days)),
    st.integers(-30, 90).map(lambda days: TODAY + timedelta(days=days)),
    st.sampled_from(Adjustment),
    _values,
)


def _accepted(season: SeasonRate) -> bool:
    try:
        check_season(season, TODAY)
    except Invalid:
        return False
    return True


@given(
    offered=st.lists(_seasons, max_size=6),
    daily=st.integers(LEAST_RATE, 400) | st.integers(LEAST_RATE, MOST_RATE),
    weekend=st.integers(LEAST_RATE, 400) | st.integers(LEAST_RATE, MOST_RATE),
    tiers=data.tiers(),
    periods=data.nested_periods(),
    options=data.options,
    tax=data.taxes,
)
def test_whatever_is_accepted_leaves_a_price_that_can_be_paid(
    *,
    offered: list[SeasonRate],
    daily: int,
    weekend: int,
    tiers: Any,
    periods: tuple[WallPeriod, WallPeriod],
    options: Any,
    tax: Any,
) -> None:
    seasons = tuple(one for one in offered if _accepted(one))
    assume(not offered or seasons)
    rates = DayRates(daily, weekend, seasons=seasons, tiers=tiers)
    for period in periods:
        charged = charged_days(period, rates)
        assert all(0 < day.price <= MOST_RATE * (MOST_SHARE // 10_000) for day in charged)
        lines = itemise(period, rates, options, tax)
        days = sum(
            line.amount for line in lines if line.code in {"day", "weekend_day", "season_day", "long_stay"}
        )
        assert days > 0
        assert sum(line.amount for line in lines) >= 0
