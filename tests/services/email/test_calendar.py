"""Calendar files, read back by another reader: the right instant on the right clock."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical  # type: ignore[import-untyped]  # it ships no type information
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from exodrive.services.email.composer import MailComposer
from exodrive.services.email.ics import CalendarMethod, calendar_file
from tests.services.email import samples

_STAMP = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)
ZONES = ("America/Los_Angeles", "America/New_York", "Europe/London")


def make(start: datetime, end: datetime, start_zone: str, end_zone: str, **over: Any) -> bytes:
    values: dict[str, Any] = {
        "uid": "019a@exodrive.example",
        "stamp": _STAMP,
        "summary": "Ferrari Roma",
        "description": "Booking K7QM4TR9",
        "location": "8490 Sunset Boulevard, West Hollywood",
        "organizer": "hello@exodrive.example",
        "organizer_name": "ExoDrive",
        "url": "https://exodrive.example/booking/x",
    }
    return calendar_file(start=start, end=end, start_zone=start_zone, end_zone=end_zone, **values | over)


def calendar_of(content: bytes) -> Any:
    """Untyped: icalendar's properties are a union of all that a property can be."""
    return Calendar.from_ical(content)


def event_of(content: bytes) -> Any:
    [event] = calendar_of(content).walk("VEVENT")
    return event


def instant(content: bytes, name: str) -> datetime:
    """What a calendar that knows no zones makes of DTSTART or DTEND: by the file's own VTIMEZONE alone."""
    prop = event_of(content)[name]
    zone = tzical(StringIO(content.decode())).get(prop.params["TZID"])
    wall: datetime = prop.dt.replace(tzinfo=None)
    return wall.replace(tzinfo=zone).astimezone(UTC)


# Both changes of the clock in 2026 and their neighbourhood, and a winter that crosses the year.
@pytest.mark.parametrize(
    ("start", "end"),
    [
        (datetime(2026, 3, 6, 18, tzinfo=UTC), datetime(2026, 3, 10, 17, tzinfo=UTC)),
        (datetime(2026, 3, 27, 18, tzinfo=UTC), datetime(2026, 3, 31, 17, tzinfo=UTC)),
        (datetime(2026, 10, 23, 18, tzinfo=UTC), datetime(2026, 10, 27, 17, tzinfo=UTC)),
        (datetime(2026, 10, 30, 18, tzinfo=UTC), datetime(2026, 11, 3, 17, tzinfo=UTC)),
        (datetime(2026, 12, 30, 18, tzinfo=UTC), datetime(2027, 4, 3, 17, tzinfo=UTC)),
    ],
)
@pytest.mark.parametrize("start_zone", ZONES)
@pytest.mark.parametrize("end_zone", ZONES)
def test_reads_back_to_the_same_instants(
    start: datetime, end: datetime, start_zone: str, end_zone: str
) -> None:
    content = make(start, end, start_zone, end_zone)
    event = event_of(content)
    assert event["DTSTART"].params["TZID"] == start_zone
    assert event["DTEND"].params["TZID"] == end_zone
    assert event["DTSTART"].dt == start.astimezone(ZoneInfo(start_zone))
    assert event["DTEND"].dt == end.astimezone(ZoneInfo(end_zone))
    assert instant(content, "DTSTART") == start
    assert instant(content, "DTEND") == end
    zones = [str(zone["TZID"]) for zone in calendar_of(content).walk("VTIMEZONE")]
    assert sorted(zones) == sorted({start_zone, end_zone})


@given(
    minutes=st.integers(0, 3 * 366 * 24 * 60),
    zone=st.sampled_from((*ZONES, "Asia/Dubai", "Australia/Lord_Howe", "America/Phoenix")),
)
def test_the_zone_rules_are_right_at_every_minute(minutes: int, zone: str) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    if start.astimezone(
        ZoneInfo(zone)
    ).fold:  # the second run of a repeated hour cannot be written in iCalendar
        return
    assert instant(make(start, start + timedelta(days=3), zone, zone), "DTSTART") == start


