"""When and where a trip can be had: from wall-clock wishes to instants, with every reason against them, by field."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from exodrive.core.period import Period
from exodrive.services.car.contracts import MAX_RENTAL_DAYS, LocationView, Opening
from exodrive.services.pricing.contracts import Trip
from exodrive.services.pricing.day_rates import counted
from exodrive.services.pricing.errors import TripImpossible
from exodrive.services.pricing.wall import instant_of, wall_period

MAX_AHEAD = timedelta(days=730)
"""How far ahead a pick-up can be; a return by the longest rental more."""

T = TypeVar("T")
_DAY = timedelta(days=1)
_STEP = timedelta(minutes=30)


class Reasons:
    """Collects, by field, why something cannot be had."""

    def __init__(self) -> None:
        self._fields: dict[str, list[str]] = {}

    def add(self, field: str, reason: str) -> None:
        self._fields.setdefault(field, []).append(reason)

    def __bool__(self) -> bool:
        return bool(self._fields)

    def require(self, value: T | None) -> T:
        """The value, where nothing was collected. Raises `TripImpossible` with all that was."""
        if value is None or self._fields:
            (first, *more), *others = self._fields.values() or [["This trip cannot be had."]]
            message = first if not more and not others else "This trip cannot be had as asked."
            raise TripImpossible(message, fields=self._fields)
        return value


def places_of(trip: Trip, places: Mapping[str, LocationView]) -> tuple[LocationView, LocationView]:
    """Where the car is picked up and where it is returned, among `places` by slug. Raises `TripImpossible` for a
    location that is not among them."""
    reasons = Reasons()
    pick_up = places.get(trip.pick_up_location)
    back = places.get(trip.return_location or trip.pick_up_location)
    if pick_up is None:
        reasons.add("pick_up_location", "We have no such location.")
    elif back is None:
        reasons.add("return_location", "We have no such location.")
    return reasons.require(pick_up), reasons.require(back)


def period_of(
    trip: Trip, pick_up: LocationView, back: LocationView, now: datetime, reasons: Reasons
) -> Period | None:
    """The trip's instants in UTC, by the rules of its locations; None, with a reason, where there are none."""
    start = _pick_up(trip, pick_up, now, reasons)
    end = _return(trip, back, now, reasons)
    if start is None or end is None:
        return None
    if end <= start:
        field = "return_time" if trip.return_date == trip.pick_up_date else "return_date"
        reasons.add(field, "The return must be after the pick-up.")
        return None
    period = Period(start, end)
    if wall_period(period, ZoneInfo(pick_up.zone)).days > MAX_RENTAL_DAYS:
        reasons.add("return_date", f"A rental is at most {MAX_RENTAL_DAYS} days long.")
    return period


def _pick_up(trip: Trip, location: LocationView, now: datetime, reasons: Reasons) -> datetime | None:
    today = now.astimezone(ZoneInfo(location.zone)).date()
    if trip.pick_up_date < today:
        reasons.add("pick_up_date", "This date has passed.")
        return None
    if trip.pick_up_date > today + MAX_AHEAD:
        reasons.add("pick_up_date", "We take bookings up to two years ahead.")
        return None
    start = _instant("pick_up", trip.pick_up_date, trip.pick_up_time, location, reasons)
    if start is None:
        return None
    if start <= now:
        reasons.add("pick_up_time", "This time has passed.")
    elif reason := too_soon(start, location, now):
        reasons.add("pick_up_time", reason)
    else:
        _check_open("pick_up", trip.pick_up_date, trip.pick_up_time, location, reasons)
    return start


def _return(trip: Trip, location: LocationView, now: datetime, reasons: Reasons) -> datetime | None:
    today = now.astimezone(ZoneInfo(location.zone)).date()
    if trip.return_date < today:
        reasons.add("return_date", "This date has passed.")
        return None
    if trip.return_date > today + MAX_AHEAD + timedelta(days=MAX_RENTAL_DAYS + 1):
        reasons.add("return_date", f"A rental is at most {MAX_RENTAL_DAYS} days long.")
        return None
    _check_open("return", trip.return_date, trip.return_time, location, reasons)
    return _instant("return", trip.return_date, trip.return_time, location, reasons)


def _instant(end: str, day: date, at: time, location: LocationView, reasons: Reasons) -> datetime | None:
    if at.tzinfo is not None or at.second or at.microsecond:
        reasons.add(f"{end}_time", "Give the time in hours and minutes.")
        return None
    instant = instant_of(day, at, ZoneInfo(location.zone))
    if instant is None:
        reasons.add(
            f"{end}_time",
            f"There is no {at:%H:%M} on {_named(day)} in {location.city}: the clocks go forward.",
        )
    return instant


def _check_open(end: str, day: date, at: time, location: LocationView, reasons: Reasons) -> None:
    hours = location.opening_hours[day.weekday()]
    if hours is None:
        following = next(_openings(location, day + _DAY), None)
        then = (
            ""
            if following is None
            else f" It opens next on {_named(following[0])} at {following[1].opens:%H:%M}."
        )
        reasons.add(f"{end}_date", f"{location.name} is closed on {day:%A}s.{then}")
    elif not hours.opens <= at.replace(tzinfo=None) <= hours.closes:
        reasons.add(
            f"{end}_time",
            f"{location.name} is open from {hours.opens:%H:%M} to {hours.closes:%H:%M} on {day:%A}s.",
        )


def _openings(location: LocationView, first: date) -> Iterator[tuple[date, Opening]]:
    """The business days of a week from `first`, with their hours."""
    for n in range(8):
        day = first + n * _DAY
        if hours := location.opening_hours[day.weekday()]:
            yield day, hours


def earliest_pick_up(location: LocationView, now: datetime) -> datetime | None:
    """The first half-hour, in UTC, at which the location can hand over a car; None where it never opens."""
    zone = ZoneInfo(location.zone)
    ready = now + timedelta(minutes=location.lead_time_minutes)
    for day, hours in _openings(location, ready.astimezone(zone).date()):
        at = datetime.combine(day, hours.opens)
        while at <= datetime.combine(day, hours.closes):
            instant = instant_of(day, at.time(), zone)
            if instant is not None and instant > now and instant >= ready:
                return instant
            at += _STEP
    return None


def too_soon(start: datetime, location: LocationView, now: datetime) -> str | None:
    """Why a pick-up at `start` is too near to prepare a car for it; None where it is not."""
    if start >= now + timedelta(minutes=location.lead_time_minutes):
        return None
    notice = f"{location.name} needs {_duration(location.lead_time_minutes)} to prepare the car."
    earliest = earliest_pick_up(location, now)
    if earliest is None:
        return notice
    local = earliest.astimezone(ZoneInfo(location.zone))
    return f"{notice} The earliest pick-up is {_named(local.date())} at {local:%H:%M}."


def _duration(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    parts = [counted(hours, "hour")] if hours else []
    return " and ".join([*parts, counted(rest, "minute")] if rest else parts)


def _named(day: date) -> str:
    return f"{day:%A}, {day.day} {day:%B}"
