"""What was chosen beside the days, checked against what is offered: every reason against it, by field."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from exodrive.services.car.contracts import CarView, LocationView
from exodrive.services.pricing.contracts import Adjustment, QuoteCar
from exodrive.services.pricing.rates import ExtraRow, Offers, PromoRow, Rates
from exodrive.services.pricing.rules import ChosenExtra, Fee, Options, Promo
from exodrive.services.pricing.trip import Reasons


@dataclass(frozen=True, slots=True)
class Choice:
    """The options of a price, and why the promo code that was asked for does not count."""

    options: Options
    promo_id: UUID | None
    promo_problem: str | None
    young_driver_below: int | None


def choose(
    command: QuoteCar,
    car: CarView,
    back: LocationView,
    *,
    rates: Rates,
    offers: Offers,
    now: datetime,
    reasons: Reasons,
) -> Choice:
    """A code that does not count is no reason against the trip: the price is given without it, and says why."""
    promo, problem = promo_that_counts(command.promo_code, offers.promo, car.currency, now)
    deliver, collect = (
        _band(way, code, place, currency=car.currency, offers=offers, reasons=reasons)
        for way, code, place in (
            ("delivery", command.delivery_band, car.location),
            ("collection", command.collection_band, back),
        )
    )
    return Choice(
        options=Options(
            extras=_extras(command, car, offers, reasons),
            delivery=deliver,
            collection=collect,
            one_way=one_way_fee(car.location, back, car.currency, rates, reasons),
            young_driver=_young_driver(command, car, offers, reasons),
            promo=Promo(promo.code, promo.adjustment, promo.value) if promo else None,
        ),
        promo_id=promo.id if promo else None,
        promo_problem=problem,
        young_driver_below=offers.young_driver.below_age if offers.young_driver else None,
    )


def _extras(command: QuoteCar, car: CarView, offers: Offers, reasons: Reasons) -> tuple[ChosenExtra, ...]:
    offered = {code: row for code, row in offers.extras.items() if row.view.currency == car.currency}
    for code, times in Counter(choice.code for choice in command.extras).items():
        if code not in offered:
            reasons.add("extras", f"We have no extra “{code}” for this car.")
        elif times > 1:
            reasons.add("extras", f"{offered[code].view.label} was chosen more than once.")
    return tuple(
        _chosen(offered[choice.code], choice.quantity) for choice in command.extras if choice.code in offered
    )


def _chosen(row: ExtraRow, quantity: int) -> ChosenExtra:
    extra = row.view
    return ChosenExtra(
        code=extra.code,
        label=extra.label,
        charge=extra.charge,
        price=extra.price,
        cap=extra.cap,
        taxable=row.taxable,
        quantity=quantity,
    )


def _band(
    way: str, code: str | None, location: LocationView, *, currency: str, offers: Offers, reasons: Reasons
) -> Fee | None:
    if code is None:
        return None
    band = offers.bands.get((location.id, code))
    if band is None or location.currency != currency:
        reasons.add(f"{way}_band", f"{location.name} has no such {way}.")
        return None
    return Fee(f"{way.capitalize()}: {band.label}", band.fee)


def one_way_fee(
    home: LocationView, back: LocationView, currency: str, rates: Rates, reasons: Reasons
) -> Fee | None:
    """What returning the car elsewhere costs; None where it is not elsewhere, or, with a reason, not offered."""
    if back.id == home.id:
        return None
    fee = rates.one_way.get((home.id, back.id))
    if fee is None or home.currency != currency:
        reasons.add("return_location", one_way_not_offered(home, back))
        return None
    return Fee(f"One way to {back.name}", fee)


def one_way_not_offered(home: LocationView, back: LocationView) -> str:
    return f"A car from {home.name} cannot be returned at {back.name}."


def _young_driver(command: QuoteCar, car: CarView, offers: Offers, reasons: Reasons) -> int | None:
    young = offers.young_driver
    if not command.young_driver or young is None:
        return None
    if car.minimum_age >= young.below_age:
        reasons.add("young_driver", f"The driver of this car must be at least {car.minimum_age}.")
    return young.per_day


def promo_that_counts(
    asked: str | None, promo: PromoRow | None, currency: str, now: datetime
) -> tuple[PromoRow | None, str | None]:
    """The code, or why it does not count. The limit for each customer waits until the customer is known."""
    if promo is None:
        return None, "We do not know this code." if normal_code(asked) else None
    problem = None
    if now < promo.starts_at:
        problem = "This code does not count yet."
    elif now >= promo.ends_at:
        problem = "This code has expired."
    elif promo.adjustment is Adjustment.FIXED and promo.currency != currency:
        problem = f"This code is for prices in {promo.currency}."
    elif promo.limit_total is not None and promo.used >= promo.limit_total:
        problem = "This code has been used up."
    return (None, problem) if problem else (promo, None)


def normal_code(asked: str | None) -> str | None:
    """A promo code as it is stored; None for an empty one."""
    return (asked or "").strip().upper() or None
