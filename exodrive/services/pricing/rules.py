"""An itemised price from rates and options. Every step keeps the order of prices: what was no less before it is no
less after it, so that a longer rental never costs less than one that it contains (see `day_rates` for the days).

- An extra, or a young driver, by the day costs more days × price, up to a cap; flat fees are the same for both.
- A promo code takes a share below 100 %, or an amount down to zero, off the days: the rest never falls as they rise.
- Tax is a share of the sum of the taxable lines, rounded once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from exodrive.core.money import portion
from exodrive.services.pricing.contracts import Adjustment, Charge, QuoteLine
from exodrive.services.pricing.day_rates import (
    DayRates,
    charged_days,
    counted,
    day_lines,
    long_stay_lines,
    percent,
)
from exodrive.services.pricing.wall import WallPeriod

TAX = "tax"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenExtra:
    """So many pieces of an extra; `cap` bounds a per-day extra's amount for one piece."""

    code: str
    label: str
    charge: Charge
    price: int
    cap: int | None
    taxable: bool
    quantity: int


@dataclass(frozen=True, slots=True)
class Fee:
    """An amount for the whole rental."""

    label: str
    amount: int


@dataclass(frozen=True, slots=True)
class Promo:
    """A code that counts: an amount, or basis points, off the days."""

    code: str
    adjustment: Adjustment
    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What was chosen beside the days. `young_driver` by the day."""

    extras: tuple[ChosenExtra, ...] = ()
    delivery: Fee | None = None
    collection: Fee | None = None
    one_way: Fee | None = None
    young_driver: int | None = None
    promo: Promo | None = None


@dataclass(frozen=True, slots=True)
class Tax:
    label: str
    basis_points: int


_MOST_OFF = 9000
"""Basis points of the days that a code of a fixed amount takes off at most, as one of a percentage does: what costs
nothing cannot be paid, and so never be booked."""


def itemise(period: WallPeriod, rates: DayRates, options: Options, tax: Tax) -> tuple[QuoteLine, ...]:
    """The lines of a price, the tax line last; their amounts sum to the total."""
    charged = charged_days(period, rates)
    lines = [*day_lines(charged), *long_stay_lines(charged, rates.tiers)]
    if options.promo is not None:
        lines.append(_promo_line(options.promo, sum(line.amount for line in lines)))
    lines += (_extra_line(extra, len(charged)) for extra in options.extras)
    lines += _fee_lines(options, len(charged))
    if tax.basis_points:
        lines.append(_tax_line(lines, tax))
    return tuple(lines)


def _promo_line(promo: Promo, days: int) -> QuoteLine:
    most = portion(days, _MOST_OFF)
    off = portion(days, promo.value) if promo.adjustment is Adjustment.PERCENT else min(promo.value, most)
    what = f" ({percent(promo.value)} off)" if promo.adjustment is Adjustment.PERCENT else ""
    return _once("promo", f"Code {promo.code}{what}", -off)


def _extra_line(extra: ChosenExtra, days: int) -> QuoteLine:
    quantity, unit, price = extra.quantity, "rental", extra.price
    if extra.charge is Charge.PER_DAY:
        if extra.cap is not None and price * days > extra.cap:
            price = extra.cap
        else:
            quantity, unit = quantity * days, "day"
    return QuoteLine(
        code=f"extra:{extra.code}",
        label=extra.label if extra.quantity == 1 else f"{extra.label} × {extra.quantity}",
        quantity=quantity,
        unit=unit,
        unit_amount=price,
        amount=quantity * price,
        taxable=extra.taxable,
    )


def _fee_lines(options: Options, days: int) -> Iterator[QuoteLine]:
    for code, fee in (
        ("delivery", options.delivery),
        ("collection", options.collection),
        ("one_way", options.one_way),
    ):
        if fee is not None:
            yield _once(code, fee.label, fee.amount)
    if options.young_driver is not None:
        yield QuoteLine(
            code="young_driver",
            label=f"Young driver: {counted(days, 'day')}",
            quantity=days,
            unit="day",
            unit_amount=options.young_driver,
            amount=days * options.young_driver,
            taxable=True,
        )


def _tax_line(lines: Sequence[QuoteLine], tax: Tax) -> QuoteLine:
    taxable = sum(line.amount for line in lines if line.taxable)
    label = f"{tax.label} ({percent(tax.basis_points)})"
    return _once(TAX, label, portion(taxable, tax.basis_points), taxable=False)


def _once(code: str, label: str, amount: int, *, taxable: bool = True) -> QuoteLine:
    return QuoteLine(
        code=code,
        label=label,
        quantity=1,
        unit="rental",
        unit_amount=amount,
        amount=amount,
        taxable=taxable,
    )
