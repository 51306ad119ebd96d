"""The rules of a price: worked examples, and what must hold for any legal data."""

from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from exodrive.core.money import portion
from exodrive.services.pricing.contracts import Adjustment, Charge
from exodrive.services.pricing.day_rates import DayRates, SeasonRate, Tier, percent
from exodrive.services.pricing.rules import ChosenExtra, Fee, Options, Promo, Tax, itemise
from exodrive.services.pricing.wall import WallPeriod
from tests.services.pricing import data

RATES = DayRates(daily=89_000, weekend=99_000)
NO_TAX = Tax("Sales tax", 0)


def stay(start: str, end: str) -> WallPeriod:
    return WallPeriod(datetime.fromisoformat(start), datetime.fromisoformat(end))


def shown(period: WallPeriod, rates: DayRates = RATES, options: Options = Options(), tax: Tax = NO_TAX):  # noqa: B008  frozen
    return [(line.code, line.label, line.amount) for line in itemise(period, rates, options, tax)]


def test_days_have_the_daily_rate_and_friday_to_sunday_the_weekend_rate() -> None:
    assert shown(stay("2026-06-01 10:00", "2026-06-03 10:00")) == [("day", "2 days", 178_000)]
    assert shown(stay("2026-06-05 10:00", "2026-06-08 10:00")) == [("weekend_day", "3 weekend days", 297_000)]


def test_a_rental_is_charged_the_dearest_of_the_dates_it_touches() -> None:
    assert shown(stay("2026-06-04 10:00", "2026-06-05 10:00")) == [("weekend_day", "1 weekend day", 99_000)]
    assert shown(stay("2026-06-01 10:00", "2026-06-05 10:00")) == [
        ("day", "3 days", 267_000),
        ("weekend_day", "1 weekend day", 99_000),
    ]


def test_the_first_season_that_covers_a_date_counts() -> None:
    festival = SeasonRate("Festival", date(2026, 6, 2), date(2026, 6, 2), Adjustment.FIXED, 150_000)
    summer = SeasonRate("Summer", date(2026, 6, 1), date(2026, 8, 31), Adjustment.PERCENT, 12_000)
    rates = DayRates(daily=89_000, weekend=99_000, seasons=(festival, summer))
    assert shown(stay("2026-06-01 10:00", "2026-06-05 23:00"), rates) == [
        ("season_day", "Summer: 3 days", 3 * 106_800),
        ("season_day", "Festival: 1 day", 150_000),
        ("season_day", "Summer: 1 weekend day", 118_800),
    ]


def test_long_stay_tiers_are_graduated_and_count_from_the_dearest_day_down() -> None:
    rates = DayRates(daily=10_000, weekend=20_000, tiers=(Tier(7, 1000), Tier(9, 2550)))
    lines = shown(stay("2026-06-01 10:00", "2026-06-11 10:00"), rates)
    assert lines == [
        ("day", "7 days", 70_000),
        ("weekend_day", "3 weekend days", 60_000),
        ("long_stay", "Long stay: 10% off 2 days", -2_000),
        ("long_stay", "Long stay: 25.5% off 2 days", -5_100),
    ]


def test_an_extra_by_the_day_stops_at_its_cap_for_each_piece() -> None:
    seat = ChosenExtra(
        code="seat",
        label="Child seat",
        charge=Charge.PER_DAY,
        price=1_500,
        cap=4_000,
        taxable=True,
        quantity=2,
    )
    two, three = (stay("2026-06-01 10:00", f"2026-06-0{n} 10:00") for n in (3, 4))
    assert shown(two, options=Options(extras=(seat,)))[1:] == [("extra:seat", "Child seat × 2", 6_000)]
    assert shown(three, options=Options(extras=(seat,)))[1:] == [("extra:seat", "Child seat × 2", 8_000)]


def test_a_code_takes_a_share_or_an_amount_off_the_days_and_never_all() -> None:
    two = stay("2026-06-01 10:00", "2026-06-03 10:00")
    delivery = Fee("Delivery", 15_000)
    share = Options(promo=Promo("TENTH", Adjustment.PERCENT, 1000), delivery=delivery)
    assert shown(two, options=share)[1] == ("promo", "Code TENTH (10% off)", -17_800)
    amount = Options(promo=Promo("RICH", Adjustment.FIXED, 900_000), delivery=delivery)
    assert shown(two, options=amount)[1:] == [
        ("promo", "Code RICH", -160_200),
        ("delivery", "Delivery", 15_000),
    ]


def test_tax_is_rounded_once_half_to_even_on_the_taxable_sum() -> None:
    rates = DayRates(daily=1_005, weekend=1_005)
    one = stay("2026-06-01 10:00", "2026-06-02 10:00")
    assert shown(one, rates, tax=Tax("Sales tax", 1000))[-1] == ("tax", "Sales tax (10%)", 100)
    waiver = ChosenExtra(
        code="waiver",
        label="Waiver",
        charge=Charge.FLAT,
        price=777,
        cap=None,
        taxable=False,
        quantity=1,
    )
    with_waiver = shown(one, rates, Options(extras=(waiver,)), Tax("Sales tax", 1000))
    assert with_waiver[-1] == ("tax", "Sales tax (10%)", 100)


def test_percentages_are_written_without_idle_zeros() -> None:
    assert [percent(points) for points in (1000, 950, 1255, 5, 10_000)] == [
        "10%",
        "9.5%",
        "12.55%",
        "0.05%",
        "100%",
    ]


def total(period: WallPeriod, rates: DayRates, options: Options, tax: Tax) -> int:
    return sum(line.amount for line in itemise(period, rates, options, tax))


@settings(max_examples=1500, deadline=None)
@given(periods=data.nested_periods(), rates=data.rates, options=data.options, tax=data.taxes)
def test_a_longer_rental_never_costs_less_than_one_it_contains(
    periods: tuple[WallPeriod, WallPeriod], rates: DayRates, options: Options, tax: Tax
) -> None:
    inner, outer = periods
    assert total(inner, rates, options, tax) <= total(outer, rates, options, tax)


@settings(max_examples=300, deadline=None)
@given(
    start=st.integers(0, 14 * 1440),
    days=st.integers(1, 40),
    rates=data.rates,
    options=data.options,
    tax=data.taxes,
)
def test_24_hours_never_cost_less_than_23(
    start: int, days: int, rates: DayRates, options: Options, tax: Tax
) -> None:
    begin = data.EPOCH + timedelta(minutes=start)
    prices = [
        total(WallPeriod(begin, begin + timedelta(hours=24 * days + more)), rates, options, tax)
        for more in (-1, 0, 1)
    ]
    assert prices == sorted(prices)


@settings(max_examples=300, deadline=None)
@given(periods=data.nested_periods(), rates=data.rates, options=data.options, tax=data.taxes)
def test_lines_are_whole_numbers_that_explain_themselves_and_sum_to_no_less_than_nothing(
    periods: tuple[WallPeriod, WallPeriod], rates: DayRates, options: Options, tax: Tax
) -> None:
    lines = itemise(periods[0], rates, options, tax)
    assert all(type(line.amount) is int and type(line.unit_amount) is int for line in lines)
    assert all(line.amount == line.quantity * line.unit_amount for line in lines)
    before_tax = [line for line in lines if line.code != "tax"]
    taxable = sum(line.amount for line in before_tax if line.taxable)
    assert sum(line.amount for line in lines) == sum(line.amount for line in before_tax) + portion(
        taxable, tax.basis_points
    )
    assert sum(line.amount for line in lines) >= 0
    assert lines == itemise(periods[0], rates, options, tax)
