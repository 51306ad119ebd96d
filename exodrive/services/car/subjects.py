"""What answers tell of, beside the catalogue, which is everything's (`core/cache.py`): claims by place and week, and
claims by car. A week begins on Thursday, so that a long weekend is within one, and is one of UTC."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from exodrive.services.car.contracts import MAX_RENTAL_DAYS

_ANYWHERE = "*"
_HOUR, _WEEK = 60, 7 * 24 * 60
_THURSDAY = 4 * 24 * 60
_AHEAD, _BEHIND = 14 * _HOUR, 12 * _HOUR
"""No clock on Earth is further from that of UTC."""
_MOST = MAX_RENTAL_DAYS // 7 + 4
"""No stay that is possible touches more weeks; what is asked for may."""


@dataclass(frozen=True, slots=True)
class ClaimedTime:
    """When a claim can be in the way of a stay: `since` is earlier than the claim by the turnaround that a stay before
    it needs, `until` is its end, its own turnaround included. `car` and `place` (where the car is) are slugs."""

    car: str
    place: str
    since: datetime
    until: datetime


def catalogue(_: object) -> tuple[str, ...]:
    """Nothing but what everything tells of."""
    return ()


def of_stay(place: str | None, start: tuple[date, time], end: tuple[date, time]) -> tuple[str, ...]:
    """Of whether cars (of a place, or any) are free between two wall-clock times, wherever the clocks hang."""
    first, last = sorted((_minute(*start), _minute(*end)))
    weeks = range(_week(first - _AHEAD), _week(last + _BEHIND) + 1)
    return tuple(_claims(place or _ANYWHERE, week) for week in weeks[:_MOST])


def of_calendar(car: str) -> tuple[str, ...]:
    """Of whether one car is free, at any time."""
    return (f"car:{car}",)


def of_claims(claimed: Iterable[ClaimedTime]) -> set[str]:
    """All that tells of these claims."""
    return {subject for one in claimed for subject in _of_claim(one)}


def _of_claim(one: ClaimedTime) -> Iterator[str]:
    yield f"car:{one.car}"
    first, last = (
        _week(_minute(at.date(), at.time()))
        for at in (one.since.astimezone(UTC), one.until.astimezone(UTC) - timedelta(microseconds=1))
    )
    for week in range(first, last + 1):
        yield _claims(one.place, week)
        yield _claims(_ANYWHERE, week)


def _claims(place: str, week: int) -> str:
    return f"claims:{place}:{week}"


def _week(minute: int) -> int:
    return (minute - _THURSDAY) // _WEEK


def _minute(day: date, at: time) -> int:
    """A number, since it may be before the year 1, where a stay was asked for that is not possible."""
    return day.toordinal() * 24 * _HOUR + at.hour * _HOUR + at.minute
