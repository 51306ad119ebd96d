"""Pure rules of a car's time: gaps between claims, and the nearest free stretch."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from exodrive.core.period import Period
from exodrive.services.car.contracts import Busy, DayState, LocationView

SEARCH_DAYS = 60
"""How far before and after the wanted dates an alternative is looked for."""


@lru_cache(maxsize=4096)  # the cars of a page are tried on the same days
def shifted(period: Period, days: int, zone: ZoneInfo, end_zone: ZoneInfo) -> Period:
    """The same wall-clock times, of `zone` at the start and `end_zone` at the end, `days` later (earlier when
    negative)."""
    by = timedelta(days=days)
    start, end = (
        (instant.astimezone(there).replace(tzinfo=None) + by)
        .replace(tzinfo=there)
        .astimezone(period.start.tzinfo)
        for instant, there in ((period.start, zone), (period.end, end_zone))
    )
    return Period(start, end)


def is_open(location: LocationView, instant: datetime) -> bool:
    """Whether the location is open at that instant, by its own clock."""
    local = instant.astimezone(ZoneInfo(location.zone))
    hours = location.opening_hours[local.weekday()]
    return hours is not None and hours.opens <= local.time() <= hours.closes


def is_free(period: Period, busy: Sequence[Busy], turnaround: timedelta) -> bool:
    """Whether no claim meets the period with its turnaround; claims carry their own."""
    until = period.end + turnaround
    return all(stretch.end <= period.start or until <= stretch.start for stretch in busy)


def nearest_free(
    wanted: Period,
    busy: Sequence[Busy],
    *,
    location: LocationView,
    back: LocationView,
    turnaround: timedelta,
    earliest: datetime,
    limit: int,
) -> tuple[Period, ...]:
    """Up to `limit` stretches of the wanted length and clock times in which the car is free and both locations open,
    nearest first (of two equally near, the later: plans slip more easily than they hurry)."""
    zone, end_zone = ZoneInfo(location.zone), ZoneInfo(back.zone)
    found: list[Period] = []
    for days in _outwards(SEARCH_DAYS):
        candidate = shifted(wanted, days, zone, end_zone)
        if candidate.start < earliest or not is_free(candidate, busy, turnaround):
            continue
        if is_open(location, candidate.start) and is_open(back, candidate.end):
            found.append(candidate)
            if len(found) == limit:
                break
    return tuple(found)


def _outwards(limit: int) -> Iterator[int]:
    for distance in range(1, limit + 1):
        yield distance
        yield -distance


def day_state(day: date, busy: Sequence[Busy], location: LocationView) -> DayState:
    """How much of a location's business day a car is free. A claim that leaves an hour or more of it is `partly`:
    the car may be picked up or returned in what is left."""
    hours = location.opening_hours[day.weekday()]
    if hours is None:
        return DayState.CLOSED
    zone = ZoneInfo(location.zone)
    opens, closes = (datetime.combine(day, at, zone).astimezone(UTC) for at in (hours.opens, hours.closes))
    reached, longest_gap, touched = opens, timedelta(0), False
    for stretch in sorted(busy, key=lambda one: one.start):
        if stretch.end <= opens or stretch.start >= closes:
            continue
        touched = True
        longest_gap = max(longest_gap, stretch.start - reached)
        reached = max(reached, stretch.end)
    longest_gap = max(longest_gap, closes - reached)
    if not touched:
        return DayState.FREE
    return DayState.PARTLY if longest_gap >= timedelta(hours=1) else DayState.TAKEN