def test_the_onset_of_summer_time_is_told_on_the_old_clock() -> None:
    content = make(
        datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 6, 2, tzinfo=UTC), "Europe/London", "Europe/London"
    )
    [summer] = calendar_of(content).walk("DAYLIGHT")
    assert summer["DTSTART"].dt == datetime(2026, 3, 29, 1, 0)  # noqa: DTZ001  RFC 5545 wants it without a zone
    assert (summer["TZOFFSETFROM"].td, summer["TZOFFSETTO"].td) == (timedelta(0), timedelta(hours=1))
    assert str(summer["TZNAME"]) == "BST"


def test_event_fields() -> None:
    content = make(datetime(2026, 6, 12, 17, tzinfo=UTC), datetime(2026, 6, 15, 17, tzinfo=UTC), *ZONES[:2])
    calendar, event = calendar_of(content), event_of(content)
    assert (str(calendar["METHOD"]), str(calendar["VERSION"])) == ("PUBLISH", "2.0")
    assert event["DTSTAMP"].dt == _STAMP
    assert (str(event["STATUS"]), event["SEQUENCE"]) == ("CONFIRMED", 0)
    assert str(event["ORGANIZER"]) == "mailto:hello@exodrive.example"
    assert str(event["LOCATION"]) == "8490 Sunset Boulevard, West Hollywood"
    [alarm] = calendar.walk("VALARM")
    assert alarm["TRIGGER"].dt == -timedelta(hours=24)
    assert all(len(line) <= 75 for line in content.splitlines())
    assert b"\n" not in content.replace(b"\r\n", b"")


def test_a_cancellation_takes_the_same_event_back(composer: MailComposer) -> None:
    [told] = composer.confirmation(samples.CONFIRMATION).attachments
    [taken] = composer.cancellation(samples.CANCELLATION).attachments
    before, after = event_of(told.content), event_of(taken.content)
    assert before["UID"] == after["UID"] == f"{samples.BOOKING.booking_id}@exodrive.example"
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert str(after["STATUS"]) == "CANCELLED"
    assert "method=CANCEL" in taken.content_type
    assert not calendar_of(taken.content).walk("VALARM")
    assert told.filename == "booking-K7QM4TR9.ics"


def test_names_cannot_add_lines() -> None:
    evil = "Roma\r\nATTENDEE:mailto:eve@example.com\nBEGIN:VALARM"
    content = make(
        datetime(2026, 6, 12, 17, tzinfo=UTC),
        datetime(2026, 6, 15, 17, tzinfo=UTC),
        *ZONES[:2],
        summary=evil,
        description=evil,
        location=evil,
        organizer_name='Exo "Drive"\r\nATTENDEE:mailto:eve@example.com',
    )
    event = event_of(content)
    assert "ATTENDEE" not in event
    assert len(calendar_of(content).walk("VALARM")) == 1
    assert str(event["SUMMARY"]).replace("\r", "") == evil.replace("\r", "")


def test_a_calendar_of_a_one_way_rental(composer: MailComposer) -> None:
    booking = samples.booking(pick_up=samples.LONDON, return_to=samples.NEW_YORK)
    content = composer.calendar(booking).content
    event = event_of(content)
    assert instant(content, "DTSTART") == booking.starts_at
    assert instant(content, "DTEND") == booking.ends_at
    assert str(event["LOCATION"]) == "Mayfair, 14 Mount Street, London, W1K 2RF"
    assert "1:00 PM EDT" in str(event["DESCRIPTION"]).replace("\u00a0", " ")


def test_the_event_is_where_the_car_is_brought(composer: MailComposer) -> None:
    booking = replace(samples.BOOKING, pick_up_address="9641 Sunset Boulevard")
    assert str(event_of(composer.calendar(booking).content)["LOCATION"]) == "9641 Sunset Boulevard"


def test_methods_are_those_of_rfc_5546() -> None:
    assert [method.value for method in CalendarMethod] == ["PUBLISH", "CANCEL"]
