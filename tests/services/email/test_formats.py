"""Money, instants and opening hours in words."""

from datetime import UTC, date, datetime, time

import pytest

from exodrive.services.email.contracts import OpenHours
from exodrive.services.email.formats import clock, day, hours, moment, money, one_line

_AT = datetime(2026, 6, 12, 17, 0, tzinfo=UTC)
_LONG = OpenHours(time(8), time(20))
_SHORT = OpenHours(time(9), time(17, 30))


@pytest.mark.parametrize(
    ("amount", "currency", "locale", "written"),
    [
        (123_450, "USD", "en", "$1,234.50"),
        (98_000, "GBP", "en", "£980"),
        (5, "USD", "en", "$0.05"),
        (0, "USD", "en", "$0"),
        (-30_650, "USD", "en", "-$306.50"),
        (5_000, "JPY", "en", "¥5,000"),
        (98_050, "EUR", "de", "980,50\u00a0€"),
    ],
)
def test_money(amount: int, currency: str, locale: str, written: str) -> None:
    assert money(amount, currency, locale) == written


@pytest.mark.parametrize(
    ("zone", "on", "at"),
    [
        ("America/Los_Angeles", "Friday, June 12, 2026", "10:00 AM PDT"),
        ("America/New_York", "Friday, June 12, 2026", "1:00 PM EDT"),
        ("Europe/London", "Friday, June 12, 2026", "6:00 PM BST"),
        ("Asia/Dubai", "Friday, June 12, 2026", "9:00 PM UTC+04"),
        ("Asia/Tokyo", "Saturday, June 13, 2026", "2:00 AM JST"),
    ],
)
def test_instants_on_the_clock_of_the_place(zone: str, on: str, at: str) -> None:
    assert day(_AT, zone) == on
    assert clock(_AT, zone).replace("\u00a0", " ") == at
    assert moment(_AT, zone).replace("\u00a0", " ").endswith(at)


def test_hours_in_stretches() -> None:
    week = (_LONG, _LONG, _LONG, None, _LONG, _SHORT, None)
    assert [(days, span.replace("\u00a0", " ")) for days, span in hours(week)] == [
        ("Mon – Wed", "8:00 AM – 8:00 PM"),
        ("Fri", "8:00 AM – 8:00 PM"),
        ("Sat", "9:00 AM – 5:30 PM"),
    ]
    assert hours((None,) * 7) == ()
    assert [days for days, _ in hours((_LONG,) * 7)] == ["Mon – Sun"]


def test_one_line() -> None:
    assert one_line(" Maya\r\n Lind\u2028qvist\0\x07 ") == "Maya Lind qvist"
    assert date(2026, 6, 12).weekday() == 4  # the sample days above are what they say
