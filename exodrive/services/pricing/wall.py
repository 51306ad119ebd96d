"""A rental by the clock on the wall of its pick-up location: how many days it is, and which dates it touches.

A rental day is each started 24 h, with a grace of 59 minutes, read off that clock: from 10:00 to 10:00 the next day is
one day, also in the nights in which the clock is put forward or back.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from exodrive.core.period import Period

GRACE = timedelta(minutes=59)
_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class WallPeriod:
    """Two readings of one clock (naive); `start` belongs to the period, `end` does not."""

    start: datetime
    end: datetime

    @cached_property
    def days(self) -> int:
        """Rental days: never fewer in a period that contains this one."""
        return max(1, -((GRACE - (self.end - self.start)) // _DAY))

    @cached_property
    def dates(self) -> tuple[date, ...]:
        """The calendar dates that the period touches: as many as its `days`, or more."""
        first = self.start.date()
        last = max(first, (self.end - timedelta.resolution).date())
        return tuple(first + timedelta(days=n) for n in range((last - first).days + 1))


def wall_period(period: Period, zone: ZoneInfo) -> WallPeriod:
    """The period as the clock of `zone` shows it."""
    return WallPeriod(wall_reading(period.start, zone), wall_reading(period.end, zone))


def wall_reading(instant: datetime, zone: ZoneInfo) -> datetime:
    """What the clock of `zone` shows, except that it waits instead of going back: through the second pass of a
    repeated hour it stays at the hour's end. So a later instant never reads earlier, and a return in that hour
    (possible where it was asked for in another zone) never makes a rental shorter than an earlier return does."""
    local = instant.astimezone(zone)
    if not local.fold:
        return local.replace(tzinfo=None)
    before = instant.replace(second=0, microsecond=0)
    while before.astimezone(zone).fold:
        before -= _MINUTE
    return before.astimezone(zone).replace(tzinfo=None) + _MINUTE


def instant_of(day: date, at: time, zone: ZoneInfo) -> datetime | None:
    """The instant (UTC) at which the clock of `zone` shows that date and time; the first of two in a repeated hour,
    None in a skipped one."""
    local = datetime.combine(day, at, tzinfo=zone)
    instant = local.astimezone(UTC)
    shown = instant.astimezone(zone).replace(tzinfo=None)
    return instant if shown == local.replace(tzinfo=None) else None
