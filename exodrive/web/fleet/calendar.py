"""A car's free days for the calendar, and the taken ones in words for everybody."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from babel.dates import format_date
from flask_babel import gettext

from exodrive.http.render import language
from exodrive.services.car.contracts import DayState

DAYS = 365
"""How far ahead the calendar shows."""

_LISTED = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarView:
    """ISO dates of days that cannot be chosen, and of days that are free in part; the taken stretches in words."""

    first: str
    last: str
    taken: tuple[str, ...]
    partly: tuple[str, ...]
    summary: str


def calendar_view(days: Mapping[date, DayState]) -> CalendarView:
    """What the calendar of a page needs; `days` are consecutive and in order."""
    closed = (DayState.TAKEN, DayState.CLOSED)
    return CalendarView(
        first=min(days).isoformat(),
        last=max(days).isoformat(),
        taken=tuple(day.isoformat() for day, state in days.items() if state in closed),
        partly=tuple(day.isoformat() for day, state in days.items() if state is DayState.PARTLY),
        summary=_in_words(days),
    )


def _in_words(days: Mapping[date, DayState]) -> str:
    stretches = list(_stretches(sorted(day for day, state in days.items() if state is DayState.TAKEN)))
    if not stretches:
        return str(gettext("No day of the next %(count)d is taken.", count=len(days)))
    words = ", ".join(_span(first, last) for first, last in stretches[:_LISTED])
    more = len(stretches) - _LISTED
    if more > 0:
        return str(gettext("Taken: %(days)s and %(more)d later stretches.", days=words, more=more))
    return str(gettext("Taken: %(days)s.", days=words))


def _stretches(days: list[date]) -> Iterator[tuple[date, date]]:
    first = None
    for number, day in enumerate(days):
        first = first or day
        if number + 1 == len(days) or days[number + 1] != day + timedelta(days=1):
            yield first, day
            first = None


def _span(first: date, last: date) -> str:
    start = str(format_date(first, "MMM d", locale=language()))
    if first == last:
        return start
    same_month = (first.year, first.month) == (last.year, last.month)
    return f"{start}–{format_date(last, 'd' if same_month else 'MMM d', locale=language())}"
