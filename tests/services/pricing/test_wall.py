"""Days by the clock on the wall: zones, both clock changes, leap days, midnight."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from exodrive.core.period import Period
from exodrive.services.pricing.wall import WallPeriod, instant_of, wall_period, wall_reading

LOS_ANGELES = ZoneInfo("America/Los_Angeles")
ZONES = [
    "America/Los_Angeles",
    "America/New_York",
    "Europe/Berlin",
    "Africa/Cairo",
    "America/Havana",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "UTC",
]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2026-06-01 10:00", "2026-06-01 10:01", 1),
        ("2026-06-01 10:00", "2026-06-02 09:00", 1),
        ("2026-06-01 10:00", "2026-06-02 10:00", 1),
        ("2026-06-01 10:00", "2026-06-02 10:59", 1),
        ("2026-06-01 10:00", "2026-06-02 11:00", 2),
        ("2026-06-01 10:00", "2026-06-08 10:59", 7),
        ("2026-06-01 10:00", "2026-06-08 11:00", 8),
        ("2028-02-28 10:00", "2028-03-01 10:00", 2),  # a leap day between
        ("2027-02-28 10:00", "2027-03-01 10:00", 1),
        ("2026-12-31 10:00", "2027-01-01 10:00", 1),
    ],
)
def test_a_day_is_each_started_24_hours_with_a_grace_of_59_minutes(start: str, end: str, days: int) -> None:
    assert WallPeriod(at(start), at(end)).days == days


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("America/Los_Angeles", date(2026, 3, 7)),
        ("America/Los_Angeles", date(2026, 10, 31)),
        ("Europe/Berlin", date(2026, 3, 28)),
        ("Europe/Berlin", date(2026, 10, 24)),
        ("Australia/Lord_Howe", date(2026, 4, 4)),
        ("Asia/Kathmandu", date(2026, 3, 28)),
    ],
)
def test_ten_to_ten_is_one_day_when_the_clock_changes_between(zone: str, day: date) -> None:
    where = ZoneInfo(zone)
    start = instant_of(day, time(10), where)
    end = instant_of(day + timedelta(days=1), time(10), where)
    assert start is not None
    assert end is not None
    assert wall_period(Period(start, end), where).days == 1
    over = instant_of(day + timedelta(days=1), time(11), where)
    assert over is not None
    assert wall_period(Period(start, over), where).days == 2


def test_a_date_is_touched_from_its_midnight_on() -> None:
    assert WallPeriod(at("2026-06-05 10:00"), at("2026-06-06 00:00")).dates == (date(2026, 6, 5),)
    assert WallPeriod(at("2026-06-05 10:00"), at("2026-06-06 00:01")).dates == (
        date(2026, 6, 5),
        date(2026, 6, 6),
    )


def test_a_skipped_time_is_no_instant_and_a_repeated_one_is_its_first_pass() -> None:
    assert instant_of(date(2026, 3, 8), time(2, 30), LOS_ANGELES) is None
    first = instant_of(date(2026, 11, 1), time(1, 30), LOS_ANGELES)
    assert first == datetime(2026, 11, 1, 8, 30, tzinfo=UTC)


def test_the_reading_waits_through_the_second_pass_of_a_repeated_hour() -> None:
    second_pass = datetime(2026, 11, 1, 9, 10, tzinfo=UTC)
    assert wall_reading(second_pass, LOS_ANGELES) == at("2026-11-01 02:00")
    assert wall_reading(second_pass - timedelta(hours=1), LOS_ANGELES) == at("2026-11-01 01:10")
    assert wall_reading(second_pass + timedelta(hours=1), LOS_ANGELES) == at("2026-11-01 02:10")


@given(
    zone=st.sampled_from(ZONES),
    near=st.sampled_from([at("2026-11-01 09:00"), at("2026-10-29 21:00"), at("2026-04-04 15:00")]),
    before=st.integers(-40_000, 40_000),
    later=st.integers(0, 40_000),
)
@example(zone="Africa/Cairo", near=at("2026-10-29 21:00"), before=-1, later=1)
def test_a_later_instant_never_reads_earlier(zone: str, near: datetime, before: int, later: int) -> None:
    instant = near.replace(tzinfo=UTC) + timedelta(seconds=before)
    where = ZoneInfo(zone)
    assert wall_reading(instant, where) <= wall_reading(instant + timedelta(seconds=later), where)


@given(
    start=st.datetimes(at("2026-01-01"), at("2029-01-01")),
    minutes=st.integers(1, 90 * 1440),
    lead=st.integers(0, 5000),
    tail=st.integers(0, 5000),
)
def test_a_containing_period_has_as_many_days_and_touches_as_many_dates(
    start: datetime, minutes: int, lead: int, tail: int
) -> None:
    inner = WallPeriod(start, start + timedelta(minutes=minutes))
    outer = WallPeriod(start - timedelta(minutes=lead), inner.end + timedelta(minutes=tail))
    assert outer.days >= inner.days
    assert set(outer.dates) >= set(inner.dates)
    assert len(inner.dates) >= inner.days


@settings(max_examples=400)
@given(
    zone=st.sampled_from(ZONES),
    near=st.sampled_from([at("2026-11-01 09:00"), at("2026-10-29 21:00"), at("2026-03-08 10:00")]),
    offsets=st.lists(st.integers(-4_000, 4_000), min_size=4, max_size=4, unique=True),
)
def test_containment_survives_the_changes_of_every_clock(
    zone: str, near: datetime, offsets: list[int]
) -> None:
    """Starts are first passes of a repeated hour, as `instant_of` makes them; ends may be any instant."""
    where = ZoneInfo(zone)
    outer_start, inner_start, inner_end, outer_end = (
        near.replace(tzinfo=UTC) + timedelta(minutes=minutes) for minutes in sorted(offsets)
    )
    assume(not outer_start.astimezone(where).fold)
    assume(not inner_start.astimezone(where).fold)
    outer = wall_period(Period(outer_start, outer_end), where)
    inner = wall_period(Period(inner_start, inner_end), where)
    assert outer.days >= inner.days
    assert set(outer.dates) >= set(inner.dates)
    assert len(inner.dates) >= inner.days
