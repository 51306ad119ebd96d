"""From rates and choices to the views of a price."""

from zoneinfo import ZoneInfo

from exodrive.core.period import Period
from exodrive.services.car.contracts import CarCard, CarView, LocationView
from exodrive.services.pricing.contracts import PriceView
from exodrive.services.pricing.day_rates import counted
from exodrive.services.pricing.options import Choice, one_way_fee
from exodrive.services.pricing.rates import Rates
from exodrive.services.pricing.rules import TAX, Options, Tax, itemise
from exodrive.services.pricing.trip import Reasons
from exodrive.services.pricing.wall import WallPeriod, wall_period


def as_pick_up_counts(period: Period, pick_up: LocationView) -> WallPeriod:
    """The period by the clock of the pick-up location, which counts the days."""
    return wall_period(period, ZoneInfo(pick_up.zone))


def check_car(car: CarView, pick_up: LocationView, wall: WallPeriod | None, reasons: Reasons) -> None:
    """Whether the car is to be had there, for so many days."""
    if pick_up.id != car.location.id:
        reasons.add("pick_up_location", f"The {car.name} is picked up at {car.location.name}.")
    if wall is not None and wall.days < car.minimum_days:
        reasons.add(
            "return_date", f"The {car.name} is rented for {counted(car.minimum_days, 'day')} or more."
        )


def price_view(
    car: CarView, back: LocationView, period: Period, *, rates: Rates, choice: Choice
) -> PriceView:
    """The itemised price of a car that can be had."""
    home = car.location
    wall = as_pick_up_counts(period, home)
    lines = itemise(
        wall,
        rates.of_car(car.id, home.id, daily=car.daily_rate, weekend=car.weekend_rate),
        choice.options,
        Tax(home.tax_label, home.tax_basis_points),
    )
    promo = choice.options.promo
    total = sum(line.amount for line in lines)
    tax = sum(line.amount for line in lines if line.code == TAX)
    return PriceView(
        car_id=car.id,
        car_slug=car.slug,
        pick_up_location=home,
        return_location=back,
        starts_at=period.start,
        ends_at=period.end,
        days=wall.days,
        lines=lines,
        subtotal=total - tax,
        tax=tax,
        total=total,
        deposit=car.deposit,
        currency=car.currency,
        included_miles=car.included_miles * wall.days,
        overage_per_mile=car.overage_per_mile,
        young_driver=choice.options.young_driver is not None,
        young_driver_below=choice.young_driver_below,
        minimum_age=car.minimum_age,
        promo_code=promo.code if promo else None,
        promo_problem=choice.promo_problem,
    )


def card_total(
    card: CarCard,
    home: LocationView,
    back: LocationView,
    *,
    wall: WallPeriod,
    rates: Rates,
) -> int | None:
    """What a car costs in all without any choice beside the days; None where it cannot be had so short, or be
    returned there."""
    if wall.days < card.minimum_days:
        return None
    reasons = Reasons()
    options = Options(one_way=one_way_fee(home, back, card.currency, rates, reasons))
    if reasons:
        return None
    day_rates = rates.of_car(card.id, home.id, daily=card.daily_rate, weekend=card.weekend_rate)
    lines = itemise(wall, day_rates, options, Tax(home.tax_label, home.tax_basis_points))
    return sum(line.amount for line in lines)
