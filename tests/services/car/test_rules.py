"""Gaps between claims: what is free, and what is nearest to it."""

import dataclasses
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exodrive.core.period import Period
from exodrive.services.car.contracts import Busy, DayState, LocationView, Opening
from exodrive.services.car.rules import day_state, is_free, is_open, nearest_free, shifted

ZONE = ZoneInfo("America/Los_Angeles")
TURNAROUND = timedelta(hours=2)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def place(*, closed: int | None = None) -> LocationView:
    return LocationView(
        id=UUID(int=1),
        slug="los-angeles",
        name="Los Angeles",
        street="",
        city="",
        region="",
        postal_code="",
        country="US",
        phone="",
        zone="America/Los_Angeles",
        opening_hours=tuple(None if day == closed else Opening(time(8), time(20)) for day in range(7)),
        lead_time_minutes=0,
        currency="USD",
        tax_label="Tax",
        tax_basis_points=0,
    )


def at(day: int, hour: int, month: int = 6) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=ZONE).astimezone(UTC)


def nearest(wanted: Period, busy: list[Busy], **over: object) -> tuple[Period, ...]:
    options = {"location": place(), "turnaround": TURNAROUND, "earliest": LONG_AGO, "limit": 3} | over
    options.setdefault("back", options["location"])
    return nearest_free(wanted, busy, **options)  # type: ignore[arg-type]  # a dict of keyword arguments


def test_a_day_later_and_a_day_earlier_are_offered_with_the_same_clock_times() -> None:
    wanted = Period(at(10, 10), at(12, 10))
    first, second, third = nearest(wanted, [])
    assert first == Period(at(11, 10), at(13, 10))
    assert second == Period(at(9, 10), at(11, 10))
    assert third == Period(at(12, 10), at(14, 10))


def test_the_clock_times_stay_across_a_change_to_winter_time() -> None:
    moved = shifted(Period(at(31, 10, 10), at(31, 18, 10)), 1, ZONE, ZONE)
    assert moved.start.astimezone(ZONE).hour == 10
    assert moved.end.astimezone(ZONE).hour == 18


def test_a_return_elsewhere_keeps_the_clock_times_and_hours_of_that_place() -> None:
    there = dataclasses.replace(place(), zone="America/New_York")
    wanted = Period(at(10, 10), at(12, 16))  # 19:00 in New York, an hour before it closes
    assert nearest(wanted, [], back=there)[0] == Period(at(11, 10), at(13, 16))
    assert nearest(Period(at(10, 10), at(12, 18)), [], back=there) == ()  # 21:00: closed, though not here


def test_turnaround_of_the_new_rental_counts_too() -> None:
    busy = [Busy(at(12, 11), at(15, 10))]
    assert not is_free(Period(at(10, 10), at(12, 10)), busy, TURNAROUND)
    assert is_free(Period(at(10, 10), at(12, 9)), busy, TURNAROUND)
    assert is_free(Period(at(15, 10), at(16, 10)), busy, TURNAROUND)


def test_nothing_is_offered_before_the_earliest_moment_nor_on_a_closed_day() -> None:
    wanted = Period(at(10, 10), at(12, 10))  # Wednesday to Friday
    offered = nearest(wanted, [], earliest=at(10, 0), location=place(closed=3))
    assert all(period.start >= at(10, 0) for period in offered)
    for period in offered:
        assert is_open(place(closed=3), period.start)
        assert is_open(place(closed=3), period.end)


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 5)), max_size=12),
    st.integers(5, 30),
    st.integers(1, 6),
)
def test_what_is_offered_is_free_and_as_long_as_asked(
    taken: list[tuple[int, int]], day: int, days: int
) -> None:
    base = at(1, 10)
    busy = [
        Busy(base + timedelta(days=start), base + timedelta(days=start + length)) for start, length in taken
    ]
    wanted = Period(base + timedelta(days=day), base + timedelta(days=day + days))
    offered = nearest(wanted, busy)
    distances = [abs(period.start - wanted.start) for period in offered]
    assert distances == sorted(distances)
    for period in offered:
        assert period.length == wanted.length
        assert is_free(period, busy, TURNAROUND)


@pytest.mark.parametrize(
    ("busy", "state"),
    [
        ([], DayState.FREE),
        ([Busy(at(9, 20), at(11, 8))], DayState.TAKEN),
        ([Busy(at(9, 20), at(10, 12))], DayState.PARTLY),
        ([Busy(at(9, 20), at(10, 13)), Busy(at(10, 13), at(10, 20))], DayState.TAKEN),
        ([Busy(at(10, 8), at(10, 19)), Busy(at(10, 19), at(12, 9))], DayState.TAKEN),
        ([Busy(at(9, 9), at(9, 18))], DayState.FREE),
    ],
)
def test_a_day_is_taken_when_no_hour_of_its_business_is_left(busy: list[Busy], state: DayState) -> None:
    assert day_state(date(2026, 6, 10), busy, place()) is state


def test_a_day_without_business_is_closed() -> None:
    assert day_state(date(2026, 6, 10), [], place(closed=2)) is DayState.CLOSED
