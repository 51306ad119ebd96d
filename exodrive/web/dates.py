"""Periods as the date and time fields of our forms and addresses."""

from collections.abc import Mapping
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import url_for

from exodrive.core.period import Period
from exodrive.services.pricing.contracts import QuoteCar, Trip


def trip_fields(period: Period, zone: str, return_zone: str | None = None) -> dict[str, str]:
    """The four date and time fields of a period, by the clock of `zone`; the return's by `return_zone`, where the car
    is returned elsewhere."""
    start = period.start.astimezone(ZoneInfo(zone))
    end = period.end.astimezone(ZoneInfo(return_zone or zone))
    return {
        "pick_up_date": start.date().isoformat(),
        "pick_up_time": f"{start:%H:%M}",
        "return_date": end.date().isoformat(),
        "return_time": f"{end:%H:%M}",
    }


def asked_trip(trip: Trip) -> dict[str, str]:
    """The parameters of a car's page for a trip, as it was asked for."""
    back = {"return_location": trip.return_location} if trip.return_location else {}
    return back | {
        "pick_up_date": trip.pick_up_date.isoformat(),
        "pick_up_time": f"{trip.pick_up_time:%H:%M}",
        "return_date": trip.return_date.isoformat(),
        "return_time": f"{trip.return_time:%H:%M}",
    }


def asked_choices(asked: QuoteCar) -> dict[str, str]:
    """The parameters of a car's page that ask for all of it again, so that nothing has to be chosen twice."""
    made = asked_trip(asked)
    for name in ("delivery_band", "collection_band", "promo_code"):
        if value := getattr(asked, name):
            made[name] = value
    if asked.young_driver:
        made["young_driver"] = "true"
    return made | {f"extra-{extra.code}": str(extra.quantity) for extra in asked.extras}


def car_address(slug: str, choices: Mapping[str, str]) -> str:
    """The address of a car's page with these choices made."""
    return f"{url_for('fleet.car', slug=slug)}?{urlencode(dict(choices))}"
