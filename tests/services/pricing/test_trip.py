"""When a trip can be had: every reason against it, at its field."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exodrive.core.ids import new_id
from exodrive.core.period import Period
from exodrive.services.car.contracts import LocationView, Opening
from exodrive.services.pricing.contracts import Trip
from exodrive.services.pricing.errors import TripImpossible
from exodrive.services.pricing.trip import Reasons, earliest_pick_up, period_of, places_of

NOW = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)  # Monday, 03:00 in Los Angeles
DAYTIME = Opening(time(8), time(20))
ALWAYS = Opening(time(0), time(23, 59))

HOME = LocationView(
    id=new_id(),
    slug="los-angeles",
    name="Beverly Hills",
    street="8500 Wilshire Boulevard",
    city="Los Angeles",
    region="CA",
    postal_code="90211",
    country="US",
    phone="+1 310 555 0142",
    zone="America/Los_Angeles",
    opening_hours=(DAYTIME,) * 6 + (None,),
    lead_time_minutes=120,
    currency="USD",
    tax_label="Sales tax",
    tax_basis_points=950,
)
NEW_YORK = replace(
    HOME,
    id=new_id(),
    slug="new-york",
    name="Tribeca",
    city="New York",
    zone="America/New_York",
    opening_hours=(ALWAYS,) * 7,
)


def trip(pick_up: str, back: str, **over: Any) -> Trip:
    start, end = datetime.fromisoformat(pick_up), datetime.fromisoformat(back)
    return Trip(
        pick_up_location=over.get("start", "los-angeles"),
        return_location=over.get("end"),
        pick_up_date=start.date(),
        pick_up_time=start.timetz(),
        return_date=end.date(),
        return_time=end.timetz(),
    )


def read(asked: Trip, *, now: datetime = NOW, home: LocationView = HOME) -> Period:
    pick_up, back = places_of(asked, {home.slug: home, NEW_YORK.slug: NEW_YORK})
    reasons = Reasons()
    return reasons.require(period_of(asked, pick_up, back, now, reasons))


def refused(asked: Trip, **over: Any) -> dict[str, list[str]]:
    with pytest.raises(TripImpossible) as error:
        read(asked, **over)
    return error.value.fields


def test_wall_clock_times_become_instants_of_their_own_location() -> None:
    there = read(trip("2026-06-02 10:00", "2026-06-04 10:00", end="new-york"))
    assert there == Period(datetime(2026, 6, 2, 17, 0, tzinfo=UTC), datetime(2026, 6, 4, 14, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    ("pick_up", "back", "fields"),
    [
        ("2026-05-31 10:00", "2026-06-03 10:00", {"pick_up_date": ["This date has passed."]}),
        (
            "2026-06-02 10:00",
            "2026-06-02 10:00",
            {"return_time": ["The return must be after the pick-up."]},
        ),
        (
            "2026-06-04 10:00",
            "2026-06-02 10:00",
            {"return_date": ["The return must be after the pick-up."]},
        ),
        (
            "2026-06-02 07:59",
            "2026-06-03 20:01",
            {
                "pick_up_time": ["Beverly Hills is open from 08:00 to 20:00 on Tuesdays."],
                "return_time": ["Beverly Hills is open from 08:00 to 20:00 on Wednesdays."],
            },
        ),
        (
            "2026-06-06 10:00",
            "2026-06-07 10:00",
            {
                "return_date": [
                    "Beverly Hills is closed on Sundays. It opens next on Monday, 8 June at 08:00."
                ]
            },
        ),
        (
            "2026-06-02 10:00",
            "2026-09-01 10:00",
            {"return_date": ["A rental is at most 90 days long."]},
        ),
        (
            "2028-06-02 10:00",
            "2028-06-03 10:00",
            {"pick_up_date": ["We take bookings up to two years ahead."]},
        ),
        (
            "9999-12-31 10:00",
            "9999-12-31 23:59",
            {
                "pick_up_date": ["We take bookings up to two years ahead."],
                "return_date": ["A rental is at most 90 days long."],
            },
        ),
        (
            "0001-01-01 10:00",
            "0001-01-01 23:59",
            {"pick_up_date": ["This date has passed."], "return_date": ["This date has passed."]},
        ),
        (
            "2026-06-02 10:00:30",
            "2026-06-03 10:00:00.5",
            {
                "pick_up_time": ["Give the time in hours and minutes."],
                "return_time": ["Give the time in hours and minutes."],
            },
        ),
        (
            "2026-06-02 10:00+02:00",
            "2026-06-03 10:00",
            {"pick_up_time": ["Give the time in hours and minutes."]},
        ),
    ],
)
def test_each_reason_stands_at_its_field(pick_up: str, back: str, fields: dict[str, list[str]]) -> None:
    assert refused(trip(pick_up, back)) == fields


def test_ninety_days_are_the_longest() -> None:
    assert read(trip("2026-06-02 10:00", "2026-08-31 10:59")).length == timedelta(days=90, minutes=59)


def test_notice_is_named_with_the_earliest_pick_up() -> None:
    morning = datetime(2026, 6, 1, 16, 10, tzinfo=UTC)  # 09:10 in Los Angeles
    assert refused(trip("2026-06-01 10:30", "2026-06-02 10:30"), now=morning) == {
        "pick_up_time": [
            "Beverly Hills needs 2 hours to prepare the car. The earliest pick-up is Monday, 1 June at 11:30."
        ]
    }
    assert refused(trip("2026-06-01 09:00", "2026-06-02 10:30"), now=morning) == {
        "pick_up_time": ["This time has passed."]
    }
    read(trip("2026-06-01 11:10", "2026-06-02 10:30"), now=morning)


def test_the_earliest_pick_up_waits_for_the_next_business_day() -> None:
    saturday_evening = datetime(2026, 6, 7, 2, 0, tzinfo=UTC)
    assert earliest_pick_up(HOME, saturday_evening) == datetime(2026, 6, 8, 15, 0, tzinfo=UTC)
    assert earliest_pick_up(replace(HOME, opening_hours=(None,) * 7), NOW) is None


def test_a_time_that_the_clock_skips_is_refused_beside_the_time() -> None:
    night = replace(HOME, opening_hours=(ALWAYS,) * 7)
    assert refused(trip("2027-03-14 02:30", "2027-03-15 10:00"), home=night) == {
        "pick_up_time": ["There is no 02:30 on Sunday, 14 March in Los Angeles: the clocks go forward."]
    }
    repeated = read(trip("2026-11-01 01:30", "2026-11-02 10:00"), home=night)
    assert repeated.start == datetime(2026, 11, 1, 8, 30, tzinfo=UTC)


def test_an_unknown_location_is_a_reason_too() -> None:
    assert refused(trip("2026-06-02 10:00", "2026-06-03 10:00", start="mars")) == {
        "pick_up_location": ["We have no such location."]
    }
    assert refused(trip("2026-06-02 10:00", "2026-06-03 10:00", end="mars")) == {
        "return_location": ["We have no such location."]
    }


@settings(max_examples=400, deadline=None)
@given(st.dates(), st.times(), st.dates(), st.times(), st.datetimes(datetime.fromisoformat("2020-01-01")))
def test_any_dates_and_times_are_either_a_period_or_reasons(
    first: date, at: time, last: date, until: time, now: datetime
) -> None:
    asked = Trip(
        pick_up_location="los-angeles",
        pick_up_date=first,
        pick_up_time=at,
        return_date=last,
        return_time=until,
    )
    reasons = Reasons()
    at_latest = min(now, datetime.fromisoformat("2100-01-01")).replace(tzinfo=UTC)
    period = period_of(asked, HOME, HOME, at_latest, reasons)
    assert period is not None or reasons
