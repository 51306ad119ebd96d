"""What a season may be, so that every price stays one that can be paid.

A day's price is a season's own, or a share of a car's rate. Rates and own prices are at least `LEAST_RATE`, a share is
at least a tenth: so no day rounds to nothing, and discounts of at most nine tenths leave something of every rental.
"""

from datetime import date, timedelta

from exodrive.core.errors import Invalid
from exodrive.services.car.particulars import LEAST_RATE, MOST_RATE
from exodrive.services.pricing.contracts import Adjustment
from exodrive.services.pricing.day_rates import SeasonRate, percent

LEAST_SHARE, MOST_SHARE = 1_000, 50_000
LONGEST_SEASON = timedelta(days=366)
FURTHEST = timedelta(days=5 * 366)


def check_season(season: SeasonRate, today: date) -> None:
    """Raises `Invalid` with all that is wrong, by field."""
    wrong: dict[str, list[str]] = {}
    if season.ends_on < season.starts_on:
        wrong["ends_on"] = ["This day is before the first one."]
    elif season.ends_on < today:
        wrong["ends_on"] = ["These days are over."]
    elif season.ends_on - season.starts_on >= LONGEST_SEASON:
        wrong["ends_on"] = ["A season lasts a year at most."]
    if season.starts_on > today + FURTHEST:
        wrong["starts_on"] = ["That is too far ahead."]
    if season.adjustment is Adjustment.FIXED and not LEAST_RATE <= season.value <= MOST_RATE:
        wrong["value"] = ["This is no price of a day."]
    if season.adjustment is Adjustment.PERCENT and not LEAST_SHARE <= season.value <= MOST_SHARE:
        wrong["value"] = [f"A share is {percent(LEAST_SHARE)} to {percent(MOST_SHARE)} of the usual price."]
    if wrong:
        raise Invalid("Please check the marked fields.", fields=wrong)
