"""Periods as the date and time fields of our forms and addresses."""

from collections.abc import Mapping
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import url_for

from exodrive.core.period import Period


def trip_fields(period: Period, zone: str) -> dict[str, str]:
    """The four date and time fields of a period, by one zone's clock."""
    start, end = (instant.astimezone(ZoneInfo(zone)) for instant in (period.start, period.end))
    return {
        "pick_up_date": start.date().isoformat(),
        "pick_up_time": f"{start:%H:%M}",
        "return_date": end.date().isoformat(),
        "return_time": f"{end:%H:%M}",
    }


def car_address(slug: str, choices: Mapping[str, str]) -> str:
    """The address of a car's page with these choices made."""
    return f"{url_for('fleet.car', slug=slug)}?{urlencode(dict(choices))}"
