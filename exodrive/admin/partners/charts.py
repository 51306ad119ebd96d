"""The calls of a key as a chart. Pure functions."""

from collections.abc import Sequence

from exodrive.admin.jobs.charts import HEIGHT, WIDTH, Bar, Chart, nice
from exodrive.services.partner.contracts import DayOfUse


def calls(days: Sequence[DayOfUse]) -> Chart:
    """A bar for each day: what was done, what was refused on top of it, and what failed on top of both."""
    top = nice(max(day.calls for day in days))
    width = WIDTH / len(days)
    bars: list[Bar] = []
    for number, day in enumerate(days):
        y = HEIGHT
        done = day.calls - day.refused - day.failed
        for tone, figure in (("done", done), ("refused", day.refused), ("failed", day.failed)):
            height = HEIGHT * figure / top
            y -= height
            if figure:
                x = round(number * width, 2)
                bars.append(Bar(x, round(y, 2), round(width * 0.8, 2), round(height, 2), tone))
    marks = (days[0], days[len(days) // 2], days[-1])
    return Chart(top=top, marks=tuple(f"{mark.day:%b %d}" for mark in marks), bars=tuple(bars))
