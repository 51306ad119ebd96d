"""No claim changes what a search finds without being among what the search tells of; one that cannot is not."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from exodrive.core.period import Period
from exodrive.services.car.contracts import MAX_CLAIM_DAYS, MAX_RENTAL_DAYS, Busy
from exodrive.services.car.rules import is_free
from exodrive.services.car.subjects import ClaimedTime, of_calendar, of_claims, of_stay
from exodrive.services.pricing.wall import instant_of

ZONES = ("Pacific/Kiritimati", "Etc/GMT+12", "America/Los_Angeles", "Europe/London", "Australia/Lord_Howe")
WallTime = tuple[date, time]

minutes = st.integers(0, 24 * 60 - 1).map(lambda minute: time(minute // 60, minute % 60))
wall_times = st.tuples(st.dates(date(2026, 1, 1), date(2028, 12, 31)), minutes)


def claimed(start: datetime, end: datetime, turnaround: timedelta, place: str = "here") -> ClaimedTime:
    return ClaimedTime("roma", place, start - turnaround, end)


@st.composite
def stays_in_the_way_of_claims(draw: st.DrawFn) -> tuple[WallTime, WallTime, ClaimedTime]:
    """Two wall-clock times somewhere, and a claim on a car that cannot be had between them."""
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    start = draw(wall_times)
    end = (start[0] + timedelta(days=draw(st.integers(0, MAX_RENTAL_DAYS))), draw(minutes))
    first, last = instant_of(*start, zone), instant_of(*end, zone)
    assume(first is not None and last is not None and first < last)
    assert first is not None
    assert last is not None
    turnaround = timedelta(minutes=draw(st.integers(0, 2880)))
    length = draw(st.integers(1, MAX_CLAIM_DAYS * 24 * 60))
    reach = (last + turnaround - first) // timedelta(minutes=1)
    begins = first + timedelta(minutes=draw(st.integers(1 - length, reach - 1)))
    ends = begins + timedelta(minutes=length)
    assert not is_free(Period(first, last), [Busy(begins, ends)], turnaround)
    return start, end, claimed(begins, ends, turnaround)


@given(stays_in_the_way_of_claims())
def test_a_claim_in_the_way_of_a_stay_is_told_of(drawn: tuple[WallTime, WallTime, ClaimedTime]) -> None:
    start, end, claim = drawn
    told = of_claims([claim])
    assert told.intersection(of_stay("here", start, end))
    assert told.intersection(of_stay(None, start, end))
    assert told.intersection(of_calendar("roma"))
    assert not told.intersection(of_stay("there", start, end))
    assert not told.intersection(of_calendar("spider"))


@given(start=wall_times, days=st.integers(0, MAX_RENTAL_DAYS), back=minutes, gap=st.integers(9, 60))
def test_a_claim_more_than_a_week_off_is_not(start: WallTime, days: int, back: time, gap: int) -> None:
    end = (start[0] + timedelta(days=days), back)
    later = datetime.combine(end[0] + timedelta(days=gap), time(), UTC)
    sooner = datetime.combine(start[0] - timedelta(days=gap), time(), UTC)
    told = of_claims(claimed(at, at + timedelta(hours=4), timedelta(hours=2)) for at in (sooner, later))
    assert not told.intersection(of_stay("here", start, end), of_stay(None, start, end))


def test_a_long_weekend_is_within_a_week() -> None:
    friday, monday = date(2026, 6, 5), date(2026, 6, 8)
    assert len(of_stay("here", (friday, time(10)), (monday, time(10)))) == 1


@pytest.mark.parametrize("sooner", [time(9), time(9, tzinfo=UTC)])
def test_what_no_stay_can_be_is_told_of_all_the_same(sooner: time) -> None:
    """It is refused later, with words."""
    day = date(2026, 6, 5)
    assert of_stay("here", (day, time(10)), (day, sooner)) == of_stay("here", (day, sooner), (day, time(10)))
    assert len(of_stay(None, (date.min, time()), (date.max, time()))) < 20
