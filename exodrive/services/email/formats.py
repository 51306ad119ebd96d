"""How mails write money, instants and opening hours. The signs are those of the site."""

from collections.abc import Iterator, Sequence
from datetime import datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time, get_day_names
from babel.numbers import format_currency, get_currency_precision

from exodrive.services.email.contracts import OpenHours

_NARROW_SPACE = "\u202f"  # before AM and PM; many mail programs draw a box for it
_NO_BREAK_SPACE = "\u00a0"


def money(amount: int, currency: str, locale: str = "en") -> str:
    """`123450` of USD as "$1,234.50", `98000` of GBP as "£980": no cents where there are none."""
    places = get_currency_precision(currency)
    exact = Decimal(amount).scaleb(-places)
    pattern = str(Locale.parse(locale).currency_formats["standard"].pattern)
    if exact == exact.to_integral_value():
        pattern = pattern.replace(".00", "")
    return format_currency(exact, currency, format=pattern, locale=locale, currency_digits=False)


def day(instant: datetime, zone: str, locale: str = "en") -> str:
    """The calendar day in `zone`: "Friday, June 12, 2026"."""
    return format_date(instant.astimezone(ZoneInfo(zone)).date(), format="full", locale=locale)


def clock(instant: datetime, zone: str, locale: str = "en") -> str:
    """The time of day in `zone` with the zone's name then: "10:00 AM PDT"."""
    local = instant.astimezone(ZoneInfo(zone))
    return f"{_time(local.time(), locale)}{_NO_BREAK_SPACE}{_zone_name(local)}"


def moment(instant: datetime, zone: str, locale: str = "en") -> str:
    """Day and time in one: "June 12, 2026, 10:00 AM PDT"."""
    local = instant.astimezone(ZoneInfo(zone))
    return f"{format_date(local.date(), format='long', locale=locale)}, {clock(instant, zone, locale)}"


def _zone_name(local: datetime) -> str:
    name = local.tzname() or ""
    return (
        f"UTC{name}" if name[:1] in "+-" else name
    )  # zones without a name of their own call themselves "+04"


def _time(of_day: time, locale: str) -> str:
    return format_time(of_day, format="short", locale=locale).replace(_NARROW_SPACE, _NO_BREAK_SPACE)


def hours(week: Sequence[OpenHours | None], locale: str = "en") -> tuple[tuple[str, str], ...]:
    """A week from Monday as lines, equal days in a row in one: ("Mon – Sat", "8:00 AM – 8:00 PM"). Closed days are
    left out."""
    names = get_day_names("abbreviated", locale=locale)
    return tuple(
        (
            names[first] if first == last else f"{names[first]} – {names[last]}",
            f"{_time(span.opens, locale)} – {_time(span.closes, locale)}",
        )
        for first, last, span in _stretches(week)
    )


def _stretches(week: Sequence[OpenHours | None]) -> Iterator[tuple[int, int, OpenHours]]:
    first = 0
    for number, span in enumerate(week):
        if number + 1 < len(week) and week[number + 1] == span:
            continue
        if span is not None:
            yield first, number, span
        first = number + 1


def one_line(words: str) -> str:
    """Words as they can stand in a header: white space of any kind is a space, and nothing is invisible."""
    return "".join(letter for letter in " ".join(words.split()) if letter.isprintable())
