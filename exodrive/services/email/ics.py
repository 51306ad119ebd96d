"""Calendar files (RFC 5545): one event, with its zones spelled out for calendars that do not know them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress, vText

_PRODUCT = "-//ExoDrive//Bookings//EN"
_REMIND = timedelta(hours=24)
_MINUTE = timedelta(minutes=1)


class CalendarMethod(StrEnum):
    """Whether the event is told or taken back."""

    PUBLISH = "PUBLISH"
    CANCEL = "CANCEL"


def calendar_file(
    *,
    uid: str,
    stamp: datetime,
    summary: str,
    description: str,
    location: str,
    start: datetime,
    end: datetime,
    start_zone: str,
    end_zone: str,
    organizer: str,
    organizer_name: str,
    url: str,
    sequence: int = 0,
    method: CalendarMethod = CalendarMethod.PUBLISH,
) -> bytes:
    """An `.ics` of one event from `start` to `end`, each on the clock of its own zone, with a reminder a day before.

    `uid` stays the same for the life of a booking; `sequence` grows with each change, so that a calendar replaces what
    it has. `stamp` is when the file is made, `organizer` a bare address."""
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", stamp.astimezone(UTC))
    event.add("dtstart", start.astimezone(ZoneInfo(start_zone)))
    event.add("dtend", end.astimezone(ZoneInfo(end_zone)))
    event.add("summary", summary)
    event.add("description", description)
    event.add("location", location)
    event.add("url", url)
    event.add("sequence", sequence)
    event.add("status", "CANCELLED" if method is CalendarMethod.CANCEL else "CONFIRMED")
    event.add("transp", "OPAQUE")
    event.add("organizer", _organizer(organizer, organizer_name))
    if method is CalendarMethod.PUBLISH:
        event.add_component(_reminder(summary))
    zones = [_zone_rules(zone, start, end) for zone in dict.fromkeys((start_zone, end_zone))]
    return _file(method, [*zones, event])


def _file(method: CalendarMethod, components: list[Timezone | Event]) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method.value)
    for component in components:
        calendar.add_component(component)
    return bytes(calendar.to_ical())


def _calendar(method: CalendarMethod) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method.value)
    return calendar


def _organizer(address: str, name: str) -> vCalAddress:
    organizer = vCalAddress(f"mailto:{address}")
    organizer.params["CN"] = vText(name)
    return organizer


def _reminder(summary: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary)
    alarm.add("trigger", -_REMIND)
    return alarm


def _zone_rules(zone: str, start: datetime, end: datetime) -> Timezone:
    """The offsets of `zone` from the beginning of the first year to the end of the last, one observance a change.

    Not icalendar's own generator: it writes the onset of a change to summer time on the new clock, where RFC 5545
    (3.6.5) wants the old one, and so is an hour late."""
    info = ZoneInfo(zone)
    first = datetime(start.year, 1, 1, tzinfo=UTC)
    last = datetime(end.year + 1, 1, 1, tzinfo=UTC)
    rules = Timezone()
    rules.add("tzid", zone)
    rules.add_component(_observance(first, info, before=first.astimezone(info).utcoffset()))
    for onset, before in _changes(info, first, last):
        rules.add_component(_observance(onset, info, before=before))
    return rules


def _changes(info: ZoneInfo, first: datetime, last: datetime) -> Iterator[tuple[datetime, timedelta | None]]:
    """Each instant (to the minute) in which the offset changes, with the offset before it."""
    at = first
    while at < last:
        following = at + timedelta(days=1)
        before = at.astimezone(info).utcoffset()
        if following.astimezone(info).utcoffset() != before:
            yield _onset(info, at, following), before
        at = following


def _onset(info: ZoneInfo, low: datetime, high: datetime) -> datetime:
    before = low.astimezone(info).utcoffset()
    while high - low > _MINUTE:
        middle = low + (high - low) // 2 // _MINUTE * _MINUTE
        if middle.astimezone(info).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high


def _observance(
    onset: datetime, info: ZoneInfo, *, before: timedelta | None
) -> TimezoneStandard | TimezoneDaylight:
    local = onset.astimezone(info)
    observance = TimezoneDaylight() if local.dst() else TimezoneStandard()
    observance.add("dtstart", (onset + (before or timedelta())).replace(tzinfo=None))
    observance.add("tzoffsetfrom", before)
    observance.add("tzoffsetto", local.utcoffset())
    observance.add("tzname", local.tzname())
    return observance
