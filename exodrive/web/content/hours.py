"""Opening hours as people write them: Mon–Fri 8:00 AM – 8:00 PM."""

from collections.abc import Sequence
from itertools import groupby

from babel.dates import format_time, get_day_names
from flask_babel import gettext

from exodrive.http.render import language
from exodrive.services.car.contracts import Opening


def by_days(hours: Sequence[Opening | None]) -> list[tuple[str, str]]:
    """(days, hours) for each run of days with the same hours; `hours` has seven entries from Monday."""
    names = get_day_names("abbreviated", locale=language())
    runs = [
        (opening, [day for day, _ in days])
        for opening, days in groupby(enumerate(hours), key=lambda day: day[1])
    ]
    return [(_days(names[run[0]], names[run[-1]]), _hours(opening)) for opening, run in runs]


def _days(first: str, last: str) -> str:
    return first if first == last else f"{first}–{last}"


def _hours(opening: Opening | None) -> str:
    if opening is None:
        return str(gettext("closed"))
    opens, closes = (
        format_time(moment, "h:mm a", locale=language()) for moment in (opening.opens, opening.closes)
    )
    return f"{opens} – {closes}"
