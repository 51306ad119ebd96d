"""Amounts as people type them, and as the services have them."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision

from exodrive.core.errors import Invalid

MONEY = ("daily_rate", "weekend_rate", "deposit", "overage_per_mile")


def units(amount: int, currency: str) -> str:
    """Minor units as they are typed: `890` or `890.50`."""
    exact = Decimal(amount).scaleb(-get_currency_precision(currency))
    return str(exact.quantize(Decimal(1)) if exact == exact.to_integral_value() else exact)


def minor_units(amount: Decimal, digits: int, field: str) -> int:
    """What was typed, in units of which `digits` make a whole one. Raises `Invalid` at `field` for a smaller part."""
    exact = amount.scaleb(digits)
    if exact != exact.to_integral_value():
        raise Invalid.at(
            field, "That is smaller than the smallest coin." if digits else "A whole number, please."
        )
    return int(exact)


def in_minor_units(values: Mapping[str, Any], currency: str, names: Iterable[str] = MONEY) -> dict[str, Any]:
    """The values with their amounts in minor units. Raises `Invalid` with all that are wrong."""
    digits, wrong, exact = get_currency_precision(currency), {}, {}
    for name in names:
        try:
            exact[name] = minor_units(values[name], digits, name)
        except Invalid as error:
            wrong.update(error.fields)
    if wrong:
        raise Invalid("Please check the marked fields.", fields=wrong)
    return {**values, **exact}
